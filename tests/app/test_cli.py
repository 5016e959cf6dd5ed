"""The command line without processes: its arguments, what it does with them, silence and time."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

from app import cli
from app.about import own_version
from app.cli_arguments import DEFAULT_LAST, DEFAULT_TIMEOUT_S, LAST_MAX, Options, parse_arguments
from app.cli_output import age_text
from app.cli_session import Session, TimedOut
from app.client_config import ServerAddress
from app.models.events import LinkChanged, LinkState
from protocol.limits import MESSAGE_BYTES_MAX


class TestArguments:
    @pytest.mark.parametrize(
        "line",
        [
            "--name anna --json send #general hello world --server ship:1 --data d --timeout 2",
            "send --name anna general --json hello --server ship:1 world --data d --timeout 2",
            "--name=anna --server=ship:1 --data d send general hello world --json --timeout=2",
        ],
    )
    def test_options_stand_anywhere(self, line: str) -> None:
        assert parse_arguments(line.split()) == Options(
            command="send", server=ServerAddress("ship", 1), name="anna", data=Path("d"),
            timeout_s=2, json=True, room="general", text=("hello", "world"),
        )  # fmt: skip

    def test_defaults(self) -> None:
        assert parse_arguments(["rooms"]) == Options(command="rooms")
        assert parse_arguments(["history", "a"]).last == DEFAULT_LAST
        assert parse_arguments(["send", "a"]).text is None

    def test_words_after_two_dashes_are_text(self) -> None:
        assert parse_arguments(["send", "a", "--", "-5", "--json"]).text == ("-5", "--json")

    def test_name_of_a_command_may_be_a_room_or_a_person(self) -> None:
        options = parse_arguments(["--name", "tail", "send", "rooms", "history"])

        assert (options.command, options.name) == ("send", "tail")
        assert (options.room, options.text) == ("rooms", ("history",))

    def test_window_takes_options_or_a_link(self) -> None:
        assert parse_arguments([]) == Options()
        options = parse_arguments(["--server", "ship:1", "--name", "anna", "--room", "#dev"])
        assert (options.command, options.name, options.room) == ("", "anna", "dev")

        link = parse_arguments([f"hubbub://ship:7/dev#{'a' * 32}", "--name", "anna"])

        assert link.server == ServerAddress("ship", 7, "a" * 32, "dev")
        assert (link.command, link.name, link.room) == ("", "anna", "dev")

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("sned general", "no command 'sned'"),
            ("send", "ROOM"),
            ("send #", "ROOM is empty"),
            ("tail a --since 0", "no number from 1"),
            ("tail a --count -1", "no number from 1"),
            ("tail a --count ١", "no number from 1"),
            (f"history a --last {LAST_MAX + 1}", f"no number from 1 to {LAST_MAX}"),
            ("rooms general", "unrecognized"),
            ("rooms --timeout nan", "seconds above 0"),
            ("rooms --timeout inf", "seconds above 0"),
            ("rooms --server ship:99999", "no port"),
            ("rooms --serv ship:1", "--serv"),
            (f"rooms --name {'x' * 33}", "at most 32 characters"),
            ("rooms --name #anna", "cannot be a nick"),
            ("hubbub://a --server b", "--server is too much"),
            ("http://a", "begins with hubbub://"),
        ],
    )
    def test_wrong_usage_is_one_line_and_code_2(
        self, line: str, words: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            parse_arguments(line.split())

        said = capsys.readouterr()
        assert ended.value.code == 2
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert words in said.err

    @pytest.mark.parametrize(
        ("started", "name"),
        [("/usr/bin/hubbub", "hubbub"), ("/opt/app/__main__.py", "python -m app")],
    )
    @pytest.mark.parametrize("line", ["--help", "send --help", "--json rooms --help"])
    def test_help_says_what_to_type(
        self,
        started: str,
        name: str,
        line: str,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(sys, "argv", [started])
        with pytest.raises(SystemExit) as ended:
            parse_arguments(line.split())

        assert ended.value.code == 0
        assert capsys.readouterr().out.startswith(f"usage: {name} ")

    def test_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            parse_arguments(["--version"])

        assert ended.value.code == 0
        assert capsys.readouterr().out == f"hubbub {own_version()}\n"
        assert own_version()[0].isdigit()


class TestMain:
    """What needs no server."""

    @pytest.mark.parametrize(
        ("words", "reason", "code"),
        [
            (["a\x1bb"], "control characters", 1),
            (["\udcff"], "not valid UTF-8", 1),
            (["x" * MESSAGE_BYTES_MAX + "y"], f"{MESSAGE_BYTES_MAX + 1} bytes", 1),
            ([" ", "\n"], "TEXT is empty", 2),
        ],
    )
    def test_bad_text_touches_nothing(
        self, words: list[str], reason: str, code: int, tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        folder = tmp_path / "data"

        ended = cli.main(["--data", str(folder), "send", "general", *words])

        said = capsys.readouterr()
        assert (ended, said.out, said.err.count("\n")) == (code, "", 1)
        assert reason in said.err
        assert not folder.exists()

    def test_without_a_server_it_says_how_to_name_one(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["rooms", "--data", str(tmp_path)]) == 2
        assert "--server HOST:PORT" in capsys.readouterr().err

    def test_folder_that_cannot_be_made(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "file").touch()

        assert cli.main(["rooms", "--data", str(tmp_path / "file" / "data")]) == 1
        said = capsys.readouterr().err
        assert f"{tmp_path / 'file'} is a file, not a folder: name another data folder" in said


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"),
        (172_799, "47 h"), (172_800, "2 days"),
    ],
)  # fmt: skip
def test_ages_are_said_in_one_unit(seconds: int, text: str) -> None:
    assert age_text(seconds * 1000) == text


class TestSilence:
    def test_who_waits_on_is_told_once_when_nobody_answers_and_when_somebody_does_again(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        session = Session(Options(command="tail"), clock=lambda: 100.0)
        session.address = ServerAddress("127.0.0.1", 1)
        session._apply(LinkChanged(LinkState.OFFLINE))
        assert capsys.readouterr().err == "", "it says so itself when it cannot begin"
        session.go_on_without_end()
        for state in (LinkState.ONLINE, LinkState.OFFLINE, LinkState.CONNECTING, LinkState.ONLINE):
            session._apply(LinkChanged(state))
        assert capsys.readouterr().err.splitlines() == [
            "hubbub: 127.0.0.1:1 does not answer; what is said meanwhile comes later",
            "hubbub: 127.0.0.1:1 answers again",
        ]


class TestTime:
    def test_where_it_wanted_to_be_it_stays_unless_a_time_was_named(self) -> None:
        for given, later in ((None, math.inf), (2.0, 102.0)):
            session = Session(Options(command="tail", timeout_s=given), clock=lambda: 100.0)
            session.go_on_without_end()
            assert session._deadline == later

    def test_without_a_time_the_server_has_to_be_reached_within_the_usual(self) -> None:
        moments = iter([100.0, *[100.0 + DEFAULT_TIMEOUT_S + 1] * 9])
        session = Session(Options(command="tail"), clock=lambda: next(moments))
        session.address = ServerAddress("127.0.0.1", 1)
        with pytest.raises(TimedOut, match="could not be reached within 30 s"):
            session.wait_for(lambda: False)
