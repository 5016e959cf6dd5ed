"""The command line without processes: its arguments, its input, its output, and strict order."""

from __future__ import annotations

import io
import json
import math
import os
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from app import cli
from app.cli_arguments import DEFAULT_LAST, DEFAULT_TIMEOUT_S, LAST_MAX, Options, parse_arguments
from app.cli_input import (
    BadText,
    InputEnd,
    InputLine,
    LineReader,
    LineSplitter,
    checked_line,
    checked_text,
)
from app.cli_output import Printer, age_text, iso_time, join_parts
from app.cli_reading import StrictOrder
from app.cli_session import Failure, Session, TimedOut
from app.client_config import ServerAddress
from app.models.commands import LoadHistory
from app.models.events import EntriesReceived, HistoryForked, LinkChanged, LinkState
from app.models.records import RoomEntry
from app.models.store_answers import HistoryLoaded
from app.structs import replace
from protocol.frames import EntryFlag, EntryKind
from protocol.limits import MESSAGE_BYTES_MAX
from protocol.sequence_set import SequenceSet

ROOM = 3


def entry(number: int, text: str = "hi", **changes: int) -> RoomEntry:
    made = RoomEntry(
        number=number, kind=EntryKind.MESSAGE, author=1, device=1, client_seq=number,
        time_ms=1_700_000_000_007, text=text, flags=EntryFlag.VISIBLE, visible=number,
    )  # fmt: skip
    return replace(made, **cast(Any, changes))


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
        assert capsys.readouterr().out.startswith("hubbub ")


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


class TestInput:
    def lines(self, *pieces: bytes) -> list[InputLine]:
        splitter = LineSplitter()
        found = [line for piece in pieces for line in splitter.feed(piece)]
        return [*found, *splitter.finish()]

    def test_lines_may_come_in_pieces_and_end_as_on_any_system(self) -> None:
        assert self.lines(b"on", b"e\r", b"\n\ntw", b"o") == [
            InputLine(1, b"one"), InputLine(2, b""), InputLine(3, b"two"),
        ]  # fmt: skip
        assert self.lines(b"one\n") == [InputLine(1, b"one")]

    def test_longest_line_is_kept_and_a_longer_one_is_not(self) -> None:
        longest = b"x" * MESSAGE_BYTES_MAX
        assert self.lines(longest + b"\r\n") == [InputLine(1, longest)]
        too_long, after = self.lines(longest, longest, b"\nnext")

        assert too_long == InputLine(1, None)
        assert after == InputLine(2, b"next")
        with pytest.raises(BadText, match="more than 16384 bytes"):
            checked_line(too_long)
        with pytest.raises(BadText, match="16385 bytes, more than"):
            checked_line(InputLine(1, longest + b"x"))

    @pytest.mark.parametrize(
        ("data", "reason"),
        [(b"a\x00", "control"), (b"\x9b\xff", "UTF-8"), (b"\xc2\x9b", "control")],
    )
    def test_bad_line(self, data: bytes, reason: str) -> None:
        with pytest.raises(BadText, match=reason):
            checked_line(InputLine(1, data))

    def test_text_keeps_tabs_and_gets_plain_line_ends(self) -> None:
        assert checked_text("a\tb\r\nc") == "a\tb\nc"

    def test_reader_hands_over_all_lines_and_the_end(self) -> None:
        ours, theirs = os.pipe()
        items: list[InputLine | InputEnd] = []
        os.write(theirs, b"one\ntwo")
        os.close(theirs)

        LineReader(ours, items.append)._run()
        os.close(ours)

        assert items == [InputLine(1, b"one"), InputLine(2, b"two"), InputEnd()]

    def test_reader_says_when_it_cannot_read(self) -> None:
        ours, theirs = os.pipe()
        os.close(theirs)
        os.close(ours)
        items: list[InputLine | InputEnd] = []

        LineReader(ours, items.append)._run()

        assert isinstance(items[0], InputEnd)
        assert "cannot be read" in items[0].reason


