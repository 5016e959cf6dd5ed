"""Ctrl+Shift+F: words in all rooms, found while they are typed; a choice leads to the message."""

import tkinter as tk
from collections.abc import Callable

from app.translation import N_, _
from app.views import fonts
from app.views.find_bar import ASK_DELAY_MS
from app.views.found_list import FoundList
from app.views.line_field import LineField, search_sign
from app.views.popups import Popup
from app.views.search_rows import FoundMessageRow, SearchRow
from app.views.surface import Line, Surface, Words
from app.views.theme import Look

_LENGTH_MAX = 400
_KEYS = N_("↑ ↓ move  ·  Enter open  ·  Esc close")
# Translators: the words in front of the colons stay as they are.
_FILTERS = N_("Try  from:anna  ·  in:#dev  ·  before:2026-11-20  ·  after:2026-11-01")


class SearchPopup(Popup):
    """`begin` it; it asks for what is typed, tells the choice, and closes nothing by itself.

    What was found for the text before stays until there is something for the new one, but cannot
    be chosen.
    """

    width_wanted = 640

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_search: Callable[[str], None],
        on_choose: Callable[[FoundMessageRow, str], None],
    ) -> None:
        """`on_search` is given what was typed, "" for nothing any more; `on_choose` the message and
        the words that were found in it."""
        super().__init__(master, look, "popup_border")
        self._on_search, self._on_choose = on_search, on_choose
        self._shown = SearchRow("")
        self._timer: str | None = None
        px = look.px
        body = Surface(self, look, "popup")
        body.pack(fill="both", expand=True, padx=1, pady=1)
        head = Surface(body, look, "popup")
        head.pack(fill="x", padx=px(16), pady=(px(14), px(8)))
        glass = search_sign(head, look, 17, on="popup")
        glass.pack(side="left", padx=(0, px(12)))
        self.field = LineField(
            head,
            look,
            placeholder=_("Find in all rooms"),
            on_change=lambda _text: self._typed(),
            on_enter=self._enter,
            on_step=lambda by: self.found.move_current(by),
            on="popup",
            font=fonts.TITLE,
            length_max=_LENGTH_MAX,
        )
        self.field.pack(side="left", fill="x", expand=True)
        #: Which filters there are, or what is wrong with one.
        self.hint = self._words(body, "popup_muted")
        self.hint.pack(fill="x", padx=px(18), pady=(0, px(10)))
        Line(body, look).pack(fill="x")
        # Before the list: in a low window that has what is left.
        self._keys = self._words(body, "popup_muted")
        self._keys.configure(text=_(_KEYS))
        self._keys.pack(side="bottom", fill="x", padx=px(18), pady=(px(4), px(10)))
        self.note = self._words(body, "popup_muted")
        #: Between the list, where there is one, and what is said below.
        self._foot_line = Line(body, look)
        self.found = FoundList(body, look, on_choose=self._chosen)

    def begin(self, words: str) -> None:
        """Start with these words in the field, or none."""
        self.field.set_value(words)
        self._shown = SearchRow("")
        self.field.focus_set()
        self._ask()
        self._show()

    def end(self) -> None:
        """Nobody waits for anything any more."""
        self._stop_timer()
        self._on_search("")

    def closed_by_person(self) -> None:
        self.end()

    def show(self, row: SearchRow) -> None:
        """What came so far, if it is of what stands in the field."""
        if row.typed == self._wanted and self.winfo_manager():
            self._shown = row
            self._show()

    def turn_page(self, by: int) -> bool:
        self.found.turn_page(by)
        return True

    # private

    @property
    def _wanted(self) -> str:
        return self.field.value.strip()

    def _typed(self) -> None:
        self._stop_timer()
        self._timer = self.after(ASK_DELAY_MS, self._ask)
        self._show()

    def _ask(self) -> None:
        self._timer = None
        self._on_search(self._wanted)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None

    def _enter(self) -> None:
        if self._timer is not None:
            self._stop_timer()
            self._ask()
        elif self._shown.typed == self._wanted:
            self.found.choose_current()

    def _chosen(self, row: FoundMessageRow) -> None:
        self._on_choose(row, self._shown.words)

    def _words(self, body: tk.Misc, role: str) -> Words:
        words = Words(body, self.look, font=fonts.SMALL, role=role, on="popup")
        words.configure(justify="left")
        words.bind("<Configure>", lambda event: self._wrap(words, event.width), add="+")
        return words

    def _wrap(self, words: Words, width: int) -> None:
        if int(str(words.cget("wraplength"))) != width:
            words.configure(wraplength=width)
            self.keep_inside()

    def _show(self) -> None:
        row, is_asked, px = self._shown, bool(self._wanted), self.look.px
        is_known = row.typed == self._wanted
        problem = row.problem if is_known else ""
        self.hint.configure(text=problem or _(_FILTERS))
        self.hint.paint("danger" if problem else "popup_muted", "popup")
        note = row.note if is_known else _("Looking…")
        self.note.configure(text=note)
        if is_asked and note:
            self.note.pack(side="bottom", fill="x", padx=px(18), pady=(px(8), 0), after=self._keys)
        else:
            self.note.pack_forget()
        self.found.show_found(row.rows if is_asked else (), row.words)
        if self.found.items:
            last = self.note if is_asked and note else self._keys
            self._foot_line.pack(side="bottom", fill="x", after=last)
            self.found.pack(fill="x", pady=px(6))
        else:
            self._foot_line.pack_forget()
            self.found.pack_forget()
        self.keep_inside()
