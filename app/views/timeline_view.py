"""The messages of one room, of which never more than a few hundred are drawn.

Theory: the caller gives all rows it has; a window of them is on the sheet. While the view is at
the end the window follows the newest 300. While the person is scrolled up the view never moves by
itself, and what comes below is counted on a pill. Near an edge the window moves by 50 rows, and
the caller is asked for older ones only when the rows given are used up.
"""

import tkinter as tk
from collections.abc import Callable, Sequence
from datetime import date

from app.views import wording
from app.views.drawn_block import Drawn
from app.views.message_menu import MessageMenu
from app.views.more_rows import MoreRows
from app.views.pane_ring import PaneRing
from app.views.person_cards import Spot
from app.views.quote_bars import QuoteBars
from app.views.quoting import Quoting
from app.views.rows import Key, MessageRow, TimelineRow, TimelineRows
from app.views.surface import PillButton, Surface
from app.views.theme import Look
from app.views.thin_scrollbar import ThinScrollbar
from app.views.timeline_cursor import TimelineCursor
from app.views.timeline_layout import BeginningRow, Block, blocks_of
from app.views.timeline_menu import TimelineMenu
from app.views.timeline_news import TimelineNews
from app.views.timeline_pointer import TimelinePointer
from app.views.timeline_sheet import TimelineSheet
from app.views.timeline_window import (
    CHUNK_ROWS,
    WINDOW_ROWS_MAX,
    Window,
    followed_window,
    is_little,
    moved_window,
    newer_window,
    newest_window,
    older_window,
    window_around,
)


