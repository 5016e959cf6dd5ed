"""What a task bar, a switcher of windows and a title bar show of the program: its waves on blue."""

import contextlib
import io
import tkinter as tk
from pathlib import Path
from typing import Final

from PIL import ImageTk

from app.views.images import Logo
from app.views.tokens import Tokens

#: Real pixels; the system takes the one that suits the place. The first is the usual one.
ICON_SIZES: Final = (48, 16, 24, 32, 64, 128, 256)
_FILE_SIZE: Final = 128


def show_window_icon(root: tk.Tk, tokens: Tokens) -> None:
    """Give the icon to all windows of `root`; Tk keeps a copy of the pictures."""
    photos = [
        ImageTk.PhotoImage(Logo(size).draw(tokens, round), master=root) for size in ICON_SIZES
    ]
    root.wm_iconphoto(True, *map(str, photos))


def keep_icon(path: Path, tokens: Tokens) -> None:
    """Have it as a file (PNG) for those who want one, such as the desktop's pop-ups; a disk that
    does not take it costs the icon, never more."""
    if not path.exists():
        png = io.BytesIO()
        Logo(_FILE_SIZE).draw(tokens, round).save(png, "PNG")
        # Beside it first: a cut one would be there, and so stay, for ever.
        beside = path.with_name(f"{path.name}.new")
        try:
            beside.write_bytes(png.getvalue())
            beside.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()
