"""The fields of dialogs and pages have a border that is seen."""

from __future__ import annotations

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
        entry.place(x=100, y=100)
        window.show_appearance(AppearanceRow(theme), theme)
        tokens = window.look.tokens
        assert contrast(stage.color_at(entry, 0), tokens.bg) >= ratio_min
        assert stage.color_at(entry, 2) == stage.color_at(entry, 0, is_at_corner=True) == tokens.bg
        entry.focus_force()
        assert stage.color_at(entry, 1) == tokens.accent
    finally:
        entry.destroy()
        window.show_appearance(AppearanceRow("light"), "light")
