"""What is typed behind a slash, from the composer to a real server core and back."""

from __future__ import annotations

from pathlib import Path

from app.models.commands import SetAway
from app.views.rows import MessageRow, MessageState, Presence
from tests.app.controllers.window_world import Program, WindowWorld
from tests.simulation.world import SimulatedClient


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
