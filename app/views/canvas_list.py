"""A list on one canvas that draws only the rows in view: base of rooms and people.

Theory: rows of known heights are stacked; what is on the canvas is a function of the rows, the
scroll place, the hovered row and the current row. A row is drawn under its own tag, so hover
and focus redraw one or two rows and a change of the model marks the list dirty for one redraw.
"""

import tkinter as tk
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

from app.structs import Struct
from app.views.hint import hint_of
from app.views.images import Rounded
from app.views.name_typing import NameTyping
from app.views.rows import Key
from app.views.theme import Look
from app.views.widgets import Canvas

RowT = TypeVar("RowT")
_THUMB = "thumb"
#: The tag of what shows the keys.
RING = "ring"


class ListItem(Struct, Generic[RowT], frozen=True):
    """One place in the list; `row` None is a heading or another place nobody can choose."""

    key: Key
    height: float  # logical pixels
    row: RowT | None = None
    heading: str = ""


class CanvasList(Canvas, Generic[RowT]):
    """Subclasses draw an item (`draw_item`) and react (`item_chosen`, `item_menu`)."""

    is_mirrored = True
    #: The current row looks as under the pointer, also without the focus.
    shows_current = False
    #: How far the grounds of rows are from both sides, in logical pixels.
    ground_inset = 8
    #: The hint of an item stands above the pointer: what follows the list stays free.
    hints_above = False

    def __init__(self, master: tk.Misc, look: Look, *, role: str = "side") -> None:
        super().__init__(master)
        self.configure(takefocus=True, width=1, height=1)
        self.look, self.role = look, role
        self._items: Sequence[ListItem[RowT]] = ()
        self._tops: list[int] = [0]
        self._offset = 0
        self._hovered: int | None = None
        self._current: int | None = None
        self._lifted: Key | None = None
        self._is_dirty = False
        self._has_focus = False
        self.typing = NameTyping(
            lambda: [self.item_name(item) if item.row is not None else "" for item in self._items],
            lambda: self._current if self._current is not None else -1,
            self._go_to,
        )
        self._bind_pointer()
        self._bind_keys()
        look.watch(self, self._repaint)

    # for subclasses

    def draw_item(self, item: ListItem[RowT], top: int, tag: str, *, is_hovered: bool) -> None:
        """Draw one item at y = `top`, each canvas item with `tag`."""
        raise NotImplementedError

    def light_item(self, at: int, top: int, tag: str, *, is_lit: bool) -> None:
        """The pointer came to an item in view, or left it."""
        self._redraw_one(at)

    def item_chosen(self, item: ListItem[RowT]) -> None:
        """A click or Enter on an item that has a row."""

    def item_menu(self, item: ListItem[RowT], x_root: int, y_root: int) -> None:
        """Right-click, Menu key or Shift+F10."""

    def item_name(self, item: ListItem[RowT]) -> str:
        """What its first letters lead to, "" for nothing."""
        return ""

    def item_hint(self, item: ListItem[RowT]) -> str:
        return ""

    def draw_over(self) -> None:
        """Draw what lies over the rows, after they were drawn."""

    # what is shown

    def show_items(self, items: Sequence[ListItem[RowT]]) -> None:
        if items == self._items:
            return
        current_key = self._items[self._current].key if self._current is not None else None
        self._items = items
        self._tops = [0, *accumulate(self.look.px(item.height) for item in items)]
        places = (at for at, item in enumerate(items) if item.key == current_key)
        self._current = next(places, None) if current_key is not None else None
        self._hovered = None
        self.mark_dirty()

    def mark_dirty(self) -> None:
        """Redraw once, when Tk is idle."""
        if not self._is_dirty:
            self._is_dirty = True
            self.after_idle(self._redraw_if_alive)

    def make_current(self, key: Key) -> None:
        """Put the keyboard's place on an item, and bring it into view."""
        for at, item in enumerate(self._items):
            if item.key == key:
                self._go_to(at)
                return

    def start_at(self, key: Key) -> None:
        """Where the keyboard's place is when the focus comes next."""
        if not self._has_focus:
            places = (at for at, item in enumerate(self._items) if item.key == key)
            self._current = next(places, self._current)

    def move_current(self, by: int) -> None:
        """The keyboard's place to the next (+1) or previous (-1) row, around the ends."""
        at = self._next_choosable(self._current if self._current is not None else -1, by)
        if at is None:
            at = self._next_choosable(-1 if by > 0 else len(self._items), by)
        if at is not None:
            self._go_to(at)

    def lift_row(self, key: Key | None) -> None:
        """Let this item alone look as under the pointer, while it is carried; None: as usual."""
        hint_of(self).hide()
        self._lifted = key
        is_over = self._hovered is not None
        self.configure(cursor="fleur" if key is not None else "hand2" if is_over else "")
        self.redraw()

    @property
    def current_row(self) -> RowT | None:
        """The row at the keyboard's place."""
        return self._items[self._current].row if self._current is not None else None

    @property
    def items(self) -> Sequence[ListItem[RowT]]:
        return self._items

    def place_of(self, item: ListItem[RowT]) -> tuple[int, int]:
        """Where an item stands: its top in the widget, and its height, in real pixels."""
        return self.span(next((at for at, i in enumerate(self._items) if i.key == item.key), 0))

    def span(self, at: int) -> tuple[int, int]:
        """The same of the item at this place."""
        return self._tops[at] - self._offset, self._tops[at + 1] - self._tops[at]

    @property
    def content_height(self) -> int:
        """Real pixels of all items together."""
        return self._tops[-1]

    # drawing

    def _repaint(self) -> None:
        self.configure(background=self.look.tokens.named(self.role))
        self.mark_dirty()

    def _redraw_if_alive(self) -> None:
        self._is_dirty = False
        if self.winfo_exists():
            self.redraw()

    def redraw(self) -> None:
        """Draw the rows in view now."""
        self._clamp()
        self.delete("all")
        bottom = self._offset + self.winfo_height()
        at = max(0, bisect_right(self._tops, self._offset) - 1)
        while at < len(self._items) and self._tops[at] < bottom:
            self._draw(at)
            at += 1
        self.draw_over()
        self._draw_thumb()

    def _draw_thumb(self) -> None:
        """Where one is in a list that is longer than its place; it is looked at, not held."""
        height, content = self.winfo_height(), self.content_height
        if content <= height:
            return
        # The very edge is where a column is taken to make it wider.
        right, length = self.winfo_width() - self.look.px(4), max(1, height * height // content)
        top = (height - length) * self._offset // (content - height)
        self.create_rectangle(
            right - self.look.px(4),
            top,
            right,
            top + length,
            fill=self.look.tokens.scroll_thumb,
            width=0,
            tags=(_THUMB,),
        )

    def _draw(self, at: int) -> None:
        top = self._tops[at] - self._offset
        tag = f"item{at}"
        self.draw_item(self._items[at], top, tag, is_hovered=self._is_lit(at))
        if self._has_focus and at == self._current:
            self._draw_ring(top, self.look.px(self._items[at].height), tag)

    def _is_lit(self, at: int) -> bool:
        if self._lifted is not None:
            return self._items[at].key == self._lifted
        return at == (self._current if self.shows_current else self._hovered)

    def _draw_ring(self, top: int, height: int, tag: str) -> None:
        inset, line = self.look.px(self.ground_inset), self.look.px(1)
        width = self.winfo_width() - 2 * inset
        ring = self.look.images.get(Rounded(width, height - 2 * line, 6, "", "accent", 2))
        self.create_image(inset, top + line, anchor="nw", image=ring, tags=(tag, RING))

    def _redraw_one(self, at: int | None) -> None:
        if at is None or at >= len(self._items):
            return
        self.delete(f"item{at}")
        if self._is_in_view(at):
            self._draw(at)
            self.tag_raise(_THUMB)

    def _relight(self, at: int | None) -> None:
        if at is not None and at < len(self._items) and self._is_in_view(at):
            top = self._tops[at] - self._offset
            self.light_item(at, top, f"item{at}", is_lit=self._is_lit(at))

    def _is_in_view(self, at: int) -> bool:
        bottom = self._offset + self.winfo_height()
        return self._tops[at + 1] > self._offset and self._tops[at] < bottom

    # places

    def item_at(self, y: int) -> int | None:
        """The place in `items` under the y of the widget that can be chosen."""
        at = bisect_right(self._tops, y + self._offset) - 1
        if 0 <= at < len(self._items) and self._items[at].row is not None:
            return at
        return None

    def scroll_by(self, pixels: int) -> bool:
        """Scroll down, or up by less than 0; False at an end."""
        before = self._offset
        self._offset += pixels
        self._clamp()
        if self._offset == before:
            return False
        self._hovered = None
        self.redraw()
        return True

    def _clamp(self) -> None:
        self._offset = max(0, min(self._offset, self._tops[-1] - self.winfo_height()))

    def _go_to(self, at: int) -> None:
        self.typing.end()
        before, self._current = self._current, at
        top, bottom = self._tops[at], self._tops[at + 1]
        if top < self._offset:
            self.scroll_by(top - self._offset)
        elif bottom > self._offset + self.winfo_height():
            self.scroll_by(bottom - self._offset - self.winfo_height())
        self._redraw_one(before)
        self._redraw_one(at)

    # pointer

    def _bind_pointer(self) -> None:
        self.bind("<Configure>", lambda _event: self.mark_dirty())
        self.bind("<Motion>", lambda event: self._hover(self.item_at(event.y)))
        self.bind("<Leave>", lambda _event: self._hover(None))
        self.bind("<ButtonRelease-1>", self._clicked)
        self.bind("<ButtonRelease-3>", self._menu_at_pointer)
        step = self.look.px(48)
        self.bind("<Button-4>", lambda _event: self.scroll_by(-step))
        self.bind("<Button-5>", lambda _event: self.scroll_by(step))
        self.bind("<MouseWheel>", lambda event: self.scroll_by(-step if event.delta > 0 else step))

    def _hover(self, at: int | None) -> None:
        if at == self._hovered:
            return
        if self.shows_current and at is not None:
            self._go_to(at)
        before, self._hovered = self._hovered, at
        self._relight(before)
        self._relight(at)
        if (at is None) != (before is None):
            # Whatever is configured, a canvas then draws all of itself again.
            self.configure(cursor="hand2" if at is not None else "")
        text = self.item_hint(self._items[at]) if at is not None else ""
        if text:
            hint_of(self).plan(self, lambda: text, is_above=self.hints_above)
        else:
            hint_of(self).hide()

    def _clicked(self, event: "tk.Event[tk.Misc]") -> None:
        at = self.item_at(event.y)
        if at is not None and 0 <= event.x < self.winfo_width():
            self._current = at
            self.item_chosen(self._items[at])

    def _menu_at_pointer(self, event: "tk.Event[tk.Misc]") -> None:
        at = self.item_at(event.y)
        if at is not None:
            self.item_menu(self._items[at], event.x_root, event.y_root)

    # keyboard

    def _bind_keys(self) -> None:
        self.bind("<FocusIn>", lambda _event: self._focus_changed(True))
        self.bind("<FocusOut>", lambda _event: self._focus_changed(False))
        self.bind("<Up>", lambda _event: self._step(-1))
        self.bind("<Down>", lambda _event: self._step(1))
        self.bind("<Home>", lambda _event: self._end(first=True))
        self.bind("<End>", lambda _event: self._end(first=False))
        for sequence in ("<Return>", "<KP_Enter>"):
            self.bind(sequence, self._enter)
        self.bind("<Key-space>", self._space)
        self.bind("<Key>", self.typing.key)
        for sequence in ("<Shift-F10>", "<Key-Menu>") if self._has_menu_key() else ("<Shift-F10>",):
            self.bind(sequence, self._menu_at_current)

    def _has_menu_key(self) -> bool:
        return str(self.tk.call("tk", "windowingsystem")) == "x11"

    def _focus_changed(self, has_focus: bool) -> None:
        self._has_focus = has_focus
        self.typing.end()
        if has_focus and self._current is None:
            self._current = self._next_choosable(-1, 1)
        self._redraw_one(self._current)

    def _step(self, by: int) -> str:
        start = self._current if self._current is not None else -1
        at = self._next_choosable(start, by)
        if at is not None:
            self._go_to(at)
        return "break"

    def _end(self, *, first: bool) -> str:
        at = self._next_choosable(-1, 1) if first else self._next_choosable(len(self._items), -1)
        if at is not None:
            self._go_to(at)
        return "break"

    def _next_choosable(self, start: int, by: int) -> int | None:
        at = start + by
        while 0 <= at < len(self._items):
            if self._items[at].row is not None:
                return at
            at += by
        return None

    def _enter(self, _event: "tk.Event[tk.Misc]") -> str:
        if self._current is not None:
            self.item_chosen(self._items[self._current])
        return "break"

    def _space(self, event: "tk.Event[tk.Misc]") -> str | None:
        """Where what is typed goes on as a text it is a blank of that."""
        return self._enter(event) if self.typing.on_text is None else self.typing.key(event)

    def _menu_at_current(self, _event: "tk.Event[tk.Misc]") -> str:
        if self._current is not None:
            top = self._tops[self._current] - self._offset
            x, y = self.winfo_rootx() + self.look.px(40), self.winfo_rooty() + top
            self.item_menu(self._items[self._current], x, y + self.look.px(20))
        return "break"
