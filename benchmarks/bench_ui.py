"""Speed of the window, each figure beside its budget: first paint, rooms, messages, a flood.

Everything is drawn on a virtual display of its own, and each time ends only when the display
server has answered: the pixels are there. Beside it stands what this program itself worked, which
other programs on the machine change little. A figure over its guard (about four times the budget)
ends the run with code 1; it is looked at then, not raised.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from app.models.timeline import READ_BACK_ENTRIES_MAX
from app.structs import replace
from app.views.folded_rows import FoldedRows
from app.views.images import Avatar, EmojiPicture
from app.views.main_window import MainWindow
from app.views.rows import AppearanceRow, MessageRow, PersonRow, RoomRow, TimelineRows
from app.views.timeline_view import TimelineView
from benchmarks.bench_flood import flood
from tools.virtual_display import virtual_display

TODAY = date(2026, 11, 23)
START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
REPEATS = 12
ROOM_SIZES = (100, 10_000, 100_000)
EMOJI = "🎉🚀🐙🦊🍕🌍🔧🎧📦🧭"

_FIRST_PAINT = """
import time
begun = time.perf_counter()
from app.views.callbacks import MainWindowCallbacks
from app.views.main_window import MainWindow
window = MainWindow(MainWindowCallbacks(), scaling=4 / 3)
window.show_chat()
window.root.update()
print(time.perf_counter() - begun)
"""
_MEMORY = """
from benchmarks import bench_ui
window = bench_ui.make_window()
window.show_timeline(bench_ui.room("long", {count}))
bench_ui.settle(window)
print(bench_ui.resident_mb())
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; all three numbers have the same unit."""

    name: str
    measured: float
    budget: float
    guard: float
    unit: str = "ms"
    own_work: float | None = None  # of this program, without the display server and the others

    @property
    def is_good(self) -> bool:
        return self.measured <= self.guard

    def __str__(self) -> str:
        verdict = "" if self.measured <= self.budget else " over budget"
        verdict = verdict if self.is_good else " OVER THE GUARD"
        own = f"own work {self.own_work:7.2f}" if self.own_work is not None else ""
        return (
            f"{self.name:44}{self.measured:9.2f} {self.unit:4}  budget {self.budget:7g}"
            f"  guard {self.guard:7g}  {own}{verdict}"
        )


def rows_of(count: int, first: int = 1) -> list[MessageRow]:
    """Messages of four people, some with markup and emoji."""
    texts = (
        "A short one",
        "A longer message that says **something** about `code()` and goes on for a line or two, "
        "so that it wraps at least once in a window of the usual width",
        "ok 👍🏽",
        "see https://example.org/a/b and tell *me*",
    )
    return [
        MessageRow(
            key=number,
            author_id=("p0", "p1", "p2", "p3")[number // 3 % 4],
            author_name=("Mara", "Ben", "Priya", "Tomasz")[number // 3 % 4],
            is_own=False,
            time=START + timedelta(seconds=20 * number),
            text=f"{texts[number % 4]} {number}",
        )
        for number in range(first, first + count)
    ]


def room(key: str, count: int) -> TimelineRows:
    return TimelineRows(key, key, tuple(rows_of(count)))


def make_window() -> MainWindow:
    from app.views.callbacks import MainWindowCallbacks

    window = MainWindow(MainWindowCallbacks(), scaling=4 / 3, today=lambda: TODAY)
    window.root.geometry("1100x720+0+0")
    window.show_rooms([RoomRow(str(n), f"room {n}", unread=n % 3) for n in range(500)])
    window.show_people([PersonRow(f"p{n}", f"Person {n}") for n in range(500)])
    window.show_chat()
    settle(window)
    return window


def settle(window: MainWindow, turns: int = 8) -> None:
    for _ in range(turns):
        window.root.update()


class Took(NamedTuple):
    """Milliseconds by the clock, and of work of this program."""

    passed: float
    worked: float


def timed(window: MainWindow, action: Callable[[], object]) -> Took:
    """How long it takes until what the action changed is on the display."""
    begun, worked = time.perf_counter(), time.thread_time()
    action()
    window.root.update_idletasks()
    window.root.winfo_pointerx()  # a round trip: the display server has done all before
    took = Took((time.perf_counter() - begun) * 1000, (time.thread_time() - worked) * 1000)
    settle(window)
    return took


def figure(name: str, took: list[Took], budget: float, guard: float) -> Figure:
    """The lower quartiles: what it takes when nothing else runs on this machine."""
    passed, worked = (sorted(values)[len(took) // 4] for values in zip(*took, strict=True))
    return Figure(name, passed, budget, guard, own_work=worked)


def resident_mb() -> float:
    """Memory of this process in use."""
    with open("/proc/self/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


def first_paint() -> list[Figure]:
    """In a fresh process each, best of three; its modules are compiled, as an installer does it."""
    with tempfile.TemporaryDirectory() as folder:
        starts = [float(_output(_FIRST_PAINT, compiled_in=folder)) for _ in range(4)]
    return [Figure("start to first full paint", min(starts[1:]), 0.8, 3.2, "s")]


def memory() -> list[Figure]:
    return [
        Figure(f"memory, {count:,} rows in the open room",
               float(_output(_MEMORY.format(count=count))), 100, 150, "MB")
        for count in (100, READ_BACK_ENTRIES_MAX, 100_000)
    ]  # fmt: skip


def _output(program: str, compiled_in: str = "") -> str:
    environment = dict(os.environ)
    if compiled_in:
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PYTHONPYCACHEPREFIX"] = compiled_in
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return done.stdout.split()[-1]


def opened_whole(window: MainWindow) -> Figure:
    """The newest 50, then scrolled up until 300 are drawn: what the slices take together."""
    took = [timed(window, lambda: window.show_timeline(room("whole", 300)))]
    pane = _pane(window)
    while pane.shown_row_count < 300:
        took.append(timed(window, pane.scroll_to_oldest))
    whole = Took(*map(sum, zip(*took, strict=True)))
    return figure("open a room, all 300 in slices", [whole], 90, 360)


def opened_emoji(window: MainWindow) -> Figure:
    """The newest 50 are as long as a message can be, and nothing but pictures."""
    took = []
    for number in range(5):
        plain = room(f"emoji {number}", 50)
        rows = tuple(replace(row, text="😀" * 4_096) for row in plain.rows)
        took.append(timed(window, lambda: window.show_timeline(replace(plain, rows=rows))))  # noqa: B023
    return figure("open a room, 50 of 4,096 emoji each", took, 90, 360)


#: As long as a message can be.
_WALLS = {
    "code": "```\n" + "x\n" * 8_000 + "```",
    "spoilers": "||a||\n" * 2_700,
    "covered lines": "||" + "a\n" * 8_000 + "b||",
}


def walls(window: MainWindow) -> list[Figure]:
    """The whole of a long message of the shortest lines, shown and folded again."""
    figures = []
    for name, text in _WALLS.items():
        plain = room(name, 50)
        rows = (*plain.rows[:-1], replace(plain.rows[-1], text=text))
        window.show_timeline(replace(plain, rows=rows))
        settle(window)
        sheet = _pane(window).sheet
        took = [timed(window, lambda: sheet.turn_whole(sheet.drawn[-1])) for _ in range(10)]  # noqa: B023
        figures.append(figure(f"show all of a wall of {name}", took[::2], 50, 200))
        figures.append(figure(f"fold a wall of {name}", took[1::2], 50, 200))
    return figures


def rooms(window: MainWindow) -> list[Figure]:
    opened = [timed(window, lambda n=n: window.show_timeline(room(f"r{n}", 50))) for n in range(9)]  # type: ignore[misc]
    one, two = room("r7", 50), room("r8", 50)
    switched = []
    for _ in range(REPEATS):
        switched.append(timed(window, lambda: window.show_timeline(one)))
        switched.append(timed(window, lambda: window.show_timeline(two)))
    return [
        figure("open a room, newest 50", opened[1:], 25, 120),
        opened_whole(window),
        opened_emoji(window),
        figure("switch to a pane kept alive", switched, 3, 12),
    ]


def appends(window: MainWindow) -> list[Figure]:
    figures = []
    for size in ROOM_SIZES:
        rows = rows_of(size + REPEATS + 100)
        key = f"append {size}"
        window.show_timeline(TimelineRows(key, key, tuple(rows[:size])))
        settle(window)
        took = []
        for at in range(size + 1, size + REPEATS + 1):
            given = TimelineRows(key, key, tuple(rows[:at]))
            took.append(timed(window, lambda given=given: window.show_timeline(given)))  # type: ignore[misc]
        figures.append(figure(f"append one to {size:,}", took, 6, 25))
        given = TimelineRows(key, key, tuple(rows))
        batch = timed(window, lambda given=given: window.show_timeline(given))  # type: ignore[misc]
        figures.append(figure(f"append a batch of 100 to {size:,}", [batch], 40, 150))
    return figures


def reading(window: MainWindow) -> list[Figure]:
    pane = _pane(window)
    steps = [timed(window, lambda: pane.scroll_pixels(-60)) for _ in range(3 * REPEATS)]
    pane.scroll_to_newest()
    settle(window)
    rows = rows_of(400)
    window.show_timeline(TimelineRows("older", "older", tuple(rows)))
    settle(window)

    def show_older() -> None:
        _pane(window).scroll_to_oldest()
        settle(window, 2)

    prepend = timed(window, show_older)
    window.composer.text.focus_force()
    settle(window)

    def press() -> None:
        window.composer.text.event_generate("<x>")
        window.root.update()

    keys = [timed(window, press) for _ in range(2 * REPEATS)]
    window.composer.set_value("")
    rooms_list = window.room_list.rooms
    hovered = [timed(window, lambda n=n: hover_message(window, n)) for n in range(REPEATS)]  # type: ignore[misc]
    hovers = [timed(window, lambda n=n: rooms_list._hover(n)) for n in range(2, REPEATS)]  # type: ignore[misc]
    redraws = [timed(window, rooms_list.redraw) for _ in range(REPEATS)]
    return [
        figure("scroll step", steps, 4, 16),
        figure("prepend 50 and keep the view", [prepend], 90, 350),
        figure("key to paint", keys, 3, 15),
        figure("hover over a message", hovered, 1, 5),
        figure("hover in a list of 500", hovers, 1, 5),
        figure("redraw a list of 500", redraws, 4, 16),
    ]


def hover_message(window: MainWindow, number: int) -> None:
    """The pointer goes up and down by a message's height."""
    y = 100 + 60 * (number % 8)
    _pane(window).text.event_generate("<Motion>", x=300, y=y)


