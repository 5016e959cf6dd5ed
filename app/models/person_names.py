"""What people are called, as the client core knows it: asked for by number until answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.models.events import Event, PersonNamed
from app.models.requests import Requests
from protocol import limits
from protocol.frames import Frame, Persons, Who


class PersonNames:
    """The names that are known, and whose are missing."""

    def __init__(
        self,
        names: Iterable[tuple[int, str]],
        version: int,
        requests: Requests,
        emit: Callable[[Event], None],
    ) -> None:
        """``version`` is the server's, of when ``names`` were right."""
        self._names = dict(names)
        self._version = version
        self._requests = requests
        self._emit = emit
        #: Whose names were asked for and are not known: the next session asks again.
        self._unnamed: set[int] = set()

    def on_signed_in(self, version: int, now: float) -> None:
        """A session begins; another version means that somebody was renamed meanwhile."""
        if version != self._version:
            self._version = version
            self.doubt(now)
        else:
            self.ask(self._unnamed, now)

    def doubt(self, now: float) -> None:
        """The server's history is another one: whose number it was may be somebody else."""
        self._unnamed |= self._names.keys()
        self._names.clear()
        self.ask(self._unnamed, now)

    def ask(self, people: Iterable[int], now: float) -> None:
        """Find out who these are, as far as that is not known."""
        for person in set(people) - self._names.keys() - {0}:
            self._unnamed.add(person)
            if ("who", person) not in self._requests:
                self._requests.ask(("who", person), Who([person]), now)

    def on_persons(self, frame: Persons) -> None:
        """Names of people we asked for."""
        for person, name in frame.people:
            self._requests.answered(("who", person))
            if name:
                self.learn(person, name)
            else:  # the server knows nobody of this number: its folder is from before
                self._unnamed.discard(person)

    def learn(self, person: int, name: str) -> None:
        """This is the name now; it is told if that is news."""
        self._unnamed.discard(person)
        if self._names.get(person) != name:
            self._names[person] = name
            self._emit(PersonNamed(person, name))


def asked_together(frames: list[Frame]) -> list[Frame]:
    """The same questions, those about names in as few frames as hold them."""
    people = [person for frame in frames if isinstance(frame, Who) for person in frame.people]
    most = limits.PEOPLE_ASKED_MAX
    together = [Who(people[start : start + most]) for start in range(0, len(people), most)]
    return [frame for frame in frames if not isinstance(frame, Who)] + list[Frame](together)
