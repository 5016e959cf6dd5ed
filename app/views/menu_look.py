"""What the menus of a window look like: as popups do, without bevels, in rows one can hit.

Menus are painted by the classic Tk and know no tokens; here those of one window are painted alike,
now and after each change of the theme. On Windows and macOS the system draws them.
"""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

from app.views import fonts

if TYPE_CHECKING:
    from app.views.theme import Look

_PICTURE_HEIGHT = 28  # logical pixels; with what Tk adds, no row is under 28


class MenuLook:
    """The look of all menus below one window."""

    def __init__(self) -> None:
        self._menus: WeakSet[tk.Menu] = WeakSet()
        self._options: dict[str, Any] = {}
        self._ground = ""
        #: A picture without a dot on it, as high as a row; Tk has no other way to say that.
        self._row: tk.PhotoImage | None = None

    def follow(self, top: tk.Misc, look: Look) -> None:
        """Paint all menus like this, also those that come."""
        if top.tk.call("tk", "windowingsystem") != "x11":
            return
        tokens = look.tokens
        if self._row is None:
            self._row = tk.PhotoImage(master=top, width=1, height=look.px(_PICTURE_HEIGHT))
        self._options = {
            "background": tokens.popup_border,  # what of it is not covered by rows
            "foreground": tokens.popup_fg,
            "activebackground": tokens.selected_popup,
            "activeforeground": tokens.popup_fg,
            "disabledforeground": tokens.popup_muted,
            "selectcolor": tokens.popup_fg,
            "font": fonts.BODY,
            "activeborderwidth": 0,
            "borderwidth": look.px(1),
            "relief": "flat",
        }
        self._ground = tokens.popup
        for menu in self._menus:
            self._paint(menu)

    def adopt(self, menu: tk.Menu) -> None:
        """A new menu of this window."""
        self._menus.add(menu)
        self._paint(menu)

    def row_options(self, kind: str) -> dict[str, Any]:
        """What a row of a menu is given, "separator" or another kind."""
        if self._row is None:
            return {}
        if kind == "separator":
            return {"background": self._ground}
        return {"background": self._ground, "image": str(self._row), "compound": "center"}

    def _paint(self, menu: tk.Menu) -> None:
        if not self._options or not menu.winfo_exists():
            return
        menu.configure(**self._options)
        last = menu.index("end")
        for place in range(0 if last is None else last + 1):
            menu.entryconfigure(place, background=self._ground)


_looks: WeakKeyDictionary[tk.Misc, MenuLook] = WeakKeyDictionary()


def menu_look_of(widget: tk.Misc) -> MenuLook:
    """That of the window which `widget` is in."""
    top = widget.nametowidget(".")  # a menu would be called a window of its own
    found = _looks.get(top)
    if found is None:
        found = _looks[top] = MenuLook()
    return found
