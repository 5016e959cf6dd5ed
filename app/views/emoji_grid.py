"""A scrolling grid of emoji in titled sections; only the rows in view are drawn."""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.structs import Struct
from app.views import fonts
from app.views.images import EmojiPicture, Rounded
from app.views.theme import Look
from app.views.widgets import Canvas

COLUMNS = 9
CELL = 36
_TITLE_HEIGHT = 30
LONG_PRESS_MS = 500
_SHIFT = 1  # of the state of an event


class Section(Struct, frozen=True):
    title: str
    emoji: tuple[str, ...]


class _Line(Struct, frozen=True):
    """One line of the grid: a title, or up to nine emoji from place `first` on."""

    top: int
    height: int
    title: str = ""
    first: int = 0
    count: int = 0


class EmojiGrid(Canvas):
    """One emoji is current; the field beside it moves that by keys, the pointer by moving."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        rows: int,
        on_choose: Callable[[str, bool], None],
        on_current: Callable[[str], None],
        on_more: Callable[[str], None],
    ) -> None:
        """`on_choose` is also told whether Shift was held. `on_more` is asked for the tones of an
        emoji: right click, or a long press."""
        super().__init__(master)
        self._look, self._on_choose, self._on_current = look, on_choose, on_current
        self._on_more = on_more
        self._press_timer: str | None = None
        self._lines: list[_Line] = []
        self._emoji: list[str] = []
        self._starts: list[int] = []
        self._offset, self._current = 0, 0
        self.configure(width=look.px(COLUMNS * CELL), height=look.px(rows * CELL + _TITLE_HEIGHT))
        self.configure(takefocus=False, cursor="hand2")
        self.bind("<Motion>", self._moved)
        self.bind("<ButtonPress-1>", self._pressed)
        self.bind("<ButtonRelease-1>", self._clicked)
        self.bind("<ButtonRelease-3>", self._asked)
        step = look.px(CELL)
        self.bind("<Button-4>", lambda _event: self._scroll_by(-step))
        self.bind("<Button-5>", lambda _event: self._scroll_by(step))
        self.bind("<MouseWheel>", lambda event: self._scroll_by(-step if event.delta > 0 else step))
        look.watch(self, self.redraw)

    @property
    def current(self) -> str:
        """The current emoji, empty if there is none at all."""
        return self._emoji[self._current] if self._emoji else ""

    def show(self, sections: Sequence[Section]) -> None:
        """Show these from the top, the first emoji current."""
        self._lines, self._emoji, self._starts = [], [], []
        title_height, cell, top = self._look.px(_TITLE_HEIGHT), self._look.px(CELL), 0
        for section in sections:
            self._starts.append(top)
            self._lines.append(_Line(top, title_height, section.title))
            top += title_height
            for at in range(0, len(section.emoji), COLUMNS):
                some = section.emoji[at : at + COLUMNS]
                self._lines.append(_Line(top, cell, "", len(self._emoji), len(some)))
                self._emoji += some
                top += cell
        self._offset, self._current = 0, 0
        self.redraw()
        self._on_current(self.current)

    def show_section(self, place: int) -> None:
        """Scroll so that a section begins at the top."""
        self._offset = self._starts[place]
        self._clamp()
        line = next((x for x in self._lines if x.count and x.top >= self._starts[place]), None)
        if line is not None:
            self._current = line.first
            self._on_current(self.current)
        self.redraw()

    def move(self, columns: int, rows: int) -> None:
        """Move the current emoji by keys."""
        if not self._emoji:
            return
        if columns:
            self._go_to(max(0, min(len(self._emoji) - 1, self._current + columns)))
            return
        lines = [line for line in self._lines if line.count]
        at = next(n for n, x in enumerate(lines) if x.first <= self._current < x.first + x.count)
        column = self._current - lines[at].first
        to = lines[max(0, min(len(lines) - 1, at + rows))]
        self._go_to(to.first + min(column, to.count - 1))

    def choose_current(self, *, is_shifted: bool = False) -> None:
        if self._emoji:
            self._on_choose(self.current, is_shifted)

    def redraw(self) -> None:
        look, px = self._look, self._look.px
        self.configure(background=look.tokens.popup)
        self.delete("all")
        bottom = self._offset + int(self.cget("height"))
        for line in self._lines:
            if line.top + line.height <= self._offset or line.top >= bottom:
                continue
            y = line.top - self._offset + line.height // 2
            if line.title:
                color = look.tokens.popup_muted
                self.create_text(
                    px(4), y, anchor="w", text=line.title, font=fonts.SMALL_BOLD, fill=color
                )
            for column in range(line.count):
                self._draw_cell(line.first + column, px(CELL) * column + px(CELL) // 2, y)

    def _draw_cell(self, place: int, x: int, y: int) -> None:
        images = self._look.images
        if place == self._current:
            side = self._look.px(CELL - 2)
            ground = images.get(Rounded(side, side, 6, "selected_popup"))
            self.create_image(x, y, image=ground)
        self.create_image(x, y, image=images.get(EmojiPicture(self._emoji[place], 24)))

    def _go_to(self, place: int) -> None:
        self._current = place
        line = next(x for x in self._lines if x.first <= place < x.first + x.count)
        height = int(self.cget("height"))
        if line.top < self._offset:
            self._offset = line.top if line.first else 0
        elif line.top + line.height > self._offset + height:
            self._offset = line.top + line.height - height
        self.redraw()
        self._on_current(self.current)

    def _place_at(self, x: int, y: int) -> int | None:
        y += self._offset
        line = next((n for n in self._lines if n.top <= y < n.top + n.height), None)
        column = x // self._look.px(CELL)
        if line is None or not 0 <= column < line.count:
            return None
        return line.first + column

    def _moved(self, event: "tk.Event[tk.Misc]") -> None:
        place = self._place_at(event.x, event.y)
        if place is not None and place != self._current:
            self._current = place
            self.redraw()
            self._on_current(self.current)

    def _pressed(self, event: "tk.Event[tk.Misc]") -> None:
        self._press_timer = self.after(LONG_PRESS_MS, lambda: self._asked(event))

    def _asked(self, event: "tk.Event[tk.Misc]") -> None:
        self._forget_press()
        place = self._place_at(event.x, event.y)
        if place is not None:
            self._on_more(self._emoji[place])

    def _forget_press(self) -> bool:
        """Whether a press was still short."""
        timer, self._press_timer = self._press_timer, None
        if timer is not None:
            self.after_cancel(timer)
        return timer is not None

    def _clicked(self, event: "tk.Event[tk.Misc]") -> None:
        is_short, place = self._forget_press(), self._place_at(event.x, event.y)
        if is_short and place is not None:
            self._on_choose(self._emoji[place], bool(int(event.state) & _SHIFT))

    def _scroll_by(self, pixels: int) -> None:
        self._offset += pixels
        self._clamp()
        self.redraw()

    def _clamp(self) -> None:
        height = self._lines[-1].top + self._lines[-1].height if self._lines else 0
        self._offset = max(0, min(self._offset, height - int(self.cget("height"))))
