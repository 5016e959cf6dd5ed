"""Blocks drawn one below the other in a Text, which keeps its place while they change.

Theory: at the end (`follows_end`) the newest line stays in view. Elsewhere what is read stays where
it is: a line in view that the change leaves alone is found before and put back after, to the pixel.
Only what differs is drawn; what a change of sizes outdates is drawn where it is seen first.
"""

import tkinter as tk
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from app.views import fonts
from app.views.drawn_block import Drawn
from app.views.reading_text import ReadingText
from app.views.rows import Key, MessageKind, MessageRow
from app.views.theme import Look
from app.views.timeline_layout import Block, Edit, edits_between
from app.views.timeline_light import TimelineLight
from app.views.timeline_painter import TimelinePainter
from app.views.timeline_window import window_around

_REDRAWN_AT_ONCE = 20


class TimelineSheet:
    """The Text of one pane, and what is drawn in it."""

    def __init__(self, master: tk.Misc, look: Look, *, on_edit: Callable[[], None]) -> None:
        """`on_edit` is called before what is drawn changes."""
        self._look, self._on_edit = look, on_edit
        self.text = text = ReadingText(master)
        text.configure(font=fonts.TALK, padx=0, pady=0, cursor="", relief="flat")
        text.configure(exportselection=True)
        text.configure(width=1, height=1, takefocus=True)
        self.follows_end = True
        #: The blocks in the widget, oldest first.
        self.drawn: list[Drawn] = []
        self._by_tag: dict[str, Drawn] = {}
        self._width = 0
        self._scale = look.text_scale
        self._outdated: set[str] = set()
        #: Its spoilers are shown for what was found in them, until another place is current.
        self._uncovered: Key | None = None
        self._redraw_timer: str | None = None
        self._painter = TimelinePainter(text, look)
        self._light = TimelineLight(text)
        text.bind("<Destroy>", lambda _event: self._stop_redrawing(), add="+")
        self.show_hand(False)
        text.bind("<Map>", lambda _event: self._redraw_outdated(), add="+")
        look.watch(text, self._repaint, has_messages=True)

    def show(self, blocks: Sequence[Block]) -> None:
        """Draw `blocks` in place of what is drawn."""
        edits = edits_between([drawn.block for drawn in self.drawn], blocks)
        if edits:
            if not self.follows_end:
                self.text.mark_set("chat_anchor", self._anchor(edits))
            self._apply(edits, blocks, lambda: "chat_anchor")

    def drawn_at(self, index: str) -> Drawn | None:
        """The block at an index of the Text."""
        return self.drawn_of(self.text.tag_names(index))

    def drawn_of(self, tags: Iterable[str]) -> Drawn | None:
        """The block whose tag is among these, which all are at one index."""
        return next((self._by_tag[tag] for tag in tags if tag in self._by_tag), None)

    def show_hand(self, is_hand: bool) -> None:
        """Whether the pointer is a hand: a click does something there."""
        # Whatever is configured, a Text lays all its lines out again; its frame does not.
        frame = self.text.master
        assert isinstance(frame, tk.Frame)
        frame.configure(cursor="hand2" if is_hand else "xterm")

    @property
    def is_end_in_view(self) -> bool:
        """Whether the last line is wholly in view."""
        # Not the fraction of yview: it is an estimate until Tk has measured every line.
        last = self.text.dlineinfo("end - 1 indices")
        return last is not None and last[1] + last[3] <= self.text.winfo_height()

    def to_end(self) -> None:
        """Bring the last line into view."""
        self.text.yview_moveto(1.0)

    def fit(self, width: int) -> None:
        """The Text is so wide now."""
        if width != self._width:
            self._width = width
            painter, before = self._painter, self._painter.bodies.code.room
            painter.set_text_width(width)
            outdated = (painter.is_laid_out_anew(drawn, before) for drawn in self.drawn)
            self._redraw([at for at, is_so in enumerate(outdated) if is_so])
        if self.follows_end:
            self.to_end()

    def light(self, words: str, current: Key | None) -> None:
        """Mark `words` wherever they are drawn, and stronger in the row `current`; what was
        uncovered for other words, or another row, is covered again."""
        self._cover_again()
        self._light.seek(words, current, self.drawn)

    def uncover_current(self, key: Key) -> None:
        """Open a message whose found words are in what is not shown of it alone: in what was left
        out of a long one, or in spoilers."""
        drawn = next((each for each in self.drawn if each.block.row.key == key), None)
        if drawn is not None and self.is_folded(drawn) and not self._lit_in(drawn):
            self.turn_whole(drawn)
            drawn = next(each for each in self.drawn if each.block.row.key == key)
        if drawn is None:
            return
        if self.is_covered(drawn) and not self._lit_in(drawn):
            self.turn(drawn)
            self._uncovered = key
        lit = self.text.tag_nextrange("lit_current", "1.0")
        if lit:
            self.text.see(lit[0])

    def _cover_again(self) -> None:
        key, self._uncovered = self._uncovered, None
        if key is not None and key in self._painter.bodies.revealed:
            self._painter.bodies.revealed.turn(key)
            self._redraw([at for at, each in enumerate(self.drawn) if each.block.row.key == key])

    def _lit_in(self, drawn: Drawn) -> bool:
        ends = f"{drawn.tag}.first", f"{drawn.tag}.last"
        return bool(self.text.tag_nextrange("lit_current", *ends))

    def is_folded(self, drawn: Drawn) -> bool:
        """Whether only the beginning of a long message is shown."""
        row = drawn.block.row
        return isinstance(row, MessageRow) and self._painter.bodies.is_folded(row)

    def is_covered(self, drawn: Drawn) -> bool:
        """Whether some of its words are a spoiler that is not shown."""
        ends = f"{drawn.tag}.first", f"{drawn.tag}.last"
        return bool(self.text.tag_nextrange("spoiler", *ends))

    def fold_words(self, drawn: Drawn) -> str:
        """Words for showing all of a long message, or its beginning alone; "" of others."""
        row = drawn.block.row
        if not isinstance(row, MessageRow) or row.kind is not MessageKind.MESSAGE:
            return ""
        return self._painter.fold_words(row)

    def turn_whole(self, drawn: Drawn) -> None:
        """Show a long message to its end, from where one has read, or its beginning alone."""
        self.follows_end = False
        self._painter.bodies.whole.turn(drawn.block.row.key)
        self._redraw([self.drawn.index(drawn)])

    def turn(self, drawn: Drawn) -> None:
        """Show what a message hides as a spoiler, or whom a notice only counts; that again hides
        it as before."""
        if isinstance(drawn.block.row, MessageRow):
            if drawn.block.row.key == self._uncovered:
                self._uncovered = None  # from now on it is as its reader wants it
            self._painter.turn(drawn.block.row)
            self._redraw([self.drawn.index(drawn)])

    def folded_words(self, drawn: Drawn) -> str:
        """What a notice only counts and does not show now."""
        row = drawn.block.row
        if not isinstance(row, MessageRow) or row.key in self._painter.notices.unfolded:
            return ""
        return row.details.unfolded

    # changes

    def _apply(self, edits: list[Edit], blocks: Sequence[Block], anchor: Callable[[], str]) -> None:
        """Change the widget by `edits`, last first; the line `anchor` keeps its place, to the
        pixel."""
        with self._kept_place(anchor):
            self._on_edit()
            for edit in edits:
                # In front of what goes: so the line that keeps its place is not touched.
                place = self.drawn[edit.old_start : edit.old_start + 1]
                with self._painter.room_before(place[0].tag if place else ""):
                    added = blocks[edit.new_start : edit.new_end]
                    new = [self._painter.insert(block) for block in added]
                gone = self.drawn[edit.old_start : edit.old_end]
                self._painter.remove(gone)
                for drawn in gone:
                    del self._by_tag[drawn.tag]
                self._light.light(new)
                self._by_tag.update((drawn.tag, drawn) for drawn in new)
                self.drawn[edit.old_start : edit.old_end] = new

    @contextmanager
    def _kept_place(self, anchor: Callable[[], str]) -> Iterator[None]:
        if self.follows_end:
            yield
            self.to_end()
            return
        before = self.text.dlineinfo(anchor())
        if before is None:
            yield
            return
        # At the top meanwhile: else what comes in front of it would be laid out, and for nothing.
        self.text.yview(anchor())
        yield
        if self.text.dlineinfo(anchor()) is None:
            self.text.yview(anchor())
        now = self.text.dlineinfo(anchor())
        if now is not None and now[1] != before[1]:
            self.text.yview_scroll(now[1] - before[1], "pixels")

    def _anchor(self, edits: list[Edit]) -> str:
        """The index of a line in view that the edits leave alone."""
        gone = {drawn.tag for edit in edits for drawn in self.drawn[edit.old_start : edit.old_end]}
        top = self.drawn_at("@0,0")
        start = self.drawn.index(top) if top is not None else 0
        for drawn in self.drawn[start : start + 60]:
            if drawn.tag in gone:
                continue
            line = "@0,0" if drawn is top else f"{drawn.tag}.first"
            if self.text.dlineinfo(line) is None:
                break
            return self.text.index(line)
        return self.text.index("@0,0")

    # drawing again

    def _repaint(self) -> None:
        tokens = self._look.tokens
        self.text.configure(
            background=tokens.bg,
            foreground=tokens.fg,
            selectbackground=tokens.selection,
            selectforeground=tokens.fg,
            inactiveselectbackground=tokens.selection,
        )
        self._painter.configure_tags()
        if self._scale != self._look.text_scale:
            # Pictures between letters have the size they had when they were drawn.
            self._scale = self._look.text_scale
            self._outdated = {each.tag for each in self.drawn}
            self._redraw_outdated()

    def _redraw(self, places: Iterable[int]) -> None:
        """Draw the blocks at these places again, as they are."""
        edits: list[Edit] = []
        for at in sorted(places, reverse=True):
            end = edits.pop().old_end if edits and edits[-1].old_start == at + 1 else at + 1
            edits.append(Edit(at, end, at, end))  # neighbours together: each deletion takes long
        if edits:
            in_view = self.in_view
            starts = (at for at in in_view if self.text.dlineinfo(f"{self.drawn[at].tag}.first"))
            at = next(starts, in_view.start)
            blocks = [drawn.block for drawn in self.drawn]
            self._apply(edits, blocks, lambda: f"{self.drawn[at].tag}.first")

    @property
    def in_view(self) -> range:
        """The places of the blocks in view."""
        top, bottom = (self.drawn_at(f"@0,{y}") for y in (0, self.text.winfo_height()))
        tags = [each.tag for each in self.drawn]
        start = tags.index(top.tag) if top is not None else 0
        return range(start, tags.index(bottom.tag) + 1 if bottom is not None else len(tags))

    def _redraw_outdated(self) -> None:
        """Draw again what is in view, or if that is done a slice of the rest; nothing while nobody
        sees the pane."""
        if not self._outdated or not self.text.winfo_viewable():
            return
        at_once = [at for at in self.in_view if self.drawn[at].tag in self._outdated]
        if not at_once:
            rest = [at for at, each in enumerate(self.drawn) if each.tag in self._outdated]
            rows = [self.drawn[at].block.row for at in rest]
            fit = window_around(rows, len(rows) - 1, above=_REDRAWN_AT_ONCE - 1) if rows else None
            at_once = rest[fit.start :] if fit is not None else []
        self._redraw(at_once)
        self._outdated.intersection_update(self._by_tag)
        if self._outdated and self._redraw_timer is None:
            self._redraw_timer = self.text.after(1, self._next_redraw)

    def _next_redraw(self) -> None:
        self._redraw_timer = None
        self._redraw_outdated()

    def _stop_redrawing(self) -> None:
        if self._redraw_timer is not None:
            self.text.after_cancel(self._redraw_timer)
            self._redraw_timer = None
