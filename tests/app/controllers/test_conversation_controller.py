"""The open room, from the composer through a mocked socket to a real server core, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.commands import SetAway
from app.models.events import EntriesReceived
from app.structs import replace
from app.views.rows import HoleRow, MessageRow, MessageState, Presence
from protocol.frames import EntryKind
from tests.app.controllers.window_world import Program, WindowWorld
from tests.simulation.world import SimulatedClient


@pytest.fixture
def ben(world: WindowWorld) -> SimulatedClient:
    """Another member of #general, without a window."""
    client = world.add_client("ben")
    world.run(1.0)
    world.join(client)
    world.run(1.0)
    return client


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


class TestCommands:
    def test_unknown_command_is_never_sent(self, anna: Program, ben: SimulatedClient) -> None:
        anna.window.clear_draft.reset_mock()

        anna.say("/foo bar")
        anna.world.run(1.0)

        assert anna.texts == [] and ben.texts(1) == []
        assert anna.notices[-1] == "No command named '/foo'. Type // to start with a slash."
        anna.window.clear_draft.assert_not_called()

    def test_double_slash_sends_a_slash(self, anna: Program, ben: SimulatedClient) -> None:
        anna.say("//etc")

        anna.until(lambda: ben.texts(1) == ["/etc"])

    def test_action_is_worded_with_the_name(self, anna: Program, ben: SimulatedClient) -> None:
        anna.world.say(ben, "/me waves")

        anna.until(lambda: anna.texts == ["* ben waves"])

    def test_topic_is_set_and_shown(self, anna: Program) -> None:
        anna.say("/topic What we build")

        anna.until(lambda: anna.last("show_header").topic == "What we build")
        assert anna.notices[-1] == "anna set the topic: What we build"
        anna.until(lambda: anna.last("show_header").topic_tooltip.startswith("Set by anna, "))

    def test_topic_alone_says_it_here_only(self, anna: Program) -> None:
        anna.say("/topic")
        anna.world.run(0.1)

        assert anna.notices[-1] == "#general has no topic."
        anna.calls.on_topic(anna.timeline.room_key, "What we build")
        anna.until(lambda: anna.last("show_header").topic == "What we build")
        anna.say("/topic")
        anna.until(lambda: anna.notices[-1] == "Topic: What we build")

    def test_nick_changes_the_own_name(self, anna: Program) -> None:
        anna.say("/nick annika")

        anna.until(lambda: anna.last("show_self").name == "annika")

    def test_a_new_nick_is_still_said_after_the_next_start(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        anna.say("one")
        anna.until(lambda: anna.marks == [MessageState.ACCEPTED])
        anna.say("/nick annika")
        anna.until(lambda: "anna is now called annika" in anna.notices)
        anna.say("two")
        anna.until(lambda: anna.texts == ["one", "two"])

        def lines(program: Program) -> list[str]:
            wanted = ("one", "two", "anna is now called annika")
            rows = [row for row in program.timeline.rows if isinstance(row, MessageRow)]
            return [row.text for row in rows if row.text in wanted]

        before = lines(anna)
        world.end_program(anna)
        state = anna.states[-1]
        again = world.start_program(tmp_path / "anna", name="annika", state=state).in_room()
        again.until(lambda: again.texts == ["one", "two"])

        assert lines(again) == before == ["one", "anna is now called annika", "two"]

    def test_taken_nick_is_said_and_the_old_one_stays(
        self, anna: Program, ben: SimulatedClient
    ) -> None:
        anna.say("/nick ben")

        anna.until(lambda: anna.window.set_notice.called)
        assert anna.last("set_notice").startswith("ben is taken.")
        anna.window.show_connect.assert_not_called()
        anna.say("still here")
        anna.until(lambda: "still here" in ben.texts(1))

    def test_clear_empties_the_view_and_deletes_nothing(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        world.say(ben, "old")
        anna.until(lambda: anna.texts == ["old"])
        world.network.loss = 1.0
        anna.say("not sent yet")
        anna.say("/clear")
        anna.until(lambda: anna.texts == ["not sent yet"])
        assert anna.timeline.is_cleared and not anna.timeline.has_older

        world.network.loss = 0.0
        anna.until(lambda: anna.messages[-1].state is not MessageState.PENDING, 90.0)
        anna.until(lambda: bool(ben.texts(1)), 90.0)
        world.say(ben, "new")
        anna.until(lambda: anna.texts == ["not sent yet", "new"], 90.0)
        anna.say("/help clear")
        anna.until(lambda: anna.notices[-1:] == ["/clear: empty the view; nothing is deleted"])

        anna.calls.on_show_earlier(anna.timeline.room_key)
        anna.until(lambda: anna.texts == ["old", "not sent yet", "new"])
        assert not anna.timeline.is_cleared

    def test_help_shows_the_commands_and_writes_no_line(self, anna: Program) -> None:
        anna.say("/help")
        anna.world.run(0.1)

        anna.window.open_command_list.assert_called_once_with()
        assert not [line for line in anna.notices if line.startswith("/")]
        anna.window.clear_draft.assert_called_with(anna.timeline.room_key)


class TestDrafts:
    def test_draft_is_kept_and_comes_back_at_the_next_start(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        anna.calls.on_draft_change(anna.timeline.room_key, "not yet finis")
        state = anna.states[-1]
        world.end_program(anna)

        again = world.start_program(tmp_path / "anna", state=state)
        world.run(0.5)

        again.window.set_draft.assert_called_once_with(again.timeline.room_key, "not yet finis")

    def test_room_with_a_draft_is_marked_also_after_a_start(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        key = anna.timeline.room_key
        anna.calls.on_draft_change(key, "not yet finis")
        anna.calls.on_join_room("dev")
        anna.in_room("dev")
        anna.until(lambda: [row.has_draft for row in anna.last("show_rooms")] == [False, True])
        state = anna.states[-1]
        world.end_program(anna)

        again = world.start_program(tmp_path / "anna", state=state).in_room("dev")
        again.until(lambda: [row.has_draft for row in again.last("show_rooms")] == [False, True])

    def test_draft_stays_on_disk_until_the_outbox_has_the_message(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.calls.on_draft_change(anna.timeline.room_key, "hello")
        anna.say("hello")
        assert list(anna.states[-1].drafts.values()) == ["hello"]

        world.run(0.1)
        assert not anna.states[-1].drafts


class TestFinding:
    @pytest.fixture
    def long_room(self, world: WindowWorld, anna: Program, ben: SimulatedClient) -> Program:
        """Anna has 600 messages on her disk, and the newest 100 in memory."""
        anna.say("the first boat")
        for number in range(600):
            world.say(ben, f"words {number}")
            if number % 50 == 49:
                world.run(1.0)
        anna.until(lambda: "words 599" in anna.texts, 120)
        anna.model.rooms[1].timeline.entries_max = 100
        anna.model.rooms[1].timeline.trim()
        anna.say("the last boat")
        anna.until(lambda: anna.marks[-1] is MessageState.HELD_BY_ALL)
        return anna

    def test_all_that_is_on_the_disk_is_looked_through_and_shown(
        self, world: WindowWorld, long_room: Program
    ) -> None:
        anna, key = long_room, long_room.timeline.room_key
        assert "the first boat" not in anna.texts

        anna.calls.on_find(key, "BOAT", False)
        anna.until(lambda: anna.window.show_found.called)
        found = anna.last("show_found")
        assert (found.room_key, found.words, len(found.keys)) == (key, "BOAT", 2)
        assert found.keys[-1] == anna.messages[-1].key

        anna.calls.on_go_to(key, found.keys[0])
        anna.until(lambda: "the first boat" in anna.texts)
        assert anna.timeline.has_newer
        assert anna.timeline.around == found.keys[0]
        assert not [row for row in anna.timeline.rows if isinstance(row, HoleRow)]

        count = len(anna.texts)
        anna.calls.on_need_newer(key)
        anna.until(lambda: len(anna.texts) > count)
        assert anna.timeline.has_newer

        anna.calls.on_newest(key)
        anna.until(lambda: not anna.timeline.has_newer)
        assert anna.texts[-1] == "the last boat"

    def test_a_hit_that_was_cleared_is_shown_again(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        world.say(ben, "the boat")
        anna.until(lambda: anna.texts == ["the boat"])
        key, row = anna.timeline.room_key, anna.messages[0].key
        anna.say("/clear")
        anna.until(lambda: anna.texts == [])
        anna.calls.on_go_to(key, row)
        anna.until(lambda: anna.texts == ["the boat"])


class TestMoreCommands:
    def test_away_is_seen_by_the_others_and_on_the_own_card(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        anna.say("/away")
        anna.until(lambda: anna.last("show_self").presence is Presence.AWAY)
        anna.until(lambda: "You are away now." in anna.notices)
        anna.until(lambda: any(p.presence is Presence.AWAY for p in anna.last("show_people")))
        anna.say("/back")
        anna.until(lambda: all(p.presence is Presence.ONLINE for p in anna.last("show_people")))
        assert anna.last("show_self").presence is Presence.ONLINE

    def test_what_one_says_of_being_away_is_read_by_the_others(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        def statuses() -> set[tuple[str, str]]:
            own = anna.last("show_self")
            return {(p.name, p.status_text) for p in (own, *anna.last("show_people"))}

        world.command(ben, SetAway(True, "at the harbour"))
        anna.say("/away  at\u2028lunch ")
        both = {("anna", "at lunch"), ("ben", "at the harbour")}
        anna.until(lambda: statuses() == both)
        anna.until(lambda: "You are away now: at lunch" in anna.notices)
        ben_id = next(p.person_id for p in anna.last("show_people") if p.name == "ben")
        anna.calls.on_person_card(ben_id)
        assert anna.last("show_person_card").person.status_text == "at the harbour"

        anna.say("/back")
        world.command(ben, SetAway(True))
        anna.until(lambda: statuses() == {("anna", ""), ("ben", "")})

    def test_too_long_a_text_is_said_and_stays_in_the_field(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.window.clear_draft.reset_mock()
        anna.say(f"/away {'x' * 101}")
        assert "100 characters" in anna.last("set_notice")
        assert not anna.window.clear_draft.called
        assert anna.last("show_self").presence is Presence.ONLINE

    def test_who_is_ignored_is_hidden_here_also_after_a_restart(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient, tmp_path: Path
    ) -> None:
        world.say(ben, "noise")
        anna.until(lambda: anna.texts == ["noise"])
        anna.say("/ignore BEN")
        anna.until(lambda: anna.texts == [])
        world.say(ben, "more noise")
        world.run(1.0)
        assert anna.texts == []
        assert "hidden on this computer" in anna.notices[-1]

        state = anna.states[-1]
        world.end_program(anna)
        again = world.start_program(tmp_path / "anna", state=state).in_room()
        assert again.texts == []
        again.say("/ignore")
        again.until(lambda: again.notices[-1:] == ["You ignore: ben."])
        again.say("/unignore ben")
        again.until(lambda: again.texts == ["noise", "more noise"])
        assert again.states[-1].ignored == {}

    def test_nobody_and_oneself_cannot_be_ignored(self, world: WindowWorld, anna: Program) -> None:
        for nick, words in (
            ("zoe", "There is nobody here called zoe."),
            ("anna", "That is you: what you write cannot be hidden from yourself."),
        ):
            anna.say(f"/ignore {nick}")
            anna.until(lambda words=words: anna.notices[-1:] == [words])  # type: ignore[misc]
        anna.window.clear_draft.assert_not_called()

    def test_invite_copies_a_link_to_the_room(self, world: WindowWorld, anna: Program) -> None:
        anna.say("/invite")
        world.run(0.1)
        assert anna.last("copy_text").startswith("general#")

    def test_about_names_program_and_server(self, world: WindowWorld, anna: Program) -> None:
        anna.say("/about")
        anna.until(lambda: bool(anna.notices) and anna.notices[-1].startswith("Hubbub "))


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
