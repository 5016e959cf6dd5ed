"""Dragging a row of a list to another place in it.

Theory: nothing is moved until the button is let go. Until then a line shows where the row would
land, computed with each motion and each redraw from the pointer and the rows there are by then,
since those may change meanwhile. The events come to a bind tag in front of the list's own, so that
while a row is dragged the list hears neither of the pointer nor of a click.
"""

import tkinter as tk
from collections.abc import Callable
from typing import Generic, TypeVar

from app.views.canvas_list import CanvasList
from app.views.rows import Key

RowT = TypeVar("RowT")

_LINE = "drop"
#: A hand that only clicks moves less than so many logical pixels.
DRAG_FROM = 5
#: Who pulls a row farther out of the list than so many does not want it moved.
_BESIDE = 60
#: So near to an end the list scrolls, by so much, so often.
_EDGE, _STEP, _STEP_MS = 28, 12, 30


class RowDrag(Generic[RowT]):
    """Lets rows of `rows` be dragged, and draws the line (`draw`, called while it is redrawn)."""

    def __init__(
        self,
        rows: CanvasList[RowT],
        *,
        places_of: Callable[[int], range],
        on_drop: Callable[[int, int], None],
    ) -> None:
        """`places_of` says which places among the items the one at a place may take; `on_drop`
        is told (the place it had, the one it is to have)."""
        self._rows, self._places_of, self._on_drop = rows, places_of, on_drop
        self._pressed: tuple[Key, int] | None = None
        self._dragged: Key | None = None
        self._x = self._y = 0
        self._timer: str | None = None
        tag = f"RowDrag{rows}"
        rows.bindtags((tag, *rows.bindtags()))
        for sequence, handler in (
            ("<ButtonPress-1>", self._press),
            ("<B1-Motion>", self._move),
            ("<ButtonRelease-1>", self._release),
            ("<ButtonPress>", self._other_button),
            ("<Leave>", self._keep_from_list),
            ("<Destroy>", self._gone),
        ):
            rows.bind_class(tag, sequence, handler)

    @property
    def is_on(self) -> bool:
        """Whether a row is being dragged."""
        return self._dragged is not None

    def cancel(self) -> bool:
        """Leave the row where it is; False if none is dragged."""
        self._pressed = None
        if self._dragged is None:
            return False
        self._end(None)
        return True

    def _end(self, places: tuple[int, int] | None) -> None:
        """Carry nothing any more; the row goes from the one place to the other."""
        self._dragged = None
        self._stop_scrolling()
        rows = self._rows
        rows.lift_row(None)
        if places is not None and places[0] != places[1]:
            self._on_drop(*places)
        # What was kept from the list while the row was dragged, and only now: it may sort itself.
        x, y = (
            rows.winfo_pointerx() - rows.winfo_rootx(),
            rows.winfo_pointery() - rows.winfo_rooty(),
        )
        if not (0 <= x < rows.winfo_width() and 0 <= y < rows.winfo_height()):
            rows.event_generate("<Leave>")

    def draw(self) -> None:
        """Draw the line where the row would land."""
        places = self._places()
        if places is None:
            return
        at, to = places
        if to == at:
            return
        rows, px = self._rows, self._rows.look.px
        top, height = rows.span(to)
        y = top + height if to > at else top
        rows.create_line(
            px(10),
            y,
            rows.winfo_width() - px(10),
            y,
            width=px(3),
            capstyle="round",
            fill=rows.look.tokens.accent,
            tags=(_LINE,),
        )

    def _places(self) -> tuple[int, int] | None:
        """Where the dragged row stands, and where it would land; None without one."""
        if self._dragged is None:
            return None
        items = self._rows.items
        at = next((at for at, item in enumerate(items) if item.key == self._dragged), None)
        if at is None:
            return None
        allowed, beside = self._places_of(at), self._rows.look.px(_BESIDE)
        if not allowed or not -beside <= self._x <= self._rows.winfo_width() + beside:
            return at, at
        others = [self._rows.span(place) for place in allowed if place != at]
        return at, allowed.start + sum(top + height // 2 < self._y for top, height in others)

    # what the pointer does

    def _press(self, event: "tk.Event[tk.Misc]") -> None:
        at = self._rows.item_at(event.y)
        self._pressed = None
        if at is not None and len(self._places_of(at)) > 1:
            self._pressed = (self._rows.items[at].key, event.y)

    def _move(self, event: "tk.Event[tk.Misc]") -> str | None:
        if self._dragged is None:
            if self._pressed is None:
                return None
            key, y = self._pressed
            if abs(event.y - y) < self._rows.look.px(DRAG_FROM):
                return None
            self._dragged = key
            self._rows.lift_row(key)
        self._x, self._y = event.x, event.y
        self._rows.delete(_LINE)
        self.draw()
        self._scroll_soon()
        return "break"

    def _release(self, event: "tk.Event[tk.Misc]") -> str | None:
        self._pressed = None
        if self._dragged is None:
            return None
        self._x, self._y = event.x, event.y
        self._end(self._places())
        return "break"

    def _other_button(self, event: "tk.Event[tk.Misc]") -> str | None:
        # The wheel scrolls on.
        return "break" if event.num in (2, 3) and self.cancel() else None

    def _keep_from_list(self, _event: "tk.Event[tk.Misc]") -> str | None:
        return "break" if self.is_on else None

    def _gone(self, _event: "tk.Event[tk.Misc]") -> None:
        self._dragged = None
        self._stop_scrolling()

    # scrolling at the ends

    def _scroll_soon(self) -> None:
        if self._timer is None and self._step():
            self._timer = self._rows.after(_STEP_MS, self._scroll)

    def _scroll(self) -> None:
        self._timer = None
        if self.is_on and self._rows.scroll_by(self._step()):
            self._scroll_soon()

    def _step(self) -> int:
        """How far the list goes on with the pointer where it is, in real pixels."""
        px, height = self._rows.look.px, self._rows.winfo_height()
        return px(_STEP) * ((self._y > height - px(_EDGE)) - (self._y < px(_EDGE)))

    def _stop_scrolling(self) -> None:
        if self._timer is not None:
            self._rows.after_cancel(self._timer)
            self._timer = None