def pictures(window: MainWindow) -> list[Figure]:
    """Images that nobody asked for before."""
    images = window.look.images
    first = [timed(window, lambda e=e: images.get(EmojiPicture(e, 20))) for e in EMOJI]  # type: ignore[misc]
    avatars = [
        timed(window, lambda n=n: images.get(Avatar(n, f"Q{n}", 40)))  # type: ignore[misc]
        for n in range(REPEATS)
    ]
    return [
        figure("emoji, first time", first[1:], 2, 8),
        figure("avatar, first time", avatars, 2, 8),
    ]


def finding(window: MainWindow) -> list[Figure]:
    many = room("search", 10_000)
    window.show_timeline(many)
    settle(window)
    # The find bar folds the messages when it is opened, and looks through them at each letter.
    folding = [timed(window, lambda: FoldedRows(many.rows)) for _ in range(REPEATS)]
    folded = FoldedRows(many.rows)
    took = [timed(window, lambda: folded.having("message that")) for _ in range(REPEATS)]
    rows = [
        replace(row, text="nothing" if at % 300 >= 158 else f"a needle {at}")
        for at, row in enumerate(rows_of(300))
    ]
    window.show_timeline(TimelineRows("light", "light", tuple(rows)))
    pane = _pane(window)
    while pane.shown_row_count < 300:
        pane.scroll_to_oldest()
        settle(window)
    lit = [timed(window, lambda: pane.sheet.light("needle", None)) for _ in range(REPEATS)]
    return [
        figure("light 158 hits", lit, 25, 100),
        figure("fold 10,000 messages for searching", folding, 8, 32),
        figure("search in 10,000 messages", took, 3, 12),
    ]


