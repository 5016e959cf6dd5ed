"""The whole state: events in, state first, then one signal for a batch."""

from __future__ import annotations

import pytest

from app.models import commands
from app.models.calling import FormerName
from app.models.events import (
    BaseMoved,
    HeadMoved,
    HeldChanged,
    HistoryForked,
    LinkChanged,
    LinkMeasured,
    LinkState,
    MembershipChanged,
    PeopleChanged,
    PersonNamed,
    RoomFollowed,
    ServerKeyChanged,
    SignedIn,
    SignInRefused,
)
from app.models.message import ForkNotice, MessageState
from app.models.records import Member, OutboxPost, StoredRoom
from app.models.signals import (
    CatchUp,
    DiskTrouble,
    KeyChanged,
    LinkStatus,
    NamesChanged,
    PeopleShown,
    RoomsChanged,
    SelfChanged,
    ServerSwitched,
    SignInFailed,
    TimelinesChanged,
    Told,
)
from app.models.store_answers import EarlierServerFound, HistoryLoaded, Restored, StoreFailed
from app.structs import replace
from protocol.errors import Refusal
from protocol.frames import EntryKind
from tests.app.models.chat_fixtures import (
    DEVICE,
    ME,
    TIME_MS,
    Bench,
    entries,
    entry,
    received,
    stream_of,
)


class TestAnnouncing:
    def test_thousand_entries_are_one_signal(self, bench: Bench) -> None:
        bench.model.apply(received(1, 1000))

        assert bench.named(TimelinesChanged) == [TimelinesChanged(frozenset({1}))]
        assert len(bench.named(RoomsChanged)) == 1

    def test_batch_of_events_is_announced_once(self, bench: Bench) -> None:
        bench.model.apply(*(received(n, n) for n in range(1, 65)))

        assert len(bench.named(TimelinesChanged)) == 1

    def test_state_is_changed_before_anybody_is_told(self, bench: Bench) -> None:
        seen: list[tuple[int, int]] = []
        model = bench.model
        model.signals.timelines_changed.connect(
            lambda _changed: seen.append((len(bench.messages()), model.rooms[1].unread))
        )

        model.apply(received(1, 3))

        assert seen == [(3, 3)]

    def test_receiver_that_raises_silences_nobody(
        self, bench: Bench, caplog: pytest.LogCaptureFixture
    ) -> None:
        model, heard = bench.model, list[object]()

        def fail(_payload: object) -> None:
            raise RuntimeError("broken")

        model.signals.names_changed.connect(fail)
        model.signals.names_changed.connect(heard.append)
        model.apply(PersonNamed(1, "ben"))

        assert heard == [NamesChanged(frozenset({1}))]
        assert "receiver of NamesChanged failed" in caplog.text

    def test_receiver_may_change_the_model(self, bench: Bench) -> None:
        bench.model.signals.timelines_changed.connect(
            lambda _changed: bench.model.reading.mark_read(1)
        )

        bench.model.apply(received(1, 3))

        assert bench.model.rooms[1].unread == 0


class TestHistory:
    def test_local_history_comes_first(self, bench: Bench) -> None:
        bench.model.apply(HeadMoved(1, 500, 500), received(451, 500))
        bench.model.history.load_older(1)
        assert bench.commands == [commands.LoadHistory(1, 451, 100)]

        bench.model.apply(HistoryLoaded(1, entries(351, 450)))

        assert len(bench.messages()) == 150
        assert bench.submitted(commands.FetchOlder) == []

    def test_what_is_not_on_disk_is_fetched_from_the_server(self, bench: Bench) -> None:
        bench.model.apply(received(451, 500))
        bench.model.history.load_older(1)

        bench.model.apply(HistoryLoaded(1, ()))
        assert bench.submitted(commands.FetchOlder) == [commands.FetchOlder(1, 351)]

        bench.clear()
        bench.model.history.load_older(1)
        assert not bench.commands, "one page at a time"

        bench.model.apply(received(351, 450))
        assert len(bench.messages()) == 150
        bench.model.history.load_older(1)
        assert bench.commands == [commands.LoadHistory(1, 351, 100)]

    def test_nothing_is_asked_for_at_the_beginning_of_the_room(self, bench: Bench) -> None:
        bench.model.apply(received(1, 20))

        bench.model.history.load_older(1)

        assert not bench.commands

    def test_beginning_is_where_the_server_still_has_entries(self, bench: Bench) -> None:
        bench.follow(1, head=500, first=480, base=480)
        bench.model.apply(received(480, 500))

        assert not bench.model.rooms[1].timeline.has_older

    def test_wish_that_was_not_taken_can_be_repeated(self, bench: Bench) -> None:
        bench.model.apply(received(451, 500))
        bench.takes = False
        bench.model.history.load_older(1)
        bench.takes = True
        bench.model.history.load_older(1)

        assert len(bench.submitted(commands.LoadHistory)) == 2


