"""A list of texts, each with what stands above it, to copy and to delete."""

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial

from app.translation import _, ngettext
from app.views import fonts
from app.views.rows import Key, TextRow
from app.views.safe_text import safe_line
from app.views.scroll_area import ScrollArea
from app.views.sheet import Sheet
from app.views.surface import FlatButton, Line, Surface, Words
from app.views.theme import Look
from app.views.typing_on import TypingOn
from app.views.wording import number_text

#: What comes behind so many is only counted: each takes five widgets.
ROWS_MAX = 100
_TEXT_MAX = 600
_BESIDE = 120  # of a text: margins and buttons, in logical pixels


class TextListView(Sheet):
    """Scrolls when there are many."""

    width_wanted = 520

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        title: str,
        none: str,
        on_copy: Callable[[str], None],
        on_remove: Callable[[Key], None],
        on_text: Callable[[str], None],
        on_close: Callable[[], None],
    ) -> None:
        """`none` says that there is nothing, and what to do; `on_text` is given what is typed
        meanwhile."""
        super().__init__(master, look, title, on_close)
        self._none, self._on_copy, self._on_remove = none, on_copy, on_remove
        self._rows: Sequence[TextRow] = ()
        self._width = self._height_max = 0
        px = look.px
        self.area = ScrollArea(self.body, look, "popup")
        self.area.pack(fill="both", expand=True, pady=(0, px(12)))
        self._typing = TypingOn(self, on_text)
        #: The buttons of each row, to copy and to delete it.
        self.buttons: list[tuple[FlatButton, FlatButton]] = []

    def show_texts(self, rows: Sequence[TextRow]) -> None:
        """These from now on, also while it is open."""
        before, self._rows = self._rows, tuple(rows)
        if self._width and before != self._rows:
            self._fill()

    def begin(self, width: int, height_max: int) -> None:
        """It was opened, with this width; heights and widths in real pixels."""
        self._width, self._height_max = width, height_max
        self._fill()
        self.area.to_top()
        self._typing.begin()
        self.close_button.focus_set()

    def _fill(self) -> None:
        """Few rows, and rarely: all are made anew."""
        place = self._place_of_focus()
        for child in self.area.inside.winfo_children():
            child.destroy()
        self.buttons.clear()
        for row in self._rows[:ROWS_MAX]:
            self._add(row)
        count = len(self._rows) - ROWS_MAX
        if count > 0:
            words = ngettext("and {count} more", "and {count} more", count)
            self._say(words.format(count=number_text(count)))
        elif not self._rows:
            self._say(self._none)
        self.area.adopt()
        self._typing.adopt()
        self.update_idletasks()
        height = min(self.area.inside.winfo_reqheight(), self._height_max)
        self.area.configure(height=height)
        if place is not None:
            nearest = self.buttons[min(place, len(self.buttons) - 1)] if self.buttons else None
            (nearest[1] if nearest else self.close_button).focus_set()

    def _place_of_focus(self) -> int | None:
        """Which row has the keys."""
        focused = self.focus_get()
        places = (at for at, buttons in enumerate(self.buttons) if focused in buttons)
        return next(places, None)

    def _say(self, text: str) -> None:
        px = self.look.px
        words = Words(self.area.inside, self.look, font=fonts.BODY, role="popup_muted", on="popup")
        words.configure(text=text, justify="left", wraplength=self._width - px(42))
        words.pack(fill="x", padx=px(20), pady=px(4))

    def _add(self, row: TextRow) -> None:
        look, px = self.look, self.look.px
        if self.buttons:
            Line(self.area.inside, look).pack(fill="x", padx=px(20))
        place = Surface(self.area.inside, look, "popup")
        place.pack(fill="x", padx=px(20), pady=px(8))
        remove = FlatButton(
            place,
            look,
            on_press=partial(self._on_remove, row.key),
            icon="trash",
            icon_size=15,
            on="popup",
            hint=_("Delete"),
        )
        remove.pack(side="right", anchor="n")
        copy = FlatButton(
            place,
            look,
            on_press=partial(self._on_copy, row.text),
            icon="copy",
            icon_size=14,
            on="popup",
            hint=_("Copy"),
        )
        copy.pack(side="right", anchor="n", padx=px(4))
        head = Words(place, look, font=fonts.SMALL, role="popup_muted", on="popup")
        head.configure(text=safe_line(row.head))
        head.pack(fill="x")
        text = Words(place, look, font=fonts.BODY, role="popup_fg", on="popup")
        wrapped = self._width - px(_BESIDE)
        text.configure(text=safe_line(row.text, _TEXT_MAX), justify="left", wraplength=wrapped)
        text.pack(fill="x", pady=(px(2), 0))
        self.buttons.append((copy, remove))
