"""The context menu of a message: only what can be done with it."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views.person_cards import Spot
from app.views.rows import Key, MessageKind, MessageRow, MessageState
from app.views.safe_text import safe_line, safe_name
from app.views.widgets import Menu

_ADDRESS_LENGTH_MAX = 100


class MessageMenu:
    """Opens at a place of the screen; `on_…` take the key of the message."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        on_copy: Callable[[str], None],
        on_mark_unread: Callable[[Key], None],
        on_retry: Callable[[Key], None],
        on_delete: Callable[[Key], None],
        on_author: Callable[[MessageRow, Spot], None],
        on_open_link: Callable[[str], None],
        on_quote: Callable[[MessageRow], None],
        on_fold: Callable[[Key], None],
    ) -> None:
        self._on_copy, self._on_mark_unread = on_copy, on_mark_unread
        self._on_retry, self._on_delete, self._on_author = on_retry, on_delete, on_author
        self._on_open_link, self._on_quote = on_open_link, on_quote
        self._on_fold = on_fold
        self._spot = Spot(0, 0, 0, 0)
        self.menu = Menu(master)

    def open(
        self,
        row: MessageRow,
        *,
        selected: str,
        link: str,
        can_quote: bool,
        fold: str,
        x: int,
        y: int,
    ) -> None:
        """`selected` and `link` are what the pointer is on, `fold` words for showing all of a long
        message or less of it; "" for nothing."""
        self._spot = Spot(x, y, 1, 1)
        self.fill(row, selected=selected, link=link, can_quote=can_quote, fold=fold)
        self.menu.tk_popup(x, y)

    def ask_for(self, link: str, x: int, y: int) -> None:
        """Say where a link leads, and let it be opened or copied."""
        self.menu.delete(0, "end")
        address = safe_line(link, _ADDRESS_LENGTH_MAX)
        self._add(_("Open {address}").format(address=address), lambda: self._on_open_link(link))
        self._add(_("Copy link"), lambda: self._on_copy(link))
        self.menu.tk_popup(x, y)

    def fill(
        self, row: MessageRow, *, selected: str, link: str, can_quote: bool, fold: str = ""
    ) -> None:
        """Write the lines for this message."""
        menu, is_message = self.menu, row.kind is MessageKind.MESSAGE
        menu.delete(0, "end")
        if is_message and can_quote:
            self._add(_("Quote"), lambda: self._on_quote(row), "R")
        if selected:
            self._add(_("Copy selection"), lambda: self._on_copy(selected))
        self._add(_("Copy text"), lambda: self._on_copy(row.details.unfolded or row.text), "C")
        if link:
            self._add(_("Copy link"), lambda: self._on_copy(link))
        if fold:
            self._add(fold, lambda: self._on_fold(row.key))
        if is_message and not row.is_own:
            self._add(_("Mark unread"), lambda: self._on_mark_unread(row.key))
        if is_message:
            about = _("About {name}").format(name=safe_name(row.author_name))
            self._add(about, lambda: self._on_author(row, self._spot))
        if row.is_own and row.state is MessageState.FAILED:
            menu.add_separator()
            self._add(_("Retry"), lambda: self._on_retry(row.key))
            self._add(_("Delete"), lambda: self._on_delete(row.key))

    def _add(self, label: str, command: Callable[[], None], keys: str = "") -> None:
        """`keys` does the same with the current message."""
        if keys:
            self.menu.add_command(label=label, accelerator=keys, command=command)
        else:
            self.menu.add_command(label=label, command=command)
