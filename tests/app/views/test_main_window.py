"""The window as a whole: banner, title, focus, mishaps."""

from __future__ import annotations

import pytest

from app.views import fonts
from app.views.rows import (
    BannerKind,
    BannerRow,
    HeaderRow,
    LinkQuality,
    MessageRow,
    NotificationSettingsRow,
    PersonRow,
    StatusRow,
    TimelineRows,
)
from tests.app.views.conftest import PEOPLE, Stage, message, messages


class TestParts:
    def test_the_title(self, stage: Stage) -> None:
        stage.window.set_title_count(3)
        assert stage.window.root.title() == "(3) #dev — Hubbub"
        stage.window.set_title_count(0)
        assert stage.window.root.title() == "#dev — Hubbub"

    def test_a_banner_comes_acts_and_goes(self, stage: Stage) -> None:
        window = stage.window
        window.set_banner(BannerRow(BannerKind.LINK_LOST, "Connection lost.", "Try now"))
        stage.settle()
        assert window.column.banner.winfo_viewable()
        window.column.banner.action.invoke()
        assert stage.calls.named("on_banner_action") == [(BannerKind.LINK_LOST,)]
        window.set_banner(None)
        stage.settle()
        assert not window.column.banner.winfo_viewable()

    @pytest.mark.parametrize("width", [1100, 480])
    def test_a_banner_offers_the_test_of_the_network(self, stage: Stage, width: int) -> None:
        window, banner = stage.window, stage.window.column.banner
        stage.resize(width)
        words = "No answer from 127.0.0.1:1 for 14\u00a0s. Still trying…"
        window.set_banner(BannerRow(BannerKind.NO_ANSWER, words, "Cancel", can_test=True))
        stage.until(lambda: bool(banner.test.winfo_viewable() and banner.action.winfo_viewable()))
        stage.until(lambda: banner._words.winfo_reqwidth() <= banner._words.winfo_width())
        assert banner._words.winfo_reqheight() <= banner.winfo_height()
        banner.test.invoke()
        assert stage.calls.named("on_test_network") == [(None,)]
        assert window.popups.stack.is_open(window.popups.network_test())
        window.popups.stack.close_all()

        window.set_banner(BannerRow(BannerKind.LINK_LOST, "Connection lost.", "Try now"))
        stage.until(lambda: not banner.test.winfo_ismapped())
        assert banner.action.winfo_viewable()

    def test_one_line_is_enough_where_the_button_can_be_short(self, stage: Stage) -> None:
        window, banner = stage.window, stage.window.column.banner
        for server, button in (("Harbour", "Test the network"), ("192.168.100.200", "Test")):
            words = f"No answer from {server} yet…" + " 2 messages wait." * (button == "Test")
            window.set_banner(BannerRow(BannerKind.NO_ANSWER, words, "Cancel", can_test=True))
            stage.settle()
            stage.until(lambda: banner._words.winfo_reqwidth() <= banner._words.winfo_width())
            assert window.member_list.winfo_viewable()
            assert (banner.winfo_height(), banner.test.cget("text")) == (36, button)
        stage.resize(480)
        stage.until(lambda: banner._words.winfo_reqwidth() <= banner._words.winfo_width())
        assert (banner.winfo_height(), banner.test.cget("text")) == (36, "Test")

    @pytest.mark.parametrize("width", [480, 640, 990, 1100])
    def test_what_counts_keeps_one_line(self, stage: Stage, width: int) -> None:
        window, banner = stage.window, stage.window.column.banner
        stage.resize(width)
        for trying in (*(f"again in {n}\u00a0s" for n in (2, 30)), "again now", "192.168.100.200"):
            words = f"Connection lost. Trying {trying}… 12 messages and 2 commands wait."
            for action in ("Try now", ""):
                window.set_banner(BannerRow(BannerKind.LINK_LOST, words, action))
                stage.settle()
                shown = str(banner._words.cget("text"))
                assert banner.winfo_height() == 36
                assert banner._words.winfo_reqwidth() <= banner._words.winfo_width()
                assert words.startswith(shown) and shown.startswith("Connection lost.")
                assert shown[-1] in ".…"
                assert banner._left_out() == (words if shown != words else "")
        stage.resize(1300)
        stage.until(lambda: banner._words.cget("text") == words)

    def test_one_sentence_that_is_too_long_is_cut(self, stage: Stage) -> None:
        window, banner = stage.window, stage.window.column.banner
        stage.resize(480)
        words = "The server said no for a reason " * 4
        window.set_banner(BannerRow(BannerKind.LINK_LOST, words, "Try now"))
        stage.settle()
        assert banner.winfo_height() == 36 and str(banner._words.cget("text")).endswith("…")

    def test_a_banner_has_room_for_all_that_is_said(self, stage: Stage) -> None:
        words = "Connection lost. Trying again in 4\u00a0s… 1 message waits."
        banner = stage.window.column.banner
        stage.window.set_banner(BannerRow(BannerKind.LINK_LOST, words, "Try now"))
        stage.settle()
        assert stage.window.member_list.winfo_ismapped()
        assert banner._words.cget("text") == words

    def test_a_banner_takes_more_lines_in_a_narrow_window(self, stage: Stage) -> None:
        words = "You are offline. 2 messages wait and go out by themselves."
        window, banner = stage.window, stage.window.column.banner
        window.set_banner(BannerRow(BannerKind.UNSENT, words, "Try now"))
        stage.settle()
        assert banner.winfo_height() == 36
        stage.resize(480)
        stage.until(lambda: banner.winfo_height() > 36)
        assert banner._words.cget("text") == words
        assert banner._words.winfo_reqheight() <= banner.winfo_height()
        assert banner._words.winfo_reqwidth() <= banner._words.winfo_width()
        window.set_banner(BannerRow(BannerKind.UNSENT, "You are offline.", "Try now"))
        stage.until(lambda: banner.winfo_height() == 36)

    @pytest.mark.parametrize("width", [480, 700])
    def test_one_that_can_say_it_shortly_keeps_to_one_line(self, stage: Stage, width: int) -> None:
        words, short = (
            "You are offline. 2 messages wait and go out by themselves.",
            "2 messages wait.",
        )
        window, banner = stage.window, stage.window.column.banner
        window.set_banner(BannerRow(BannerKind.UNSENT, words, "Try now", short_text=short))
        stage.resize(width)
        stage.until(lambda: banner._words.cget("text") == short)
        assert banner.winfo_height() == 36 and banner._left_out() == words
        gap = banner.action.winfo_x() - banner._words.winfo_x() - banner._words.winfo_width()
        assert gap >= 8
        stage.resize(1100)
        stage.until(lambda: banner._words.cget("text") == words)

    def test_what_is_cut_after_dots_has_them_once(self, stage: Stage) -> None:
        root, words = stage.window.root, "Trying again in 4 s… 1 message waits."
        for count in range(10, len(words)):
            width = fonts.text_width(root, fonts.BODY, words[:count])
            assert "……" not in fonts.shortened(root, fonts.BODY, words, width)

    @pytest.mark.parametrize("kind", BannerKind)
    def test_every_banner_can_be_drawn(self, stage: Stage, kind: BannerKind) -> None:
        stage.window.set_banner(BannerRow(kind, "words " * 60, "Act", 0.5))
        stage.settle()

    @pytest.mark.parametrize("quality", LinkQuality)
    def test_every_state_of_the_link_can_be_drawn(self, stage: Stage, quality: LinkQuality) -> None:
        stage.window.set_status(StatusRow(quality, quality.value))
        stage.settle()
        assert stage.window.header.pill.shown_text == quality.value

    def test_typing_is_told(self, stage: Stage) -> None:
        stage.window.set_typing(["Anna"])
        assert stage.window.status_line.left.cget("text") == "Anna is typing…"
        assert "Enter sends" in stage.window.status_line.right.cget("text")
        stage.window.set_key_hint(False)
        assert stage.window.status_line.right.cget("text") == ""
        stage.window.set_key_hint(True)
        stage.window.set_typing([])
        assert stage.window.status_line.left.cget("text") == ""

    def test_the_line_of_keys_says_which_one_sends(self, stage: Stage) -> None:
        window, line = stage.window, stage.window.status_line.right
        stage.settle()
        window.set_control_sends(True)
        assert line.cget("text") == "Ctrl+Enter sends · Enter new line"
        window.set_control_sends(False)
        assert line.cget("text") == "Enter sends · Shift+Enter new line"

    @pytest.mark.parametrize("is_shown", [True, False])
    def test_in_code_the_line_of_keys_says_that_enter_sends_not(
        self, stage: Stage, is_shown: bool
    ) -> None:
        composer, line = stage.window.composer, stage.window.status_line.right
        stage.window.set_key_hint(is_shown)
        composer.set_value("")
        before = line.cget("text")
        composer.editor.insert("```py\nx = 1")
        stage.until(lambda: line.cget("text") == "Ctrl+Enter sends · Enter new line")
        composer.editor.insert("\n```")
        stage.until(lambda: line.cget("text") == before)
        composer.set_value("")
        stage.window.set_key_hint(True)

    def test_the_bell_says_that_it_is_quiet_now(self, stage: Stage) -> None:
        window, bell = stage.window, stage.window.own_card.quiet_button
        looks = {str(bell.cget("image"))}
        window.set_quiet_hours(7 * 60)
        looks.add(str(bell.cget("image")))
        assert bell.hint == "Quiet hours until 07:00: nothing pops up"
        window.show_notification_settings(NotificationSettingsRow(do_not_disturb=True))
        looks.add(str(bell.cget("image")))
        assert bell.hint.startswith("Do not disturb is on")
        assert len(looks) == 3
        window.show_notification_settings(NotificationSettingsRow())
        window.set_quiet_hours(None)
        assert bell.hint == "Do not disturb"

    def test_what_is_done_does_not_look_like_a_mishap(self, stage: Stage) -> None:
        window, tokens = stage.window, stage.window.look.tokens
        colors = []
        for is_mishap in (True, False):
            window.set_notice("Something happened.", is_mishap=is_mishap)
            colors.append(str(window.status_line.left.cget("foreground")))
        assert colors == [tokens.danger, tokens.muted]

    @pytest.mark.parametrize("width", [480, 1100])
    def test_a_long_notice_is_shown_whole_and_the_line_is_as_before_when_it_goes(
        self, stage: Stage, width: int
    ) -> None:
        stage.resize(width)
        window, line = stage.window, stage.window.status_line
        before = line.winfo_height()
        words = "It works on this computer only, because of what is said here. " * 3

        window.set_notice(words)
        stage.settle()
        assert line.left.cget("text") == words.strip()
        assert line.left.winfo_reqwidth() <= line.left.winfo_width()
        assert before < line.left.winfo_reqheight() <= line.winfo_height()
        assert line.winfo_rooty() + line.winfo_height() <= (
            window.root.winfo_rooty() + window.root.winfo_height()
        )

        window.set_notice("")
        stage.settle()
        assert line.winfo_height() == before
        stage.resize(1100)


