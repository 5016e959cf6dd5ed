"""The topic in the header: cut to one line, and all of it in a card."""

from __future__ import annotations

import pytest

from app.views.rows import HeaderRow, LinkQuality, StatusRow
from app.views.topic_card import TOPIC_BYTES_MAX, TopicCard
from tests.app.views.conftest import Stage, items_of, texts_of

LONG = "what we build, and when, and with whom, and why it took so long " * 5
ROW = HeaderRow("dev", LONG, "Set by Anna, Friday, 20 November 2026, 09:12:00")


def topic_of(stage: Stage) -> str:
    """The line in the header, without its pictures."""
    return "".join(texts_of(stage.window.header.topic))


def is_open(stage: Stage) -> bool:
    return bool(stage.window.popups.topic_card().winfo_manager())


@pytest.mark.parametrize("width", [480, 1100])
def test_a_click_shows_all_of_it(stage: Stage, width: int) -> None:
    stage.resize(width)
    window, card = stage.window, stage.window.popups.topic_card()
    window.show_header(ROW)
    window.composer.text.focus_force()
    stage.settle()
    assert topic_of(stage).endswith("…")
    window.header.topic.event_generate("<ButtonPress-1>", x=5, y=5)
    window.header.topic.event_generate("<ButtonRelease-1>", x=5, y=5)
    stage.settle()
    assert is_open(stage)
    assert card.topic.get("1.0", "end-1c") == LONG.strip()
    stage.settle()
    whole = card.topic.count("1.0", "end", "displaylines")
    assert whole is not None
    assert int(str(card.topic.cget("height"))) == whole[0] > 1
    assert card.origin.text == ROW.topic_tooltip
    assert card.winfo_x() >= 0 and card.winfo_x() + card.winfo_width() <= width
    card.copy_button.invoke()
    assert window.root.clipboard_get() == LONG
    window.header.topic.event_generate("<ButtonPress-1>", x=5, y=5)
    window.header.topic.event_generate("<ButtonRelease-1>", x=5, y=5)
    assert not is_open(stage)
    assert window.root.focus_get() is window.composer.text


@pytest.mark.parametrize("topic", ["🎉 party", ":tada: party"])
def test_its_emoji_are_pictures(stage: Stage, topic: str) -> None:
    line, card = stage.window.header.topic, stage.window.popups.topic_card()
    stage.window.show_header(HeaderRow("dev", topic))
    stage.settle()
    assert topic_of(stage) == " party" and len(items_of(line, "image")) == 1
    line.invoke()
    stage.settle()
    assert card.topic.get("1.0", "end-1c") == " party"
    assert len(card.topic.image_names()) == 1
    stage.window.show_header(HeaderRow("dev", f"{topic} {LONG}"))
    stage.settle()
    assert topic_of(stage).endswith("…") and len(items_of(line, "image")) == 1


def test_code_in_it_stays_as_it_was_written(stage: Stage) -> None:
    stage.window.show_header(HeaderRow("dev", "`:tada:` is a word"))
    stage.settle()
    assert topic_of(stage) == "`:tada:` is a word"


def test_by_the_keyboard_and_back(stage: Stage) -> None:
    topic = stage.window.header.topic
    stage.window.show_header(ROW)
    stage.press(topic, "<Return>")
    assert is_open(stage)
    stage.press(stage.window.popups.topic_card().close_button, "<Escape>")
    assert not is_open(stage)
    assert stage.window.root.focus_get() is topic


def test_the_pill_says_less_where_the_topic_needs_its_room(stage: Stage) -> None:
    window, header = stage.window, stage.window.header
    status = StatusRow(LinkQuality.GOOD, "24 ms · 0 % lost", "24 ms")
    window.set_status(status)
    window.show_header(HeaderRow("dev", "Protocol, client and relay work"))
    for width, is_short in ((1100, False), (780, True), (1100, False)):
        stage.resize(width)
        assert header.pill.shown_text == ("24 ms" if is_short else status.text)
        assert topic_of(stage) == header.row.topic
    # One that is cut in any case has what it needs to be read at all.
    window.show_header(HeaderRow("dev", LONG))
    stage.settle()
    assert header.pill.shown_text == status.text
    stage.resize(780)
    assert header.pill.shown_text == "24 ms"
    assert len(topic_of(stage)) > 25
    # Without a topic nobody needs it.
    window.show_header(HeaderRow("dev"))
    stage.settle()
    assert header.pill.shown_text == status.text


