"""All keys, made from the same table as the bindings."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views import fonts
from app.views.canvas_list import CanvasList, ListItem
from app.views.key_bindings import key_list
from app.views.sheet import Sheet
from app.views.theme import Look

_ROW_HEIGHT = 28

_KeyRow = tuple[str, str]


class KeyListView(Sheet):
    """Scrolls when the window is low."""

    width_wanted = 560

    def __init__(self, master: tk.Misc, look: Look, *, on_close: Callable[[], None]) -> None:
        super().__init__(master, look, _("Keys"), on_close)
        self._control_sends = False
        px = look.px
        self.listing = _Keys(self.body, look, role="popup")
        self.listing.pack(fill="both", expand=True, padx=px(8), pady=(0, px(12)))

    def set_control_sends(self, is_on: bool) -> None:
        """Ctrl+Enter sends, Enter breaks the line."""
        self._control_sends = is_on

    def begin(self, height_max: int) -> None:
        """Show all keys from the first, in at most `height_max` real pixels."""
        rows = key_list(control_sends=self._control_sends)
        self.listing.show_items([ListItem(row, _ROW_HEIGHT, row) for row in rows])
        row_height = self.look.px(_ROW_HEIGHT)
        whole_rows = max(1, min(len(rows), height_max // row_height))
        self.listing.configure(height=whole_rows * row_height)
        self.listing.scroll_by(-self.listing.content_height)
        self.listing.focus_set()


class _Keys(CanvasList[_KeyRow]):
    def draw_item(self, item: ListItem[_KeyRow], top: int, tag: str, *, is_hovered: bool) -> None:
        if item.row is None:
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
