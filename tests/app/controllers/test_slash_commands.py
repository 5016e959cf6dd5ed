"""What stands behind a slash."""

from __future__ import annotations

from itertools import groupby

import pytest

from app.controllers import slash_commands as slash
from app.controllers.slash_commands import parse_command


class TestCommands:
    @pytest.mark.parametrize(
        ("text", "command"),
        [
            ("hello", slash.Say("hello")),
            (" /join x", slash.Say(" /join x")),
            ("//join x", slash.Say("/join x")),
            ("//me x", slash.Say("//me x")),
            ("///me x", slash.Say("///me x")),
            ("//menu", slash.Say("/menu")),
            ("/me waves  at Ben ", slash.Say("/me waves  at Ben")),
            ("/join #dev", slash.Join("dev")),
            ("/JOIN dev", slash.Join("dev")),
            ("/create #dev", slash.Join("dev", create=True)),
            ("/part", slash.Part("")),
            ("/leave #dev", slash.Part("dev")),
            ("/topic", slash.Topic(None)),
            ("/topic What we build", slash.Topic("What we build")),
            ("/nick Anna Berg", slash.Nick("Anna Berg")),
            ("/whois @ben", slash.Whois("ben")),
            ("/clear", slash.Clear()),
            ("/away", slash.Away(True)),
            ("/away at lunch", slash.Away(True, "at lunch")),
            ("/back", slash.Away(False)),
            ("/invite", slash.Invite()),
            ("/ignore @Ben Berg", slash.Ignore("Ben Berg", True)),
            ("/ignore", slash.Ignore("", True)),
            ("/unignore ben", slash.Ignore("ben", False)),
            ("/spoiler he wins\n\nall", slash.Say("||he wins||\n\n||all||")),
            ("/shrug", slash.Say("¯\\_(ツ)_/¯")),
            ("/shrug who knows", slash.Say("who knows ¯\\_(ツ)_/¯")),
            ("/about", slash.About()),
            ("/plain hello *you", slash.Say("hello *you")),
            ("/plain *hello* you", slash.Say("`*hello* you`")),
            ("/plain /me waves", slash.Say("//me waves")),
        ],
    )
    def test_text_becomes_a_command(self, text: str, command: slash.Command) -> None:
        assert parse_command(text) == command

    @pytest.mark.parametrize("text", ["/", "/ ", "/ join x", "/foo", "/joinx y", "/\n/me x"])
    def test_unknown_command_is_a_mistake(self, text: str) -> None:
        command = parse_command(text)

        assert isinstance(command, slash.Mistake)
        assert command.text.startswith("No command named '/")
        assert command.text.endswith("'. Type // to start with a slash.")

    @pytest.mark.parametrize(
        ("text", "usage"),
        [
            ("/me", "/me <text>"),
            ("/join  ", "/join <#room>"),
            ("/nick", "/nick <nick>"),
            ("/unignore", "/unignore <nick>"),
            ("/back now", "/back"),
            ("/plain", "/plain <text>"),
        ],
    )
    def test_wrong_call_shows_the_usage(self, text: str, usage: str) -> None:
        assert parse_command(text) == slash.Mistake(f"Usage: {usage}")


class TestHelp:
    def test_without_a_word_the_list_is_wanted(self) -> None:
        assert parse_command("/help") == slash.Help("")

    @pytest.mark.parametrize(
        ("word", "line"),
        [
            ("/leave", "/part [<#room>]: leave a room"),
            ("BACK", "/back: be here again"),
        ],
    )
    def test_one_command_is_explained_also_by_its_other_name(self, word: str, line: str) -> None:
        assert parse_command(f"/help {word}") == slash.Help(line)

    def test_all_commands_are_listed_under_headings_and_can_be_run(self) -> None:
        rows = slash.command_list()

        assert len({row[0] for row in rows}) == len(rows)
        for name, arguments, what, _group in rows:
            command = parse_command(f"/{name}")
            if isinstance(command, slash.Mistake):
                assert command.text.startswith(f"Usage: /{slash._ALIASES.get(name, name)} <")
            assert what and "\n" not in arguments + what
        headings = [group for group, _rows in groupby(row[3] for row in rows)]
        assert headings == ["Writing", "Rooms", "People", "Program", ""]

    def test_other_names_are_completed_and_not_listed(self) -> None:
        assert ("leave", "[<#room>]", "leave a room", "") in slash.command_list()

    def test_unknown_word_is_a_mistake(self) -> None:
        assert isinstance(parse_command("/help foo"), slash.Mistake)
