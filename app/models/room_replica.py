"""This client's copy of one room's log, as far as numbers go, and its proof of what it holds."""

from __future__ import annotations

from app.models.events import RoomEntry
from protocol import limits, streams
from protocol.frames import EntryFlag, Push, Subscribe
from protocol.sequence_set import SequenceSet
from protocol.stream_replica import StreamReplica

#: Chain values remembered; older ones are thinned out.
_CHECKPOINTS_KEPT = 64


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
        #: The last subscription named all our checkpoints.
        self.asked_everything = False
        #: How much history is wanted when nothing is held yet: entries before the head, or
        #: everything from a number.
        self.backlog = 50
        self.since = 0
        self.numbers = StreamReplica(streams.log_of(room), base, held)
        self.head_visible = 0
        # (number, chain value) of entries that ended a push, in rising order.
        self._checkpoints = sorted(checkpoints)

    def subscribe(self, *, everything: bool = False) -> Subscribe:
        """The request to follow the room from where we are; with ``everything`` it names
        positions far back, to find where two histories part."""
        newest_first = self._checkpoints[::-1]
        chosen = _spaced(newest_first) if everything else newest_first[:1]
        return Subscribe(streams.log_of(self.room), self.stream_id, self.incarnation, chosen)

    @property
    def newest_checkpoint(self) -> int:
        """The newest number whose chain value we know, 0 if none."""
        return self._checkpoints[-1][0] if self._checkpoints else 0

    @property
    def has_more_checkpoints(self) -> bool:
        """Whether asking with ``everything`` says more than asking without."""
        return len(self._checkpoints) > 1

    def take(self, push: Push, now: float) -> list[tuple[tuple[RoomEntry, ...], bytes]]:
        """The entries of a push that are new, as consecutive runs; with each run the chain
        value after its last entry, or nothing where that is not known."""
        last = push.first + len(push.entries) - 1
        runs = []
        for low, high in self.numbers.hold(push.first, last, now):
            entries = _entries(push, low, high)
            runs.append((entries, push.chain if high == last else b""))
            if high == last:
                self._note_chain(last, push.chain)
        return runs

    def cut_above(self, number: int) -> None:
        """What lies above belongs to another history."""
        self.numbers.cut_above(number)
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
    """Some of the pairs, their distances growing twofold: few, and some of them far back."""
    chosen: list[tuple[int, bytes]] = []
    step, place = 1, 0
    while place < len(newest_first) and len(chosen) < limits.CHECKPOINTS_MAX - 1:
        chosen.append(newest_first[place])
        place += step
        step *= 2
    if newest_first and chosen[-1] != newest_first[-1]:
        chosen.append(newest_first[-1])
    return chosen


def _entries(push: Push, low: int, high: int) -> tuple[RoomEntry, ...]:
    visible = push.visible_before
    entries = []
    for number, entry in enumerate(push.entries, push.first):
        visible += entry.flags & EntryFlag.VISIBLE
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
