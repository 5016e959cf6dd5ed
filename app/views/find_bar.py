"""Ctrl+F: finds words in the messages that are here, lights them, and goes from one to the next."""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.translation import _
from app.views import fonts
from app.views.key_words import with_keys
from app.views.line_field import LineField
from app.views.rows import Key, MessageKind, MessageRow, TimelineRow
from app.views.surface import FlatButton, Line, Surface, Words
from app.views.theme import Look
from app.views.timeline_view import TimelineView
from app.views.wording import number_text

_HEIGHT = 40


def hits_in(rows: Sequence[TimelineRow], wanted: str) -> list[Key]:
    """Keys of the messages that have these words, oldest first; case does not matter."""
    wanted = wanted.casefold()
    if not wanted.strip():
        return []
    return [
        row.key
        for row in rows
        if isinstance(row, MessageRow)
        and row.kind is MessageKind.MESSAGE
        and wanted in row.text.casefold()
    ]


class FindBar(Surface):
    """Looks through the room that is shown; it begins with the newest hit.

    Going up from the oldest hit asks for older messages, as long as there are some.
    """

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        pane: Callable[[], TimelineView | None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "field")
        self._pane = pane
        self._hits: list[Key] = []
        self._current: Key | None = None
        self._shown_in: TimelineView | None = None
        px = look.px
        self.configure(height=px(_HEIGHT))
        self.pack_propagate(False)
        Line(self, look).pack(side="bottom", fill="x")
        self.field = LineField(
            self,
            look,
            placeholder=_("Find in this room"),
            on_change=lambda _text: self._search(),
            on_enter=lambda: self.step(-1),
            on_step=self.step,
            on="field",
        )
        for icon, hint, press in (
            ("x-lg", with_keys(_("Close"), "Esc"), on_close),
            ("chevron-down", with_keys(_("Newer"), "Ctrl+Shift+G"), lambda: self.step(1)),
            ("chevron-up", with_keys(_("Older"), "Ctrl+G"), lambda: self.step(-1)),
        ):
            button = FlatButton(
                self, look, on_press=press, icon=icon, icon_size=14, on="field", hint=hint
            )
            button.pack(side="right", padx=(0, px(6)))
        self.count = Words(self, look, font=fonts.SMALL, role="muted", on="field")
        self.count.pack(side="right", padx=px(10))
        self.field.pack(side="left", fill="x", expand=True, padx=(px(20), px(8)))

    def begin(self) -> None:
        """Look for what stands in the field, which gets the focus."""
        self.field.tag_add("sel", "1.0", "end-1c")
        self.field.focus_set()
        self._search()

    def end(self) -> None:
        """Light nothing any more."""
        if self._shown_in is not None and self._shown_in.winfo_exists():
            self._shown_in.light("", None)
        self._shown_in, self._hits, self._current = None, [], None

    def refresh(self) -> None:
        """The messages changed, or another room is shown."""
        pane = self._pane()
        if pane is not self._shown_in:
            self.end()
            self._search()
            return
        if pane is not None and self.field.value.strip():
            self._hits = hits_in(pane.rows, self.field.value)
            self._show_count()

    def step(self, by: int) -> None:
        """To the next older (-1) or newer (+1) hit."""
        pane = self._pane()
        if pane is None or not self._hits:
            return
        at = self._place() + by
        if at < 0 and pane.has_older:
            pane.need_older()
        self._go_to(max(0, min(len(self._hits) - 1, at)))

    def _search(self) -> None:
        pane = self._pane()
        self._shown_in, self._current = pane, None
        self._hits = hits_in(pane.rows, self.field.value) if pane is not None else []
        if self._hits:
            self._go_to(len(self._hits) - 1)
            return
        if pane is not None:
            pane.light("", None)
        self._show_count()

    def _go_to(self, place: int) -> None:
        pane = self._pane()
        if pane is not None:
            self._current = self._hits[place]
            pane.go_to(self._current)
            pane.light(self.field.value, self._current)
        self._show_count()

    def _place(self) -> int:
        return self._hits.index(self._current) if self._current in self._hits else len(self._hits)

    def _show_count(self) -> None:
        pane, count = self._pane(), len(self._hits)
        if not self.field.value.strip():
            words = ""
        elif not count:
            words = _("Nothing found")
        else:
            words = _("{place} of {count}").format(
                place=number_text(self._place() + 1), count=number_text(count)
            )
        if words and pane is not None and pane.has_older:
            words = " · ".join((words, _("older ones not loaded")))
        self.count.configure(text=words)
