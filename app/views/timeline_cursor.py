"""The current message of a pane that has the keyboard: Up, Down, Home, End, C, R, Enter.

So can be a reminder, and a notice that only counts some people: Enter names them. What is current
is marked by a band and a bar at the left edge. It begins at the lowest message in view, or where
somebody clicks who writes nothing just now: letters typed on go into the composer. It is gone when
the keyboard goes elsewhere. R is also about what is selected, or else under the pointer.
"""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Protocol

from app.addresses import is_openable
from app.views import clipboard
from app.views.drawn_block import Drawn
from app.views.rows import Key, MessageKind, MessageRow
from app.views.theme import Look
from app.views.timeline_menu import TimelineMenu
from app.views.timeline_sheet import TimelineSheet
from app.views.widgets import Frame

TAG = "current"
_BAR_WIDTH = 3


class ReadView(Protocol):
    """What of a timeline the keyboard moves."""

    look: Look

    def bring_into_view(self, drawn: Drawn) -> None: ...
    def scroll_to_newest(self) -> None: ...


class TimelineCursor:
    """Binds the keys of one pane; `current` is the message they are about."""

    def __init__(self, view: ReadView, sheet: TimelineSheet, menu: TimelineMenu) -> None:
        self._view, self._sheet, self._text, self._menu = view, sheet, sheet.text, menu
        self._key: Key | None = None
        self._bar = Frame(sheet.text, width=view.look.px(_BAR_WIDTH))
        for sequence, act in (
            ("<Up>", lambda: self._step(-1)),
            ("<Down>", lambda: self._step(1)),
            ("<Home>", lambda: self._to_end(0)),
            ("<End>", lambda: self._to_end(-1)),
            ("<Return>", self._open),
            ("<KP_Enter>", self._open),
            ("c", self._copy),
            ("C", self._copy),
            ("r", self._quote),
            ("R", self._quote),
        ):
            sheet.text.bind(sequence, _taking(act))
        sheet.text.bind("<FocusOut>", lambda _event: self.leave(), add="+")
        sheet.text.bind("<ButtonPress-1>", lambda _event: self.leave(), add="+")
        view.look.watch(self._bar, self._repaint)

    @property
    def current(self) -> Drawn | None:
        if self._key is None:
            return None
        return next((each for each in self._sheet.drawn if each.block.row.key == self._key), None)

    def choose(self, drawn: Drawn) -> bool:
        """It was clicked: the keys are about it, unless something is being written."""
        if not _is_message(drawn) or self._menu.is_writing:
            return False
        self._key = drawn.block.row.key
        self.refresh()
        return True

    def leave(self) -> None:
        """There is no current message any more."""
        self._key = None
        self.refresh()

    def refresh(self) -> None:
        """Mark the current message where it is now: the messages changed or moved."""
        drawn = self.current
        if drawn is None:
            if self._bar.winfo_manager():
                self._text.tag_remove(TAG, "1.0", "end")
                self._bar.place_forget()
            return
        start = f"{drawn.tag}.first + {drawn.lines_above} lines"
        self._text.tag_remove(TAG, "1.0", "end")
        self._text.tag_add(TAG, start, f"{drawn.tag}.last")
        top = self._text.dlineinfo(start)
        bottom = self._text.dlineinfo(f"{drawn.tag}.last - 1 indices")
        if top is None and bottom is None:
            self._bar.place_forget()
            return
        y = top[1] if top is not None else 0
        end = bottom[1] + bottom[3] if bottom is not None else self._text.winfo_height()
        self._bar.place(x=0, y=y, height=max(1, end - y))

    def _repaint(self) -> None:
        self._bar.configure(background=self._view.look.tokens.accent)

    def _messages(self) -> list[Drawn]:
        return [each for each in self._sheet.drawn if _is_message(each)]

    def _go_to(self, drawn: Drawn) -> bool:
        self._key = drawn.block.row.key
        self._view.bring_into_view(drawn)
        self.refresh()
        return True

    def _step(self, by: int) -> bool:
        messages = self._messages()
        keys = [each.block.row.key for each in messages]
        if not messages:
            return True
        if self._key in keys:
            at = max(0, min(len(keys) - 1, keys.index(self._key) + by))
            return self._go_to(messages[at])
        y = self._text.winfo_height()
        while y > 0:
            drawn = self._sheet.drawn_at(f"@0,{y}")
            if drawn is not None and _is_message(drawn):
                return self._go_to(drawn)
            y -= self._view.look.px(20)
        return self._go_to(messages[-1])

    def _to_end(self, place: int) -> bool:
        if place == -1:
            self._view.scroll_to_newest()
        messages = self._messages()
        return self._go_to(messages[place]) if messages else True

    def _open(self) -> bool:
        drawn = self.current
        if drawn is None:
            return False
        if self._sheet.is_folded(drawn):
            self._menu.turn_whole(drawn)
            self.refresh()
            return True
        link = next((tag for tag, target in drawn.links.items() if is_openable(target)), "")
        if link:
            self._menu.open_link(drawn, link)
        elif self._sheet.fold_words(drawn) and not self._sheet.is_covered(drawn):
            self._menu.turn_whole(drawn)
            if (folded := self.current) is not None:
                self._go_to(folded)
        else:
            self._sheet.turn(drawn)
            self.refresh()
        return True

    def _copy(self) -> bool:
        drawn = self.current
        row = drawn.block.row if drawn is not None else None
        if not isinstance(row, MessageRow):
            return False  # a letter like any other
        clipboard.copy(self._text, row.details.unfolded or row.text)
        return True

    def _quote(self) -> bool:
        drawn = self.current or self._menu.pointed_at()
        if drawn is None or not self._menu.can_quote(drawn):
            return drawn is not None
        self._menu.quote(drawn)
        return True


def _is_message(drawn: Drawn) -> bool:
    row = drawn.block.row
    if not isinstance(row, MessageRow):
        return False
    return row.kind is MessageKind.MESSAGE or row.is_mention or bool(row.details.unfolded)


def _taking(act: Callable[[], bool]) -> Callable[[tk.Event[tk.Misc]], str | None]:
    return lambda _event: "break" if act() else None
