"""Markup, links, names and emoji are found, and nothing is lost by cutting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.addresses import is_openable
from app.markup import QUOTES_MAX, is_mentioned, parts_of, segments_of, unmarked
from app.markup_parts import CodeBlock, References, Segment, SegmentKind, Style, TextLine

NAMES = (SegmentKind.MENTION, SegmentKind.OWN_MENTION, SegmentKind.ROOM)
TEAM = References(people=("Ben", "Priya Raman"), rooms=("dev", "dev ops"), own="Anna")


def links(text: str) -> list[str]:
    return [part.text for part in segments_of(text) if part.kind is SegmentKind.LINK]


@given(st.text(max_size=200))
def test_joining_the_segments_gives_the_text_back(text: str) -> None:
    assert "".join(part.text for part in segments_of(text)) == text


_PIECES = st.sampled_from(
    ["||", "a", " ", "1", ".", ",", "(", "'", "-", "*", "_", "`", "1. ", "> ", "www.a.b", "😀",
     ":tada:", "\\", "|", "#", "é", "__init__", "~~", "\n"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=12))
def test_what_is_read_quickly_is_read_the_same(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert parts_of(text) == parts_of(text, References(people=("Nobody",)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://example.org/a#b.", "https://example.org/a#b"),
        ("(http://example.org/x_(y))", "http://example.org/x_(y)"),
        ("HTTPS://Example.org!", "HTTPS://Example.org"),
        ("write mailto:a@example.org, please", "mailto:a@example.org"),
        ("http://10.0.0.1:8080/x?y=1&z=2", "http://10.0.0.1:8080/x?y=1&z=2"),
        (
            f"come: hubbub://10.0.0.1:48228/dev%20ops#{'a2' * 16}.",
            f"hubbub://10.0.0.1:48228/dev%20ops#{'a2' * 16}",
        ),
        ("(hubbub://[::1]:48228/dev)", "hubbub://[::1]:48228/dev"),
        ("see www.example.org.", "www.example.org"),
        ("(WWW.Example.org:80/x_(y)?z#a), so", "WWW.Example.org:80/x_(y)?z#a"),
        ("**www.bücher.example**", "www.bücher.example"),
        # The host is what it looks like.
        ("www.example.org:x@other.example", "www.example.org"),
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
        "www.example",
        "www.1.2.3",
        "wwww.example.org",
        "anna@www.example.org",
        "in.www.example.org",
        "//www.example.org",
        r"\www.example.org",
        "`www.example.org`",
        "[www.example.org](https://other.example)",
        "ftp://x.org",
        "xhttps://a.b",
        "http://",
        "hubbub://",
        "hubbub:general",
        # Looks like another host.
        "hubbub://еxample",
        "xhubbub://a.b",
    ],
)
def test_nothing_else_is(text: str) -> None:
    assert links(text) == []


def test_only_four_schemes_open() -> None:
    assert is_openable("hubbub://a.b")
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


def styled(text: str) -> list[tuple[str, Style]]:
    """What is seen of a line, with its styles."""
    return [(s.visible, s.style) for s in segments_of(text) if s.kind is not SegmentKind.HIDDEN]


def kinds(text: str) -> list[tuple[SegmentKind, str]]:
    found = segments_of(text, TEAM)
    return [(s.kind, s.text) for s in found if s.kind is not SegmentKind.TEXT]


@given(st.text(alphabet="*_~|`a >:#@A\n", max_size=80))
def test_nothing_is_lost_among_delimiters(text: str) -> None:
    assert "".join(part.text for part in segments_of(text, TEAM)) == text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("**b**", [("b", Style.BOLD)]),
        ("*i* x", [("i", Style.ITALIC), (" x", Style.NONE)]),
        ("~~s~~", [("s", Style.STRIKE)]),
        ("||s||", [("s", Style.SPOILER)]),
        ("`**c**`", [("**c**", Style.CODE)]),
        ("**a *b* c**", [("a ", Style.BOLD), ("b", Style.BOLD | Style.ITALIC), (" c", Style.BOLD)]),
        (
            "**a *b** c",
            [("a ", Style.BOLD), ("*", Style.BOLD), ("b", Style.BOLD), (" c", Style.NONE)],
        ),
        ("*https://a.bc*", [("https://a.bc", Style.ITALIC)]),
        ("_i_ x", [("i", Style.ITALIC), (" x", Style.NONE)]),
        ("(_a b_c d_).", [("(", Style.NONE), ("a b_c d", Style.ITALIC), (").", Style.NONE)]),
        ("_https://a.bc_", [("https://a.bc", Style.ITALIC)]),
        ("_**b**_", [("b", Style.BOLD | Style.ITALIC)]),
        ("*_i_*", [("i", Style.ITALIC)]),
        ("_a and _b_", [("_a and ", Style.NONE), ("b", Style.ITALIC)]),
        ("`_c_`", [("_c_", Style.CODE)]),
    ],
)
def test_delimiters_in_pairs_style_what_is_between(
    text: str, pieces: list[tuple[str, Style]]
) -> None:
    assert styled(text) == pieces


@pytest.mark.parametrize("text", ["2*3*4", "a ** b ** c", "****", "**", "`", "* a", "5 * 6 * 7"])
def test_other_delimiters_are_text(text: str) -> None:
    assert "".join(shown for shown, style in styled(text) if style is Style.NONE) == text


@pytest.mark.parametrize(
    "text",
    [
        "snake_case_names", "a_b_c", "_private", "_private and _other", "name_ and other_",
        "__init__", "see __init__", "__init__.py", "pkg/__init__.py", "/usr/_x_/lib", "_x_.py",
        "self._x_", "é_) d_", "_f_(a)", "_ a _", "__", "___x___", "@ben_ and @_ben", r"¯\_(ツ)_/¯",
    ],
)  # fmt: skip
def test_underscores_of_names_are_letters(text: str) -> None:
    assert segments_of(text) == [Segment(SegmentKind.TEXT, text)]


def test_underscores_in_an_address_stay_in_it() -> None:
    assert kinds("https://a.bc/_x_/d_e") == [(SegmentKind.LINK, "https://a.bc/_x_/d_e")]


def test_a_name_that_ends_with_an_underscore_is_a_name() -> None:
    found = segments_of("@ben_ hi", References(people=("ben_",)))
    assert found[0] == Segment(SegmentKind.MENTION, "@ben_")


def test_a_code_block_has_its_language() -> None:
    assert parts_of("see\n```python\nx = 1\n\ny\n```\nend") == [
        TextLine((Segment(SegmentKind.TEXT, "see"),)),
        CodeBlock("x = 1\n\ny", "python"),
        TextLine((Segment(SegmentKind.TEXT, "end"),)),
    ]


def test_a_block_that_is_not_closed_is_text() -> None:
    assert len(parts_of("```python\nx = 1")) == 2
    assert all(isinstance(part, TextLine) for part in parts_of("```python\nx = 1"))


def test_a_quote_is_a_line_of_its_own() -> None:
    quote, answer = parts_of("> *so*\nyes")
    assert isinstance(quote, TextLine) and quote.is_quote
    assert isinstance(answer, TextLine) and not answer.is_quote


@pytest.mark.parametrize(
    ("signs", "words", "quotes"),
    [
        ("> ", "so", 1),
        (">> ", "so", 2),
        ("> > ", "so", 2),
        ("> >> ", "so", 3),
        (">", "", 1),
        (">>", "", 2),
        ("> >", "", 2),
        ("> > > > > ", "so", QUOTES_MAX),
        (">> " * 2_000, "so", QUOTES_MAX),
        ("> ", ">>> x = 1", 1),
        ("> ", ">so", 1),
        ("", ">>> x = 1", 0),
        ("", ">so", 0),
        ("", ">>so", 0),
    ],
)
def test_a_quote_may_stand_in_a_quote(signs: str, words: str, quotes: int) -> None:
    (line,) = parts_of(signs + words)
    assert isinstance(line, TextLine) and line.quotes == quotes
    hidden = [each.text for each in line.segments if each.kind is SegmentKind.HIDDEN]
    assert hidden == ([signs] if signs else [])
    assert "".join(each.text for each in line.segments) == signs + words


def test_names_are_mentions_as_whole_words() -> None:
    assert kinds("@ben and @Priya Raman, anna? annas @bento x@ben #dev ops #devil") == [
        (SegmentKind.MENTION, "@ben"),
        (SegmentKind.MENTION, "@Priya Raman"),
        (SegmentKind.OWN_MENTION, "anna"),
        (SegmentKind.ROOM, "#dev ops"),
    ]


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("hello Anna", True),
        ("@ANNA!", True),
        ("annas", False),
        ("`anna`", False),
        ("```\nanna\n```", False),
        ("https://a.b/anna", False),
        ("*anna*", True),
        ("[hello @Anna](https://a.b)", True),
        ("[hello](https://a.b/@Anna)", False),
        ("[example.org @Anna](https://a.b)", True),  # no link
        ("> @Anna hi\nso?", False),
        ("> > Anna", False),
        ("> [hello @Anna](https://a.b)", False),
        ("> hi\n@Anna so?", True),
        ("\\> @Anna hi", True),  # no quote
    ],
)
def test_a_mention_is_a_word_outside_code_and_quotes(text: str, is_it: bool) -> None:
    assert is_mentioned(text, "Anna") is is_it
    assert not is_mentioned(text, "")


def test_the_reader_in_a_quote_is_somebody_like_others() -> None:
    (quote,) = parts_of("> @anna, or anna, and @Priya Raman in #dev ops", TEAM)
    assert isinstance(quote, TextLine)
    assert [(s.kind, s.text) for s in quote.segments if s.kind in NAMES] == [
        (SegmentKind.MENTION, "@anna"),
        (SegmentKind.MENTION, "@Priya Raman"),
        (SegmentKind.ROOM, "#dev ops"),
    ]


def test_a_shortcode_is_an_emoji_and_keeps_what_was_written() -> None:
    assert segments_of("ok :tada:") == [
        Segment(SegmentKind.TEXT, "ok "),
        Segment(SegmentKind.EMOJI, ":tada:", shown="🎉"),
    ]
    assert segments_of("12:30:45 :nosuch:") == [Segment(SegmentKind.TEXT, "12:30:45 :nosuch:")]


@pytest.mark.parametrize(
    "piece", ["**a ", "*a ", "`", "```a\n", "||", "http://" + ")" * 90, "@Anna", ":a", "> "]
)
def test_no_text_is_slow_to_read(piece: str) -> None:
    text = piece * (16_000 // len(piece))
    parts_of(text, TEAM)  # a quadratic reader takes minutes here
    assert sum(len(part.segments) for part in parts_of(text, TEAM) if isinstance(part, TextLine))


class TestUnmarked:
    @pytest.mark.parametrize(
        "text",
        ["hello", "2 * 3", "see https://example.org/a*b*c", "@anna in #dev 🙈", "one\ntwo"],
    )
    def test_what_has_no_markup_goes_as_it_is(self, text: str) -> None:
        assert unmarked(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            "**bold**",
            "*a* ~~b~~ ||c||",
            "> quoted",
            ":tada:",
            "`x`",
            "use `x` and *y*",
            "*one*\n*two*",
            "```\nx\n```",
            "```x```",
            "a\n```\n*b*\n```\nc",
            "a ` b ` c\n> d",
        ],
    )
    def test_what_has_is_read_as_it_is_written(self, text: str) -> None:
        (part,) = parts_of(unmarked(text))

        if isinstance(part, CodeBlock):
            read = part.code
        else:
            read = "".join(s.visible for s in part.segments if s.kind is not SegmentKind.HIDDEN)
        assert read.replace("\u200b", "") == text

    @given(st.text(alphabet="a *`~|>:\n", max_size=30))
    def test_nothing_is_styled_and_nothing_lost(self, text: str) -> None:
        read = []
        for part in parts_of(unmarked(text)):
            if isinstance(part, CodeBlock):
                read.append(part.code)
                continue
            assert not part.is_quote
            assert all(s.style in (Style.NONE, Style.CODE) for s in part.segments)
            read.append(
                "".join(s.visible for s in part.segments if s.kind is not SegmentKind.HIDDEN)
            )
        assert "\n".join(read).replace("\u200b", "") == text


class TestLists:
    @pytest.mark.parametrize(
        ("line", "marker", "level"),
        [
            ("- one", "•", 0),
            ("* one", "•", 0),
            ("1. one", "1.", 0),
            ("10. one", "10.", 0),
            ("  - one", "•", 1),
            ("    2. one", "2.", 2),
            ("            * one", "•", 3),
        ],
    )
    def test_a_line_is_an_item(self, line: str, marker: str, level: int) -> None:
        part = parts_of(line)[0]
        assert isinstance(part, TextLine)
        assert (part.marker, part.level) == (marker, level)
        assert "".join(segment.text for segment in part.segments) == line
        assert part.segments[0].text == line.removesuffix("one")
        (quoted,) = parts_of(f"> {line}")
        assert isinstance(quoted, TextLine) and quoted.is_quote
        assert (quoted.marker, quoted.level) == (marker, level)
        assert [each.text for each in quoted.segments] == ["> ", line.removesuffix("one"), "one"]

    @pytest.mark.parametrize(
        "line",
        [
            "-one",
            "*one*",
            "-",
            "- ",
            "--- x",
            "2026. was",
            "1.5 is",
            "1 . x",
            "> -x",
            "> >- x",
            "> \\- x",
            "a - b",
            "**a** b",
        ],
    )
    def test_other_lines_are_none(self, line: str) -> None:
        part = parts_of(line)[0]
        assert isinstance(part, TextLine) and not part.marker

    def test_what_is_written_in_an_item_has_its_markup(self) -> None:
        part = parts_of("* a **b** @Anna", TEAM)[0]
        assert isinstance(part, TextLine)
        kinds = [segment.kind for segment in part.segments]
        assert kinds.count(SegmentKind.HIDDEN) == 2
        assert kinds[-1] is SegmentKind.OWN_MENTION