class TestLoading:
    def test_it_is_said_in_place_of_a_room(self, stage: Stage) -> None:
        window = stage.window
        window.show_header(HeaderRow("", waiting="Loading…"))
        stage.settle()
        assert window.header._name.text == "Loading…"
        assert not window.header._hash.cget("image")
        assert window.column.waiting.winfo_viewable()
        window.show_header(HeaderRow("dev"))
        stage.settle()
        assert window.header._name.text == "dev"
        assert window.header._hash.cget("image")
        assert not window.column.waiting.winfo_ismapped()


class TestFocus:
    def test_f6_goes_round_the_parts(self, stage: Stage) -> None:
        window = stage.window
        stage.show(3)
        window.show_people(PEOPLE)
        assert window.panes.current is not None
        window.composer.text.focus_force()
        stage.settle()
        seen = []
        for _ in range(4):
            focused = window.root.focus_get()
            assert focused is not None
            focused.event_generate("<F6>")
            stage.settle()
            seen.append(window.root.focus_get())
        assert seen == [
            window.member_list.people,
            window.room_list.rooms,
            window.panes.current.text,
            window.composer.text,
        ]

    def test_page_up_scrolls_while_the_focus_stays(self, stage: Stage) -> None:
        stage.show(100)
        stage.press(stage.window.composer.text, "<Prior>")
        assert stage.window.panes.current is not None
        assert not stage.window.panes.current.is_at_newest
        assert stage.window.root.focus_get() is stage.window.composer.text


