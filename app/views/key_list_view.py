"""All keys in groups, made from the same table as the bindings; a field finds one of them."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views import fonts
from app.views.canvas_list import CanvasList, ListItem
from app.views.key_groups import KeyGroup, key_groups
from app.views.line_field import LineField, search_sign
from app.views.matching import folded
from app.views.sheet import Sheet
from app.views.surface import Line, Surface, Words
from app.views.theme import Look

_ROW_HEIGHT = 28

_KeyRow = tuple[str, str]


class KeyListView(Sheet):
    """Scrolls when the window is low, also by the arrows: the field has the keys."""

    width_wanted = 620

    def __init__(self, master: tk.Misc, look: Look, *, on_close: Callable[[], None]) -> None:
        super().__init__(master, look, _("Keys"), on_close)
        self._control_sends = False
        px = look.px
        head = Surface(self.body, look, "popup")
        head.pack(fill="x", padx=px(20), pady=(0, px(8)))
        glass = search_sign(head, look, 14, on="popup")
        glass.pack(side="left", padx=(0, px(8)))
        self.field = LineField(
            head,
            look,
            placeholder=_("Find a key or what it does"),
            on_change=lambda _text: self._show(),
            on_enter=lambda: None,
            on_step=self._step,
            on="popup",
        )
        self.field.pack(side="left", fill="x", expand=True)
        Line(self.body, look).pack(fill="x")
        self.listing = _Keys(self.body, look, role="popup")
        self.listing.configure(takefocus=False)
        self.listing.pack(fill="both", expand=True, padx=px(8), pady=(px(4), px(12)))
        self._empty = Words(self.listing, look, font=fonts.BODY, role="popup_muted", on="popup")
        self._empty.configure(text=_("No key does that."))

    def set_control_sends(self, is_on: bool) -> None:
        """Ctrl+Enter sends, Enter breaks the line."""
        self._control_sends = is_on

    def begin(self, height_max: int) -> None:
        """Show all keys from the first, in at most `height_max` real pixels."""
        self.field.set_value("")
        self._show()
        row_height = self.look.px(_ROW_HEIGHT)
        whole_rows = max(1, min(len(self.listing.items), height_max // row_height))
        # What is found stands at the same place: the sheet keeps its height.
        self.listing.configure(height=whole_rows * row_height)
        self.field.focus_set()

    def _show(self) -> None:
        wanted = folded(self.field.value.strip())
        items: list[ListItem[_KeyRow]] = []
        for group in key_groups(control_sends=self._control_sends):
            rows = [row for row in group.rows if _fits(wanted, group, row)]
            if rows:
                heading = group.heading
                items.append(ListItem(("heading", heading), _ROW_HEIGHT, heading=heading))
                items += [ListItem((group.heading, *row), _ROW_HEIGHT, row) for row in rows]
        self.listing.show_items(items)
        self.listing.scroll_by(-self.listing.content_height)
        if items:
            self._empty.place_forget()
        else:
            self._empty.place(x=self.look.px(14), y=self.look.px(8))

    def _step(self, by: int) -> None:
        self.listing.scroll_by(by * self.look.px(_ROW_HEIGHT))


def _fits(wanted: str, group: KeyGroup, row: _KeyRow) -> bool:
    return any(wanted in folded(words) for words in (*row, group.heading))


class _Keys(CanvasList[_KeyRow]):
    def draw_item(self, item: ListItem[_KeyRow], top: int, tag: str, *, is_hovered: bool) -> None:
        if item.row is None:
            self.create_text(
                self.look.px(14),
                top + self.look.px(_ROW_HEIGHT - 4),
                anchor="sw",
                text=item.heading,
                font=fonts.SMALL_BOLD,
                fill=self.look.tokens.popup_muted,
                tags=(tag,),
            )
            return
        keys, words = item.row
        px, tokens = self.look.px, self.look.tokens
        middle, left, right = top + px(_ROW_HEIGHT) // 2, px(14), self.winfo_width() - px(16)
        # Each row is parted for itself: few have both a long name and many keys.
        room = right - left - px(16) - fonts.text_width(self, fonts.SMALL, keys)
        name = fonts.shortened(self, fonts.BODY, words, max(0, room))
        self.create_text(
            left,
            middle,
            anchor="w",
            text=name,
            font=fonts.BODY,
            fill=tokens.popup_fg,
            tags=(tag,),
        )
        self.create_text(
            right,
            middle,
            anchor="e",
            text=keys,
            font=fonts.SMALL,
            fill=tokens.popup_muted,
            tags=(tag,),
        )
