"""What happens to the window is told once, and what happens to its widgets is not."""

from __future__ import annotations

import tkinter as tk

from app.views.window_events import bind_window
from tests.app.views.conftest import Stage


def test_only_of_the_window(stage: Stage) -> None:
    told: list[tk.Misc] = []
    bind_window(stage.window.root, "<Configure>", lambda event: told.append(event.widget))
    stage.resize(900)
    assert told and set(told) == {stage.window.root}


def test_a_widget_that_moves_calls_nobody_else(stage: Stage) -> None:
    """Else each label that moves would cost a callback for everybody who asks for the window."""
    frame = tk.Frame(stage.window.root)
    frame.place(x=1, y=1, width=5, height=5)
    stage.settle()
    root = stage.window.root
    for sequence in ("<Configure>", "<Map>", "<Visibility>"):
        assert not root.tk.call("bind", str(root), sequence), sequence
    frame.destroy()
