"""What people type is made fit to be sent, or refused in words."""

from __future__ import annotations

import pytest

from app.models.composed_text import CannotSend, clean_name, clean_status, clean_text, clean_topic
from protocol.limits import (
    MESSAGE_BYTES_MAX,
    NICK_CODE_POINTS_MAX,
    STATUS_CODE_POINTS_MAX,
    TOPIC_BYTES_MAX,
)
from protocol.text_rules import is_status, is_text


class TestMessages:
    def test_line_ends_become_line_feeds(self) -> None:
        assert clean_text("a\r\nb\rc\nd") == "a\nb\nc\nd"

    def test_control_characters_go_but_tabs_and_line_feeds_stay(self) -> None:
        assert clean_text("a\x00b\x1b[31m\tc\n\x85d") == "ab[31m\tc\nd"

    def test_lone_surrogates_become_replacement_characters(self) -> None:
        assert clean_text("a\ud800b") == "a\N{REPLACEMENT CHARACTER}b"

    @pytest.mark.parametrize("text", ["", "  ", "\n\r\n", "\x00", "\t"])
    def test_nothing_is_not_sent(self, text: str) -> None:
        with pytest.raises(CannotSend, match="nothing"):
            clean_text(text)

    def test_what_is_sent_is_what_a_log_takes(self) -> None:
        every = "".join(map(chr, range(0x1000))) + "\u2028\u202e\ud800"

        assert is_text(clean_text(every), 10**6)

    def test_limit_is_in_bytes(self) -> None:
        assert clean_text("ä" * (MESSAGE_BYTES_MAX // 2))
        with pytest.raises(CannotSend, match="too long"):
            clean_text("ä" * (MESSAGE_BYTES_MAX // 2) + "a")

    def test_message_is_not_normalised(self) -> None:
        assert clean_text("e\u0301") == "e\u0301"


class TestNamesAndTopics:
    def test_topic_is_one_line(self) -> None:
        assert clean_topic(" What\nwe\tbuild ") == "What we build"

    def test_long_topic_is_refused(self) -> None:
        assert clean_topic("x" * TOPIC_BYTES_MAX)
        with pytest.raises(CannotSend):
            clean_topic("x" * (TOPIC_BYTES_MAX + 1))

    @pytest.mark.parametrize("text", [" at\n lunch\x07\u2028", "", "x" * STATUS_CODE_POINTS_MAX])
    def test_what_one_says_of_being_away_is_one_line(self, text: str) -> None:
        status = clean_status(text)
        assert status == " ".join(text.replace("\x07", "").split())
        assert is_status(status)

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("x" * (STATUS_CODE_POINTS_MAX + 1), "at most 100 characters"),
            ("🍲" * (STATUS_CODE_POINTS_MAX + 1), "at most 100 characters"),
            ("🍲" * 76, "304 bytes, and 300 bytes are the most"),
            ("🍲" * STATUS_CODE_POINTS_MAX, "400 bytes, and 300 bytes are the most"),
        ],
    )
    def test_too_long_a_status_is_refused_by_the_limit_it_hits(self, text: str, why: str) -> None:
        with pytest.raises(CannotSend, match=why):
            clean_status(text)

    def test_so_is_too_long_a_name(self) -> None:
        with pytest.raises(CannotSend, match="68 bytes, and 64 bytes are the most"):
            clean_name("🙂" * 17)
        with pytest.raises(CannotSend, match="at most 32 characters"):
            clean_name("x" * (NICK_CODE_POINTS_MAX + 1))

    def test_name_is_trimmed(self) -> None:
        assert clean_name(" dev\n ") == "dev"

    @pytest.mark.parametrize("name", ["", " ", "x" * (NICK_CODE_POINTS_MAX + 1), "🙂" * 17])
    def test_missing_or_long_name_is_refused(self, name: str) -> None:
        with pytest.raises(CannotSend):
            clean_name(name)
