"""A list of servers to choose from, as tall as it has to be, up to some rows."""

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial

from app.translation import N_, _
from app.views import fonts
from app.views.canvas_list import CanvasList, ListItem
from app.views.images import Icon, Rounded
from app.views.pictured_words import draw_line, line_width
from app.views.safe_text import NAME_LENGTH_MAX, safe_line
from app.views.server_rows import ServerRow
from app.views.theme import Look
from app.views.widgets import Menu

ROW_HEIGHT = 46
_DETAIL_LENGTH_MAX = 60
LOCK_HINT = N_("Encrypted up to the server. The server can read messages.")


class ServerListView(CanvasList[ServerRow]):
    """Two lines a server: name with its detail, lock with its address."""

    hints_above = True

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_choose: Callable[[str], None],
        on_forget: Callable[[str], None] | None = None,
        on_rename: Callable[[str], None] | None = None,
        on: str = "bg",
    ) -> None:
        super().__init__(master, look, role=on)
        self._on_choose, self._on_forget, self._on_rename = on_choose, on_forget, on_rename
        self._on = on
        self._rows_max = 1
        self._selected = ""
        self._menu = Menu(self)
        if on_forget is not None:
            self.bind("<Delete>", self._delete_pressed)

    def show_servers(self, rows: Sequence[ServerRow]) -> None:
        self.show_items([ListItem(row.address, ROW_HEIGHT, row) for row in rows])
        self._fit()

    def show_selected(self, address: str) -> None:
        """Mark the server at that address, if it is in the list."""
        if address != self._selected:
            self._selected = address
            self.mark_dirty()

    def set_rows_max(self, count: int) -> None:
        """More rows than this are scrolled to."""
        self._rows_max = count
        self._fit()

    def _fit(self) -> None:
        height = self.look.px(ROW_HEIGHT) * min(len(self.items), self._rows_max)
        if height and int(self.cget("height")) != height:
            self.configure(height=height)

    def item_chosen(self, item: ListItem[ServerRow]) -> None:
        if item.row is not None:
            self._on_choose(item.row.way)

    def item_menu(self, item: ListItem[ServerRow], x_root: int, y_root: int) -> None:
        if item.row is not None:
            self.fill_menu(item.row).tk_popup(x_root, y_root)

    def fill_menu(self, row: ServerRow) -> Menu:
        """The menu, with the lines for this server."""
        forget = self._on_forget
        self._menu.delete(0, "end")
        self._menu.add_command(label=_("Connect"), command=lambda: self._on_choose(row.way))
        for address in row.others:
            label = _("Connect at {address}").format(address=safe_line(address, 80))
            self._menu.add_command(label=label, command=partial(self._on_choose, address))
        if self._on_rename is not None:
            rename = self._on_rename
            self._menu.add_command(label=_("Rename…"), command=lambda: rename(row.address))
        if forget is not None and not row.is_new:
            self._menu.add_command(label=_("Forget server"), command=lambda: forget(row.address))
        return self._menu

    def item_hint(self, item: ListItem[ServerRow]) -> str:
        if item.row is None or not item.row.others:
            return _(LOCK_HINT)
        return f"{_(LOCK_HINT)}\n{_addresses(item.row)}"

    def draw_item(self, item: ListItem[ServerRow], top: int, tag: str, *, is_hovered: bool) -> None:
        row = item.row
        if row is None:
            return
        look, tokens, px = self.look, self.look.tokens, self.look.px
        width, height = self.winfo_width(), px(ROW_HEIGHT)
        is_popup = self._on == "popup"
        is_selected = self._selected in (row.way, *row.addresses)
        fill = ("popup_field" if is_popup else "field") if is_hovered else self._on
        if is_selected:
            fill = "selected_popup" if is_popup else "selected"
        text = tokens.popup_fg if is_popup else tokens.fg
        quiet = "popup_muted" if is_popup else "muted"
        muted = tokens.named(quiet)
        self.create_image(
            0,
            top + px(1),
            image=look.images.get(Rounded(width, height - px(2), 6, fill)),
            anchor="nw",
            tags=(tag,),
        )
        if is_selected:
            bar = (0, top + px(8), px(3), top + height - px(8))
            self.create_rectangle(*bar, fill=tokens.accent, width=0, tags=(tag, "selected"))
        first, second = top + px(15), top + px(32)
        detail = _("in use") if row.is_active else row.detail
        right = width - px(10)
        left = right - line_width(self, look, detail, fonts.SMALL, _DETAIL_LENGTH_MAX)
        draw_line(
            self, look, detail, room=right - left, x=left, y=first, font=fonts.SMALL, fill=muted,
            ground=fill, tag=tag, length_max=_DETAIL_LENGTH_MAX,
        )  # fmt: skip
        room = left - px(16)
        draw_line(
            self, look, row.name or "?", room=max(px(40), room - px(10)), x=px(10), y=first,
            font=fonts.BOLD, fill=text, ground=fill, tag=tag, length_max=NAME_LENGTH_MAX,
        )  # fmt: skip
        lock = look.images.get(Icon("lock", 11, quiet))
        self.create_image(px(10), second, image=lock, anchor="w", tags=(tag,))
        self.create_text(
            px(26),
            second,
            text=fonts.shortened(self, fonts.SMALL, _addresses(row), width - px(36)),
            anchor="w",
            font=fonts.SMALL,
            fill=muted,
            tags=(tag,),
        )

    def _delete_pressed(self, _event: "tk.Event[tk.Misc]") -> str:
        if self._current is not None and self._on_forget is not None:
            row = self._items[self._current].row
            if row is not None and not row.is_new:
                self._on_forget(row.address)
        return "break"


def _addresses(row: ServerRow) -> str:
    """The ways to one server, the best first."""
    return safe_line(" · ".join(row.addresses), 300)
