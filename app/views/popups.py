"""Frames placed over the window, one above the other; Esc closes the newest.

A click beside one closes it, too, and does whatever else it does; so do the keys that lead
elsewhere. A dialog stays: while it is on top the pointer and those keys do nothing beside it, as
what was begun in it would be lost. When one has gone the focus goes back to what had it, in the
one below, or when that was the last to a list or a button, else home.
"""

import tkinter as tk
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from app.views.focus_ring import is_in
from app.views.surface import FlatButton, Surface
from app.views.widgets import Button
from app.views.window_events import bind_window

_MARGIN = 8  # real pixels that are left free beside a popup


class Popup(Surface):
    """A surface that can be a popup."""

    #: Logical pixels that it takes where the window has room for them.
    width_wanted = 0
    #: A click beside it closes it; a dialog keeps pointer and focus until it is done.
    is_closed_by_click = True
    is_dialog = False
    #: A click on this one does not: it opens and closes the popup itself.
    opener: tk.Misc | None = None
    #: What had the focus and gets it back.
    came_from: tk.Misc | None = None

    def closed_by_person(self) -> None:
        """Esc, or another page, took it away."""

    def turn_page(self, _by: int) -> bool:
        """PgDn (+1) or PgUp (-1); False if it has no pages."""
        return False

    def keep_inside(self) -> None:
        """It shows something else: take no more height than the window has below its top."""
        if self.winfo_manager():
            self.update_idletasks()
            room = self.winfo_toplevel().winfo_height() - int(self.place_info()["y"]) - _MARGIN
            self.place_configure(height=room if self.winfo_reqheight() > room else "")


