"""The window as a whole: columns, pages, banner, title, keys, themes, mishaps."""

from __future__ import annotations

import tkinter as tk

import msgspec
import pytest
from PIL import ImageTk
from ttkbootstrap import is_bootstyle_strict

from app.views import fonts
from app.views.images import Icon
from app.views.rows import (
    BannerKind,
    BannerRow,
    HeaderRow,
    LinkQuality,
    MessageRow,
    NotificationSettingsRow,
    PersonRow,
    RoomRow,
    RoomRuleRow,
    StatusRow,
    TimelineRows,
)
from app.views.server_rows import ConnectRow, KeyChangedRow
from app.views.tokens import Tokens
from tests.app.views.conftest import Stage, items_of, message, messages, option_of
from tests.app.views.test_tokens import check_contrast

PEOPLE = (PersonRow("a", "Anna", is_self=True), PersonRow("b", "Ben"))


def all_widgets(widget: tk.Misc) -> list[tk.Misc]:
    return [widget, *(inner for child in widget.winfo_children() for inner in all_widgets(child))]


class TestLayout:
    @pytest.mark.parametrize(
        ("width", "has_rooms", "has_people"),
        [
            (480, False, False),
            (639, False, False),
            (640, True, False),
            (959, True, False),
            (960, True, True),
            (1100, True, True),
        ],
    )
    def test_columns_by_width(
        self, stage: Stage, width: int, has_rooms: bool, has_people: bool
    ) -> None:
        window = stage.window
        window.show_people(PEOPLE)
        window.set_status(StatusRow(LinkQuality.GOOD, "24 ms · 0 % lost", "24 ms"))
        window.show_header(HeaderRow("dev"))  # a topic would take room of the pill
        stage.resize(width)
        assert window.room_list.winfo_viewable() == has_rooms
        assert window.member_list.winfo_viewable() == has_people
        assert window.header.menu_button.winfo_viewable() == (not has_rooms)
        short = "24 ms" if not has_rooms else "24 ms · 0 % lost"
        assert window.header.pill.shown_text == short
        for widget in (window.header.pill, window.header.people_button, window.composer.text):
            right = widget.winfo_rootx() - window.root.winfo_rootx() + widget.winfo_width()
            assert widget.winfo_viewable()
            assert right <= width

    def test_the_menu_opens_the_rooms_over_the_messages(self, stage: Stage) -> None:
        window = stage.window
        stage.resize(480)
        window.header.menu_button.invoke()
        stage.settle()
        assert window.room_list.winfo_viewable()
        stage.press(window.room_list.rooms, "<Home>", "<Return>")
        assert stage.calls.named("on_open_room") == [(stage.room_key,)]
        assert not window.room_list.winfo_viewable()

    def test_the_menu_button_tells_the_news_of_hidden_rooms(self, stage: Stage) -> None:
        window, badge = stage.window, stage.window.header.news_badge
        window.show_rooms(
            [
                RoomRow(stage.room_key, "dev", unread=50, is_selected=True),
                RoomRow("a", "a", unread=3),
                RoomRow("b", "b", unread=4, mentions=2),
                RoomRow("c", "c", unread=9, mentions=9),
                RoomRow("d", "d", unread=5, is_joined=False),
            ]
        )
        window.set_room_rules({"c": RoomRuleRow(is_muted=True)})
        stage.settle()
        assert not badge.winfo_viewable()
        assert window.room_list.rooms.news == (2, 7)
        stage.resize(480)
        assert badge.winfo_viewable()
        badge.event_generate("<ButtonRelease-1>")
        stage.settle()
        assert window.room_list.winfo_viewable()
        window.toggle_rooms_overlay()
        window.set_room_rules({})
        window.show_rooms([RoomRow(stage.room_key, "dev", unread=50, is_selected=True)])
        stage.settle()
        assert not badge.winfo_viewable()

    def test_escape_closes_the_rooms(self, stage: Stage) -> None:
        stage.resize(480)
        stage.window.toggle_rooms_overlay()
        stage.press(stage.window.room_list.rooms, "<Escape>")
        assert not stage.window.room_list.winfo_viewable()

    @pytest.mark.parametrize("width", [480, 700])
    def test_people_lie_over_the_messages_of_a_narrow_window(
        self, stage: Stage, width: int
    ) -> None:
        window, column = stage.window, stage.window.member_list
        stage.show(3)
        stage.resize(width)
        width_before = window.panes.winfo_width()
        window.header.people_button.invoke()
        stage.settle()
        assert column.winfo_viewable() and window.panes.winfo_width() == width_before
        assert window.header.people_button.winfo_viewable()
        assert column.winfo_rooty() >= window.header.winfo_rooty() + window.header.winfo_height()
        stage.press(window.composer.text, "<Escape>")
        assert not column.winfo_viewable()
        stage.press(window.composer.text, "<F7>")
        assert column.winfo_viewable()
        assert window.panes.current is not None
        window.panes.current.text.event_generate("<ButtonPress-1>", x=5, y=5)
        window.panes.current.text.event_generate("<ButtonRelease-1>", x=5, y=5)
        stage.settle()
        assert not column.winfo_viewable()
        stage.resize(1100)
        assert column.winfo_viewable()  # the wish for a wide window is as it was

    def test_one_column_at_a_time_lies_over_the_messages(self, stage: Stage) -> None:
        window = stage.window
        stage.resize(480)
        window.toggle_rooms_overlay()
        window.toggle_people()
        stage.settle()
        assert window.member_list.winfo_viewable()
        assert not window.room_list.winfo_viewable()
        window.toggle_rooms_overlay()
        stage.settle()
        assert window.room_list.winfo_viewable()
        assert not window.member_list.winfo_viewable()
        window.composer.text.event_generate("<ButtonPress-1>", x=5, y=5)
        window.composer.text.event_generate("<ButtonRelease-1>", x=5, y=5)
        stage.settle()
        assert not window.room_list.winfo_viewable()

    def test_people_can_be_switched_off_and_on(self, stage: Stage) -> None:
        stage.press(stage.window.composer.text, "<F7>")
        assert not stage.window.member_list.winfo_viewable()
        stage.press(stage.window.composer.text, "<Control-period>")
        assert stage.window.member_list.winfo_viewable()


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
        stage.until(lambda: banner.winfo_height() > 36)
        assert banner.test.cget("text") == "Test"

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
        assert window.header._name.cget("text") == "Loading…"
        assert not window.header._hash.cget("image")
        assert window.column.waiting.winfo_viewable()
        window.show_header(HeaderRow("dev"))
        stage.settle()
        assert window.header._name.cget("text") == "dev"
        assert window.header._hash.cget("image")
        assert not window.column.waiting.winfo_ismapped()


