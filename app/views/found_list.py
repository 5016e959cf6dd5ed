"""The messages that a search over all rooms found: who, where and when, and the words around."""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.views import fonts
from app.views.canvas_list import CanvasList, ListItem
from app.views.images import Avatar, Rounded
from app.views.lit_line import draw_lit_line
from app.views.pictured_words import draw_line
from app.views.safe_text import NAME_LENGTH_MAX, initials
from app.views.search_rows import FoundMessageRow
from app.views.theme import Look
from app.views.tokens import nick_index

ROW_HEIGHT = 52
#: As high as the list may be; it scrolls then.
_ROWS_MAX = 8
_LEFT = 56


class FoundList(CanvasList[FoundMessageRow]):
    """One row is always current; the field it belongs to moves that."""

    shows_current = True

    def __init__(
        self, master: tk.Misc, look: Look, *, on_choose: Callable[[FoundMessageRow], None]
    ) -> None:
        super().__init__(master, look, role="popup")
        self.configure(takefocus=False)
        self._on_choose = on_choose
        self._sought = ""

    def show_found(self, rows: Sequence[FoundMessageRow], sought: str) -> None:
        """Show these, and light the words in them; the current one stays if it is there."""
        if sought != self._sought:
            self._sought = sought
            self.mark_dirty()
        items = [ListItem((row.room_key, row.message_key), ROW_HEIGHT, row) for row in rows]
        self.show_items(items)
        self.configure(height=max(1, min(len(items), _ROWS_MAX) * self.look.px(ROW_HEIGHT)))
        if items and self.current_row is None:
            self.start_at(items[0].key)
            self.scroll_by(-self.content_height)

    def turn_page(self, by: int) -> None:
        """The current row a page further down, or up; it stays at the ends."""
        rows = max(1, self.winfo_height() // self.look.px(ROW_HEIGHT) - 1)
        keys = [item.key for item in self.items]
        row = self.current_row
        if row is not None:
            at = keys.index((row.room_key, row.message_key)) + by * rows
            self.make_current(keys[max(0, min(at, len(keys) - 1))])

    def choose_current(self) -> None:
        if self.current_row is not None:
            self._on_choose(self.current_row)

    def item_chosen(self, item: ListItem[FoundMessageRow]) -> None:
        if item.row is not None:
            self._on_choose(item.row)

    def draw_item(
        self, item: ListItem[FoundMessageRow], top: int, tag: str, *, is_hovered: bool
    ) -> None:
        row, look, px = item.row, self.look, self.look.px
        if row is None:
            return
        width, height, ground = self.winfo_width(), px(ROW_HEIGHT), self.role
        if is_hovered:
            ground = "selected_popup"
            field = look.images.get(Rounded(width - px(12), height, 6, ground))
            self.create_image(px(6), top, anchor="nw", image=field, tags=(tag,))
        middle, left, right = top + height // 2, px(_LEFT), width - px(18)
        letters, color = initials(row.author_name), nick_index(row.author_id)
        avatar = look.images.get(Avatar(color, letters, 28, behind=ground))
        self.create_image(px(32), middle, image=avatar, tags=(tag,))
        muted, upper = look.tokens.popup_muted, middle - px(11)
        self.create_text(
            right, upper, anchor="e", text=row.when, font=fonts.SMALL, fill=muted, tags=(tag,)
        )
        room = right - left - fonts.text_width(self, fonts.SMALL, row.when) - px(14)
        named = draw_line(
            self, look, row.author_name, room=room, length_max=NAME_LENGTH_MAX, x=left, y=upper,
            font=fonts.BOLD, fill=look.tokens.popup_fg, ground=ground, tag=tag,
        )  # fmt: skip
        named += px(8)
        if room > named:
            draw_line(
                self, look, f"#{row.room_name}", room=room - named, length_max=NAME_LENGTH_MAX,
                x=left + named, y=upper, font=fonts.SMALL, fill=muted, ground=ground, tag=tag,
            )  # fmt: skip
        draw_lit_line(
            self, look, row.excerpt, self._sought, room=right - left, x=left, y=middle + px(10),
            font=fonts.BODY, fill=look.tokens.popup_fg, ground=ground, tag=tag,
        )  # fmt: skip
