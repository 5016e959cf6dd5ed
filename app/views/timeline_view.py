"""The messages of one room in one Text that never holds more than a few hundred of them.

Theory: the caller gives all rows it has; a window of them is in the widget. While the view is
at the end (`stick`) the window follows the newest 300. While the person is scrolled up the view
never moves by itself: what changes above is balanced by the pixel, what comes below is counted
on a pill. Near an edge the window moves by 50 rows, and the caller is asked for older ones only
when the rows given are used up.
"""

import tkinter as tk
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from app.markup import is_openable
from app.views import fonts, wording
from app.views.body_painter import TEXT_X, Drawn
from app.views.message_menu import MessageMenu
from app.views.reading_text import ReadingText
from app.views.rows import Key, MessageKind, MessageRow, TimelineRow, TimelineRows
from app.views.surface import PillButton, Surface
from app.views.theme import Look
from app.views.thin_scrollbar import ThinScrollbar
from app.views.timeline_cursor import TimelineCursor
from app.views.timeline_layout import (
    CHUNK_ROWS,
    WINDOW_ROWS_MAX,
    WINDOW_ROWS_SCROLLED_MAX,
    BeginningRow,
    Block,
    Edit,
    Window,
    blocks_of,
    edits_between,
    kept_window,
    newer_window,
    newest_window,
    older_window,
)
from app.views.timeline_light import TimelineLight
from app.views.timeline_painter import TimelinePainter
from app.views.timeline_pointer import TimelinePointer

