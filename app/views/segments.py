"""Cuts safe text into plain runs, links and emoji; the seam where markup comes in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class SegmentKind(Enum):
    TEXT = "text"
    LINK = "link"
    EMOJI = "emoji"


@dataclass(frozen=True, slots=True)
class Segment:
    kind: SegmentKind
    text: str


# Only three schemes, only where a word starts; the shown text is always the address itself.
_LINK = re.compile(r"(?<![\w/])(?:https?://|mailto:)[^\s<>\"'`\u200b]{2,}", re.IGNORECASE)
_TRAILING = ".,;:!?…*_~"
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_OPENABLE = ("http://", "https://", "mailto:")


def is_openable(address: str) -> bool:
    """Whether a click may open `address`: http, https, mailto and nothing else."""
    return address.lower().startswith(_OPENABLE)


def segments_of(text: str) -> list[Segment]:
    """Cut one line or several of safe text; joining the texts gives `text` back."""
    found: list[Segment] = []
    at = 0
    for match in _LINK.finditer(text):
        address = _without_trailing(match.group())
        if not is_openable(address):
            continue
        found += _with_emoji(text[at : match.start()])
        found.append(Segment(SegmentKind.LINK, address))
        at = match.start() + len(address)
    found += _with_emoji(text[at:])
    return found


def _without_trailing(address: str) -> str:
    while address:
        last = address[-1]
        opener = _CLOSERS.get(last)
        unbalanced = opener is not None and address.count(last) > address.count(opener)
        if last not in _TRAILING and not unbalanced:
            break
        address = address[:-1]
    return address


def _with_emoji(text: str) -> Iterator[Segment]:
    if not text:
        return
    if text.isascii():
        yield Segment(SegmentKind.TEXT, text)
        return
    # Loaded when the first emoji could be there: the table costs 27 ms at start.
    import emoji

    at = 0
    for place in emoji.emoji_list(text):
        start, end = int(place["match_start"]), int(place["match_end"])
        if start > at:
            yield Segment(SegmentKind.TEXT, text[at:start])
        yield Segment(SegmentKind.EMOJI, text[start:end])
        at = end
    if at < len(text):
        yield Segment(SegmentKind.TEXT, text[at:])
