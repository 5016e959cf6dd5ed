"""This client's copy of one room's log, as far as numbers go, and its proof of what it holds."""

from __future__ import annotations

from app.models.records import RoomEntry
from protocol import limits, streams
from protocol.errors import RemoteProtocolError
from protocol.frames import EntryFlag, Push, Subscribe
from protocol.sequence_set import SequenceSet
from protocol.stream_replica import StreamReplica

#: So much of a room's past is wanted by whoever comes first.
BACKLOG = 50
#: Chain values remembered; older ones are thinned out.
_CHECKPOINTS_KEPT = 64
#: A plain number: a flag's own ``&`` costs more than all the rest of an entry.
_VISIBLE = int(EntryFlag.VISIBLE)


class RoomReplica:
    """Turns pushes into entries, each once, and knows the position to subscribe from."""

    def __init__(
        self,
        room: int,
        stream_id: bytes = b"",
        incarnation: int = 0,
        base: int = 0,
        held: SequenceSet | None = None,
        checkpoints: tuple[tuple[int, bytes], ...] = (),
    ) -> None:
        self.room = room
        self.stream_id = stream_id
        self.incarnation = incarnation
        #: Pushes come: the server answered the subscription in this session.
        self.subscribed = False
        #: Somebody wants the room, in this session and in the next.
        self.followed = False
        #: What was pushed before the answer to our subscription came shows how far the log is.
        self.early_head = 0
        #: How much history is wanted when nothing is held yet: entries before the head, or
        #: everything from a number.
        self.backlog = BACKLOG
        self.since = 0
        self.numbers = StreamReplica(streams.log_of(room), base, held)
        self.head_visible = 0
        #: The newest entry when the server began to push.
        self.live_from = 0
        # (number, chain value) of entries that ended a push, in rising order.
        self._checkpoints = sorted(checkpoints)
        # The numbers named when we last asked, and between what the histories part.
        self._named: list[int] = []
        self._agreed_to = 0
        self._parted_at = limits.NUMBER_MAX

    def subscribe(self, question: int) -> Subscribe:
        """The request to follow the room from the newest position we can prove."""
        self._agreed_to, self._parted_at = 0, limits.NUMBER_MAX
        self.early_head = 0
        return self._subscribe(self._checkpoints[-1:], question)

    def find_fork(self, agreed_to: int, question: int) -> Subscribe | None:
        """The server agrees with none of the positions we named above ``agreed_to``. The next
        question that finds more exactly where the histories part; None when we know."""
        self._agreed_to = max(self._agreed_to, agreed_to)
        parted = [number for number in self._named if number > self._agreed_to]
        self._parted_at = min([self._parted_at, *parted])
        between = [c for c in self._checkpoints if self._agreed_to < c[0] < self._parted_at]
        if not between:
            return None
        return self._subscribe(_spread(between), question)

    @property
    def parting(self) -> bool:
        """We are looking for the place where two histories part."""
        return self._parted_at < limits.NUMBER_MAX

    @property
    def agreed_to(self) -> int:
        """Up to here our history and the server's are the same, as far as we can tell."""
        return self._agreed_to

    def _subscribe(self, checkpoints: list[tuple[int, bytes]], question: int) -> Subscribe:
        self._named = [number for number, _ in checkpoints]
        ref = streams.log_of(self.room)
        return Subscribe(ref, self.stream_id, self.incarnation, checkpoints, question)

    @property
    def newest_named(self) -> int:
        """The newest position in our last question, 0 if it had none."""
        return max(self._named, default=0)

    def take(self, push: Push, now: float) -> list[tuple[tuple[RoomEntry, ...], bytes]]:
        """The entries of a push that are new, as consecutive runs; with each run the chain
        value after its last entry, or nothing where that is not known.

        Raises ``RemoteProtocolError`` where numbers are beyond what a log can have.
        """
        last = push.first + len(push.entries) - 1
        if max(last, push.visible_before + len(push.entries)) >= limits.NUMBER_MAX:
            raise RemoteProtocolError("entries beyond the last number")
        runs = []
        for low, high in self.numbers.hold(push.first, last, now):
            entries = _entries(push, low, high)
            runs.append((entries, push.chain if high == last else b""))
            if high == last:
                self._note_chain(last, push.chain)
        return runs

    def cut_above(self, number: int) -> None:
        """What lies above belongs to another history, and so does a wish to begin there."""
        self.numbers.cut_above(number)
        if self.since > number:
            self.since = 0
        self._checkpoints = [pair for pair in self._checkpoints if pair[0] <= number]

    def _note_chain(self, number: int, chain: bytes) -> None:
        self._checkpoints.append((number, chain))
        if len(self._checkpoints) > 1 and self._checkpoints[-2][0] > number:
            self._checkpoints.sort()
        if len(self._checkpoints) > 2 * _CHECKPOINTS_KEPT:
            newest_first = self._checkpoints[::-1]
            kept = newest_first[:_CHECKPOINTS_KEPT] + _spaced(newest_first[_CHECKPOINTS_KEPT:])
            self._checkpoints = kept[::-1]


def _spaced(newest_first: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Of the pairs in each doubling of the distance from the newest the oldest: few, and however
    often this is repeated, some of them stay far back."""
    newest = newest_first[0][0]
    chosen = {(newest - number).bit_length(): (number, chain) for number, chain in newest_first}
    return list(chosen.values())


def _spread(checkpoints: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """At most ``CHECKPOINTS_MAX`` of the pairs, evenly spread, the ends among them."""
    most = limits.CHECKPOINTS_MAX
    if len(checkpoints) <= most:
        return checkpoints
    last = len(checkpoints) - 1
    return [checkpoints[place * last // (most - 1)] for place in range(most)]


def _entries(push: Push, low: int, high: int) -> tuple[RoomEntry, ...]:
    visible = push.visible_before
    entries = []
    for number, entry in enumerate(push.entries, push.first):
        visible += entry.flags & _VISIBLE
        if low <= number <= high:
            entries.append(
                RoomEntry(
                    number=number,
                    kind=entry.kind,
                    author=entry.author,
                    device=entry.device,
                    client_seq=entry.client_seq,
                    time_ms=push.time_ms + entry.after_ms,
                    text=entry.text,
                    flags=entry.flags,
                    visible=visible,
                )
            )
    return tuple(entries)
