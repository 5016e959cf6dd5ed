"""The fields of dialogs and pages have a border that is seen."""

from __future__ import annotations

from tkinter import ttk

import pytest

from app.views.rows import AppearanceRow
from app.views.text_entry import TextEntry
from app.views.tokens import contrast
from tests.app.views.conftest import Stage


@pytest.mark.parametrize(("theme", "ratio_min"), [("light", 1.5), ("dark", 1.5), ("contrast", 7.0)])
def test_their_border_is_seen(stage: Stage, theme: str, ratio_min: float) -> None:
    window = stage.window
    entry = TextEntry(window.root, window.look)
    try:
        window.show_appearance(AppearanceRow(theme), theme)
        border = str(ttk.Style().lookup(entry.winfo_class(), "bordercolor"))
        focused = str(ttk.Style().lookup(entry.winfo_class(), "bordercolor", ["focus"]))
        assert contrast(border, window.look.tokens.bg) >= ratio_min
        assert focused == window.look.tokens.accent != border
    finally:
        entry.destroy()
        window.show_appearance(AppearanceRow("light"), "light")
