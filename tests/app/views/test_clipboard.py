"""What this program copies comes back as it was, however long it is."""

from __future__ import annotations

import pytest

from app.views import clipboard
from app.views.clipboard import _with_seams
from tests.app.views.conftest import Stage


@pytest.mark.parametrize("text", ["aü" * 5000, "ü😀" * 3000, "ש" * 4001, "a€" * 5000, "a" * 9000])
def test_a_long_text_comes_back(stage: Stage, text: str) -> None:
    root = stage.window.root
    clipboard.copy(root, text)
    seen = root.clipboard_get(type="UTF8_STRING")
    assert seen == _with_seams(text)  # what Tk makes of it; mostly another text
    assert clipboard.copied(root) == text


def test_what_another_program_puts_there_wins(stage: Stage) -> None:
    root = stage.window.root
    clipboard.copy(root, "ü" * 5000)
    root.clipboard_clear()
    root.clipboard_append("ü" * 5000 + "!")
    assert clipboard.copied(root) == "ü" * 5000 + "!"
    root.clipboard_clear()
    root.clipboard_append("short")
    assert clipboard.copied(root) == "short"


def test_through_the_field(stage: Stage) -> None:
    composer, text = stage.window.composer, "x" + "ü" * 3000
    composer.set_value(text)
    composer.text.tag_add("sel", "1.0", "end-1c")
    stage.press(composer.text, "<<Cut>>", "<<Paste>>")
    assert composer.value == text
    composer.set_value("")
