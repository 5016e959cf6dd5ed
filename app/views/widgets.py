"""The widgets views are made of: typed, and the plain ones left unpainted by the theme.

ttkbootstrap's own painting of plain Tk widgets would overwrite the colours taken from tokens,
and it gives the geometry methods no types.
"""

import tkinter as tk
from typing import Any

import ttkbootstrap as ttk


class _Placed:
    """The geometry methods as Tkinter defines and types them."""

    pack = pack_configure = tk.Pack.pack_configure
    grid = grid_configure = tk.Grid.grid_configure
    place = place_configure = tk.Place.place_configure


class Frame(_Placed, ttk.TkFrame):
    def __init__(self, master: tk.Misc, **options: Any) -> None:
        super().__init__(master, autostyle=False, borderwidth=0, **options)


class Label(_Placed, ttk.TkLabel):
    def __init__(self, master: tk.Misc, **options: Any) -> None:
        super().__init__(master, autostyle=False, borderwidth=0, **options)


class Canvas(_Placed, ttk.Canvas):
    def __init__(self, master: tk.Misc, **options: Any) -> None:
        super().__init__(master, autostyle=False, borderwidth=0, highlightthickness=0, **options)


class Text(_Placed, ttk.Text):
    def __init__(self, master: tk.Misc, **options: Any) -> None:
        super().__init__(master, autostyle=False, borderwidth=0, **options)


class Button(_Placed, ttk.Button):
    """A real ttk button, for dialogs."""


class Entry(_Placed, ttk.Entry):
    """A real ttk entry, for dialogs."""