class TestMishaps:
    def test_an_error_in_a_callback_is_told_and_the_window_goes_on(self, stage: Stage) -> None:
        def fail() -> None:
            raise RuntimeError("on purpose")

        stage.window.root.after(1, fail)
        stage.until(lambda: bool(stage.calls.errors))
        assert str(stage.calls.errors.pop()) == "on purpose"
        assert "wrong" in stage.window.status_line.left.cget("text")
        stage.show(2)

    def test_a_flood_of_a_thousand_stays_at_the_end(self, stage: Stage) -> None:
        rows = messages(1_000)
        for count in range(1, 1_001, 40):
            stage.window.panes.show(_rows(stage, rows[:count]))
        stage.show_rows(rows)
        stage.type("ab")
        assert stage.window.composer.value == "ab"
        assert stage.window.panes.current is not None
        assert stage.window.panes.current.is_at_newest

    def test_an_empty_window_can_be_drawn(self, stage: Stage) -> None:
        window = stage.window
        window.show_rooms([])
        window.show_people([])
        window.show_header(HeaderRow(""))
        window.show_self(PersonRow("", ""))
        window.show_server("")
        stage.settle()

    def test_panes_are_bounded(self, stage: Stage) -> None:
        own_key = stage.room_key
        for number in range(12):
            stage.room_key = f"{own_key} {number}"
            stage.show_rows((message(1),))
        stage.until(lambda: len(stage.window.panes.winfo_children()) <= 5)


def _rows(stage: Stage, rows: tuple[MessageRow, ...]) -> TimelineRows:
    return TimelineRows(stage.room_key, "dev", rows)
