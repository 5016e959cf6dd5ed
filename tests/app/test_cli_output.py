"""What the command line prints, for people and for programs."""

from __future__ import annotations

import io
import json

import pytest

from app.cli_output import Printer, iso_time, join_parts
from app.models.records import RoomEntry
from protocol.frames import EntryFlag, EntryKind
from tests.app.cli_entries import entry


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