class TestOutput:
    def printed(self, item: RoomEntry, author: str = "anna", *, as_json: bool = False) -> str:
        stream = io.StringIO()
        Printer(stream, as_json=as_json).entry("general", item, author)
        return stream.getvalue()

    def test_entry_as_json(self) -> None:
        line = self.printed(entry(7, "größe"), as_json=True)

        assert "größe" in line
        assert json.loads(line) == {
            "room": "general", "seq": 7, "time": "2023-11-14T22:13:20.007Z", "author": "anna",
            "kind": "message", "text": "größe",
        }  # fmt: skip

    def test_json_is_one_line_for_every_reader_and_safe_to_look_at(self) -> None:
        text = "a\n\x1b[31m\x7f\x85\x9b\u2028\u2029\u202e"

        line = self.printed(entry(7, text), as_json=True)

        assert len(line.splitlines()) == 1
        assert line.rstrip("\n").isprintable()
        assert json.loads(line)["text"] == text

    def test_people_see_escapes(self) -> None:
        line = self.printed(entry(7, "a\tb\x1b[2J\x9b\nc\u202e \\x1b"), "a\nb")

        assert line == (
            "7 2023-11-14T22:13:20.007Z a\\x0ab: a\tb\\x1b[2J\\x9b\n    c\\u202e \\x1b\n"
        )

    @pytest.mark.parametrize(
        ("kind", "name", "text"),
        [
            (EntryKind.CREATED, "created", "hi"), (EntryKind.JOIN, "join", ""),
            (EntryKind.LEAVE, "leave", ""), (EntryKind.TOPIC, "topic", "hi"),
            (EntryKind.NAME, "name", "hi"), (99, "kind-99", "hi"),
        ],
    )  # fmt: skip
    def test_kinds_have_names_and_only_what_people_wrote(
        self, kind: int, name: str, text: str
    ) -> None:
        fields = json.loads(self.printed(entry(7, kind=kind), as_json=True))

        assert (fields["kind"], fields["text"]) == (name, text)

    @pytest.mark.parametrize(
        ("kind", "text", "words"),
        [
            (EntryKind.MESSAGE, "/me waves\nand goes", "* anna waves\n    and goes"),
            (EntryKind.MESSAGE, "//me is a command", "anna: /me is a command"),
            (EntryKind.CREATED, "general", "anna created the room"),
            (EntryKind.JOIN, "", "anna joined"),
            (EntryKind.LEAVE, "", "anna left"),
            (EntryKind.TOPIC, "tea\x1b", "anna set the topic: tea\\x1b"),
            (EntryKind.TOPIC, "", "anna took the topic away"),
            (EntryKind.NAME, "tea", "anna renamed the room to #tea"),
            (99, "what", "* anna kind-99 what"),
        ],
    )
    def test_people_read_what_the_window_shows(self, kind: int, text: str, words: str) -> None:
        line = self.printed(entry(7, text, kind=kind))

        assert line == f"7 2023-11-14T22:13:20.007Z {words}\n"

    def test_what_the_server_says_is_no_text_of_a_person(self) -> None:
        assert json.loads(self.printed(entry(7, author=0), "", as_json=True))["text"] == ""

    def test_rooms_and_receipts(self) -> None:
        stream = io.StringIO()
        for as_json in (False, True):
            Printer(stream, as_json=as_json).room("dev", "what\nwe do", 1)
            Printer(stream, as_json=as_json).receipt("dev", 12)

        assert stream.getvalue() == (
            "dev (1 person) what\\x0awe do\n"
            "dev 12\n"
            '{"room": "dev", "topic": "what\\nwe do", "people": 1}\n'
            '{"room": "dev", "seq": 12}\n'
        )

    @pytest.mark.parametrize(
        ("time_ms", "text"),
        [(0, "1970-01-01T00:00:00.000Z"), (2**63 - 1, "9999-12-31T23:59:59.999Z")],
    )
    def test_time_of_any_server_can_be_shown(self, time_ms: int, text: str) -> None:
        assert iso_time(time_ms) == text

    def test_parts_are_joined_under_the_last_number(self) -> None:
        continues = EntryFlag.CONTINUES
        parts = [entry(1, "a", flags=continues), entry(2, "b", flags=continues), entry(3, "c")]

        assert list(join_parts([*parts, entry(4, "d")])) == [entry(3, "abc"), entry(4, "d")]


class TestStrictOrder:
    def numbers(self, order: StrictOrder) -> list[int]:
        return [item.number for item in order.take_out()]

    def received(self, first: int, last: int) -> EntriesReceived:
        return EntriesReceived(ROOM, tuple(map(entry, range(first, last + 1))), b"")

    def test_holds_back_until_nothing_is_missing(self) -> None:
        order = StrictOrder(ROOM, 5, SequenceSet())
        order.take_in(self.received(7, 8))
        assert self.numbers(order) == []

        order.take_in(self.received(3, 6))

        assert self.numbers(order) == [5, 6, 7, 8]
        order.take_in(self.received(5, 9))
        assert self.numbers(order) == [9]

    def test_other_rooms_mean_nothing(self) -> None:
        order = StrictOrder(ROOM + 1, 1, SequenceSet())
        order.take_in(self.received(1, 2))

        assert self.numbers(order) == []

    def test_reads_from_disk_what_is_held(self) -> None:
        held = SequenceSet([(5, 2000)])
        order = StrictOrder(ROOM, 5, held)
        wish = order.wish()
        assert isinstance(wish, LoadHistory)
        assert order.wish() is None  # asked for already
        page = tuple(map(entry, range(5, wish.before)))

        order.take_in(HistoryLoaded(ROOM, page))

        assert len(page) == wish.count
        assert self.numbers(order) == [item.number for item in page]
        assert order.wish() == replace(wish, before=wish.before + wish.count)

    def test_history_that_it_did_not_ask_for_is_ignored(self) -> None:
        order = StrictOrder(ROOM, 5, SequenceSet())
        order.take_in(HistoryLoaded(ROOM, (entry(5),)))

        assert self.numbers(order) == []

    def test_keeps_only_a_window_in_memory_and_the_rest_on_disk(self) -> None:
        held = SequenceSet([(2, 10_000)])
        order = StrictOrder(ROOM, 1, held)
        order.take_in(self.received(2, 10_000))
        held.add(1, 1)
        order.take_in(self.received(1, 1))

        taken = self.numbers(order)

        assert 1000 < len(taken) < 5000
        wish = order.wish()
        assert wish is not None
        assert wish.before - wish.count == order.next == taken[-1] + 1

    def test_says_when_the_disk_does_not_have_what_it_should(self) -> None:
        order = StrictOrder(ROOM, 5, SequenceSet([(5, 9)]))
        order.wish()

        with pytest.raises(Failure, match="entry 5 cannot be read"):
            order.take_in(HistoryLoaded(ROOM, ()))

    def test_fork_takes_it_back_to_where_histories_agree(self) -> None:
        order = StrictOrder(ROOM, 5, SequenceSet())
        order.take_in(self.received(5, 9))
        assert self.numbers(order) == [5, 6, 7, 8, 9]
        order.take_in(self.received(11, 12))

        order.take_in(HistoryForked(ROOM, 7))
        order.take_in(self.received(8, 10))

        assert self.numbers(order) == [8, 9, 10]


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
