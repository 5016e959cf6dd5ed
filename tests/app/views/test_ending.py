"""A window that closes leaves nothing behind; tried in a process of its own."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import os, sys
from app.views.callbacks import MainWindowCallbacks
from app.views.main_window import MainWindow
from app.views.rows import TimelineRows, MessageRow
from datetime import datetime, UTC
calls = []
window = MainWindow(
    MainWindowCallbacks(
        on_close=lambda: calls.append("close"),
        on_draft_change=lambda key, text: calls.append(text),
        on_callback_error=lambda error: calls.append(error),
    )
)
read_end, write_end = os.pipe()
window.watch_readable(read_end, lambda: bool(os.read(read_end, 9)) and False)
rows = tuple(
    MessageRow(n, "a", "Anna", False, datetime(2026, 1, 1, tzinfo=UTC), "x") for n in range(400)
)
window.show_timeline(TimelineRows("r", "dev", rows))
window.composer.text.insert("1.0", "half a thought")
window.set_notice("soon gone")
window.root.after(50, lambda: window.root.event_generate("<Control-q>", when="tail"))
window.root.focus_force()
window.root.after(2000, window.close)
os.write(write_end, b"x")
window.run()
window.close()
print(calls)
"""


def test_closing_saves_the_draft_and_tells_once(display: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", SCRIPT],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.strip() == "['half a thought', 'close']"