class TestCatchingUp:
    def test_missing_entries_of_all_rooms_are_counted_down(self, bench: Bench) -> None:
        bench.follow(1, head=300)
        bench.follow(2, head=150, base=101)
        assert bench.model.catch_up == CatchUp(350, 350)

        bench.model.apply(received(201, 300))
        assert bench.model.catch_up == CatchUp(250, 350)

        bench.model.apply(received(1, 200), received(101, 150, room=2))
        assert bench.model.catch_up == CatchUp(0, 0)
        assert bench.named(CatchUp)[-1] == CatchUp(0, 0)

    def test_scrolling_back_wants_more(self, bench: Bench) -> None:
        bench.follow(2, head=150, base=101)
        bench.model.apply(received(101, 150, room=2), BaseMoved(2, 51))

        assert bench.model.catch_up.missing == 50

    def test_room_that_was_left_is_not_waited_for(self, bench: Bench) -> None:
        bench.follow(1, head=300)

        bench.model.apply(MembershipChanged(1, False))

        assert bench.model.catch_up == CatchUp(0, 0)


class TestPeople:
    def test_people_come_change_and_go(self, bench: Bench) -> None:
        anna, ben = Member(ME, "anna", 1), Member(1, "ben", 1)
        bench.model.apply(PeopleChanged(1, (), fresh=True), PeopleChanged(1, (anna, ben)))
        assert bench.named(PeopleShown) == [PeopleShown(1)]
        assert bench.model.names.of(1) == "ben"

        bench.model.apply(PeopleChanged(1, (replace(ben, presence=2), replace(anna, presence=0))))
        assert list(bench.model.rooms[1].people.here.values()) == [Member(1, "ben", 2)]

        bench.model.apply(PeopleChanged(1, (), fresh=True))
        assert not bench.model.rooms[1].people.here

    def test_late_name_is_announced(self, bench: Bench) -> None:
        bench.model.apply(PersonNamed(9, "cleo"), PersonNamed(9, "cleo"))

        assert bench.named(NamesChanged) == [NamesChanged(frozenset({9}))]
        bench.clear()
        bench.model.apply(PersonNamed(9, "cleo"))
        assert not bench.announced

    def test_who_holds_a_message_is_counted_without_oneself(self, bench: Bench) -> None:
        people = (Member(ME, "anna", 1), Member(1, "ben", 1), Member(2, "cleo", 3))
        bench.model.apply(PeopleChanged(1, people, fresh=True))
        room = bench.model.rooms[1]

        bench.model.apply(HeldChanged(1, ((9, ME), (5, 2), (4, 1))))
        held = room.people.held_by(5, ME)
        assert (held.count, held.others, held.everyone) == (1, 2, False)

        held = room.people.held_by(4, ME)
        assert (held.count, held.everyone) == (2, True)

    def test_nobody_else_here_is_not_everyone(self, bench: Bench) -> None:
        bench.model.apply(PeopleChanged(1, (Member(ME, "anna", 1), Member(2, "cleo", 3))))
        bench.model.apply(HeldChanged(1, ((9, ME),)))

        assert not bench.model.rooms[1].people.held_by(1, ME).everyone


class TestSession:
    def test_link_keeps_its_measure_while_its_state_changes(self, bench: Bench) -> None:
        bench.model.apply(LinkMeasured(0.02, 0.1), LinkChanged(LinkState.OFFLINE, 3.0, "Lost."))

        wanted = LinkStatus(LinkState.OFFLINE, 3.0, "Lost.", 0.02, 0.1)
        assert bench.named(LinkStatus) == [wanted]
        assert bench.model.link == wanted

    def test_signing_in_says_in_which_rooms_one_is(self, bench: Bench) -> None:
        bench.model.apply(SignedIn(ME, DEVICE, "annika", "Harbour", (2,), 0, 0))

        assert [room.room for room in bench.model.joined_rooms] == [2]
        assert bench.named(SelfChanged) == [SelfChanged(ME, "annika", "Harbour")]

    def test_a_server_that_knows_nothing_of_ones_rooms_is_spoken_of(self, bench: Bench) -> None:
        bench.model.apply(SignedIn(ME + 1, DEVICE, "anna", "Harbour", (), 0, 0))
        bench.model.apply(SignedIn(ME + 1, DEVICE, "anna", "Harbour", (), 0, 0))

        (told,) = bench.named(Told)
        assert told.text.startswith("You are in no room of this server any more.")

    def test_taken_name_is_worded_with_what_was_asked_for(self, bench: Bench) -> None:
        bench.model.rename_self(" ben ")
        assert bench.commands == [commands.Rename("ben")]

        bench.model.apply(SignInRefused(Refusal.NAME_TAKEN, "ben_"))
        assert bench.named(SignInFailed) == [SignInFailed("ben is taken. Use ben_?", "ben_", True)]

    def test_changed_key_and_disk_trouble_are_handed_on(self, bench: Bench) -> None:
        bench.model.apply(ServerKeyChanged("aa", "bb"), StoreFailed("The disk is full."))

        assert bench.named(KeyChanged) == [KeyChanged("aa", "bb")]
        assert bench.named(DiskTrouble) == [DiskTrouble("The disk is full.")]

    def test_messages_for_the_server_that_was_here_before_are_told(self, bench: Bench) -> None:
        bench.model.apply(EarlierServerFound(is_same=True, messages=1))
        bench.model.apply(EarlierServerFound(is_same=False, messages=2))

        (told,) = bench.named(DiskTrouble)
        assert told.reason.startswith("2 messages for another server are kept")

    @pytest.mark.parametrize(("said_ms", "until_ms"), [(5, 5), (0, TIME_MS)])
    def test_another_name_counts_from_the_servers_time_on(
        self, bench: Bench, said_ms: int, until_ms: int
    ) -> None:
        """Messages have its times; only a server that says none is taken to have ours."""
        bench.model.apply(SignedIn(ME, DEVICE, "bea", "Harbour", (1,), 0, 0, said_ms))
        assert bench.model.calling.former == (FormerName("anna", until_ms),)


