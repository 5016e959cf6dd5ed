"""One batch is announced once: states, then what changed, then events."""

from __future__ import annotations

from app.models.pending_announcements import PendingAnnouncements
from app.models.signals import (
    CatchUp,
    ChatSignals,
    LinkStatus,
    NamesChanged,
    PeopleShown,
    RoomsChanged,
    TimelinesChanged,
    Told,
)


class Board:
    def __init__(self) -> None:
        self.signals = ChatSignals()
        self.pending = PendingAnnouncements(self.signals)
        self.heard: list[object] = []
        for announcement in vars(self.signals).values():
            announcement.connect(self.heard.append)

    def send(self) -> list[object]:
        self.heard.clear()
        for send in self.pending.take():
            send()
        return list(self.heard)


def test_states_then_changes_then_events() -> None:
    board = Board()
    board.pending.event(board.signals.told, Told("a"))
    board.pending.people |= {3, 2}
    board.pending.timelines |= {1}
    board.pending.rooms |= {1, 2}
    board.pending.names.add(7)
    board.pending.state(board.signals.catch_up, CatchUp(1, 5))
    assert board.send() == [
        CatchUp(1, 5),
        NamesChanged(frozenset({7})),
        RoomsChanged(frozenset({1, 2})),
        TimelinesChanged(frozenset({1})),
        PeopleShown(2),
        PeopleShown(3),
        Told("a"),
    ]


def test_of_a_state_only_the_newest_counts_and_events_all() -> None:
    board = Board()
    for missing in (3, 2, 1):
        board.pending.state(board.signals.catch_up, CatchUp(missing, 3))
        board.pending.event(board.signals.told, Told(str(missing)))
    board.pending.state(board.signals.link_changed, LinkStatus())
    assert board.send() == [CatchUp(1, 3), LinkStatus(), Told("3"), Told("2"), Told("1")]


def test_what_was_taken_is_not_sent_again() -> None:
    board = Board()
    board.pending.rooms.add(1)
    board.pending.event(board.signals.told, Told("a"))
    taken = board.pending.take()
    board.pending.rooms.add(2)
    assert board.send() == [RoomsChanged(frozenset({2}))]
    for send in taken:
        send()
    assert board.heard[1:] == [RoomsChanged(frozenset({1})), Told("a")]
    assert board.send() == []
