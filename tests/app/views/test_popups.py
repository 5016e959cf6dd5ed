"""Light popups go with a click beside them; what opened them closes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.views.focus_ring import is_in
from app.views.person_cards import Spot
from app.views.rows import HeaderRow, PersonRow, RoomRow, TextRow
from app.views.server_rows import ConnectRow
from tests.app.views.conftest import Stage


def popup_and_opener(stage: Stage, name: str) -> tuple[Any, Any]:
    window = stage.window
    popups = window.popups
    return {
        "switcher": (popups.switcher(), window.room_list.jump_field),
        "emoji": (popups.emoji_picker(), window.composer.emoji_button),
        "details": (popups.link_details(), window.header.pill),
    }[name]


def click(widget: Any) -> None:
    widget.event_generate("<ButtonPress-1>", x=5, y=5)
    widget.event_generate("<ButtonRelease-1>", x=5, y=5)


@pytest.mark.parametrize("name", ["switcher", "emoji", "details"])
def test_a_click_beside_it_closes_it(stage: Stage, name: str) -> None:
    popup, opener = popup_and_opener(stage, name)
    click(opener)
    stage.settle()
    assert popup.winfo_manager()
    popup.event_generate("<ButtonPress-1>", x=2, y=2)
    assert popup.winfo_manager()
    click(stage.window.header)
    assert not popup.winfo_manager()


@pytest.mark.parametrize("name", ["switcher", "emoji", "details"])
def test_what_opened_it_closes_it(stage: Stage, name: str) -> None:
    popup, opener = popup_and_opener(stage, name)
    click(opener)
    click(opener)
    assert not popup.winfo_manager()


@pytest.mark.parametrize(
    "name", ["switcher", "emoji", "details", "keys", "join", "topic", "settings"]
)
def test_what_is_open_stays_whole_in_a_window_that_gets_smaller(stage: Stage, name: str) -> None:
    window, popups = stage.window, stage.window.popups
    window.show_header(HeaderRow("dev", "What we build"))
    popup, toggle = {
        "switcher": (popups.switcher(), window.toggle_switcher),
        "emoji": (popups.emoji_picker(), window.toggle_emoji_picker),
        "details": (popups.link_details(), window.toggle_link_details),
        "keys": (popups.lists.keys(), popups.lists.toggle_keys),
        "join": (popups.join_dialog(), window.open_join_dialog),
        "topic": (popups.topic_card(), window.header.topic.invoke),
        "settings": (popups.settings(), popups.toggle_settings),
    }[name]
    toggle()
    stage.settle()
    whole = popup.winfo_width(), popup.winfo_height()
    stage.resize(480, 500)
    stage.settle()
    assert popup.winfo_x() >= 0 and popup.winfo_x() + popup.winfo_width() <= 480
    assert popup.winfo_y() >= 0 and popup.winfo_y() + popup.winfo_height() <= 500
    stage.resize(1100)
    if name != "settings":
        stage.until(lambda: popup.winfo_height() == whole[1])
    assert popup.winfo_x() + popup.winfo_width() <= 1100
    popups.stack.close_all()


def test_a_card_near_the_foot_goes_up_with_it(stage: Stage) -> None:
    cards = stage.window.popups.cards
    root = stage.window.root
    spot = Spot(root.winfo_rootx() + 300, root.winfo_rooty() + 690, 10, 10)
    cards.open(PersonRow("1", "Ben"), spot)
    stage.settle()
    height = cards.card.winfo_height()
    assert cards.card.winfo_y() > 480 - height
    stage.resize(1100, 480)
    stage.settle()
    assert cards.card.winfo_height() == height
    assert 0 < cards.card.winfo_y() <= 480 - height
    cards.close()


def focus_of(stage: Stage) -> str:
    return str(stage.window.root.tk.call("focus"))


SHEETS: dict[str, Callable[[Any], Any]] = {
    "settings": lambda popups: (popups.toggle_settings(), popups.settings())[1],
    "keys": lambda popups: (popups.lists.toggle_keys(), popups.lists.keys())[1],
    "stranded": lambda popups: (popups.lists.open_stranded(), popups.lists.stranded())[1],
    "reminders": lambda popups: (popups.lists.open_reminders(), popups.lists.reminders())[1],
}
DIALOGS: dict[str, Callable[[Any], Any]] = {
    "join": lambda popups: (popups.open_join_dialog(), popups.join_dialog())[1],
    "test": lambda popups: (popups.open_network_test(""), popups.network_test())[1],
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_click_beside_a_sheet_closes_it(stage: Stage, name: str) -> None:
    stage.press(stage.window.composer.text)
    sheet = SHEETS[name](stage.window.popups)
    stage.settle()
    click(stage.window.member_list.people)
    stage.settle()
    assert not sheet.winfo_manager()
    assert not is_in(focus_of(stage), sheet)


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("sequence", ["<F6>", "<Control-f>", "<Alt-Down>", "<Control-k>"])
def test_so_does_a_key_that_leads_elsewhere(stage: Stage, name: str, sequence: str) -> None:
    sheet = SHEETS[name](stage.window.popups)
    stage.press(sheet.close_button, sequence)
    assert not sheet.winfo_manager()
    assert not is_in(focus_of(stage), sheet)


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_has_pointer_and_keys_alone(stage: Stage, name: str) -> None:
    window = stage.window
    window.show_rooms([RoomRow("1", "dev"), RoomRow("2", "ops")])
    stage.press(window.composer.text)
    dialog = DIALOGS[name](window.popups)
    stage.settle()
    before = focus_of(stage)
    assert is_in(before, dialog)
    for beside in (window.composer.text, window.header.pill, window.room_list.rooms):
        click(beside)
    for sequence in ("<F6>", "<Control-f>", "<Alt-Down>", "<Control-k>", "<Control-2>"):
        window.root.nametowidget(focus_of(stage)).event_generate(sequence)
    stage.settle()
    assert focus_of(stage) == before
    assert stage.calls.named("on_open_room") == []
    assert not window.popups.link_details().winfo_manager()

    stage.press(dialog, "<Escape>")
    assert not dialog.winfo_manager()
    click(window.header.pill)
    assert window.popups.link_details().winfo_manager()


def test_what_lies_over_another_gives_the_keys_back_to_it(stage: Stage) -> None:
    popups = stage.window.popups
    dialog = DIALOGS["join"](popups)
    stage.press(dialog.name, "<F1>")
    keys = popups.lists.keys()
    assert keys.winfo_manager()
    stage.press(keys.close_button, "<Escape>")
    assert focus_of(stage) == str(dialog.name)

    stage.press(dialog.name, "<F1>")
    click(stage.window.composer.text)
    stage.settle()
    assert not keys.winfo_manager()
    assert focus_of(stage) == str(dialog.name)


def test_where_the_widget_is_gone_that_had_the_keys_they_go_to_its_sheet(stage: Stage) -> None:
    reminders = stage.window.popups.lists.reminders()
    rows = [TextRow(1, "today at 14:00", "tea"), TextRow(2, "today at 15:00", "bread")]
    reminders.show_texts(rows)
    SHEETS["reminders"](stage.window.popups)
    stage.press(reminders.buttons[0][1], "<F1>")
    keys = stage.window.popups.lists.keys()
    assert is_in(focus_of(stage), keys)
    reminders.show_texts(rows[1:])
    stage.press(keys.close_button, "<Escape>")
    assert not keys.winfo_manager()
    assert is_in(focus_of(stage), reminders)
    stage.window.root.nametowidget(focus_of(stage)).event_generate("<Escape>")
    stage.settle()
    assert not reminders.winfo_manager()
    assert not is_in(focus_of(stage), reminders)


def test_they_go_there_too_where_what_a_popup_came_from_is_hidden(stage: Stage) -> None:
    popups = stage.window.popups
    dialog = DIALOGS["join"](popups)
    stage.press(dialog.name, "<F1>")
    keys = popups.lists.keys()
    keys.came_from = popups.settings().close_button
    stage.press(keys.close_button, "<Escape>")
    assert focus_of(stage) == str(dialog.name)


@pytest.mark.parametrize("comes_back_to_text", [False, True])
def test_one_that_closes_under_another_leaves_the_keys_there(
    stage: Stage, comes_back_to_text: bool
) -> None:
    popups = stage.window.popups
    sheet = SHEETS["reminders"](popups)
    sheet.came_from = stage.window.composer.text if comes_back_to_text else None
    stage.press(sheet.close_button, "<F1>")
    keys = popups.lists.keys()
    before = focus_of(stage)
    assert is_in(before, keys)
    popups.stack.close(sheet)
    stage.settle()
    assert not sheet.winfo_manager()
    assert focus_of(stage) == before
    stage.press(keys.close_button, "<Escape>")
    assert not popups.stack.is_any_open
    assert not is_in(focus_of(stage), keys)


def test_the_button_that_opened_settings_closes_them(stage: Stage) -> None:
    button = stage.window.own_card.settings_button
    click(button)
    page = stage.window.popups.settings()
    assert page.winfo_manager()
    click(button)
    assert not page.winfo_manager()


def test_the_chat_that_comes_takes_the_keys_from_no_dialog(stage: Stage) -> None:
    stage.window.show_connect(ConnectRow(nick="anna", server="10.0.0.1"))
    dialog = DIALOGS["test"](stage.window.popups)
    stage.settle()
    stage.window.show_chat()
    stage.settle()
    assert is_in(focus_of(stage), dialog)
