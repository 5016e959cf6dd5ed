"""The widgets views are made of: typed, and the plain ones left unpainted by the theme.

ttkbootstrap's own painting of plain Tk widgets would overwrite the colours taken from tokens,
and it gives the geometry methods no types.

In a language that runs from the right, what views put to the left lies to the right: here, once,
for all of them. Words that are only looked at are drawn in their order (`drawn_text`).
"""

import tkinter as tk
import tkinter.ttk
from tkinter import font as tkfont
from typing import TYPE_CHECKING, Any

import ttkbootstrap as ttk

from app.translation import is_right_to_left
from app.views.drawn_text import broken, drawn, has_right_to_left
from app.views.menu_look import menu_look_of

_OTHER_SIDE = {"left": "right", "right": "left"}
_OTHER_ANCHOR = {"w": "e", "e": "w", "nw": "ne", "ne": "nw", "sw": "se", "se": "sw"}
#: What lies beside the words of a menu.
_BESIDE = 3 * " "
#: Options of a label that decide where its lines end.
_LINE_OPTIONS = frozenset(("text", "wraplength", "font"))
_OTHER_BY_OPTION = {
    "side": _OTHER_SIDE,
    "justify": _OTHER_SIDE,
    "compound": _OTHER_SIDE,
    "anchor": _OTHER_ANCHOR,
    "sticky": _OTHER_ANCHOR,
}


def mirrored(options: dict[str, Any]) -> dict[str, Any]:
    """Options of a widget, of its place or of a canvas item, as the language's direction wants."""
    if not is_right_to_left():
        return options
    turned = {
        name: _OTHER_BY_OPTION[name].get(str(value), value) if name in _OTHER_BY_OPTION else value
        for name, value in options.items()
    }
    if ("side" in options or "sticky" in options) and isinstance(turned.get("padx"), tuple):
        turned["padx"] = turned["padx"][::-1]
    return turned


def place_hint(hint: tk.Misc, in_: tk.Text) -> None:
    """Put the words of an empty field where its text will begin, free of the caret."""
    caret = int(str(in_.cget("insertwidth"))) + 1
    x, relx, anchor = (-caret, 1.0, "e") if is_right_to_left() else (caret, 0.0, "w")
    tk.Place.place_configure(hint, in_=in_, x=x, relx=relx, rely=0.5, anchor=anchor)  # type: ignore[arg-type]


def grid_column(at: int, count: int) -> int:
    """The column of a grid of `count` in which the one lies that is named `at` from the left."""
    return count - 1 - at if is_right_to_left() else at


class _Placed:
    """The geometry methods as Tkinter defines and types them."""

    if TYPE_CHECKING:
        pack = pack_configure = tk.Pack.pack_configure
        grid = grid_configure = tk.Grid.grid_configure
    else:

        def pack(self, **options: Any) -> None:
            tk.Pack.pack_configure(self, **mirrored(options))

        pack_configure = pack

        def grid(self, **options: Any) -> None:
            tk.Grid.grid_configure(self, **mirrored(options))

        grid_configure = grid

    place = place_configure = tk.Place.place_configure


class Frame(_Placed, ttk.TkFrame):
    def __init__(self, master: tk.Misc, **options: Any) -> None:
        super().__init__(master, autostyle=False, borderwidth=0, **options)


class Label(_Placed, ttk.TkLabel):
    """`text` is kept as it was given; what Tk is given to draw may be in another order."""

    def __init__(self, master: tk.Misc, **options: Any) -> None:
        self._given = ""
        super().__init__(master, autostyle=False, borderwidth=0)
        self.configure(**options)

    def configure(self, cnf: Any = None, **options: Any) -> Any:
        if "text" in options:
            self._given = str(options["text"])
        result = super().configure(cnf, **mirrored(options))
        if has_right_to_left(self._given) and not {"text", "wraplength", "font"}.isdisjoint(
            options
        ):
            super().configure(text=self._in_order())
        return result

    def cget(self, key: str) -> Any:
        return self._given if key == "text" else super().cget(key)

    def _in_order(self) -> str:
        """Lines have to be broken before their words change places."""
        width_max = int(str(super().cget("wraplength")))
        if width_max <= 0:
            return drawn(self._given)
        font = tkfont.nametofont(str(super().cget("font")), root=self)
        return drawn(broken(self._given, width_max, font.measure))


