"""Shortcodes in a text that is still being written: which are drawn as emoji once it is sent.

The message decides: wherever it would show a picture, also in the middle of a word, the field does.
What was begun as code and is not ended yet is code.
"""

from collections.abc import Iterator

from app.markup import FENCE, SHORTCODE, is_fence, segments_of
from app.markup_parts import SegmentKind


def shortcodes_in(line: str, before: str = "") -> Iterator[tuple[int, int, str]]:
    """Start and end of each in the line up to the caret, and its emoji; ``before`` are the lines
    above."""
    if SHORTCODE.search(line) is None or is_in_block(before):
        return
    if line.count("`") % 2:
        line = line[: line.rfind("`")]
    at = 0
    for piece in segments_of(line):
        if piece.kind is SegmentKind.EMOJI and piece.shown:
            yield at, at + len(piece.text), piece.shown
        at += len(piece.text)


def with_emoji(line: str) -> str:
    """The line with its shortcodes as the emoji they are drawn as."""
    return "".join(
        piece.visible if piece.kind is SegmentKind.EMOJI else piece.text
        for piece in segments_of(line)
    )


def is_in_block(before: str) -> bool:
    """Whether a block of code was begun in the text and has not ended."""
    is_in = False
    for line in before.split("\n") if "```" in before else ():
        is_in = not is_fence(line) if is_in else FENCE.match(line) is not None
    return is_in
