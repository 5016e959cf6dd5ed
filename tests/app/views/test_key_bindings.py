"""The one table of keys."""

from __future__ import annotations

import re
from functools import partial
from tkinter import Canvas, Event, Misc, TclError

import pytest

from app.views.canvas_list import RING
from app.views.key_bindings import (
    FIELD_TAG,
    KEY_TABLE,
    KEY_TAG,
    KeyBinding,
    KeyCommand,
    Where,
    act_by_place,
    bind_field_keys,
    bind_keys,
    latin_letter,
)
from app.views.key_groups import key_groups
from app.views.rows import PersonRow, RoomRow, TimelineRows
from app.views.visited_rooms import VisitedRooms
from tests.app.views.conftest import Stage, texts_of


def key_list(*, control_sends: bool = False) -> list[tuple[str, str]]:
    """Keys and what they do, from all groups."""
    return [row for group in key_groups(control_sends=control_sends) for row in group.rows]


@pytest.mark.parametrize("where", Where)
def test_no_key_occurs_twice_at_one_place(where: Where) -> None:
    sequences = [
        each for binding in KEY_TABLE if binding.where is where for each in binding.sequences
    ]
    assert len(sequences) == len(set(sequences))


def test_every_command_has_a_key() -> None:
    assert {binding.command for binding in KEY_TABLE} == set(KeyCommand)


def test_the_list_for_people_has_words_for_every_key() -> None:
    assert ("Alt+Down · Ctrl+PgDn · Ctrl+Tab", "Next room") in key_list()
    assert all(keys and words for keys, words in key_list())
    assert ("Enter", "Send") in key_list()
    assert {("Enter", "Begin a new line"), ("Ctrl+Enter", "Send")} <= set(
        key_list(control_sends=True)
    )


@pytest.mark.parametrize(
    ("binding", "sequence"),
    [(binding, sequence) for binding in KEY_TABLE for sequence in binding.sequences],
    ids=lambda value: value if isinstance(value, str) else value.command.value,
)
def test_each_key_runs_its_command_in_the_composer(
    stage: Stage, binding: KeyBinding, sequence: str
) -> None:
    """With the real bindings; only what they do is replaced, so that nothing quits."""
    window = stage.window
    ran: list[KeyCommand] = []

    actions = {each: partial(_noting, ran, each) for each in KeyCommand}
    text, tags = window.composer.text, window.composer.text.bindtags()
    kept = _bindings(window.root)
    try:
        bind_keys(window.root, actions)
        bind_field_keys(text, actions)
        text.focus_force()
        stage.settle()
        # A capital without Shift is what Caps Lock makes of the key.
        is_capital = re.fullmatch("<Control-[A-Z]>", sequence)
        if is_capital:
            text.event_generate(sequence, state=0x6)
        else:
            text.event_generate(sequence)
        stage.settle()
    except TclError:
        assert sequence == "<Key-App>"  # a key of other window systems
        ran.append(binding.command)
    finally:
        text.bindtags(tags)
        for tag, each, script in kept:
            window.root.tk.call("bind", tag, each, script)
    assert ran == [binding.command]


def _noting(ran: list[KeyCommand], command: KeyCommand) -> bool:
    ran.append(command)
    return True


def _bindings(root: Misc) -> list[tuple[str, str, str]]:
    """(tag, sequence, script) of all keys as they are bound now."""
    call = root.tk.call
    return [
        (tag, sequence, str(call("bind", tag, sequence)))
        for tag in (".", KEY_TAG, FIELD_TAG)
        for sequence in root.tk.splitlist(call("bind", tag))
    ]


