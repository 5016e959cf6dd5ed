"""A place for widgets that may be higher than it: by wheel, by thumb, and to where the keys go."""

import tkinter as tk

from app.views.surface import Surface
from app.views.theme import Look
from app.views.widgets import Frame

_STEP = 48  # logical pixels
_THUMB_WIDTH = 4


class ScrollArea(Surface):
    """Put widgets into `inside`, which is as wide as the area; call `adopt` when all are there."""

    def __init__(self, master: tk.Misc, look: Look, role: str) -> None:
        super().__init__(master, look, role)
        self.inside = Surface(self, look, role)
        self.inside.place(x=0, y=0, relwidth=1.0)
        self._offset = 0
        self._held_at: tuple[int, int] | None = None
        self._thumb = Frame(self, cursor="arrow")
        look.watch(self._thumb, self._paint_thumb)
        self._tag = f"Scrolled{self}"
        for widget in (self, self.inside):
            widget.bind("<Configure>", lambda _event: self._arrange(), add="+")
        self._thumb.bind("<Button-1>", self._take)
        self._thumb.bind("<B1-Motion>", self._drag)
        step = look.px(_STEP)
        for sequence, by in (("<Button-4>", -step), ("<Button-5>", step)):
            self.bind_class(self._tag, sequence, lambda _event, by=by: self.scroll_by(by))  # type: ignore[misc]
        self.bind_class(
            self._tag,
            "<MouseWheel>",
            lambda event: self.scroll_by(-step if event.delta > 0 else step),
        )
        self.bind_class(self._tag, "<FocusIn>", self._focused)

    def adopt(self, widget: tk.Misc | None = None) -> None:
        """Let the wheel over these widgets scroll, and bring into view which of them has the keys.

        Lists scroll by themselves.
        """
        widget = widget or self
        if not isinstance(widget, tk.Canvas):
            widget.bindtags((*widget.bindtags(), self._tag))
        for child in widget.winfo_children():
            self.adopt(child)

    @property
    def hidden(self) -> int:
        """How many real pixels of what is inside do not find a place."""
        return max(0, self.inside.winfo_reqheight() - self.winfo_height())

    def scroll_by(self, pixels: int) -> None:
        self._offset += pixels
        self._arrange()

    def to_top(self) -> None:
        self.scroll_by(-self._offset)

    def show(self, widget: tk.Misc) -> None:
        """Scroll so far that the widget can be seen; to the top, and to what is written above it,
        if it can be seen there."""
        top = widget.winfo_rooty() - self.winfo_rooty()
        below = top + widget.winfo_height() - self.winfo_height()
        margin = self.look.px(8)
        if top < 0 and below + self._offset <= 0:
            self.to_top()
        elif top < 0:
            self.scroll_by(top - margin)
        elif below > 0:
            self.scroll_by(below + margin)

    def _focused(self, event: "tk.Event[tk.Misc]") -> None:
        # What the widget stands in is told, too, and may be higher than the area.
        if event.widget is self.focus_get():
            self.show(event.widget)

    def _arrange(self) -> None:
        height, hidden = self.winfo_height(), self.hidden
        self._offset = max(0, min(self._offset, hidden))
        self.inside.place_configure(y=-self._offset)
        if not hidden:
            self._thumb.place_forget()
            return
        width, length = self.look.px(_THUMB_WIDTH), self._thumb_length()
        top = (height - length) * self._offset // hidden
        self._thumb.place(
            relx=1.0, x=-self.look.px(3), y=top, width=width, height=length, anchor="ne"
        )
        self._thumb.lift()

    def _thumb_length(self) -> int:
        height = self.winfo_height()
        return max(self.look.px(24), height * height // max(1, height + self.hidden))

    def _take(self, event: "tk.Event[tk.Misc]") -> None:
        self._held_at = event.y_root, self._offset

    def _drag(self, event: "tk.Event[tk.Misc]") -> None:
        way = self.winfo_height() - self._thumb_length()
        if self._held_at is not None and way > 0:
            start, offset = self._held_at
            self._offset = offset + (event.y_root - start) * self.hidden // way
            self._arrange()

    def _paint_thumb(self) -> None:
        self._thumb.configure(background=self.look.tokens.scroll_thumb)