_EDGE_LINES = 30  # nearer than this to an edge of the window, it moves
_NEW_COUNT_MAX = 999
_REDRAWN_AT_ONCE = 20


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
        today: Callable[[], date],
    ) -> None:
        super().__init__(master, look)
        self._on_need_older, self._on_seen = on_need_older, on_seen
        self._on_need_newer, self._on_newest = on_need_newer, on_newest
        self._today = today
        self._rows = TimelineRows("", "", ())
        self._window = Window(0, 0)
        self._drawn: list[Drawn] = []
        self._by_tag: dict[str, Drawn] = {}
        self._stick = True
        self._asked_at: Key | None = None
        self._asked_behind: Key | None = None
        self._seen_key: Key | None = None
        self._new_count = 0
        self._width = 0
        self._drawn_scale = look.text_scale
        self._is_edge_check_planned = False
        self._outdated: dict[str, Drawn] = {}
        self._redraw_timer: str | None = None
        self._build()
        self._light = TimelineLight(self.text)
        self._pointer = TimelinePointer(
            self,
            on_retry=on_retry,
            on_delete=on_delete,
            on_open_link=on_open_link,
            on_room_name=on_room_name,
        )
        self._cursor = TimelineCursor(self, on_open_link=on_open_link)
        self.menu = MessageMenu(
            self.text,
            on_copy=self._copy,
            on_mark_unread=on_mark_unread,
            on_retry=on_retry,
            on_delete=on_delete,
        )
        self.text.bind("<<ContextMenu>>", self._open_menu)
        look.watch(self.text, self._repaint)

    def _build(self) -> None:
        look = self.look
        self.text = ReadingText(self)
        self.text.configure(font=fonts.TALK, padx=0, pady=0, cursor="xterm", relief="flat")
        self.text.configure(highlightthickness=look.px(1), exportselection=True)
        self.text.configure(width=1, height=1, takefocus=True)
        self._painter = TimelinePainter(self.text, look)
        bar = ThinScrollbar(self, look, self._scrolled_by_bar)
        self.text.configure(yscrollcommand=bar.set)
        bar.pack(side="right", fill="y")
        self.text.pack(side="left", fill="both", expand=True)
        self.pill = PillButton(self, look, on_press=self.scroll_to_newest)
        self.text.bind("<Configure>", lambda event: self._resized(event.width), add="+")
        self.bind("<Destroy>", lambda _event: self._stop_redrawing(), add="+")
        self.text.bind("<Map>", lambda _event: self._after_change(), add="+")

    # what to show

    def show(self, rows: TimelineRows) -> None:
        """Show `rows`; only what differs from what is shown is drawn."""
        before = self._rows
        self._rows = rows
        if not before.rows:
            self._open()
            return
        if rows.jumps != before.jumps:
            self._open_elsewhere()
            return
        self._window = self._moved_window(before)
        self._render()
        if not self._stick:
            self._count_new()
        self._show_pill()
        self._after_change()

    def see_again(self) -> None:
        """The person comes back to this room: what is in view counts as seen once more."""
        self._seen_key = None

    @property
    def is_at_newest(self) -> bool:
        """Whether the view follows the end of the room."""
        return self._stick

    @property
    def shown_row_count(self) -> int:
        return self._window.row_count

    def scroll_to_newest(self) -> None:
        if self._rows.has_newer:
            self._on_newest()
            return
        self._stick = True
        self._new_count = 0
        count = len(self._rows.rows)
        if self._window.end != count or self._window.row_count > WINDOW_ROWS_MAX:
            self._window = newest_window(count)
            self._render()
        self.text.yview_moveto(1.0)
        self._show_pill()
        self._after_change()

    def scroll_pages(self, pages: int) -> None:
        self.text.yview_scroll(pages, "pages")
        self.scrolled()

    def _open(self) -> None:
        count = len(self._rows.rows)
        self._window = newest_window(count, CHUNK_ROWS)
        new_from = self._rows.new_from
        if new_from is not None:
            places = (at for at, row in enumerate(self._rows.rows) if row.key == new_from)
            place = next(places, count)
            start = max(0, min(self._window.start, place - 10))
            self._window = Window(start, min(count, start + 2 * CHUNK_ROWS))
        self._render()
        if self._window.end == count:
            self.text.yview_moveto(1.0)
        new = next((drawn for drawn in self._drawn if drawn.block.is_new_above), None)
        if new is not None:
            self.text.update_idletasks()
            if self.text.dlineinfo(f"{new.tag}.first") is None:
                self.text.yview(f"{new.tag}.first")
            self._stick = self._is_at_end()
        self._show_pill()
        self._after_change()

    def _open_elsewhere(self) -> None:
        """The rows are of another part of the room."""
        self._asked_at = self._asked_behind = None
        self._stick = False
        self._window = Window(0, 0)
        self._render()
        if self._rows.around is None:
            self.scroll_to_newest()
        else:
            self.go_to(self._rows.around)

    def _moved_window(self, before: TimelineRows) -> Window:
        """Where the window is in the rows given now."""
        rows, window = self._rows.rows, self._window
        count = len(rows)
        if self._stick or not window.row_count:
            added = max(0, count - len(before.rows))
            if added > CHUNK_ROWS:
                # Nobody has seen what came meanwhile: it is drawn when somebody scrolls there.
                return newest_window(count, CHUNK_ROWS)
            grown = window.row_count + added
            return newest_window(count, max(CHUNK_ROWS, min(WINDOW_ROWS_MAX, grown)))
        was_at_end = window.end == len(before.rows)
        first = before.rows[window.start].key
        last = before.rows[window.end - 1].key
        kept = kept_window(rows, first, last, hint=window.start + count - len(before.rows))
        if kept is None:
            # An end of the window vanished: an own message got its number, or was deleted.
            end = min(count, window.end if not was_at_end else count)
            kept = Window(min(window.start, end), end)
        if was_at_end:
            kept = Window(kept.start, min(count, kept.start + WINDOW_ROWS_SCROLLED_MAX))
        return kept

    # drawing

    def _blocks(self) -> list[Block]:
        rows, window = self._rows, self._window
        blocks = blocks_of(
            rows.rows[window.start : window.end], today=self._today(), new_from=rows.new_from
        )
        if window.start == 0 and not rows.has_older:
            beginning = BeginningRow(("beginning", rows.room_key), rows.room_name)
            blocks.insert(0, Block(beginning, starts_group=False))
        return blocks

    def _render(self) -> None:
        blocks = self._blocks()
        edits = edits_between([drawn.block for drawn in self._drawn], blocks)
        if edits:
            self._apply(edits, blocks)

    def _apply(self, edits: list[Edit], blocks: list[Block]) -> None:
        """Change the widget by `edits`, last first; the view keeps its place to the pixel."""
        with self._kept_place(edits):
            self._pointer.unhover()
            for edit in edits:
                gone = self._drawn[edit.old_start : edit.old_end]
                self._painter.remove(gone)
                for drawn in gone:
                    del self._by_tag[drawn.tag]
                after = self._drawn[edit.old_end : edit.old_end + 1]
                with self._painter.room_before(after[0].tag if after else ""):
                    added = blocks[edit.new_start : edit.new_end]
                    new = [self._painter.insert(block) for block in added]
                self._light.light(new)
                self._by_tag.update((drawn.tag, drawn) for drawn in new)
                self._drawn[edit.old_start : edit.old_end] = new

    @contextmanager
    def _kept_place(self, edits: list[Edit]) -> Iterator[None]:
        if self._stick:
            yield
            self.text.yview_moveto(1.0)
            return
        anchor = self._anchor(edits)
        info = self.text.dlineinfo(anchor)
        self.text.mark_set("chat_anchor", anchor)
        yield
        if info is None:
            return
        if self.text.dlineinfo("chat_anchor") is None:
            self.text.yview("chat_anchor")
        now = self.text.dlineinfo("chat_anchor")
        if now is not None and now[1] != info[1]:
            self.text.yview_scroll(now[1] - info[1], "pixels")

    def _anchor(self, edits: list[Edit]) -> str:
        """The index of a line in view that the edits leave alone."""
        gone = {drawn.tag for edit in edits for drawn in self._drawn[edit.old_start : edit.old_end]}
        top = self.drawn_at("@0,0")
        start = self._drawn.index(top) if top is not None else 0
        for drawn in self._drawn[start : start + 60]:
            if drawn.tag in gone:
                continue
            line = "@0,0" if drawn is top else f"{drawn.tag}.first"
            if self.text.dlineinfo(line) is None:
                break
            return self.text.index(line)
        return self.text.index("@0,0")

    def _repaint(self) -> None:
        tokens = self.look.tokens
        self.text.configure(
            background=tokens.bg,
            foreground=tokens.fg,
            selectbackground=tokens.selection,
            selectforeground=tokens.fg,
            inactiveselectbackground=tokens.selection,
            highlightbackground=tokens.bg,
            highlightcolor=tokens.accent,
        )
        self._painter.configure_tags()
        if self._drawn_scale != self.look.text_scale:
            # Pictures between letters have the size they had when they were drawn.
            self._drawn_scale = self.look.text_scale
            self._outdated = {each.tag: each for each in self._drawn if _may_have_pictures(each)}
            in_view = self._in_view()
            self._redraw([at for at in in_view if self._drawn[at].tag in self._outdated])
            self._redraw_outdated()

    def _resized(self, width: int) -> None:
        if width != self._width:
            self._width = width
            self._painter.set_text_width(width)
            # Lines of dividers have the width of the widget: draw these blocks again.
            wide = [at for at, drawn in enumerate(self._drawn) if drawn.lines_above]
            self._redraw(wide)
        if self._stick:
            self.text.yview_moveto(1.0)
        self._after_change()

    def _redraw(self, places: Sequence[int]) -> None:
        """Draw the blocks at these places again, as they are."""
        edits = [Edit(at, at + 1, at, at + 1) for at in reversed(places)]
        if edits:
            self._apply(edits, [drawn.block for drawn in self._drawn])

    def _in_view(self) -> range:
        """The places of the blocks in view."""
        top, bottom = (self.drawn_at(f"@0,{y}") for y in (0, self.text.winfo_height()))
        tags = [each.tag for each in self._drawn]
        start = tags.index(top.tag) if top is not None else 0
        return range(start, tags.index(bottom.tag) + 1 if bottom is not None else len(tags))

    def _redraw_outdated(self) -> None:
        """Draw again what is out of view, in slices that hold nobody up."""
        self._outdated = {tag: each for tag, each in self._outdated.items() if tag in self._by_tag}
        places = [at for at, each in enumerate(self._drawn) if each.tag in self._outdated]
        slice_now = places[-_REDRAWN_AT_ONCE:]
        for at in slice_now:
            del self._outdated[self._drawn[at].tag]
        if self._outdated and self._redraw_timer is None:
            self._redraw_timer = self.after(1, self._next_redraw)
        self._redraw(slice_now)

    def _next_redraw(self) -> None:
        self._redraw_timer = None
        self._redraw_outdated()

    def _stop_redrawing(self) -> None:
        if self._redraw_timer is not None:
            self.after_cancel(self._redraw_timer)
            self._redraw_timer = None

    # scrolling

    def _is_at_end(self) -> bool:
        if self._window.end != len(self._rows.rows) or self._rows.has_newer:
            return False
        # Not the fraction of yview: it is an estimate until Tk has measured every line.
        last = self.text.dlineinfo("end - 1 indices")
        return last is not None and last[1] + last[3] <= self.text.winfo_height()

    def scrolled(self) -> None:
        """The person moved the view."""
        self._stick = self._is_at_end()
        if self._stick:
            self._new_count = 0
            if self._window.row_count > WINDOW_ROWS_MAX:
                self._window = newest_window(len(self._rows.rows))
                self._render()
        self._pointer.unhover()
        self._show_pill()
        self._after_change()

    def _scrolled_by_bar(self, *what: str | float) -> None:
        self.text.yview(*what)
        self.scrolled()

    def _after_change(self) -> None:
        self._cursor.refresh()
        self._tell_seen()
        if not self._is_edge_check_planned:
            self._is_edge_check_planned = True
            self.after_idle(self._check_edges)

    def _check_edges(self) -> None:
        self._is_edge_check_planned = False
        if not self.winfo_exists() or not self.text.winfo_viewable() or not self._drawn:
            return
        top_line = int(self.text.index("@0,0").split(".")[0])
        if top_line <= _EDGE_LINES:
            self._extend_up()
        bottom = int(self.text.index(f"@0,{self.text.winfo_height()}").split(".")[0])
        if int(self.text.index("end-1c").split(".")[0]) - bottom <= _EDGE_LINES:
            self._extend_down()

    def _extend_down(self) -> None:
        rows = self._rows.rows
        if self._stick:
            return
        if self._window.end < len(rows):
            self._window = newer_window(self._window, len(rows))
            self._render()
            self._show_pill()
        elif self._rows.has_newer and self._asked_behind != rows[-1].key:
            self._asked_behind = rows[-1].key
            self._on_need_newer()

    def _extend_up(self) -> None:
        rows = self._rows
        if self._window.start > 0:
            if self._stick and self._window.row_count >= WINDOW_ROWS_MAX:
                return
            self._window = older_window(self._window)
            self._render()
            self._after_change()
        elif rows.has_older and rows.rows and self._asked_at != rows.rows[0].key:
            self._asked_at = rows.rows[0].key
            self._on_need_older()

    def _tell_seen(self) -> None:
        rows = self._rows.rows
        if self._stick and rows and rows[-1].key != self._seen_key:
            self._seen_key = rows[-1].key
            self._on_seen(self._seen_key)

    def _count_new(self) -> None:
        count = 0
        if self._rows.has_newer:
            return
        for row in reversed(self._rows.rows):
            if row.key == self._seen_key or count >= _NEW_COUNT_MAX:
                break
            is_message = isinstance(row, MessageRow) and row.kind is MessageKind.MESSAGE
            count += is_message and not row.is_own if isinstance(row, MessageRow) else 0
        self._new_count = count

    def _show_pill(self) -> None:
        if self._stick:
            self.pill.place_forget()
            return
        self.pill.show(wording.jump_text(self._new_count))
        self.pill.place(relx=0.5, rely=1.0, y=-self.look.px(10), anchor="s")

    # copying and the menu

    def _copy(self, text: str) -> None:
        self.text.clipboard_clear()
        self.text.clipboard_append(text)

    def _open_menu(self, event: "tk.Event[tk.Misc]") -> str:
        """At the pointer, or of the current message when the keyboard asks."""
        current = self._cursor.current
        at, x, y = f"@{event.x},{event.y}", event.x_root, event.y_root
        drawn = current or self.drawn_at(at)
        row = drawn.block.row if drawn is not None else None
        if drawn is None or not isinstance(row, MessageRow):
            return "break"
        links = drawn.links if current is None else dict.fromkeys(drawn.links.values())
        tags = self.text.tag_names(at) if current is None else tuple(links)
        link = next((drawn.links.get(tag, tag) for tag in tags if tag in links), "")
        if current is not None and (line := self.text.dlineinfo(f"{drawn.tag}.first")) is not None:
            x = self.text.winfo_rootx() + self.look.px(TEXT_X)
            y = self.text.winfo_rooty() + line[1] + line[3]
        selected = self._pointer.selected_text() if current is None else ""
        self.menu.open(row, selected=selected, link=link if is_openable(link) else "", x=x, y=y)
        return "break"

    # for the pointer and the keys

    @property
    def drawn(self) -> Sequence[Drawn]:
        """The blocks in the widget, oldest first."""
        return self._drawn

    def bring_into_view(self, drawn: Drawn) -> None:
        """Scroll as little as needed."""
        start = f"{drawn.tag}.first + {drawn.lines_above} lines"
        self.text.see(f"{drawn.tag}.last - 1 indices")
        self.text.see(start)
        self.scrolled()

    @property
    def room_key(self) -> Key:
        return self._rows.room_key

    def drawn_at(self, index: str) -> Drawn | None:
        """The block at an index of the Text."""
        for tag in self.text.tag_names(index):
            if tag in self._by_tag:
                return self._by_tag[tag]
        return None

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
            self._stick = False
            start = max(0, place - CHUNK_ROWS // 2)
            self._window = Window(start, min(len(rows), start + CHUNK_ROWS))
            self._render()
        drawn = next(each for each in self._drawn if each.block.row.key == key)
        if self.text.bbox(f"{drawn.tag}.first + {drawn.lines_above} lines") is None:
            self.text.yview(f"{drawn.tag}.first - 5 lines")
        self.scrolled()

    def go_to_new(self) -> None:
        """To the New line; without one, nothing moves."""
        if self._rows.new_from is not None:
            self.go_to(self._rows.new_from)

    def light(self, words: str, current: Key | None) -> None:
        """Mark `words` wherever they are drawn, and stronger in the row `current`."""
        self._light.seek(words, current, self._drawn)

    def reveal(self, drawn: Drawn) -> None:
        """Show what a message hides as a spoiler."""
        self._painter.bodies.reveal(drawn.block.row.key)
        self._redraw([self._drawn.index(drawn)])

    def scroll_pixels(self, pixels: int) -> None:
        self.text.yview_scroll(pixels, "pixels")
        self.scrolled()

    def scroll_to_oldest(self) -> None:
        """To the oldest message in the window, which brings older ones."""
        self.text.yview_moveto(0.0)
        self.scrolled()


def _may_have_pictures(drawn: Drawn) -> bool:
    row = drawn.block.row
    return drawn.block.starts_group or (
        isinstance(row, MessageRow) and (":" in row.text or not row.text.isascii())
    )