class Popups:
    """Which popups are open, oldest first. They are no windows and grab nothing."""

    def __init__(self, root: tk.Misc, on_closed: Callable[[], None]) -> None:
        """`on_closed` is called after the last one has gone: the focus goes home."""
        self._root, self._on_closed = root, on_closed
        self._open: list[Popup] = []
        self._size = (0, 0)
        #: The button that is held down now, and what it opened: pressed again, it closes that.
        self._held: tk.Misc | None = None
        self._opened_by: dict[Popup, tk.Misc | None] = {}
        #: What had the focus in those below others.
        self._focused: dict[Popup, tk.Misc] = {}
        root.bind("<ButtonPress>", self._pressed, add="+")
        root.bind("<ButtonRelease>", self._released, add="+")
        bind_window(root, "<Configure>", self._resized)

    def open(self, popup: Popup, **place: Any) -> None:
        """Put the popup on top, at a place as for `place`; it stays whole in the window when that
        gets another size."""
        if popup in self._open:
            self._open.remove(popup)
        else:
            self._opened_by[popup] = self._held
            self._note_focus()
        self._open.append(popup)
        self._size = (self._root.winfo_width(), self._root.winfo_height())
        popup.place(**place)
        tk.Misc.tkraise(popup)
        self._hold_pointer()

    def open_centered(self, popup: Popup, top: float, **place: Any) -> None:
        """The same, `top` logical pixels under the upper edge and as wide as it wants to be."""
        y, width = popup.look.px(top), self.width_for(popup)
        self.open(popup, relx=0.5, y=y, anchor="n", width=width, **place)

    def width_for(self, popup: Popup) -> int:
        """The width it wants, or what the window has; in real pixels."""
        px = popup.look.px
        return min(px(popup.width_wanted), self._root.winfo_width() - px(16))

    def is_open(self, popup: Popup | None) -> bool:
        """Whether it is; one that was never made (None) is not."""
        return popup in self._open

    def around(self, path: str) -> Popup | None:
        """The popup in which the widget of that path lies; the newest where none has the keys."""
        if path == str(self._root) and self._open:
            return self._open[-1]
        return next((popup for popup in reversed(self._open) if is_in(path, popup)), None)

    @property
    def is_any_open(self) -> bool:
        return bool(self._open)

    def close(self, popup: Popup | None) -> None:
        """Take it away; nothing happens if it was not open."""
        if popup is not None and popup in self._open:
            was_on_top = popup is self._open[-1]
            self._open.remove(popup)
            popup.grab_release()
            popup.place_forget()
            self._focused.pop(popup, None)
            back, popup.came_from = popup.came_from, None
            if not self._open:
                self._on_closed()
            elif not was_on_top:
                back = None  # the one on top has it
            else:
                below = self._open[-1]
                # What had it may be gone: rows are drawn anew while something lies over them.
                places = (back, self._focused.get(below))
                back = next((place for place in places if _can_have_focus(place)), below)
            if back is not None and _can_have_focus(back):
                back.focus_set()
            self._hold_pointer()

    def step_aside(self) -> bool:
        """Close what a click beside it would close; False if a dialog stays."""
        while self._open and not self._open[-1].is_dialog:
            self._open[-1].came_from = None
            self.close_top()
        return not self._open

    def close_top(self) -> bool:
        """Close the newest; False if none was open."""
        if not self._open:
            return False
        popup = self._open[-1]
        self.close(popup)
        popup.closed_by_person()
        return True

    def turn_page(self, by: int) -> bool:
        """The newest a page further; False if there is none that has pages."""
        return bool(self._open) and self._open[-1].turn_page(by)

    def close_all(self) -> None:
        while self.close_top():
            pass

    def _resized(self, event: "tk.Event[tk.Misc]") -> None:
        """What lies at the right or at the foot moves along with it."""
        before, now = self._size, (event.width, event.height)
        if not self._open or now == before:
            return
        self._size = now
        for popup in self._open:
            place = popup.place_info()
            width = min(popup.winfo_width(), now[0] - 2 * _MARGIN)
            moved: dict[str, Any] = {"width": width} if place["width"] else {}
            anchor = place["anchor"]
            if not float(place["relx"]):
                x = int(place["x"]) + (now[0] - before[0] if "e" in anchor else 0)
                behind = width if "e" in anchor else 0
                moved["x"] = max(_MARGIN, min(x - behind, now[0] - _MARGIN - width)) + behind
            if "s" in anchor:
                y = int(place["y"]) + now[1] - before[1]
                moved["y"] = max(y, min(popup.winfo_height(), now[1]))
            else:
                y, high = int(place["y"]), popup.winfo_reqheight()
                if not float(place["relx"]):  # beside what it is about: rather there than cut
                    moved["y"] = y = max(_MARGIN, min(y, now[1] - _MARGIN - high))
                room = now[1] - _MARGIN - y
                moved["height"] = room if high > room else ""
            popup.place_configure(**moved)

    def _hold_pointer(self) -> None:
        """A dialog on top has it alone."""
        if self._open and self._open[-1].is_dialog:
            # While a button is held down Tk may refuse: then the click that comes does little.
            with suppress(tk.TclError):
                self._open[-1].grab_set()
        elif self._open:
            for popup in self._open:
                popup.grab_release()

    def _note_focus(self) -> None:
        """What has it in the one on top, which something is to cover."""
        path = str(self._root.tk.call("focus"))
        if self._open and path and is_in(path, self._open[-1]):
            # A list that a field of ttk has opened is known to Tk alone.
            with suppress(KeyError):
                self._focused[self._open[-1]] = self._root.nametowidget(path)

    def _released(self, _event: "tk.Event[tk.Misc]") -> None:
        self._held = None

    def _pressed(self, event: "tk.Event[tk.Misc]") -> None:
        # Wheels are buttons, too; a menu is no widget of ours.
        if event.num in (4, 5) or not isinstance(event.widget, tk.Misc):
            return
        self._held = event.widget if isinstance(event.widget, Button | FlatButton) else None
        if not self._open or self._open[-1].is_dialog or not self._open[-1].is_closed_by_click:
            return
        popup = self._open[-1]
        places = (popup, popup.opener, self._opened_by.get(popup))
        if not any(place is not None and is_in(str(event.widget), place) for place in places):
            popup.came_from = None
            self.close_top()


def _can_have_focus(widget: tk.Misc | None) -> bool:
    return bool(widget is not None and widget.winfo_exists() and widget.winfo_viewable())