class TestNamesOfTheDisk:
    def test_unknown_authors_of_history_are_asked_for(self, bench: Bench) -> None:
        bench.model.apply(PersonNamed(1, "ben"), HeadMoved(1, 5, 5))
        history = (entry(1), entry(2, author=8), entry(3, author=9), entry(4, author=8))

        bench.model.apply(HistoryLoaded(1, history))

        assert bench.submitted(commands.AskNames) == [commands.AskNames((8, 9))]

    def test_what_was_read_while_offline_is_asked_for_at_the_sign_in(self, bench: Bench) -> None:
        bench.model.apply(PersonNamed(1, "ben"), HistoryLoaded(1, (entry(1), entry(2, author=8))))
        bench.clear()

        bench.model.apply(SignedIn(ME, DEVICE, "anna", "Harbour", (1,), 0, 0))
        assert bench.submitted(commands.AskNames) == [commands.AskNames((8,))]

        bench.clear()
        bench.model.apply(SignedIn(ME, DEVICE, "anna", "Harbour", (1,), 0, 1))
        assert bench.submitted(commands.AskNames) == [commands.AskNames((1, 8))]


class TestForks:
    def test_lost_messages_are_counted_and_said_where_they_were(self, bench: Bench) -> None:
        bench.model.apply(received(1, 9))

        bench.model.apply(HistoryForked(1, 4))

        notice = bench.model.rooms[1].timeline.items[-1]
        assert isinstance(notice, ForkNotice)
        assert (notice.after, notice.lost) == (4, 5)
        assert notice.since_ms == entry(4).time_ms

    def test_lost_history_is_fetched_anew(self, bench: Bench) -> None:
        bench.model.apply(received(1, 9), HistoryForked(1, 4))
        bench.model.apply(RoomFollowed(1, stream_of(1), 2, 1, 1, 6, 6))

        assert bench.model.catch_up.missing == 2


class TestRestoring:
    @staticmethod
    def restored(**more: object) -> Restored:
        room = StoredRoom(
            1, stream_of(1), 1, "general", "All", True, 1, 9, 8, 5, ((1, 9),), ((9, b"c"),)
        )
        values = Restored(
            4, b"k" * 32, ME, "anna", "Harbour", 0, (room,), ((1, "ben"),), (), 30, "fp"
        )
        return replace(values, **more)

    def test_rooms_and_names_are_there_at_once(self) -> None:
        bench = Bench(is_signed_in=False)

        bench.model.apply(self.restored(), HistoryLoaded(1, entries(1, 9)))

        assert bench.named(ServerSwitched) == [ServerSwitched(4)]
        assert [room.name for room in bench.model.joined_rooms] == ["general"]
        assert bench.model.rooms[1].unread == 3
        assert bench.model.catch_up.missing == 0
        assert (bench.model.names.of(1), len(bench.shown())) == ("ben", 9)

    def test_outbox_is_shown_where_it_belongs(self) -> None:
        bench = Bench(is_signed_in=False)
        outbox = (
            OutboxPost(20, 1, stream_of(1), "general", EntryKind.MESSAGE, "waits", 1),
            OutboxPost(
                21, 2, b"", "general", EntryKind.MESSAGE, "refused", 2, Refusal.NOT_A_MEMBER
            ),
            OutboxPost(22, 3, b"", "nowhere", EntryKind.MESSAGE, "lost", 3),
            OutboxPost(23, 4, stream_of(1), "general", EntryKind.TOPIC, "no message", 4),
        )

        bench.model.apply(self.restored(outbox=outbox))

        states = [(m.text, m.state) for m in bench.messages()]
        assert states == [("waits", MessageState.PENDING), ("refused", MessageState.FAILED)]
        assert bench.model.unsent == 1

    def test_another_restoring_keeps_keys_and_the_open_room(self, bench: Bench) -> None:
        bench.model.desk.send_message(1, "stored")
        post = bench.store(20)
        bench.model.desk.send_message(1, "on its way")
        keys = [message.key for message in bench.messages()]

        bench.model.apply(self.restored(outbox=(post,)))

        assert [(m.key, m.text) for m in bench.messages()] == list(
            zip(keys, ["stored", "on its way"], strict=True)
        )
        assert bench.model.open_room_number == 1
