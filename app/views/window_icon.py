"""What a task bar, a switcher of windows and a title bar show of the program: its waves on blue."""

import tkinter as tk

from PIL import ImageTk

from app.views.images import Logo
from app.views.tokens import Tokens

#: Real pixels; the system takes the one that suits the place. The first is the usual one.
ICON_SIZES = (48, 16, 24, 32, 64, 128, 256)


def show_window_icon(root: tk.Tk, tokens: Tokens) -> None:
    """Give the icon to all windows of `root`; Tk keeps a copy of the pictures."""
    photos = [
        ImageTk.PhotoImage(Logo(size).draw(tokens, round), master=root) for size in ICON_SIZES
    ]
    root.wm_iconphoto(True, *map(str, photos))