class TestOtherKeyboards:
    def test_the_place_of_a_key_names_its_latin_letter(self) -> None:
        assert latin_letter(45, "x11") == "k"
        assert latin_letter(75, "win32") == "k"
        assert (
            latin_letter(36, "x11") == latin_letter(13, "win32") == latin_letter(45, "aqua") == ""
        )

    @pytest.mark.parametrize(
        ("key_code", "state", "keysym", "does"),
        [
            (45, 0x4, "Cyrillic_el", KeyCommand.QUICK_SWITCHER),
            (26, 0x5, "Cyrillic_U", KeyCommand.EMOJI_PICKER),
            (45, 0x4, "k", None),  # has its own binding
            (45, 0xC, "Cyrillic_el", None),  # Alt, too
            (36, 0x4, "Return", None),
        ],
    )
    def test_a_cyrillic_letter_does_what_its_key_does(
        self, stage: Stage, key_code: int, state: int, keysym: str, does: KeyCommand | None
    ) -> None:
        ran: list[KeyCommand] = []
        table = {
            sequence: partial(_noting, ran, binding.command)
            for binding in KEY_TABLE
            for sequence in binding.sequences
        }
        event: Event[Misc] = Event()
        event.keycode, event.state, event.keysym = key_code, state, keysym
        event.widget = stage.window.root
        taken = act_by_place(event, table)
        assert ran == ([does] if does else [])
        assert taken == ("break" if does else None)

    def test_copy_works_there_too(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("hello")
        composer.text.tag_add("sel", "1.0", "end-1c")
        event: Event[Misc] = Event()
        event.keycode, event.state, event.keysym = 54, 0x4, "Cyrillic_es"
        event.widget = composer.text
        assert act_by_place(event, {}) == "break"
        assert stage.window.root.clipboard_get() == "hello"


class TestRooms:
    ROOMS = (
        RoomRow("1", "general"),
        RoomRow("2", "dev", is_selected=True),
        RoomRow("3", "design"),
        RoomRow("4", "random", unread=2),
        RoomRow("5", "left", is_joined=False),
    )

    @pytest.mark.parametrize(
        ("key", "opened"),
        [
            ("<Alt-Down>", "3"),
            ("<Alt-Up>", "1"),
            ("<Control-Tab>", "3"),
            ("<Alt-Shift-Down>", "4"),
            ("<Alt-Shift-Up>", "4"),
            ("<Control-Key-1>", "1"),
            ("<Control-Key-4>", "4"),
            ("<Control-Key-5>", None),
        ],
    )
    def test_a_key_opens_a_room(self, stage: Stage, key: str, opened: str | None) -> None:
        stage.window.show_rooms(self.ROOMS)
        stage.press(stage.window.composer.text, key)
        assert stage.calls.named("on_open_room") == ([(opened,)] if opened else [])
        assert stage.window.composer.value == ""

    def test_back_and_forward_in_visited_rooms(self, stage: Stage) -> None:
        window = stage.window
        window.show_rooms(self.ROOMS)
        for key in ("1", "2", "4"):
            window.show_timeline(TimelineRows(key, key, ()))
        stage.press(window.composer.text, "<Alt-Left>", "<Alt-Left>", "<Alt-Left>", "<Alt-Right>")
        assert [key for (key,) in stage.calls.named("on_open_room")] == ["2", "1", "2"]

    def test_shift_escape_asks_that_nothing_is_unread(self, stage: Stage) -> None:
        stage.press(stage.window.composer.text, "<Shift-Escape>")
        assert stage.calls.named("on_mark_all_read") == [()]


def test_visited_rooms_that_are_gone_are_passed_over() -> None:
    visited = VisitedRooms()
    for key in ("a", "b", "b", "c"):
        visited.note(key)
    assert visited.step(-1, {"a", "c"}) == "a"
    assert visited.step(-1, {"a", "c"}) is None
    visited.note("d")
    assert visited.step(1, {"a", "b", "c", "d"}) is None
    assert visited.step(-1, {"a", "b", "c", "d"}) == "a"


class TestMessages:
    def test_ctrl_home_and_end_scroll_while_no_text_waits(self, stage: Stage) -> None:
        stage.show(60)
        text = stage.window.composer.text
        pane = stage.window.panes.current
        assert pane is not None
        stage.press(text, "<Control-Home>")
        assert pane.text.dlineinfo("end - 1 indices") is None
        stage.press(text, "<Control-End>")
        assert pane.text.dlineinfo("end - 1 indices") is not None
        assert pane.is_at_newest
        assert stage.window.root.focus_get() is text
        stage.type("x")
        stage.press(text, "<Control-Home>")
        assert pane.is_at_newest
        assert text.index("insert") == "1.0"

    def test_shift_page_up_goes_to_the_oldest_unread(self, stage: Stage) -> None:
        stage.show(200, new_from=120)
        pane = stage.window.panes.current
        assert pane is not None
        pane.scroll_to_newest()
        stage.press(stage.window.composer.text, "<Shift-Prior>")
        assert not pane.is_at_newest
        assert pane.text.bbox(pane.text.search("message number 120", "1.0")) is not None


class TestKeyList:
    @pytest.mark.parametrize("width", [1100, 480])
    def test_it_shows_whole_names_and_whole_rows(self, stage: Stage, width: int) -> None:
        stage.resize(width)
        popups = stage.window.popups
        popups.lists.toggle_keys()
        stage.settle()
        listing = popups.lists.keys().listing
        shown = set(texts_of(listing))
        for _ in key_list():
            listing.scroll_by(100)
            shown |= set(texts_of(listing))
        headings = {group.heading for group in key_groups()}
        assert shown == {words for row in key_list() for words in row} | headings
        assert listing.winfo_height() % listing.look.px(28) == 0

    def test_each_key_stands_under_one_heading(self) -> None:
        groups = key_groups()
        assert [group.heading for group in groups] == ["Rooms", "Messages", "Writing", "Window"]
        rows = key_list()
        assert len(rows) == len(set(rows))
        assert {(b.keys, b.words) for b in KEY_TABLE if b.keys} <= set(rows)
        of = {group.heading: dict(group.rows) for group in groups}
        assert of["Rooms"]["Ctrl+K"] and of["Messages"]["Ctrl+F"]
        assert of["Messages"]["Shift+F6, Up"] and of["Messages"]["R"] and of["Messages"]["C"]
        assert of["Writing"]["Ctrl+B"] and of["Window"]["Ctrl+Q"]

    def test_what_is_typed_finds_keys_and_what_they_do(self, stage: Stage) -> None:
        popups = stage.window.popups
        popups.lists.toggle_keys()
        stage.settle()
        keys = popups.lists.keys()
        height = keys.winfo_height()
        assert str(stage.window.root.tk.call("focus")) == str(keys.field)

        def found(typed: str) -> list[str]:
            keys.field.delete("1.0", "end")
            keys.field.insert("1.0", typed)
            stage.settle()
            return texts_of(keys.listing)

        assert found("italic") == ["Writing", "Italic", "Ctrl+I"]
        assert found("F11") == ["Window", "Full screen on or off", "F11"]
        assert found("rooms")[0] == "Rooms"
        assert found("zzz") == [] and keys._empty.winfo_ismapped()
        assert keys.winfo_height() == height
        stage.press(keys.field, "<Escape>")
        popups.lists.toggle_keys()
        assert keys.field.value == "" and len(keys.listing.items) == len(key_list()) + 4

    def test_the_arrows_scroll_it(self, stage: Stage) -> None:
        stage.resize(1100, 480)
        popups = stage.window.popups
        popups.lists.toggle_keys()
        stage.settle()
        keys = popups.lists.keys()
        before = texts_of(keys.listing)
        stage.press(keys.field, "<Down>", "<Down>")
        stage.until(lambda: texts_of(keys.listing) != before)
        stage.press(keys.field, "<Up>", "<Up>")
        stage.until(lambda: texts_of(keys.listing) == before)


class TestTypingAnywhere:
    def test_letters_typed_in_the_messages_go_to_the_field(self, stage: Stage) -> None:
        stage.show(5)
        pane = stage.window.panes.current_text
        stage.press(pane, "<h>")
        assert stage.window.root.focus_get() is stage.window.composer.text
        assert stage.window.composer.value == "h"

    def test_a_paste_there_does_too(self, stage: Stage) -> None:
        stage.show(5)
        stage.window.root.clipboard_clear()
        stage.window.root.clipboard_append("from elsewhere")
        stage.press(stage.window.panes.current_text, "<<Paste>>")
        assert stage.window.composer.value == "from elsewhere"

    def test_letters_in_other_fields_and_lists_stay_there(self, stage: Stage) -> None:
        window = stage.window
        window.show_rooms(TestRooms.ROOMS)
        stage.press(window.room_list.rooms, "<d>", "<d>")
        row = window.room_list.rooms.current_row
        assert row is not None and row.name in ("dev", "design")
        stage.press(window.composer.text, "<Control-k>")
        stage.press(window.popups.switcher().field, "<x>")
        assert window.popups.switcher().field.value == "x"
        assert window.composer.value == ""

    @pytest.mark.parametrize("in_rooms", [True, False])
    def test_what_is_no_name_in_a_list_is_a_text(self, stage: Stage, in_rooms: bool) -> None:
        window = stage.window
        window.show_rooms(TestRooms.ROOMS)
        window.show_people([PersonRow("b", "Ben"), PersonRow("d", "Dora")])
        listing = window.room_list.rooms if in_rooms else window.member_list.people
        stage.press(listing)
        for keysym in ("d", "a", "space", "i", "space", "slash"):
            focused = window.root.focus_get()
            assert focused is not None
            focused.event_generate(f"<Key-{keysym}>")
        stage.settle()
        assert window.composer.value == "da i /", "the letter that led to a name is of the text"
        assert window.root.focus_get() is window.composer.text
        assert not window.popups.stack.is_any_open and not stage.calls.named("on_open_room")

    def test_a_blank_in_a_list_begins_a_text(self, stage: Stage) -> None:
        window = stage.window
        window.show_people([PersonRow("b", "Ben")])
        stage.press(window.member_list.people, "<space>")
        assert window.composer.value == " " and not window.popups.stack.is_any_open

    def test_a_name_is_typed_on_in_a_list(self, stage: Stage) -> None:
        window, people = stage.window, stage.window.member_list.people
        window.show_people([PersonRow(name, name) for name in ("Anna", "Anton", "Ben")])
        stage.press(people, "<Key-b>")
        people.event_generate("<Key-a>", time=5000)  # after a while another name begins
        for key in ("n", "t"):
            people.event_generate(f"<Key-{key}>", time=5100)
        row = people.current_row
        assert row is not None and row.name == "Anton"
        people.event_generate("<Down>")
        people.event_generate("<Key-a>", time=5200)  # a step ends it
        row = people.current_row
        assert row is not None and row.name == "Anna"
        assert window.composer.value == ""

    def test_where_nobody_can_write_nothing_happens(self, stage: Stage) -> None:
        window = stage.window
        window.show_people([PersonRow("b", "Ben")])
        window.set_composer_enabled(False, "Only moderators can write here.")
        stage.press(window.member_list.people, "<space>", "<Key-x>")
        assert window.root.focus_get() is window.member_list.people
        window.set_composer_enabled(True)
        assert window.composer.value == ""

    @pytest.mark.parametrize("key", ["<Control-x>", "<Alt-x>", "<F2>", "<Left>"])
    def test_keys_that_write_nothing_move_no_focus(self, stage: Stage, key: str) -> None:
        stage.press(stage.window.panes.current_text, key)
        assert stage.window.root.focus_get() is stage.window.panes.current_text


class TestFocus:
    def test_f6_goes_round_and_each_part_shows_a_ring(self, stage: Stage) -> None:
        window = stage.window
        window.show_rooms(TestRooms.ROOMS)
        window.show_people([PersonRow("b", "Ben")])
        stage.show(3)
        stage.press(window.composer.text, "<F6>")
        people = window.member_list.people
        assert window.root.focus_get() is people
        assert _has_ring(people, stage)
        stage.press(people, "<F6>")
        assert _has_ring(window.room_list.rooms, stage)
        assert not _has_ring(people, stage)
        stage.press(window.room_list.rooms, "<F6>")
        pane = window.panes.current_text
        assert window.root.focus_get() is pane
        assert _is_pane_ringed(stage)
        window.look.use("dark")
        assert _is_pane_ringed(stage)
        stage.press(pane, "<Shift-F6>", "<Shift-F6>")
        assert window.root.focus_get() is people
        assert not _is_pane_ringed(stage)

    def test_the_keys_that_are_said_to_choose_a_message_do_so(self, stage: Stage) -> None:
        words = "From the field: choose a message"
        keys = next(keys for keys, meaning in key_list() if meaning == words)
        stage.show(3)
        stage.press(stage.window.composer.text)
        for key in keys.split(", "):
            focused = stage.window.root.focus_get()
            assert focused is not None
            stage.press(focused, f"<{key.replace('+', '-')}>")
        pane = stage.window.panes.current
        assert pane is not None
        assert stage.window.root.focus_get() is pane.text
        assert pane._cursor.current is not None

    def test_a_click_into_the_messages_draws_no_ring(self, stage: Stage) -> None:
        stage.show(3)
        pane = stage.window.panes.current
        assert pane is not None
        pane.text.focus_force()
        stage.settle()
        assert _is_pane_ringed(stage)
        stage.press(stage.window.composer.text)
        pane.text.event_generate("<ButtonPress-1>", x=100, y=100)
        stage.settle()
        assert stage.window.root.focus_get() is pane.text
        assert not _is_pane_ringed(stage)
        stage.press(stage.window.composer.text)
        pane.text.event_generate("<ButtonRelease-1>", x=100, y=100)
        stage.press(pane.text)
        assert _is_pane_ringed(stage)

    @pytest.mark.parametrize("key", ["<Shift-F10>", "<Key-Menu>"])
    def test_the_menu_key_opens_the_menu_of_the_field(self, stage: Stage, key: str) -> None:
        composer = stage.window.composer
        composer.set_value("words")
        stage.press(composer.text, key)
        labels = [composer.menu.entrycget(at, "label") for at in (0, 1, 3, 4, 5, 7)]
        assert labels == ["Undo", "Redo", "Cut", "Copy", "Paste", "Select all"]
        assert composer.menu.entrycget(3, "state") == "disabled"
        composer.menu.invoke(7)
        composer.tk.call("tk::MenuUnpost", composer.menu)  # gives the pointer back
        composer.menu.fill()
        assert composer.menu.entrycget(3, "state") == "normal"
        composer.menu.invoke(3)
        assert composer.value == ""


def _has_ring(canvas: Canvas, stage: Stage) -> bool:
    stage.settle()
    return bool(canvas.find_withtag(RING))


def _is_pane_ringed(stage: Stage) -> bool:
    stage.settle()
    pane, tokens = stage.window.panes.current, stage.window.look.tokens
    assert pane is not None
    assert int(str(pane.cget("highlightthickness"))) > 0
    assert pane.cget("highlightbackground") in (tokens.bg, tokens.accent)
    return str(pane.cget("highlightbackground")) == tokens.accent