def test_nothing_divides_the_name_from_a_topic_that_has_no_room(stage: Stage) -> None:
    header = stage.window.header
    stage.window.show_header(HeaderRow("a-room-with-a-rather-long-name", LONG, key="room 1"))
    stage.window.header.set_news(12, 0)
    for width, is_divided in ((480, False), (1100, True)):
        stage.resize(width)
        stage.settle()
        assert bool(header.divider.winfo_ismapped()) == is_divided


def test_the_pill_shows_that_it_has_the_keys(stage: Stage) -> None:
    pill, accent = stage.window.header.pill, stage.window.look.tokens.accent
    stage.window.root.focus_force()
    pill.focus_set()
    stage.until(lambda: stage.color_at(pill, 0) == stage.color_at(pill, 1) == accent)
    stage.window.composer.text.focus_set()
    stage.until(lambda: stage.color_at(pill, 0) != accent)


def test_no_topic_is_no_button(stage: Stage) -> None:
    topic = stage.window.header.topic
    stage.window.show_header(HeaderRow("dev"))
    topic.invoke()
    assert not is_open(stage)
    assert not int(str(topic.cget("takefocus")))


def test_who_set_it_is_said_where_it_is_known(stage: Stage) -> None:
    card = stage.window.popups.topic_card()
    stage.window.show_header(HeaderRow("dev", "x"))
    stage.window.header.topic.invoke()
    assert not card.origin.winfo_manager()
    assert stage.window.header._topic_hint() == "x"
    stage.window.show_header(ROW)
    assert stage.window.header._topic_hint().endswith(ROW.topic_tooltip)


def test_find_button(stage: Stage) -> None:
    window = stage.window
    window.header.find_button.invoke()
    stage.settle()
    assert window.find_bar.winfo_viewable()
    window.header.find_button.invoke()
    assert not window.find_bar.winfo_manager()


class TestLinks:
    TOPIC = "Plans at https://example.org/plans, 🎉 more at hubbub://10.0.0.9/lab, www.b.example."

    def test_an_address_opens(self, stage: Stage) -> None:
        card = stage.window.popups.topic_card()
        stage.window.show_header(HeaderRow("dev", self.TOPIC))
        for words, address in (
            ("example", "https://example.org/plans"),
            ("10.0", "hubbub://10.0.0.9/lab"),
            ("www", "https://www.b.example"),
        ):
            stage.window.header.topic.invoke()
            stage.settle()
            box = card.topic.bbox(card.topic.search(words, "1.0"))
            assert box is not None
            card.topic.event_generate("<Motion>", x=box[0] + 2, y=box[1] + 4)
            card.topic.event_generate("<ButtonPress-1>", x=box[0] + 2, y=box[1] + 4)
            card.topic.event_generate("<ButtonRelease-1>", x=box[0] + 2, y=box[1] + 4)
            stage.settle()
            assert stage.calls.named("on_open_link")[-1] == (address,)
            assert not is_open(stage)

    def test_words_beside_it_open_nothing(self, stage: Stage) -> None:
        card = stage.window.popups.topic_card()
        stage.window.show_header(HeaderRow("dev", self.TOPIC))
        stage.window.header.topic.invoke()
        stage.settle()
        box = card.topic.bbox("1.0")
        assert box is not None
        card.topic.event_generate("<ButtonPress-1>", x=box[0] + 2, y=box[1] + 4)
        card.topic.event_generate("<ButtonRelease-1>", x=box[0] + 2, y=box[1] + 4)
        assert is_open(stage)
        assert stage.calls.named("on_open_link") == []
        assert len(card.topic.image_names()) == 1
        stage.window.popups.stack.close_all()


