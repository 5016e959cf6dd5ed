"""Links and emoji are found, and nothing is lost by cutting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.segments import Segment, SegmentKind, is_openable, segments_of


def links(text: str) -> list[str]:
    return [part.text for part in segments_of(text) if part.kind is SegmentKind.LINK]


@given(st.text(max_size=200))
def test_joining_the_segments_gives_the_text_back(text: str) -> None:
    assert "".join(part.text for part in segments_of(text)) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://example.org/a#b.", "https://example.org/a#b"),
        ("(http://example.org/x_(y))", "http://example.org/x_(y)"),
        ("HTTPS://Example.org!", "HTTPS://Example.org"),
        ("write mailto:a@example.org, please", "mailto:a@example.org"),
        ("http://10.0.0.1:8080/x?y=1&z=2", "http://10.0.0.1:8080/x?y=1&z=2"),
    ],
)
def test_an_address_is_a_link(text: str, found: str) -> None:
    assert links(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "example.org",
        "ftp://x.org",
        "xhttps://a.b",
        "http://",
    ],
)
def test_nothing_else_is(text: str) -> None:
    assert links(text) == []


def test_only_three_schemes_open() -> None:
    assert is_openable("https://a.b")
    assert is_openable("mailto:a@b.c")
    assert not is_openable("javascript:alert(1)")
    assert not is_openable(" https://a.b")


def test_an_emoji_with_a_skin_tone_is_one_segment() -> None:
    assert segments_of("ok 👍🏽!") == [
        Segment(SegmentKind.TEXT, "ok "),
        Segment(SegmentKind.EMOJI, "👍🏽"),
        Segment(SegmentKind.TEXT, "!"),
    ]


def test_a_flag_is_one_segment() -> None:
    assert segments_of("🇳🇴") == [Segment(SegmentKind.EMOJI, "🇳🇴")]
