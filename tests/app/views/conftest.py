"""One window for the whole run, put back to a known state for each test."""

from __future__ import annotations

import time
import tkinter as tk
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.views.callbacks import MainWindowCallbacks
from app.views.rows import (
    AppearanceRow,
    HeaderRow,
    MessageRow,
    MessageState,
    NotificationSettingsRow,
    PersonRow,
    RoomRow,
    TimelineRows,
)
from tools.photographer import grab

if TYPE_CHECKING:
    from app.views.main_window import MainWindow
    from app.views.settings_page import SettingsPage

TODAY = date(2026, 11, 23)
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WAIT_MAX_S = 5.0
PEOPLE = (PersonRow("a", "Anna", is_self=True), PersonRow("b", "Ben"))


@dataclass
class Calls:
    """What the window called back, in order."""

    made: list[tuple[Any, ...]] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def note(self, name: str) -> Callable[..., None]:
        return lambda *values: self.made.append((name, *values))

    def named(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of each call of that name."""
        return [made[1:] for made in self.made if made[0] == name]

    def callbacks(self) -> MainWindowCallbacks:
        names = set(MainWindowCallbacks.__struct_fields__) - {"on_callback_error"}
        return MainWindowCallbacks(
            **{name: self.note(name) for name in names}, on_callback_error=self.errors.append
        )


@dataclass
class Stage:
    """A window filled with little, and hands to work with it."""

    window: MainWindow
    calls: Calls
    room_key: str

    def until(self, condition: Callable[[], bool]) -> None:
        """Let Tk work until `condition` holds; fails after some seconds."""
        end = time.monotonic() + WAIT_MAX_S
        while not condition():
            assert time.monotonic() < end, "the window did not come to the awaited state"
            self.window.root.update()
            time.sleep(0.005)

    def settle(self) -> None:
        """Let Tk do all that is due now."""
        for _ in range(4):
            self.window.root.update()

    def color_at(self, widget: tk.Misc, inset: int, *, is_at_corner: bool = False) -> str:
        """What the screen shows so many pixels from the left edge of a widget, half way down, or as
        far from the top at its corner."""
        self.settle()
        x, y = widget.winfo_rootx() + inset, widget.winfo_rooty()
        y += inset if is_at_corner else widget.winfo_height() // 2
        red, green, blue = grab().getpixel((x, y))[:3]  # type: ignore[index]
        return f"#{red:02x}{green:02x}{blue:02x}"

    def resize(self, width: int, height: int = 720) -> None:
        root = self.window.root
        root.geometry(f"{width}x{height}+0+0")
        self.until(lambda: (root.winfo_width(), root.winfo_height()) == (width, height))
        self.settle()

    def show(self, count: int, *, first: int = 1, **more: Any) -> tuple[MessageRow, ...]:
        """Show messages `first` … `first + count - 1` of this test's room."""
        rows = messages(count, first=first)
        self.show_rows(rows, **more)
        return rows

    def show_rows(self, rows: tuple[Any, ...], **more: Any) -> None:
        self.window.show_timeline(TimelineRows(self.room_key, "dev", rows, **more))
        self.settle()

    def press(self, widget: Any, *sequences: str) -> None:
        widget.focus_force()
        self.settle()
        for sequence in sequences:
            widget.event_generate(sequence)
        self.settle()

    def type(self, text: str) -> None:
        self.window.composer.text.focus_force()
        for char in text:
            keysym = {" ": "space", "\n": "Shift-Return", "!": "exclam"}.get(char, char)
            self.window.composer.text.event_generate(f"<{keysym}>" if len(keysym) > 1 else keysym)
        self.settle()


def texts_of(canvas: tk.Canvas) -> list[str]:
    """All texts drawn on a canvas."""
    return [str(option_of(canvas, item, "text")) for item in items_of(canvas, "text")]


def items_of(canvas: tk.Canvas, *kinds: str) -> list[int]:
    """The canvas items of these kinds ("text", "image", "rectangle", …)."""
    return [item for item in canvas.find_all() if str(canvas.type(item)) in kinds]


def option_of(canvas: Any, item: int, option: str) -> str:
    return str(canvas.itemcget(item, option))


def sent(stage: Stage) -> list[str]:
    return [text for _key, text in stage.calls.named("on_send")]


def message(number: int, text: str = "", **more: Any) -> MessageRow:
    """Message `number`, a minute after the one before; two people take turns of three."""
    author = "anna" if (number // 3) % 2 else "ben"
    values: dict[str, Any] = {
        "key": number,
        "author_id": author,
        "author_name": author.title(),
        "is_own": False,
        "time": START + timedelta(minutes=number % 600),
        "text": text or f"message number {number}",
        "state": MessageState.ACCEPTED,
    }
    return MessageRow(**(values | more))


def messages(count: int, *, first: int = 1) -> tuple[MessageRow, ...]:
    return tuple(message(number) for number in range(first, first + count))


@pytest.fixture(scope="session")
def whole_run_window(display: str) -> Iterator[tuple[MainWindow, Calls]]:
    import ttkbootstrap

    from app.views.main_window import MainWindow

    ttkbootstrap.set_bootstyle_strict(True)
    calls = Calls()
    window = MainWindow(calls.callbacks(), scaling=4 / 3, today=lambda: TODAY)
    yield window, calls
    window.close()


@pytest.fixture
def stage(
    whole_run_window: tuple[MainWindow, Calls], request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """The window at 1100 x 720, light, in an empty room of this test's own."""
    window, calls = whole_run_window
    stage = Stage(window, calls, request.node.nodeid)
    window.look.use("light")
    window.show_chat()
    window.popups.stack.close_all()
    window.close_find_bar()
    window.set_banner(None)
    window.set_notice("")
    window.set_typing([])
    window.show_writing_hint("")
    window.show_seen_rooms(())
    window.set_join_delayed(False)
    window.show_header(HeaderRow("dev", "What we build"))
    window.show_rooms([RoomRow(stage.room_key, "dev", is_selected=True)])
    window.show_timeline(TimelineRows(stage.room_key, "dev", ()))
    stage.resize(1100)
    if not window.member_list.winfo_ismapped():
        window.toggle_people()
    stage.settle()
    calls.made.clear()
    calls.errors.clear()
    yield stage
    window.popups.stack.close_all()  # a dialog has the pointer to itself
    stage.settle()
    # A menu that was opened and not closed as a person does keeps every later click for itself.
    grabbing = window.root.tk.splitlist(window.root.tk.call("grab", "current"))
    for widget in grabbing:
        window.root.tk.call("grab", "release", widget)
    assert not grabbing, f"the pointer was left to {grabbing}"
    assert not calls.errors, f"a callback of the window failed: {calls.errors!r}"


@pytest.fixture
def page(stage: Stage) -> Iterator[SettingsPage]:
    """The settings, open."""
    stage.window.show_appearance(AppearanceRow(), "light")
    stage.window.show_notification_settings(NotificationSettingsRow())
    stage.press(stage.window.composer.text, "<Control-comma>")
    page = stage.window.popups.settings()
    assert page.winfo_manager() == "place"
    yield page
    stage.window.show_appearance(AppearanceRow(), "light")
