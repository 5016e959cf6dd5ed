"""What comes while nobody looks at the window is not seen; looking again, it is."""

from __future__ import annotations

import ctypes
import sys
import tkinter as tk

import pytest

from app.views import attention
from app.views.rows import RoomRow, TimelineRows
from tests.app.views.conftest import Stage, messages


def give_the_keyboard_away(stage: Stage) -> None:
    """As if another program got it: the display's own call, since Tk knows no other program."""
    x11 = attention._x11()
    assert x11 is not None
    root = stage.window.root
    display = x11.XOpenDisplay(str(root.winfo_screen()).encode())
    assert display
    x11.XSetInputFocus.argtypes = [x11.XOpenDisplay.restype, *[ctypes.c_ulong] * 3]
    nobody, revert_to_nobody, now = 0, 0, 0
    x11.XSetInputFocus(display, nobody, revert_to_nobody, now)
    x11.XCloseDisplay(display)
    stage.until(lambda: not stage.window.is_in_front)


@pytest.fixture
def looked_at(stage: Stage) -> Stage:
    if sys.platform in ("win32", "darwin") or attention._x11() is None:
        pytest.skip("the keyboard is taken away on X11 only")
    look_again(stage)
    stage.calls.made.clear()
    return stage


def look_again(stage: Stage) -> None:
    stage.window.composer.text.focus_force()
    stage.until(lambda: stage.window.is_in_front)
    stage.settle()


def test_what_comes_meanwhile_is_seen_when_the_window_has_the_keyboard_again(
    looked_at: Stage,
) -> None:
    stage = looked_at
    stage.show(3)
    assert stage.calls.named("on_seen") == [(stage.room_key, 3)]

    give_the_keyboard_away(stage)
    stage.show(4)
    assert stage.calls.named("on_seen") == [(stage.room_key, 3)]

    look_again(stage)
    assert stage.calls.named("on_seen") == [(stage.room_key, 3), (stage.room_key, 4)]
    assert stage.calls.named("on_look") == [(False,), (True,)]


def test_nothing_is_told_again_when_nothing_came(looked_at: Stage) -> None:
    """Whoever marked a message unread and looked elsewhere finds it unread."""
    stage = looked_at
    stage.show(3)
    give_the_keyboard_away(stage)
    look_again(stage)

    assert stage.calls.named("on_seen") == [(stage.room_key, 3)]


def test_scrolled_up_nothing_is_seen_by_looking(looked_at: Stage) -> None:
    stage = looked_at
    stage.show(100)
    stage.window.panes.current_scroll_pages(-2)
    stage.settle()
    stage.calls.made.clear()

    give_the_keyboard_away(stage)
    stage.show(101)
    look_again(stage)

    assert stage.calls.named("on_seen") == []


def test_a_window_that_is_put_away_is_not_looked_at(looked_at: Stage) -> None:
    stage = looked_at
    root = stage.window.root
    stage.show(3)
    root.withdraw()
    stage.until(lambda: not stage.window.is_in_front)
    stage.show(4)
    assert (stage.room_key, 4) not in stage.calls.named("on_seen")

    root.deiconify()
    look_again(stage)
    stage.until(lambda: (stage.room_key, 4) in stage.calls.named("on_seen"))


def test_menus_and_fields_of_our_own_are_no_looking_away(looked_at: Stage) -> None:
    stage = looked_at
    window = stage.window
    window.room_list.rooms.focus_force()
    stage.settle()
    other = tk.Toplevel(window.root)
    stage.until(other.winfo_viewable)
    other.focus_force()
    stage.until(lambda: str(window.root.tk.call("focus")) == str(other))
    other.destroy()
    look_again(stage)

    assert stage.calls.named("on_look") == []


def test_without_a_keyboard_from_the_start_a_window_on_the_screen_is_looked_at(
    looked_at: Stage,
) -> None:
    """A display without a window manager may give it to nobody."""
    stage = looked_at
    eyes = stage.window._attention
    give_the_keyboard_away(stage)
    eyes._had_focus = False

    eyes._look()

    assert stage.window.is_in_front
    look_again(stage)


def test_coming_back_to_a_room_without_looking_sees_nothing(looked_at: Stage) -> None:
    stage = looked_at
    stage.show(3)
    stage.calls.made.clear()
    give_the_keyboard_away(stage)
    window = stage.window
    window.show_rooms([RoomRow("elsewhere", "other", is_selected=True)])
    window.show_timeline(TimelineRows("elsewhere", "other", messages(2)))
    stage.show(3)
    assert stage.calls.named("on_seen") == []

    look_again(stage)
    assert stage.calls.named("on_seen") == [(stage.room_key, 3)]
