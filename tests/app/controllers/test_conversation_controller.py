"""The open room, from the composer through a mocked socket to a real server core, and back."""

from __future__ import annotations

from pathlib import Path

from app.models.events import EntriesReceived
from app.structs import replace
from app.views.rows import HoleRow, MessageState
from protocol.frames import EntryKind
from tests.app.controllers.window_world import Program, WindowWorld
from tests.simulation.world import SimulatedClient


class TestSending:
    def test_message_is_shown_pending_before_anything_is_on_disk(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.say("hello")
        world.run(0.0011)

        assert anna.texts == ["hello"]
        assert anna.messages[0].state is MessageState.PENDING
        assert anna.messages[0].is_own
        anna.window.clear_draft.assert_called_once_with(anna.timeline.room_key)

    def test_message_is_accepted_in_place_under_the_same_key(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.say("hello")
        world.run(0.0011)
        key = anna.messages[0].key

        anna.until(lambda: anna.messages[0].state is MessageState.ACCEPTED)
        world.run(1.0)

        assert [(row.key, row.text) for row in anna.messages] == [(key, "hello")]

    def test_message_reaches_the_others(self, anna: Program, ben: SimulatedClient) -> None:
        anna.say("hello\r\nBen\x07")

        anna.until(lambda: "hello\nBen" in ben.texts(1))

    def test_mark_says_who_holds_it(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        anna.say("hello")

        anna.until(lambda: anna.marks == [MessageState.HELD_BY_ALL])

    def test_long_message_is_one_row(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        text = "wörd " * 2500

        anna.say(text)
        anna.until(lambda: anna.marks == [MessageState.HELD_BY_ALL])
        world.run(2.0)

        assert anna.texts == [text.rstrip()]

    def test_too_long_message_stays_in_the_field(self, anna: Program) -> None:
        anna.window.clear_draft.reset_mock()

        anna.say("x" * 20_000)

        anna.window.clear_draft.assert_not_called()
        assert "too long" in anna.last("set_notice")

    def test_message_typed_offline_waits_and_goes_out_by_itself(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        world.network.loss = 1.0
        anna.say("from the tunnel")
        world.run(60.0)
        assert anna.messages[0].state is MessageState.PENDING

        world.network.loss = 0.0
        anna.until(lambda: anna.messages[0].state is not MessageState.PENDING, 90.0)
        # He was in the tunnel as well, and comes back in his own time.
        anna.until(lambda: bool(ben.texts(1)), 90.0)

        assert ben.texts(1) == anna.texts == ["from the tunnel"]

    def test_refused_message_fails_with_a_reason_and_can_be_sent_again_or_deleted(
        self, world: WindowWorld, anna: Program
    ) -> None:
        key = anna.timeline.room_key
        anna.say("/part")
        anna.calls.on_send(key, "too late")
        anna.until(lambda: not anna.room_names)
        anna.calls.on_join_room("general")
        anna.in_room()

        (failed,) = anna.messages
        assert failed.state is MessageState.FAILED
        assert failed.details.failed_reason == "Join the room first to write in it."

        anna.calls.on_retry(key, failed.key)
        anna.until(lambda: anna.messages[-1].state is MessageState.ACCEPTED)
        assert anna.texts == ["too late"]
        assert anna.messages[0].key != failed.key

    def test_failed_message_is_deleted_for_good(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        key = anna.timeline.room_key
        anna.say("/part")
        anna.calls.on_send(key, "too late")
        anna.until(lambda: not anna.room_names)
        anna.calls.on_join_room("general")
        anna.in_room()

        anna.calls.on_delete_failed(key, anna.messages[0].key)
        world.run(0.1)
        assert anna.texts == []

        world.end_program(anna)
        again = world.start_program(tmp_path / "anna").in_room()
        assert again.texts == []


class TestReceiving:
    def test_message_of_another_is_shown_with_name_and_time(
        self, anna: Program, world: WindowWorld, ben: SimulatedClient
    ) -> None:
        world.say(ben, "hi Anna")

        anna.until(lambda: anna.texts == ["hi Anna"])
        (row,) = anna.messages
        assert (row.author_name, row.is_own, row.time.year) == ("ben", False, 2025)

    def test_seen_messages_are_read(
        self, anna: Program, world: WindowWorld, ben: SimulatedClient
    ) -> None:
        world.say(ben, "hi Anna")
        anna.until(lambda: anna.last("show_rooms")[0].unread == 1)

        anna.calls.on_seen(anna.timeline.room_key, anna.messages[-1].key)

        anna.until(lambda: anna.last("show_rooms")[0].unread == 0)

    def test_burst_is_flushed_in_steps_not_one_by_one(
        self, anna: Program, world: WindowWorld, ben: SimulatedClient
    ) -> None:
        flushes = anna.window.show_timeline.call_count
        start = world.now
        for number in range(200):
            world.say(ben, f"message {number}")

        anna.until(lambda: len(anna.texts) == 200)

        flushes_max = (world.now - start) / 0.033 + 2
        assert anna.window.show_timeline.call_count - flushes <= flushes_max

    def test_hole_is_drawn_only_after_a_while(
        self, anna: Program, world: WindowWorld, ben: SimulatedClient
    ) -> None:
        world.say(ben, "first")
        anna.until(lambda: anna.texts == ["first"])
        room = anna.model.rooms[1]
        entry = room.timeline.entry(room.timeline.head)
        assert entry is not None
        later = replace(entry, number=entry.number + 4, visible=entry.visible + 4)
        anna.model.apply(EntriesReceived(1, (later,), b""))
        for _ in range(4):
            world.run(0.05)
            anna.model.lines.tell(1, "another flush")
        assert not any(isinstance(row, HoleRow) for row in anna.timeline.rows)

        world.run(0.2)
        (hole,) = [row for row in anna.timeline.rows if isinstance(row, HoleRow)]
        assert hole.missing_count == 3
        assert hole.is_fetched

    def test_scrolling_back_loads_from_the_server_what_is_not_here(
        self, world: WindowWorld, ben: SimulatedClient, tmp_path: Path
    ) -> None:
        for number in range(400):
            world.say(ben, f"message {number}")
            world.run(0.01)
        anna = world.start_program(tmp_path / "anna", room="general").in_room()
        seen = len(anna.texts)
        assert 0 < seen < 400

        for _ in range(8):
            if anna.timeline.has_older:
                anna.calls.on_need_older(anna.timeline.room_key)
                world.run(2.0)

        assert anna.texts == [f"message {number}" for number in range(400)]
        assert not anna.timeline.has_older

    def test_what_was_said_is_found_behind_comings_and_goings_that_are_hidden(
        self, world: WindowWorld, ben: SimulatedClient, tmp_path: Path
    ) -> None:
        world.say(ben, "it was said long ago")
        world.run(3_600)  # longer than it would count as lately
        cleo = world.add_client("cleo")
        world.run(1.0)
        for _ in range(200):
            world.join(cleo)
            world.post(cleo, "general", EntryKind.LEAVE)
            world.run(0.02)
        anna = world.start_program(tmp_path / "anna", room="general").in_room()
        assert (anna.texts, anna.notices) == ([], [])
        assert anna.timeline.has_older
        asked_at = set()
        while not anna.texts and anna.timeline.oldest not in asked_at:
            # As the pane does: once from each place that was reached.
            asked_at.add(anna.timeline.oldest)
            anna.calls.on_need_older(anna.timeline.room_key)
            world.run(2.0)
        assert anna.texts == ["it was said long ago"]
        assert "cleo" not in " ".join(anna.notices)


class TestAllRead:
    def test_no_room_has_unread_messages_any_more(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        anna.window.is_in_front = False
        for number in range(3):
            world.say(ben, f"news {number}")
        anna.until(lambda: anna.model.rooms[1].unread == 3)
        anna.calls.on_mark_all_read()
        assert anna.model.rooms[1].unread == 0
        anna.until(lambda: anna.last("show_rooms")[0].unread == 0)
