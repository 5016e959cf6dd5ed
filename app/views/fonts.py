"""Named fonts of the window: changing one changes every text that is drawn with it."""

import tkinter as tk
from collections.abc import Callable
from functools import lru_cache
from tkinter import font as tkfont
from typing import Any

import ttkbootstrap as ttk

BODY = "ChatBody"
BOLD = "ChatBold"
ITALIC = "ChatItalic"
BOLD_ITALIC = "ChatBoldItalic"
SMALL = "ChatSmall"
SMALL_BOLD = "ChatSmallBold"
TITLE = "ChatTitle"
MONO = "ChatMono"
# Messages and the field they are written in have fonts of their own, whose size people choose.
TALK = "ChatTalk"
TALK_BOLD = "ChatTalkBold"

_TALK_SIZES = {TALK: 15, TALK_BOLD: 15, ITALIC: 15, BOLD_ITALIC: 15, MONO: 13}

# Families with a cut of weight "medium" look half bold in Tk on X11, so none is listed.
_FAMILIES = ("Segoe UI", ".AppleSystemUIFont", "Noto Sans", "Cantarell", "Ubuntu", "DejaVu Sans")
_MONO_FAMILIES = ("Cascadia Mono", "Menlo", "Noto Sans Mono", "Ubuntu Mono", "DejaVu Sans Mono")


def create_fonts(root: tk.Misc, px: Callable[[float], int]) -> None:
    """Create the named fonts, or set them anew; sizes are in pixels, hence negative."""
    installed = set(tkfont.families(root))
    family = _first_of(_FAMILIES, installed, "TkDefaultFont", root)
    mono = _first_of(_MONO_FAMILIES, installed, "TkFixedFont", root)
    ttk.Fonts.set_global_family(family, mono_family=mono)
    for name, size, weight, slant in (
        (BODY, 15, "normal", "roman"),
        (BOLD, 15, "bold", "roman"),
        (TALK, 15, "normal", "roman"),
        (TALK_BOLD, 15, "bold", "roman"),
        (ITALIC, 15, "normal", "italic"),
        (BOLD_ITALIC, 15, "bold", "italic"),
        (SMALL, 12, "normal", "roman"),
        (SMALL_BOLD, 12, "bold", "roman"),
        (TITLE, 17, "bold", "roman"),
    ):
        ttk.Fonts.create_alias(name, family=family, size=-px(size), weight=weight, slant=slant)
    ttk.Fonts.create_alias(MONO, family=mono, size=-px(13))
    _shortened.cache_clear()


def scale_messages(root: tk.Misc, px: Callable[[float], int], scale: float) -> None:
    """Set the size of the messages; all that is drawn in these fonts changes at once."""
    for name, size in _TALK_SIZES.items():
        tkfont.nametofont(name, root=root).configure(size=-px(size * scale))
    _shortened.cache_clear()


def line_height(root: tk.Misc, name: str) -> int:
    # Font objects of Tkinter ask whether the font exists at every call.
    return int(root.tk.call("font", "metrics", name, "-linespace"))


def text_width(root: tk.Misc, name: str, text: str) -> int:
    return _measured(root.tk, name, text)


def shortened(root: tk.Misc, name: str, text: str, width_max: int) -> str:
    """`text`, cut with `…` so that it is at most `width_max` real pixels wide."""
    return _shortened(root.tk, name, text, width_max)


def _measured(interpreter: Any, name: str, text: str) -> int:
    return int(interpreter.call("font", "measure", name, text))


@lru_cache(maxsize=2000)  # lists draw the same names again at every move of the pointer
def _shortened(interpreter: Any, name: str, text: str, width_max: int) -> str:
    if _measured(interpreter, name, text) <= width_max:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _measured(interpreter, name, _cut(text, middle)) <= width_max:
            low = middle
        else:
            high = middle - 1
    return _cut(text, low) if low else ""


def _cut(text: str, length: int) -> str:
    return text[:length].rstrip().rstrip("…") + "…"


def _first_of(names: tuple[str, ...], installed: set[str], fallback: str, root: tk.Misc) -> str:
    for name in names:
        if name in installed:
            return name
    return str(tkfont.nametofont(fallback, root=root).actual("family"))
