"""A window that was somewhere before comes back whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.views.screen_place import place_on_screen
from tests.app.views.conftest import Stage

SCREEN, LEAST = (1920, 1080), (840, 840)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("1100x900+300+100", "1100x900+300+100"),
        ("1100x900+1000+300", "1100x900+820+180"),
        ("480x500+1400+500", "840x840+1080+240"),
        ("1100x900+-20+-30", "1100x900+0+0"),
        ("2500x1500+10+10", "1920x1080+0+0"),
        ("1100x900+1900+100", "1100x900"),
        ("1100x900+100+-700", "1100x900"),
        ("", ""),
        ("1100x900", ""),
        ("wide", ""),
    ],
)
def test_nothing_hangs_over_the_edge(before: str, now: str) -> None:
    assert place_on_screen(before, SCREEN, LEAST) == now


def test_a_screen_smaller_than_the_least_shows_the_upper_left() -> None:
    assert place_on_screen("900x900+50+50", (800, 600), LEAST) == "840x840+0+0"


def test_the_window_is_pushed_back(stage: Stage) -> None:
    root = stage.window.root
    width, height = root.winfo_screenwidth(), root.winfo_screenheight()
    stage.window.put_at(f"700x600+{width - 300}+{height - 200}")
    stage.until(lambda: root.winfo_rootx() == width - 700 and root.winfo_rooty() == height - 600)
    stage.window.put_at("nonsense")
    stage.settle()
    assert (root.winfo_width(), root.winfo_height()) == (700, 600)


_LARGE = """
from app.views.callbacks import MainWindowCallbacks
from app.views.main_window import MainWindow

errors = []
window = MainWindow(MainWindowCallbacks(on_callback_error=errors.append), scaling=8.0)
window.show_chat()
root = window.root
root.geometry(f"{root.winfo_screenwidth()}x{root.winfo_screenheight()}+0+0")
for _ in range(200):
    root.update()
    if window.composer.winfo_viewable() and window.composer.winfo_height() > 1:
        break
screen = root.winfo_screenwidth(), root.winfo_screenheight()
assert window.look.px(480) > screen[1], "drawn no larger than fits"
assert root.minsize() == (min(window.look.px(480), screen[0]), screen[1]), root.minsize()
bottom = window.composer.winfo_rooty() + window.composer.winfo_height()
assert window.composer.winfo_viewable() and bottom <= screen[1], (bottom, screen)
assert not errors, errors
window.close()
"""


def test_drawn_very_large_it_is_still_no_larger_than_the_screen(stage: Stage) -> None:
    """In a process of its own: the scale of a window is chosen at its start."""
    done = subprocess.run(
        [sys.executable, "-c", _LARGE], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