class StyledLabel(_Placed, tkinter.ttk.Label):
    """A label of ttk, whose ground is drawn by a style; words and sides as in `Label`."""

    def __init__(self, master: tk.Misc, **options: Any) -> None:
        self._given = ""
        super().__init__(master)
        self.configure(**options)

    def configure(self, cnf: Any = None, **options: Any) -> Any:
        if "text" in options:
            self._given = str(options["text"])
            options["text"] = drawn(self._given)
        return super().configure(cnf, **mirrored(options))

    def cget(self, key: str) -> Any:
        return self._given if key == "text" else super().cget(key)


class Canvas(_Placed, ttk.Canvas):
    #: Whether what is drawn at x lies as far from the right edge in right-to-left languages.
    is_mirrored = False

    def __init__(self, master: tk.Misc, **options: Any) -> None:
        super().__init__(master, autostyle=False, borderwidth=0, highlightthickness=0, **options)

    if not TYPE_CHECKING:

        def create_text(self, x: float, y: float, **options: Any) -> int:
            options["text"] = drawn(str(options.get("text", "")))
            return self._create_at("text", x, y, options)

        def create_image(self, x: float, y: float, **options: Any) -> int:
            return self._create_at("image", x, y, options)

        def create_window(self, x: float, y: float, **options: Any) -> int:
            return self._create_at("window", x, y, options)

    def _create_at(self, kind: str, x: float, y: float, options: dict[str, Any]) -> int:
        # Not by Tkinter's own: it takes as long over the names of the options as Tk over the item.
        if self.is_mirrored and is_right_to_left():
            x, options = self.winfo_width() - x, mirrored(options)
        named = (part for name, value in options.items() for part in (f"-{name}", value))
        return int(self.tk.call(str(self), "create", kind, x, y, *named))


class Menu(ttk.Menu):
    """A menu of its window's look."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, tearoff=False, autostyle=False)
        self._look_of_all = menu_look_of(master)
        self._look_of_all.adopt(self)

    if not TYPE_CHECKING:

        def add(self, itemType: str, cnf: Any = None, **options: Any) -> None:  # noqa: N803
            options = {**self._look_of_all.row_options(itemType), **(cnf or {}), **options}
            if "label" in options:
                # Tk leaves no room beside the words.
                options["label"] = f"{_BESIDE}{drawn(options['label'])}{_BESIDE}"
            if "accelerator" in options:
                options["accelerator"] = f"{options['accelerator']}{_BESIDE}"
            super().add(itemType, options)

        def entrycget(self, index: str | int, option: str) -> Any:
            value = super().entrycget(index, option)
            return value.strip() if option == "label" else value


class Text(_Placed, ttk.Text):
    def __init__(self, master: tk.Misc, **options: Any) -> None:
        super().__init__(master, autostyle=False, borderwidth=0, **options)


class Button(_Placed, tkinter.ttk.Button):
    """A real ttk button, for dialogs."""

    def __init__(self, master: tk.Misc, **options: Any) -> None:
        super().__init__(master, **_in_order(options))

    def configure(self, cnf: Any = None, **options: Any) -> Any:
        return super().configure(cnf, **_in_order(options))


class Entry(_Placed, tkinter.ttk.Entry):
    """A real ttk entry, for dialogs."""


def _in_order(options: dict[str, Any]) -> dict[str, Any]:
    return {**options, "text": drawn(options["text"])} if "text" in options else options
