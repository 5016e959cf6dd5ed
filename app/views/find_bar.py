"""Ctrl+F: finds words in all messages of the room, lights them, and goes from one to the next.

What is among the rows given is found at once; the rest is on the disk, so it is asked for when the
typing pauses, and answered with `show_found`. A hit may be far from any row given: then rows
around it are asked for, and gone to when they come. What is not on this disk was not looked
through: that is said, and looked through when its person asks for more than was found.
"""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.structs import replace
from app.text_folding import fold
from app.translation import _, ngettext
from app.views import fonts
from app.views.folded_rows import FoldedRows
from app.views.key_words import with_keys
from app.views.line_field import LineField
from app.views.readers_place import ReadersPlace
from app.views.rows import FoundRow, Key, TimelineRow
from app.views.surface import FlatButton, Line, Surface, Words
from app.views.theme import Look
from app.views.timeline_view import TimelineView
from app.views.wording import number_text

_HEIGHT = 40
_BELOW_HEIGHT = 32
#: For the words that are sought and the buttons beside them.
_FIELD_WIDTH_MIN = 330
#: The disk is asked when nothing was typed for so long.
ASK_DELAY_MS = 150


class FindBar(Surface):
    """Looks through the room that is shown; it begins with the newest hit, and stays at one as
    long as what is typed on stands there too."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        pane: Callable[[], TimelineView | None],
        on_find: Callable[[Key, str, bool], None],
        on_go_to: Callable[[Key, Key], None],
        on_everywhere: Callable[[], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "field")
        self._pane, self._on_find, self._on_go_to = pane, on_find, on_go_to
        self._hits: list[Key] = []
        self._known: set[Key] = set()
        self._current: Key | None = None
        self._shown_in: TimelineView | None = None
        #: Where the reader was before a hit led him elsewhere, None as long as none did.
        self._left: ReadersPlace | None = None
        self._looked_to: Key | None = None
        #: Of the room that is shown, once its messages were looked through.
        self._folded: FoldedRows | None = None
        #: What there is on the disk, once it was asked.
        self._found: FoundRow | None = None
        #: The current hit is not among the rows yet.
        self._is_wanted = False
        self._is_further_offered = False
        self._timer: str | None = None
        px = look.px
        self.configure(height=px(_HEIGHT))
        self.pack_propagate(False)
        self._line = Line(self, look)
        self._line.pack(side="bottom", fill="x")
        #: A second line for what is said, where the first has no room for it beside the field.
        self._below = Surface(self, look, "field")
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
        self.everywhere = FlatButton(
            self,
            look,
            on_press=on_everywhere,
            icon="collection",
            icon_size=14,
            on="field",
            hint=with_keys(_("Find in all rooms"), "Ctrl+Shift+F"),
        )
        self.everywhere.pack(side="right", padx=(0, px(6)))
        self.count = Words(self, look, font=fonts.SMALL, role="muted", on="field")
        self.count.pack(side="right", padx=px(10))
        self.further = FlatButton(
            self,
            look,
            on_press=self._look_further,
            text=_("Look further back"),
            font=fonts.SMALL_BOLD,
            role="link",
            on="field",
            hint=with_keys(_("In what is not on this computer yet"), "Enter"),
        )
        self.field.pack(side="left", fill="x", expand=True, padx=(px(20), px(8)))
        self.bind("<Configure>", lambda _event: self._arrange(), add="+")

    def begin(self) -> None:
        """Look for what stands in the field, which gets the focus."""
        self._left = None
        self.field.tag_add("sel", "1.0", "end-1c")
        self.field.focus_set()
        self._search()

    def begin_at(self, words: str, key: Key) -> None:
        """Look for these words, from a message of the shown room on that has them."""
        self._left = None
        self.field.set_value(words)
        self.field.tag_remove("sel", "1.0", "end")
        self._search(key)

    @property
    def words(self) -> str:
        """What is looked for."""
        return self.field.value.strip()

    def close(self) -> None:
        """The search is over. Where it found nothing in the end the reader is back where he was."""
        pane = self._pane()
        if pane is not None and self._current is None and self._left is not None:
            self._left.bring_back(pane, self._on_go_to)
        self.end()

    def end(self) -> None:
        """Light nothing any more."""
        if self._shown_in is not None and self._shown_in.winfo_exists():
            self._shown_in.sheet.light("", None)
        self._forget()
        self._shown_in = self._folded = self._left = None

    def show_found(self, row: FoundRow) -> None:
        """All hits there are, if the question still stands."""
        pane = self._shown_in
        if pane is None or row.room_key != pane.room_key or row.words != self.words:
            return
        # What was just said may not be on the disk yet.
        self._known = set(row.keys)
        self._hits = [*row.keys, *(key for key in self._hits if key not in self._known)]
        self._known.update(self._hits)
        self._found = row
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
        elif pane is not None and self.words:
            self._add_new(pane)
            if self._current is not None and self._is_wanted:
                self._go_to(self._place())
            self._show_count()

    def step(self, by: int) -> None:
        """To the next older (-1) or newer (+1) hit; beyond the oldest what is not here yet is
        looked through."""
        if by < 0 and self._can_look_further and (not self._hits or self._place() == 0):
            self._look_further()
        elif self._pane() is not None and self._hits:
            self._go_to(max(0, min(len(self._hits) - 1, self._place() + by)))

    # private

    def _newer(self, _event: "tk.Event[tk.Misc]") -> str:
        self.step(1)
        return "break"

    def _forget(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None
        if self._found is not None and self._found.goes_on:
            self._on_find(self._found.room_key, "", False)
        self._hits, self._known, self._current, self._looked_to = [], set(), None, None
        self._found, self._is_wanted = None, False

    def _search(self, at: Key | None = None) -> None:
        """From the newest hit on, but that `at` a place or where one is, if it still is one."""
        pane, before = self._pane(), self._current if at is None else at
        self._forget()
        self._shown_in = pane
        if pane is None:
            return
        hits = self._fold(pane.rows).having(fold(self.words))
        self._hits = [row.key for row in hits]
        if at is not None and at not in self._hits:
            self._hits.insert(0, at)
        self._known.update(self._hits)
        self._looked_to = pane.rows[-1].key if pane.rows else None
        if self.words:
            self._timer = self.after(ASK_DELAY_MS, self._ask)
        if before in self._known:
            self._go_to(self._hits.index(before))
        elif self._hits:
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
            self._on_find(self._shown_in.room_key, self.words, False)

    @property
    def _can_look_further(self) -> bool:
        found = self._found
        return found is not None and found.can_go_on and not found.goes_on

    def _look_further(self) -> None:
        if self._found is not None and self._can_look_further:
            self._found = replace(self._found, goes_on=True)
            self._on_find(self._found.room_key, self.words, True)
            self._show_count()

    def _add_new(self, pane: TimelineView) -> None:
        """Hits among the messages that were said since; far back nothing new is said."""
        if pane.has_newer or not pane.rows:
            return
        wanted, new = fold(self.words), []
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
        self._left = self._left or ReadersPlace(pane)
        self._current = key
        self._is_wanted = not pane.has_row(key)
        pane.sheet.light(self.words, key)
        if not self._is_wanted:
            pane.go_to(key)
            if self.words:
                pane.sheet.uncover_current(key)
                pane.scrolled()
        elif not (was_wanted and before == key):
            self._on_go_to(pane.room_key, key)
        self._show_count()

    def _place(self) -> int:
        return self._hits.index(self._current) if self._current in self._known else len(self._hits)

    def _show_count(self) -> None:
        count, found = len(self._hits), self._found
        if not self.words:
            words = ""
        elif found is not None and found.goes_on:
            words = _("Looked through {count} messages…").format(count=number_text(found.looked_at))
        elif count:
            place, total = number_text(self._place() + 1), number_text(count)
            words = _("{place} of {total}").format(place=place, total=total)
            if found is not None and found.is_cut:
                words = _("{place} of the newest {total}").format(place=place, total=total)
        else:
            words = _nothing_found(found) if found is not None else _("Looking…")
        self.count.configure(text=words)
        self._is_further_offered = self._can_look_further and (not count or self._place() == 0)
        self._arrange()

    def _arrange(self) -> None:
        """What is said beside the field, or below where both have no room in one line."""
        px, wanted = self.look.px, self.count.winfo_reqwidth() + self.look.px(_FIELD_WIDTH_MIN)
        if self._is_further_offered:
            wanted += self.further.winfo_reqwidth()
        is_below = self._is_further_offered and wanted > self.winfo_width() > 1
        self.count.pack_forget()
        self.further.pack_forget()
        if is_below:
            self._below.pack(side="bottom", fill="x", after=self._line)
        else:
            self._below.pack_forget()
        said: list[tk.Widget] = [self.count]
        if self._is_further_offered:
            said.insert(0, self.further)
        for widget in said:
            if is_below:
                widget.pack(in_=self._below, side="right", padx=px(6))
                widget.lift()
            else:
                widget.pack(in_=self, side="right", padx=px(6), before=self.field)
        self.configure(height=px(_HEIGHT + (_BELOW_HEIGHT if is_below else 0)))


def _nothing_found(found: FoundRow) -> str:
    """Never more than is known."""
    if found.is_whole:
        return _("Nothing found")
    count = found.looked_at
    if found.can_go_on:
        words = ngettext(
            "Nothing in the newest message", "Nothing in the newest {count} messages", count
        )
    else:
        words = ngettext(
            "Nothing in the one message on this computer",
            "Nothing in the {count} messages on this computer",
            count,
        )
    return words.format(count=number_text(count))