class TimelineView(Surface):
    """One room's messages; `show` is the whole input, the callbacks take keys of rows."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_need_older: Callable[[], None],
        on_need_newer: Callable[[], None],
        on_newest: Callable[[], None],
        on_seen: Callable[[Key], None],
        on_retry: Callable[[Key], None],
        on_delete: Callable[[Key], None],
        on_open_link: Callable[[str], None],
        on_room_name: Callable[[str], None],
        on_mark_unread: Callable[[Key], None],
        on_show_earlier: Callable[[], None],
        on_author: Callable[[MessageRow, Spot], None],
        on_person_name: Callable[[str, Spot], None],
        on_done: Callable[[], None],
        quoting: Quoting,
        is_looked_at: Callable[[], bool],
        today: Callable[[], date],
    ) -> None:
        super().__init__(master, look)
        self._older, self._newer = MoreRows(on_need_older), MoreRows(on_need_newer)
        self._on_newest, self._on_show_earlier = on_newest, on_show_earlier
        self._is_looked_at, self._today = is_looked_at, today
        self._rows, self._window = TimelineRows("", "", ()), Window(0, 0)
        self._news = TimelineNews(on_seen)
        #: The room was opened, and where what is new begins is not in view yet.
        self._seeks_new = False
        #: The person wants the oldest message, and older ones may come.
        self._seeks_oldest = False
        self._is_edge_check_planned = False
        self.sheet = TimelineSheet(self, look, on_edit=lambda: self._pointer.unhover())
        self.text = self.sheet.text
        self._menu = TimelineMenu(
            self.sheet,
            look,
            current=lambda: self._cursor.current,
            selected_text=lambda: self._pointer.selected_text(),
            quoting=quoting,
            on_mark_unread=on_mark_unread,
            on_retry=on_retry,
            on_delete=on_delete,
            on_author=on_author,
            on_open_link=on_open_link,
            on_folded=self.scrolled,
        )
        self._cursor = TimelineCursor(self, self.sheet, self._menu)
        self._pointer = TimelinePointer(
            self,
            self.sheet,
            self._menu,
            choose=self._cursor.choose,
            on_retry=on_retry,
            on_delete=on_delete,
            on_room_name=on_room_name,
            on_author=on_author,
            on_person_name=on_person_name,
            on_done=on_done,
        )
        self._build()

    def _build(self) -> None:
        bar = ThinScrollbar(self, self.look, self._scroll)
        bars = QuoteBars(self.text, self.look)
        self.text.configure(yscrollcommand=bars.following(bar.set))
        bar.pack(side="right", fill="y")
        self.text.pack(side="left", fill="both", expand=True)
        PaneRing(self, self.text)
        self.pill = PillButton(self, self.look, on_press=self.scroll_to_newest)
        self.text.bind("<Configure>", lambda event: self._resized(event.width), add="+")
        self.text.bind("<Map>", lambda _event: self._came_into_view(), add="+")

    # what to show

    def show(self, rows: TimelineRows) -> None:
        """Show `rows`; only what differs from what is shown is drawn."""
        before = self._rows
        self._rows = rows
        if rows.visit != before.visit or not before.rows:
            self._seeks_new = rows.new_from is not None or rows.seeks_new
        opens = self._seeks_new or not before.rows
        if rows.jumps != before.jumps and (rows.around is not None or not opens):
            self._open_elsewhere()
            return
        if opens:
            self._open()
            return
        # Planned before Tk plans to paint: what comes at an edge is painted with this.
        self._plan_edge_check()
        follows = self.sheet.follows_end or not self._window.row_count
        move = followed_window if follows else moved_window
        self._window = move(before.rows, self._window, rows.rows)
        self._render()
        if not self.sheet.follows_end:
            self._news.count_below(rows, before.rows)
        if self._seeks_oldest:
            self.seek_oldest()
            return
        self._show_pill()
        self._after_change()

    def see_again(self) -> None:
        """The person comes back to this room: what is in view counts as seen once more."""
        self._news.see_again()

    def look_again(self) -> None:
        """Somebody looks at the window again: what came meanwhile and is in view is seen."""
        self._after_change()

    @property
    def is_at_newest(self) -> bool:
        """Whether the view follows the end of the room."""
        return self.sheet.follows_end

    @property
    def shown_row_count(self) -> int:
        return self._window.row_count

    def scroll_to_newest(self) -> None:
        if self._rows.has_newer:
            self._on_newest()
            return
        self.sheet.follows_end, self._seeks_new, self._seeks_oldest = True, False, False
        if self._window.end != len(self._rows.rows):
            self._window = newest_window(self._rows.rows)
            self._render()
        self._trim()
        self.sheet.to_end()
        self._show_pill()
        self._after_change()

    def show_earlier(self) -> None:
        """Bring back what was cleared from the view."""
        if self._rows.is_cleared:
            self._on_show_earlier()

    def scroll_pages(self, pages: int) -> None:
        if pages < 0 and self.text.yview()[0] <= 0:
            self.show_earlier()
        self._scroll("scroll", pages, "pages")

    def _open(self) -> None:
        rows, place = self._rows.rows, self._place_of_new()
        self._window = newest_window(rows)
        if place is not None and rows:
            above = max(10, place - self._window.start)
            self._window = window_around(rows, place, above=above, below=2 * CHUNK_ROWS)
        self._render()
        if self._window.end == len(rows):
            self.sheet.to_end()
        if self._seeks_new:
            self._go_to_what_is_new()
        self._show_pill()
        self._after_change()

    def _place_of_new(self) -> int | None:
        new_from = self._rows.new_from if self._seeks_new else None
        if new_from is None:
            # All that is here may be one's own, or hidden: what is new stands further up.
            return 0 if self._rows.seeks_new and self._seeks_new else None
        return next((at for at, row in enumerate(self._rows.rows) if row.key == new_from), None)

    def _go_to_what_is_new(self) -> None:
        """The New line is the first that is seen, where what follows fills the pane."""
        new = next((drawn for drawn in self.sheet.drawn if drawn.block.is_new_above), None)
        if new is None and self._rows.seeks_new:
            self.text.yview_moveto(0)
        elif new is not None:
            self.text.update_idletasks()
            if self.text.dlineinfo(f"{new.tag}.first") is None:
                self.text.yview(f"{new.tag}.first")
        self._seeks_new = self._rows.seeks_new or not self.text.winfo_viewable()
        # What is further up was not seen, however much of the pane is empty.
        self.sheet.follows_end = not self._rows.seeks_new and self._is_at_end()
        if not self.sheet.follows_end:
            self._news.count_below(self._rows, self._rows.rows)

    def _open_elsewhere(self) -> None:
        """The rows are of another part of the room."""
        self._older.begin_anew()
        self._newer.begin_anew()
        self.sheet.follows_end = self._seeks_new = False
        self._window = Window(0, 0)
        self._render()
        around, rows = self._rows.around, self._rows.rows
        if around is None or not rows:
            self.scroll_to_newest()
        elif self.has_row(around):
            self.go_to(around)
        else:  # of somebody who is hidden; it would have stood amid these
            self.go_to(rows[len(rows) // 2].key)

    # drawing

    def _blocks(self) -> list[Block]:
        rows, window = self._rows, self._window
        blocks = blocks_of(
            rows.rows[window.start : window.end], today=self._today(), new_from=rows.new_from
        )
        if window.start == 0 and not rows.has_older:
            key = ("beginning", rows.room_key)
            beginning = BeginningRow(key, rows.room_name, rows.is_cleared)
            blocks.insert(0, Block(beginning, starts_group=False))
        return blocks

    def _render(self) -> None:
        self.sheet.show(self._blocks())

    def _resized(self, width: int) -> None:
        self.sheet.fit(width)
        self._came_into_view()

    def _came_into_view(self) -> None:
        if self._seeks_new and self._rows.rows:
            self._open()
        else:
            self._after_change()

    # scrolling

    def _is_at_end(self) -> bool:
        if self._window.end != len(self._rows.rows) or self._rows.has_newer:
            return False
        return self.sheet.is_end_in_view

    def scrolled(self) -> None:
        """The person moved the view."""
        self._seeks_new = self._seeks_oldest = False
        self.sheet.follows_end = self._is_at_end()
        self._older.insist()
        self._newer.insist()
        if self.sheet.follows_end:
            self._trim()
        self._pointer.unhover()
        self._show_pill()
        self._after_change()

    def _trim(self) -> None:
        """At the end there are no more above than are of use."""
        if self._window.row_count > WINDOW_ROWS_MAX:
            self._window = Window(self._window.end - WINDOW_ROWS_MAX, self._window.end)
            self._render()

    def _scroll(self, *how: str | float) -> None:
        # Planned before Tk plans to paint: what comes at an edge is painted with what is scrolled.
        self._plan_edge_check()
        self.text.yview(*how)
        self.scrolled()

    def _after_change(self) -> None:
        self._cursor.refresh()
        if self.sheet.follows_end and not self._seeks_new and self._is_looked_at():
            self._news.see(self._rows)
        self._plan_edge_check()

    def _plan_edge_check(self) -> None:
        if not self._is_edge_check_planned:
            self._is_edge_check_planned = True
            self.after_idle(self._check_edges)

    def _check_edges(self) -> None:
        self._is_edge_check_planned = False
        if not self.winfo_exists() or not self.text.winfo_viewable():
            return
        in_view, rows = self.sheet.in_view, [each.block.row for each in self.sheet.drawn]
        bottom = int(self.text.index(f"@0,{self.text.winfo_height()}").split(".")[0])
        lines_below = int(self.text.index("end-1c").split(".")[0]) - bottom
        if is_little(lines_below, rows[in_view.stop :]) and self._extend_down():
            return  # further up when this is painted
        lines_above = int(self.text.index("@0,0").split(".")[0]) - 1
        if is_little(lines_above, rows[: in_view.start]):
            self._extend_up()

    def _extend_down(self) -> bool:
        """Draw a slice more at the bottom, and look again then; False if there is none."""
        rows = self._rows.rows
        if self.sheet.follows_end:
            return False
        if self._window.end < len(rows):
            self._window = newer_window(rows, self._window)
            self._render()
            self._show_pill()
            self._plan_edge_check()
            return True
        if self._rows.has_newer:
            self._newer.want(rows[-1].key if rows else None, self._rows.newest)
        return False

    def _extend_up(self) -> None:
        rows = self._rows
        if self._window.start > 0:
            if self.sheet.follows_end and self._window.row_count >= WINDOW_ROWS_MAX:
                return
            self._window = older_window(rows.rows, self._window)
            self._render()
            self._after_change()
        elif rows.has_older:
            self._older.want(rows.rows[0].key if rows.rows else None, rows.oldest)

    def _show_pill(self) -> None:
        if self.sheet.follows_end:
            self.pill.place_forget()
            return
        self.pill.show(wording.jump_text(self._news.count))
        self.pill.place(relx=0.5, rely=1.0, y=-self.look.px(10), anchor="s")

    # for the pointer and the keys

    @property
    def menu(self) -> MessageMenu:
        """The menu of a message."""
        return self._menu.menu()

    def bring_into_view(self, drawn: Drawn) -> None:
        """Scroll as little as needed."""
        start = f"{drawn.tag}.first + {drawn.lines_above} lines"
        self.text.see(f"{drawn.tag}.last - 1 indices")
        self.text.see(start)
        self.scrolled()

    @property
    def room_key(self) -> Key:
        return self._rows.room_key

    @property
    def rows(self) -> Sequence[TimelineRow]:
        """All rows given, also those that are not in the widget."""
        return self._rows.rows

    @property
    def has_newer(self) -> bool:
        return self._rows.has_newer

    def has_row(self, key: Key) -> bool:
        """Whether it is among the rows given."""
        return any(row.key == key for row in self._rows.rows)

    def go_to(self, key: Key) -> None:
        """Bring a row into view, far away or near."""
        rows = self._rows.rows
        place = next((at for at, row in enumerate(rows) if row.key == key), None)
        if place is None:
            return
        if not self._window.start <= place < self._window.end:
            self.sheet.follows_end = False
            half = CHUNK_ROWS // 2
            self._window = window_around(rows, place, above=half, below=half)
            self._render()
        drawn = next(each for each in self.sheet.drawn if each.block.row.key == key)
        if self.text.bbox(f"{drawn.tag}.first + {drawn.lines_above} lines") is None:
            self.text.yview(f"{drawn.tag}.first - 5 lines")
        self.scrolled()

    def go_to_new(self) -> None:
        """To the New line; without one, nothing moves."""
        if self._rows.new_from is not None:
            self.go_to(self._rows.new_from)

    def scroll_pixels(self, pixels: int) -> None:
        self._scroll("scroll", pixels, "pixels")

    def scroll_to_oldest(self) -> None:
        """To the oldest message in the window, which brings older ones."""
        self._scroll("moveto", 0.0)

    def seek_oldest(self) -> None:
        """To the oldest message there is, however far back; what comes meanwhile is passed."""
        if self._window.start > 0:
            self.sheet.follows_end = False
            self._window = window_around(self._rows.rows, 0, below=CHUNK_ROWS - 1)
            self._render()
        self.scroll_to_oldest()
        self._seeks_oldest = self._rows.has_older
