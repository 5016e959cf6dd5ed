"""Ctrl+F: finds words in all messages of the room, lights them, and goes from one to the next.

What is among the rows given is found at once; the rest is on the disk, so it is asked for when the
typing pauses, and answered with `show_found`. A hit may be far from any row given: then rows
around it are asked for, and gone to when they come.
"""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.text_folding import fold
from app.translation import _
from app.views import fonts
from app.views.folded_rows import FoldedRows
from app.views.key_words import with_keys
from app.views.line_field import LineField
from app.views.rows import FoundRow, Key, TimelineRow
from app.views.surface import FlatButton, Line, Surface, Words
from app.views.theme import Look
from app.views.timeline_view import TimelineView
from app.views.wording import number_text

_HEIGHT = 40
#: The disk is asked when nothing was typed for so long.
ASK_DELAY_MS = 150


class FindBar(Surface):
    """Looks through the room that is shown; it begins with the newest hit."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        pane: Callable[[], TimelineView | None],
        on_find: Callable[[Key, str], None],
        on_go_to: Callable[[Key, Key], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "field")
        self._pane, self._on_find, self._on_go_to = pane, on_find, on_go_to
        self._hits: list[Key] = []
        self._known: set[Key] = set()
        self._current: Key | None = None
        self._shown_in: TimelineView | None = None
        self._looked_to: Key | None = None
        #: Of the room that is shown, once its messages were looked through.
        self._folded: FoldedRows | None = None
        self._is_whole = self._is_cut = False
        #: The current hit is not among the rows yet.
        self._is_wanted = False
        self._timer: str | None = None
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
        self.field.bind("<Shift-Return>", self._newer)
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
            self._shown_in.sheet.light("", None)
        self._forget()
        self._shown_in = self._folded = None

    def show_found(self, row: FoundRow) -> None:
        """All hits there are, if the question still stands."""
        pane = self._shown_in
        if pane is None or row.room_key != pane.room_key or row.words != self._words:
            return
        # What was just said may not be on the disk yet.
        self._known = set(row.keys)
        self._hits = [*row.keys, *(key for key in self._hits if key not in self._known)]
        self._known.update(self._hits)
        self._is_whole, self._is_cut = True, row.is_cut
        if self._current is None and self._hits:
            self._go_to(len(self._hits) - 1)
        else:
            self._show_count()

    def refresh(self) -> None:
        """The messages changed, or another room is shown."""
        pane = self._pane()
        if pane is not self._shown_in:
            self.end()
            self._search()
        elif pane is not None and self._words:
            self._add_new(pane)
            if self._current is not None and self._is_wanted:
                self._go_to(self._place())
            self._show_count()

    def step(self, by: int) -> None:
        """To the next older (-1) or newer (+1) hit."""
        if self._pane() is not None and self._hits:
            self._go_to(max(0, min(len(self._hits) - 1, self._place() + by)))

    # private

    @property
    def _words(self) -> str:
        return self.field.value.strip()

    def _newer(self, _event: "tk.Event[tk.Misc]") -> str:
        self.step(1)
        return "break"

    def _forget(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None
        self._hits, self._known, self._current, self._looked_to = [], set(), None, None
        self._is_whole = self._is_cut = self._is_wanted = False

    def _search(self) -> None:
        pane = self._pane()
        self._forget()
        self._shown_in = pane
        if pane is None:
            return
        hits = self._fold(pane.rows).having(fold(self._words))
        self._hits = [row.key for row in hits]
        self._known.update(self._hits)
        self._looked_to = pane.rows[-1].key if pane.rows else None
        if self._words:
            self._timer = self.after(ASK_DELAY_MS, self._ask)
        if self._hits:
            self._go_to(len(self._hits) - 1)
        else:
            pane.sheet.light("", None)
            self._show_count()

    def _fold(self, rows: Sequence[TimelineRow]) -> FoldedRows:
        if self._folded is None or self._folded.rows is not rows:
            self._folded = FoldedRows(rows)
        return self._folded

    def _ask(self) -> None:
        self._timer = None
        if self._shown_in is not None and self._shown_in.winfo_exists():
            self._on_find(self._shown_in.room_key, self._words)

    def _add_new(self, pane: TimelineView) -> None:
        """Hits among the messages that were said since; far back nothing new is said."""
        if pane.has_newer or not pane.rows:
            return
        wanted, new = fold(self._words), []
        for row in reversed(pane.rows):
            if row.key == self._looked_to:
                break
            if row.key not in self._known and FoldedRows((row,)).having(wanted):
                new.append(row.key)
        self._looked_to = pane.rows[-1].key
        self._hits += reversed(new)
        self._known.update(new)

    def _go_to(self, place: int) -> None:
        pane, key = self._pane(), self._hits[place]
        if pane is None:
            return
        was_wanted, before = self._is_wanted, self._current
        self._current = key
        self._is_wanted = not pane.has_row(key)
        if not self._is_wanted:
            pane.go_to(key)
            pane.sheet.light(self._words, key)
        elif not (was_wanted and before == key):
            self._on_go_to(pane.room_key, key)
        self._show_count()

    def _place(self) -> int:
        return self._hits.index(self._current) if self._current in self._known else len(self._hits)

    def _show_count(self) -> None:
        count = len(self._hits)
        if not self._words:
            words = ""
        elif count:
            place, total = number_text(self._place() + 1), number_text(count)
            words = _("{place} of {total}").format(place=place, total=total)
            if self._is_cut:
                words = _("{place} of the newest {total}").format(place=place, total=total)
        else:
            words = _("Nothing found") if self._is_whole else _("Looking…")
        self.count.configure(text=words)