def changes(window: MainWindow) -> list[Figure]:
    window.show_timeline(room("changes", 300))
    settle(window)

    def resize(width: int) -> None:
        window.root.geometry(f"{width}x720")
        window.root.update()

    resizes = [timed(window, lambda w=w: resize(w)) for w in (1000, 1100, 1000, 1100)]  # type: ignore[misc]
    window.look.use("dark")
    themes = [timed(window, lambda t=t: window.look.use(t)) for t in ("light", "dark", "light")]  # type: ignore[misc]
    sizes = [
        timed(window, lambda p=p: window.show_appearance(AppearanceRow(text_percent=p), "light"))  # type: ignore[misc]
        for p in (125, 100, 125, 100)
    ]
    return [
        figure("resize by 100 px", resizes, 130, 520),
        figure("theme change, pane included", themes, 250, 1000),
        figure("text size change", sizes, 200, 800),
    ]


def idle(window: MainWindow, seconds: float = 5.0) -> list[Figure]:
    """Share of one core while nothing happens, in the real main loop."""
    figures = []
    for name, names in (("idle CPU", ()), ("idle CPU while somebody types", ("Priya Raman",))):
        window.set_typing(names)
        settle(window, 20)
        begun = time.process_time()
        window.root.after(int(seconds * 1000), window.root.quit)
        window.root.mainloop()
        figures.append(Figure(name, (time.process_time() - begun) / seconds * 100, 0.5, 2, "%"))
    window.set_typing(())
    return figures


def floods(window: MainWindow) -> list[Figure]:
    figures = []
    for name, into_others in (("flood", False), ("flood, other rooms", True)):
        result = flood(window, a_second=1000, seconds=10, into_others=into_others)
        figures += [
            Figure(f"{name}: longest callback", result.callback_ms, 50, 50),
            Figure(f"{name}: key to paint", result.key_ms, 15, 50),
            Figure(
                f"{name}: lost letters or messages",
                2 - result.is_last_shown - result.is_all_typed,
                0,
                0,
                "",
            ),
        ]
        print(f"{name}: longest pause by the wall clock {result.pause_ms:.0f} ms", flush=True)
    return figures


def _pane(window: MainWindow) -> TimelineView:
    pane = window.panes.current
    assert pane is not None
    return pane


def main() -> int:
    with virtual_display():
        figures = first_paint() + memory()
        window = make_window()
        for part in (rooms, walls, appends, reading, pictures, finding, changes, idle, floods):
            gc.collect()
            gc.freeze()  # as the program does
            figures += part(window)
        window.close()
    for figure in figures:
        print(figure, flush=True)
    over = sum(figure.measured > figure.budget for figure in figures)
    busy = os.getloadavg()[0]
    print(f"{over} of {len(figures)} over budget; {busy:.1f} programs wanted to run all the time")
    return 0 if all(figure.is_good for figure in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
