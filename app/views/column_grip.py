"""The edge of a column, to be taken with the pointer: a strip over what the column has there.

Tk has no widgets one can see through. So each surface that reaches the edge gets a strip of its
own, in its own colour; what is at the edge keeps its distance from it anyway.
"""

import tkinter as tk
from collections.abc import Callable
from typing import Literal

from app.views.surface import Surface
from app.views.theme import Look
from app.views.widgets import Frame

#: Wide enough to be found, and less than what the rows leave free at their ends.
_WIDTH, _LINE = 4, 2


class ColumnGrip:
    """One edge of a column, on all the surfaces that it is made of."""

    def __init__(
        self,
        surfaces: tuple[Surface, ...],
        look: Look,
        *,
        is_at_right: bool,
        on_take: Callable[[], None],
        on_drag: Callable[[float], None],
        on_release: Callable[[], None],
        on_reset: Callable[[], None],
    ) -> None:
        """`on_drag` is told how many logical pixels wider the column is to be than it was when
        the edge was taken (`on_take`); `on_reset` of a double click."""
        self._look, self._on_take = look, on_take
        self._on_drag, self._on_release = on_drag, on_release
        self._sign, self._start_x = (1 if is_at_right else -1), 0
        self._is_held = self._is_under_pointer = False
        self._strips = [_Strip(surface, look, is_at_right=is_at_right) for surface in surfaces]
        for strip in self._strips:
            for part in (strip, strip.line):
                part.bind("<Enter>", lambda _event: self._pointer_is(True))
                part.bind("<Leave>", lambda _event: self._pointer_is(False))
                part.bind("<ButtonPress-1>", self._press)
                part.bind("<B1-Motion>", self._move)
                part.bind("<ButtonRelease-1>", self._release)
                part.bind("<Double-Button-1>", lambda _event: on_reset())

    def show(self, is_shown: bool) -> None:
        """Let the edge be taken, or not."""
        for strip in self._strips:
            strip.show(is_shown)

    def cancel(self) -> bool:
        """Give the column back the width it had; False if the edge is not held."""
        if not self._is_held:
            return False
        self._on_drag(0)
        self._is_held = False
        self._light()
        return True

    def _press(self, event: "tk.Event[tk.Misc]") -> None:
        self._is_held, self._start_x = True, event.x_root
        self._on_take()
        self._light()

    def _move(self, event: "tk.Event[tk.Misc]") -> None:
        if self._is_held:
            moved = self._sign * (event.x_root - self._start_x)
            self._on_drag(moved / (self._look.px(1000) / 1000))

    def _release(self, _event: "tk.Event[tk.Misc]") -> None:
        self._is_held = False
        self._light()
        self._on_release()

    def _pointer_is(self, is_here: bool) -> None:
        self._is_under_pointer = is_here
        self._light()

    def _light(self) -> None:
        for strip in self._strips:
            strip.light(self._is_held or self._is_under_pointer)


class _Strip(Frame):
    """The edge of one surface; under the pointer a line shows what would be moved."""

    def __init__(self, surface: Surface, look: Look, *, is_at_right: bool) -> None:
        super().__init__(surface, cursor="sb_h_double_arrow")
        self._look, self._surface, self._is_at_right = look, surface, is_at_right
        self._is_lit = False
        self.line = Frame(self, cursor="sb_h_double_arrow")
        look.watch(self, self._repaint)

    def show(self, is_shown: bool) -> None:
        px = self._look.px
        if not is_shown:
            self.place_forget()
            return
        relx = 1.0 if self._is_at_right else 0.0
        for part, width in ((self, px(_WIDTH)), (self.line, px(_LINE))):
            anchor: Literal["ne", "nw"] = "ne" if self._is_at_right else "nw"
            part.place(relx=relx, anchor=anchor, width=width, relheight=1.0)
        self.tkraise()

    def light(self, is_lit: bool) -> None:
        self._is_lit = is_lit
        self._repaint()

    def _repaint(self) -> None:
        tokens = self._look.tokens
        ground = tokens.named(self._surface.role)
        self.configure(background=ground)
        self.line.configure(background=tokens.accent if self._is_lit else ground)
