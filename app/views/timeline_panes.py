"""Keeps the panes of the rooms seen last alive, so that going back to one is instant."""

import tkinter as tk
from collections import OrderedDict
from collections.abc import Callable
from datetime import date

from app.views.callbacks import MainWindowCallbacks
from app.views.person_cards import Spot
from app.views.quoting import Quoting, newest_of_others
from app.views.rows import Key, MessageRow, TimelineRows
from app.views.surface import Surface
from app.views.theme import Look
from app.views.timeline_view import TimelineView

PANES_MAX = 5


class TimelinePanes(Surface):
    """One `TimelineView` for each of the last rooms; only the one that is shown is mapped, so that
    the others cost nothing when the window or its look changes."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        callbacks: MainWindowCallbacks,
        today: Callable[[], date],
        *,
        quoting: Quoting,
        is_looked_at: Callable[[], bool],
        on_author: Callable[[MessageRow, Spot], None],
        on_person_name: Callable[[str, Spot], None],
        on_done: Callable[[], None],
    ) -> None:
        """`on_done`: what was clicked needs no keys."""
        super().__init__(master, look)
        self._callbacks, self._today = callbacks, today
        self._quoting, self._is_looked_at = quoting, is_looked_at
        self._on_author, self._on_person_name = on_author, on_person_name
        self._on_done = on_done
        self._panes: OrderedDict[Key, TimelineView] = OrderedDict()
        self._shown: TimelineView | None = None

    def show(self, rows: TimelineRows) -> None:
        """Show `rows` in the pane of their room, and that pane."""
        key = rows.room_key
        pane = self._panes.get(key)
        if pane is None:
            pane = self._panes[key] = self._new_pane(key)
            self._forget_oldest()
        self._panes.move_to_end(key)
        if pane is not self._shown:
            pane.place(x=0, y=0, relwidth=1.0, relheight=1.0)
            pane.lift()
            # A pane learns its size before it is filled, else dividers are drawn twice.
            self.update_idletasks()
            if self._shown is not None:
                self._shown.place_forget()
            self._shown = pane
            # Not before: what it shows until now is no news.
            pane.see_again()
        pane.show(rows)

    @property
    def current(self) -> TimelineView | None:
        return next(reversed(self._panes.values())) if self._panes else None

    @property
    def current_text(self) -> tk.Misc | None:
        return self.current.text if self.current is not None else None

    def go_to(self, key: Key) -> None:
        """To a message of the room that is shown, which may have to be brought first."""
        pane = self.current
        if pane is not None and pane.has_row(key):
            pane.go_to(key)
        elif pane is not None:
            self._callbacks.on_go_to(pane.room_key, key)

    def look_again(self) -> None:
        """Somebody looks at the window again."""
        if self.current is not None:
            self.current.look_again()

    def current_scroll_to_newest(self) -> None:
        if self.current is not None:
            self.current.scroll_to_newest()

    def current_seek_oldest(self) -> None:
        if self.current is not None:
            self.current.seek_oldest()

    def current_go_to_new(self) -> None:
        """To the New line, above the oldest message that was not read."""
        if self.current is not None:
            self.current.go_to_new()

    def answer_newest(self) -> bool:
        """Quote the newest message of somebody else into an empty field; False if something is in
        it."""
        if self._quoting.is_writing:
            return False
        pane = self.current
        row = newest_of_others(pane.rows) if pane is not None and not pane.has_newer else None
        if row is None:
            self.bell()
        else:
            self._quoting.begin(row)
        return True

    def current_scroll_pages(self, pages: int) -> None:
        if self.current is not None:
            self.current.scroll_pages(pages)

    def _new_pane(self, key: Key) -> TimelineView:
        calls = self._callbacks
        return TimelineView(
            self,
            self.look,
            on_need_older=lambda: calls.on_need_older(key),
            on_need_newer=lambda: calls.on_need_newer(key),
            on_newest=lambda: calls.on_newest(key),
            on_seen=lambda row_key: calls.on_seen(key, row_key),
            on_retry=lambda row_key: calls.on_retry(key, row_key),
            on_delete=lambda row_key: calls.on_delete_failed(key, row_key),
            on_open_link=calls.on_open_link,
            on_room_name=calls.on_room_name,
            on_mark_unread=lambda row_key: calls.on_mark_unread(key, row_key),
            on_show_earlier=lambda: calls.on_show_earlier(key),
            on_author=self._on_author,
            on_person_name=self._on_person_name,
            on_done=self._on_done,
            quoting=self._quoting,
            is_looked_at=self._is_looked_at,
            today=self._today,
        )

    def _forget_oldest(self) -> None:
        while len(self._panes) > PANES_MAX:
            _key, pane = self._panes.popitem(last=False)
            # It takes some milliseconds: what was asked for is drawn first.
            self.after(1, pane.destroy)
