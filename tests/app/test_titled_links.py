"""Words may be drawn in place of an address where they cannot be taken for another one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.markup import parts_of, segments_of, unmarked
from app.markup_parts import References, Segment, SegmentKind, Style, TextLine
from app.views.safe_text import safe_message

HIDDEN, LINK, TEXT = SegmentKind.HIDDEN, SegmentKind.LINK, SegmentKind.TEXT
ADDRESS = "https://example.org/a/b_(c)?q=1#d"


def titled(text: str) -> list[tuple[str, str]]:
    return [(part.text, part.target) for part in segments_of(text) if part.target]


def test_words_lead_to_their_address() -> None:
    assert segments_of(f"see [the *plan*]({ADDRESS}).") == [
        Segment(TEXT, "see "),
        Segment(HIDDEN, "["),
        Segment(LINK, "the *plan*", Style.NONE, target=ADDRESS),
        Segment(HIDDEN, f"]({ADDRESS})"),
        Segment(TEXT, "."),
    ]
    assert titled("**[a](http://b.example) and [c](https://d.example)**") == [
        ("a", "http://b.example"),
        ("c", "https://d.example"),
    ]
    assert titled("[ok 👍 now](https://b.example)") == [
        ("ok ", "https://b.example"),
        (" now", "https://b.example"),
    ]


def test_people_are_named_in_the_words_and_the_link_goes_on_there() -> None:
    references = References(people=("Ben",), rooms=("dev",), own="Ada")
    found = segments_of(f"[hello @Ada, @Ben in #dev]({ADDRESS})", references)
    assert found[1:-1] == [
        Segment(LINK, "hello ", target=ADDRESS),
        Segment(SegmentKind.OWN_MENTION, "@Ada", target=ADDRESS),
        Segment(LINK, ", ", target=ADDRESS),
        Segment(SegmentKind.MENTION, "@Ben", target=ADDRESS),
        Segment(LINK, " in #dev", target=ADDRESS),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "the handbook",
        "example.org",
        "www.Example.org",
        "https://example.org/other",
        "version 1.2",
        "a.b",
        "12:30 today",
        "שלום",
        "it’s here",
        "«plan» – 5 €",
        "日本語",
    ],
)
def test_words_that_name_no_other_place_are_drawn(words: str) -> None:
    assert titled(f"[{words}]({ADDRESS})") == [(words, ADDRESS)]


@pytest.mark.parametrize(
    "words",
    [
        "https://bank.example",
        "bank.example",
        "go to BANK.example/login now",
        "anna@bank.example",
        "example.org.bank.example",
        "b\u200bank.\u2060example",
        "bank\uff0eexample",
        "bank\u3002example",
        "bank\u2024example",
        "https:\u2044\u2044bank",
        "b\u0430nk.example",
        "xn--bnk-7cd.example",
        "10.0.0.1",
        "mailto:a/",
        "README.md",
        " ",
        "\u200b",
        "\u3164",
        "bank.\u200aexample",
        "bank.\u2800example",
        *(
            f"bank{sign}example"
            for sign in "\ua4f8\ua60e\u0660\u06f0\u06d4\u0702\u2027\u22c5\u30fb"
        ),
        *(f"bank{sign}example" for sign in "\u2022\u0589\ua78f\u2e31\U00010a50\U0001d16d"),
    ],
)
def test_words_that_could_be_another_place_are_shown_as_written(words: str) -> None:
    text = f"[{words}]({ADDRESS})"
    assert segments_of(text) == [Segment(TEXT, text)]


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "[a](file:///etc/passwd)",
        "[a](mailto:b@c.example)",
        "[a](https://bank.example@evil.example/)",
        "[a](https://b\u00e4nk.example)",
        "[a](https://a.example:port/)",
        "[a] (https://b.example)",
        "[](https://b.example)",
        "[😀](https://b.example)",
        f"[a](https://accounts.bank.example.{'x' * 40}.evil.example/)",
        "[a](https://b.example",
        "[a\nb](https://b.example)",
        "`[a](https://b.example)`",
    ],
)
def test_other_brackets_stand_for_nothing(text: str) -> None:
    parts = [part for part in parts_of(text) if isinstance(part, TextLine)]
    assert not [segment for part in parts for segment in part.segments if segment.target]


@pytest.mark.parametrize("is_titled", [False, True])
def test_a_long_address_is_whole_although_it_may_be_broken(is_titled: bool) -> None:
    address = f"https://b.example/{'x' * 500}?q=1"
    said = safe_message(f"[the book]({address})" if is_titled else f"see {address} now")
    assert "".join(part.text for part in segments_of(said)) == said
    (link,) = [part for part in segments_of(said) if part.kind is LINK]
    assert (link.target or link.text).replace("\u200b", "") == address


@given(st.text(alphabet="[]()ab/.: -*1\n@", max_size=80))
def test_nothing_is_lost_among_brackets(text: str) -> None:
    text = text.replace("@", "](https://b.example)")
    lines = ["".join(s.text for s in p.segments) for p in parts_of(text) if isinstance(p, TextLine)]
    assert "\n".join(lines) == text


@pytest.mark.parametrize("text", [f"[a]({ADDRESS})", "- one", "1. one", "see\n* one"])
def test_what_is_to_be_plain_is_read_as_it_is_written(text: str) -> None:
    plain = unmarked(text)
    assert plain != text and "`" in plain


@pytest.mark.parametrize(
    "piece",
    ["- ", "- a\n", "1. ", "  ", "[", "](", "[a](", "[a](http://", "[a](http://b(c", "(https://a",
     "[a](https://b.example)", "[" + "a" * 190 + "](https://" + "b" * 300],
)  # fmt: skip
def test_no_text_is_slow_to_read(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    begun = time.process_time()
    parts_of(text[:20_000])
    assert "".join(part.text for part in segments_of(text)) == text
    # Twice the text takes about twice as long; a quadratic reader takes minutes.
    assert time.process_time() - begun < 20
