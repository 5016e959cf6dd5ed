"""What one does with a message of a pane: its menu, at the pointer or at the current message by the
keys; its links; answering it."""

import tkinter as tk
from collections.abc import Callable

from app.addresses import is_openable
from app.views import clipboard
from app.views.drawn_block import TEXT_X, Drawn
from app.views.late import Late
from app.views.message_menu import MessageMenu
from app.views.person_cards import Spot
from app.views.quoting import Quoting
from app.views.rows import Key, MessageKind, MessageRow
from app.views.theme import Look
from app.views.timeline_sheet import TimelineSheet


class TimelineMenu:
    """`menu` is what opens; its lines depend on the message and on what is under the pointer."""

    def __init__(
        self,
        sheet: TimelineSheet,
        look: Look,
        *,
        current: Callable[[], Drawn | None],
        selected_text: Callable[[], str],
        quoting: Quoting,
        on_mark_unread: Callable[[Key], None],
        on_retry: Callable[[Key], None],
        on_delete: Callable[[Key], None],
        on_author: Callable[[MessageRow, Spot], None],
        on_open_link: Callable[[str], None],
        on_folded: Callable[[], None],
    ) -> None:
        """`current` is the message the keys are at, None when they are elsewhere; `on_folded` is
        called when a long message was opened or folded."""
        self._sheet, self._text, self._look = sheet, sheet.text, look
        self._current, self._selected_text = current, selected_text
        self._quoting, self._on_open_link, self._on_folded = quoting, on_open_link, on_folded
        self.menu = Late(
            lambda: MessageMenu(
                sheet.text,
                on_copy=self._copy,
                on_mark_unread=on_mark_unread,
                on_retry=on_retry,
                on_delete=on_delete,
                on_author=on_author,
                on_open_link=on_open_link,
                on_quote=self._quote_row,
                on_fold=self._fold,
            )
        )
        sheet.text.bind("<<ContextMenu>>", self._asked)

    def open_of(self, drawn: Drawn, x_root: int, y_root: int) -> None:
        """What can be done with a whole message, at a place of the screen."""
        if isinstance(drawn.block.row, MessageRow):
            link = next(filter(is_openable, drawn.links.values()), "")
            can_quote = self.can_quote(drawn)
            self.menu().open(
                drawn.block.row,
                selected="",
                link=link,
                can_quote=can_quote,
                fold=self._sheet.fold_words(drawn),
                x=x_root,
                y=y_root,
            )

    def can_quote(self, drawn: Drawn) -> bool:
        """Whether it is a message, and one may write here."""
        row = drawn.block.row
        is_message = isinstance(row, MessageRow) and row.kind is MessageKind.MESSAGE
        return is_message and self._quoting.is_possible

    @property
    def is_writing(self) -> bool:
        """Whether something is in the field already."""
        return self._quoting.is_writing

    def pointed_at(self) -> Drawn | None:
        """The message of which something is selected; with no selection, the one under the
        pointer."""
        ranges = self._text.tag_ranges("sel")
        if ranges:
            selected = self._sheet.drawn_at(str(ranges[0]))
            return selected if selected is not None and self._has_selected(selected) else None
        ranges = self._text.tag_ranges("hover") or self._text.tag_ranges("hover_band")
        return self._sheet.drawn_at(str(ranges[0])) if ranges else None

    def quote(self, drawn: Drawn) -> None:
        """Answer a message, or what is selected of it."""
        row = drawn.block.row
        if isinstance(row, MessageRow) and self.can_quote(drawn):
            self._quoting.begin(row, self._selected_text() if self._has_selected(drawn) else "")

    def _quote_row(self, row: MessageRow) -> None:
        drawn = self._drawn(row.key)
        if drawn is not None:
            self.quote(drawn)

    def _fold(self, key: Key) -> None:
        drawn = self._drawn(key)
        if drawn is not None:
            self.turn_whole(drawn)

    def turn_whole(self, drawn: Drawn) -> None:
        """Show a long message to its end, or its beginning alone."""
        self._sheet.turn_whole(drawn)
        self._on_folded()

    def _drawn(self, key: Key) -> Drawn | None:
        """None if it went while the menu was open."""
        return next((each for each in self._sheet.drawn if each.block.row.key == key), None)

    def _has_selected(self, drawn: Drawn) -> bool:
        """Whether something is selected, and nothing outside of its words."""
        if not self._text.tag_ranges("sel"):
            return False
        is_head = drawn.block.starts_group
        first = f"{drawn.tag}.first + {drawn.lines_above + is_head} lines"
        compare = self._text.compare
        return compare("sel.first", ">=", first) and compare("sel.last", "<=", f"{drawn.tag}.last")

    def open_link(self, drawn: Drawn, tag: str, place: Spot | None = None) -> None:
        """Open one of its links; where the words do not say where it leads, ask first, at a place
        of the screen or below the message."""
        if tag not in drawn.titled:
            self._on_open_link(drawn.links[tag])
            return
        x, y = (place.x, place.y) if place is not None else self._below(drawn)
        self.menu().ask_for(drawn.links[tag], x, y)

    def _below(self, drawn: Drawn) -> tuple[int, int]:
        line = self._text.dlineinfo(f"{drawn.tag}.first")
        x, y = self._look.px(TEXT_X), line[1] + line[3] if line is not None else 0
        return self._text.winfo_rootx() + x, self._text.winfo_rooty() + y

    def _asked(self, event: "tk.Event[tk.Misc]") -> str:
        current = self._current()
        if current is not None:
            self.open_of(current, *self._below(current))
            return "break"
        tags = self._text.tag_names(f"@{event.x},{event.y}")
        drawn = self._sheet.drawn_of(tags)
        if drawn is not None and isinstance(drawn.block.row, MessageRow):
            targets = (drawn.links.get(tag, "") for tag in tags)
            self.menu().open(
                drawn.block.row,
                selected=self._selected_text(),
                link=next(filter(is_openable, targets), ""),
                can_quote=self.can_quote(drawn),
                fold=self._sheet.fold_words(drawn),
                x=event.x_root,
                y=event.y_root,
            )
        return "break"

    def _copy(self, text: str) -> None:
        clipboard.copy(self._text, text)