class TestPages:
    def test_connect_hands_over_what_was_typed(self, stage: Stage) -> None:
        window = stage.window
        window.show_connect(ConnectRow("", "studio:48228"))
        stage.settle()
        window.connect_page.nick.insert(0, " Anna ")
        stage.press(window.connect_page.nick, "<Return>")
        assert stage.calls.named("on_connect") == [("Anna", "studio:48228")]

    def test_a_missing_answer_is_asked_for(self, stage: Stage) -> None:
        window = stage.window
        window.show_connect(ConnectRow("Anna", "x"))
        window.connect_page.server.delete(0, "end")
        stage.press(window.connect_page.button, "<Key-space>")
        assert stage.calls.named("on_connect") == []
        assert "server" in window.connect_page._error.cget("text")

    def test_an_error_keeps_what_was_typed(self, stage: Stage) -> None:
        window = stage.window
        window.show_connect(ConnectRow("Anna", "here"))
        window.connect_page.server.insert("end", ":1")
        window.show_connect(ConnectRow("Anna", "here", "Nobody answers at here:1."))
        assert window.connect_page.server.get() == "here:1"
        assert "Nobody answers" in window.connect_page._error.cget("text")

    def test_a_busy_page_can_be_cancelled(self, stage: Stage) -> None:
        window = stage.window
        window.show_connect(ConnectRow("Anna", "here", is_busy=True))
        stage.press(window.connect_page.button, "<Return>")
        assert stage.calls.named("on_cancel_connect") == [()]
        assert stage.calls.named("on_connect") == []

    def test_a_changed_key_leaves_one_way_out(self, stage: Stage) -> None:
        window = stage.window
        window.show_key_changed(KeyChangedRow("studio", "AAAABBBB", "CCCCDDDD"))
        stage.settle()
        assert window.key_page.known.cget("text") == "AAAA BBBB"
        assert window.key_page.offered.cget("text") == "CCCC DDDD"
        stage.press(window.key_page.button, "<Key-space>")
        assert stage.calls.named("on_disconnect") == [()]
        stage.press(window.key_page.button, "<Escape>", "<Alt-Down>", "<F6>")
        assert window.is_covered
        assert stage.calls.named("on_open_room") == []

    def test_a_wrong_link_has_words_of_its_own(self, stage: Stage) -> None:
        page = stage.window.key_page
        stage.window.show_key_changed(KeyChangedRow("studio", "AAAABBBB", "CCCCDDDD"))
        assert "has changed" in page.title.cget("text")
        stage.window.show_key_changed(
            KeyChangedRow("studio", "AAAABBBB", "CCCCDDDD", is_first_contact=True)
        )
        stage.settle()
        assert "invite link" in page.title.cget("text")
        assert "had before" not in page.about.cget("text")
        assert page.known.cget("text") == "AAAA BBBB"

    @pytest.mark.parametrize("is_first_contact", [True, False])
    def test_a_wrong_key_says_what_to_do(self, stage: Stage, is_first_contact: bool) -> None:
        page = stage.window.key_page
        stage.window.show_key_changed(
            KeyChangedRow("studio", "AAAABBBB", "CCCCDDDD", is_first_contact=is_first_contact)
        )
        assert "connect page" in page.about.cget("text")
        assert "link" in page.about.cget("text")
        assert page.button.cget("text") == "Back to connect"

    def test_the_chat_comes_back_with_the_focus_in_the_field(self, stage: Stage) -> None:
        window = stage.window
        window.show_connect(ConnectRow())
        window.root.focus_force()
        window.show_chat()
        stage.settle()
        assert not window.is_covered
        assert window.root.focus_get() is window.composer.text


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