class TestEditing:
    def begin(self, stage: Stage, topic: str = "Old words 🎉") -> TopicCard:
        stage.window.show_header(HeaderRow("dev", topic, key="room 1"))
        stage.window.header.topic.invoke()
        card = stage.window.popups.topic_card()
        card.edit_button.invoke()
        stage.settle()
        return card

    def test_what_is_typed_becomes_the_topic(self, stage: Stage) -> None:
        card = self.begin(stage)
        assert stage.window.root.focus_get() is card.field
        assert not card.topic.winfo_viewable()
        card.field.mark_set("insert", "end")
        card.field.insert("end", " and new ones")
        stage.press(card.field, "<Return>")
        assert stage.calls.named("on_topic") == [("room 1", "Old words 🎉 and new ones")]
        assert not is_open(stage)

    def test_the_field_looks_as_if_it_could_be_typed_in(self, stage: Stage) -> None:
        card, tokens = self.begin(stage), stage.window.look.tokens
        frame = card.field.frame
        assert [stage.color_at(frame, inset) for inset in (0, 1)] == [tokens.accent] * 2
        card.save_button.focus_force()
        assert stage.color_at(frame, 0) == tokens.popup_border != tokens.popup
        assert stage.color_at(frame, 1) == stage.color_at(frame, 0, is_at_corner=True)
        assert stage.color_at(frame, 1) == tokens.popup
        stage.window.popups.stack.close_all()

    def test_one_goes_on_at_its_end(self, stage: Stage) -> None:
        card = self.begin(stage, LONG[:300].strip())
        assert card.field.bbox("end-2c") is not None
        stage.press(card.field, "<x>")
        card.save_button.invoke()
        assert stage.calls.named("on_topic") == [("room 1", LONG[:300].strip() + "x")]

    def test_it_may_be_taken_away(self, stage: Stage) -> None:
        card = self.begin(stage)
        card.field.delete("1.0", "end")
        card.save_button.invoke()
        assert stage.calls.named("on_topic") == [("room 1", "")]

    def test_what_did_not_change_is_not_sent(self, stage: Stage) -> None:
        card = self.begin(stage)
        stage.press(card.field, "<Return>")
        assert stage.calls.named("on_topic") == []
        assert not is_open(stage)

    @pytest.mark.parametrize(
        "topic", ["a  b", " a", "use :smile: here", "❤ love", "🤹" * 97, "🇬🇸" * 48, "⏭" * 130]
    )
    def test_a_topic_is_saved_as_it_was(self, stage: Stage, topic: str) -> None:
        assert len(topic.encode()) <= TOPIC_BYTES_MAX
        card = self.begin(stage, topic)
        assert card.problem.cget("text") == ""
        card.save_button.invoke()
        assert stage.calls.named("on_topic") == []
        assert not is_open(stage)

    @pytest.mark.parametrize("topic", ["❤ love", "❤️ love", "🤹" * 97, "🇬🇸" * 48, "⏭" * 129])
    def test_its_emoji_stay_the_same_when_words_are_added(self, stage: Stage, topic: str) -> None:
        card = self.begin(stage, topic)
        card.field.insert("end", " x")
        card.save_button.invoke()
        assert stage.calls.named("on_topic") == [("room 1", f"{topic} x")]

    def test_escape_changes_nothing(self, stage: Stage) -> None:
        card = self.begin(stage)
        card.field.insert("end", "x")
        stage.press(card.field, "<Escape>")
        assert stage.calls.named("on_topic") == []
        assert not is_open(stage)
        stage.window.header.topic.invoke()
        stage.settle()
        assert card.topic.winfo_viewable() and not card.field.winfo_viewable()
        stage.window.popups.stack.close_all()

    def test_the_limit_is_in_bytes_and_said_in_characters(self, stage: Stage) -> None:
        card = self.begin(stage, "ü" * (TOPIC_BYTES_MAX // 2))
        assert card.problem.cget("text") == ""
        card.field.insert("end", "ab")
        stage.settle()
        assert card.problem.cget("text") == "2 characters too long"
        card.field.insert("end", "x" * TOPIC_BYTES_MAX)
        stage.settle()
        assert card.problem.cget("text") == f"{TOPIC_BYTES_MAX + 2} characters too long"
        stage.press(card.field, "<Return>")
        assert is_open(stage) and stage.calls.named("on_topic") == []
        stage.window.popups.stack.close_all()

    @pytest.mark.parametrize("width", [480, 1100])
    def test_without_a_topic_one_can_be_added(self, stage: Stage, width: int) -> None:
        stage.resize(width)
        window, card = stage.window, stage.window.popups.topic_card()
        window.show_header(HeaderRow("dev", key="room 1"))
        stage.settle()
        assert topic_of(stage) == "Add a topic"
        stage.press(window.header.topic, "<Return>")
        assert window.root.focus_get() is card.field
        assert not card.edit_button.winfo_viewable() and not card.copy_button.winfo_viewable()
        card.field.insert("end", "What we build")
        stage.press(card.field, "<Return>")
        assert stage.calls.named("on_topic") == [("room 1", "What we build")]
        window.show_header(HeaderRow("dev", "What we build", key="room 1"))
        window.header.topic.invoke()
        stage.settle()
        assert card.edit_button.winfo_viewable() and card.copy_button.winfo_viewable()
        assert card.topic.winfo_viewable()
        window.popups.stack.close_all()

    def test_where_nobody_can_change_it_there_is_no_button(self, stage: Stage) -> None:
        stage.window.show_header(HeaderRow("dev", "Old words"))
        stage.window.header.topic.invoke()
        stage.settle()
        assert not stage.window.popups.topic_card().edit_button.winfo_viewable()
        stage.window.popups.stack.close_all()
