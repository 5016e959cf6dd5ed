"""What of a message stands where markup cannot be drawn."""

from __future__ import annotations

import pytest

from app.plain_words import SPOILER, plain_words


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hello", "hello"),
        ("come **here**, _now_ ~~later~~", "come here, now later"),
        ("hi :smiley: 🎉 :nosuchname:", "hi 😃 🎉 :nosuchname:"),
        ("it was ||the `cook` :tada: **again**||, no", f"it was {SPOILER}, no"),
        ("||a|| or ||b||", f"{SPOILER} or {SPOILER}"),
        ("||[the end](https://example.org/who)||", SPOILER),
        ("run `make **all**`", "run make **all**"),
        ("so:\n```python\nx = 1\ny = ||x||\n```\nok", "so: x = 1 y = ||x|| ok"),
        ("see [the handbook](https://example.org/a)", "see the handbook"),
        ("> said\n- one\n2. two", "said - one 2. two"),
        ("a * b ** c || d ` e", "a * b ** c || d ` e"),
        ("a\n\n\tb", "a b"),
        (r"\*not bold\* ||a\*b||", f"*not bold* {SPOILER}"),
        ("", ""),
    ],
)
def test_markup_is_words(text: str, line: str) -> None:
    assert plain_words(text) == line