class TestThemes:
    def test_the_button_switches_and_tells(self, stage: Stage) -> None:
        stage.window.own_card.theme_button.invoke()
        assert stage.window.theme_mode == "dark"
        assert stage.calls.named("on_theme_change") == [("dark",)]

    def test_every_theme_there_is_reads_well(self, stage: Stage) -> None:
        look = stage.window.look
        for name in stage.window.root.theme_names():
            look.use(name)
            check_contrast(look.tokens)

    def test_a_switch_leaves_no_old_colour(self, stage: Stage) -> None:
        window, look = stage.window, stage.window.look
        stage.show(12, new_from=6)
        window.show_people(PEOPLE)
        window.show_self(PEOPLE[0])
        window.set_banner(BannerRow(BannerKind.LINK_LOST, "lost", "Try now"))
        window.show_rooms([RoomRow(stage.room_key, "dev", unread=3), RoomRow("x", "x", mentions=1)])
        stage.settle()
        light = look.tokens
        look.use("dark")
        stage.settle()
        dark = look.tokens
        own = set(_colors(dark))
        old = set(_colors(light)) - own
        for widget in all_widgets(window.root):
            for option in ("background", "foreground", "highlightbackground"):
                try:
                    color = str(widget.cget(option))
                except tk.TclError:
                    continue
                assert color not in old, f"{widget} keeps {option} {color}"
            if isinstance(widget, tk.Canvas):
                for item in items_of(widget, "text", "line", "rectangle"):
                    assert option_of(widget, item, "fill") not in old
            if isinstance(widget, tk.Text):
                for tag in widget.tag_names():
                    assert str(widget.tag_cget(tag, "foreground")) not in old
                    assert str(widget.tag_cget(tag, "background")) not in old

    def test_pictures_follow_the_theme(self, stage: Stage) -> None:
        images = stage.window.look.images
        recipe = Icon("hash", 17, "muted")
        holder = tk.Label(stage.window.root, image=images.get(recipe))
        photo = images._photos[recipe]
        before = _pixels(photo)
        stage.window.look.use("dark")
        assert images._photos[recipe] is photo
        assert _pixels(photo) != before
        holder.destroy()

    def test_the_strict_mode_is_on(self, stage: Stage) -> None:
        assert is_bootstyle_strict()


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


def _colors(tokens: Tokens) -> list[str]:
    values = msgspec.structs.astuple(tokens)
    flat: list[str] = []
    for value in values:
        flat += value if isinstance(value, tuple) else [value] if isinstance(value, str) else []
    return flat


def _pixels(photo: ImageTk.PhotoImage) -> bytes:
    return ImageTk.getimage(photo).tobytes()
