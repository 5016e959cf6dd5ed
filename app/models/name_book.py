"""Who is called how, as the server last said it, and asking it for those it has not named."""

from __future__ import annotations

from collections.abc import Callable

from app.models import commands
from app.models.pending_announcements import PendingAnnouncements


class NameBook:
    """People by number; 0 is nobody."""

    def __init__(
        self,
        pending: PendingAnnouncements,
        submit: Callable[[commands.NetworkCommand], bool],
        on_renamed: Callable[[int, str, str], None],
    ) -> None:
        """``on_renamed`` is told of a person who was called otherwise: number, and both names."""
        self._on_renamed = on_renamed
        self._pending = pending
        self._submit = submit
        self._names: dict[int, str] = {}
        #: Of the server's names when these were told.
        self._names_version = 0
        #: Goes up with every change of a name.
        self.changes = 0

    def of(self, person: int) -> str:
        """The person's current name, empty while it is not known."""
        return self._names.get(person, "")

    @property
    def people(self) -> list[int]:
        """Everybody whose name is known."""
        return list(self._names)

    def learn(self, person: int, name: str) -> None:
        """This person is called so now; an empty name says nothing."""
        before = self._names.get(person, "")
        if name and before != name:
            self._names[person] = name
            self.changes += 1
            self._pending.names.add(person)
            if before:
                self._on_renamed(person, before, name)

    def ask(self, people: set[int]) -> None:
        """Find out who these are, as far as that is not known.

        The core asks for authors of what it receives, but not of what is read from disk."""
        self._ask(people - self._names.keys())

    def ask_since(self, people: set[int], names_version: int) -> None:
        """The same after signing in: since a change of names those on disk may be old ones."""
        is_old, self._names_version = names_version != self._names_version, names_version
        self._ask(people if is_old else people - self._names.keys())

    def restore(self, names: dict[int, str], names_version: int) -> None:
        """Begin anew from what the disk knows."""
        self._names, self._names_version = names, names_version
        self.changes += 1

    def _ask(self, people: set[int]) -> None:
        if people - {0}:
            self._submit(commands.AskNames(tuple(sorted(people - {0}))))
