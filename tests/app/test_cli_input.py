"""What the command line reads from its input."""

from __future__ import annotations

import os

import pytest

from app.cli_input import (
    BadText,
    InputEnd,
    InputLine,
    LineReader,
    LineSplitter,
    checked_line,
    checked_text,
)
from protocol.limits import MESSAGE_BYTES_MAX


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
