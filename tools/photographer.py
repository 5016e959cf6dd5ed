"""Takes pictures of a window, each after it has settled."""

from __future__ import annotations

import os
import time
from pathlib import Path

from PIL import Image, ImageGrab

from app.views.main_window import MainWindow

SETTLE_S = 0.35


class Photographer:
    """Has one window drawn into files of a folder."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window, self._folder = window, folder
        self.paths: list[Path] = []

    def resize(self, width: int, height: int) -> None:
        """In logical pixels."""
        px = self._window.look.px
        self._window.root.geometry(f"{px(width)}x{px(height)}+0+0")
        self.settle()

    def settle(self) -> None:
        end = time.monotonic() + SETTLE_S
        while time.monotonic() < end:
            self._window.root.update()
            time.sleep(0.005)

    def take(self, name: str) -> None:
        self.settle()
        root = self._window.root
        x, y = root.winfo_rootx(), root.winfo_rooty()
        box = (x, y, x + root.winfo_width(), y + root.winfo_height())
        picture = grab().crop(box)
        path = self._folder / f"{name}.png"
        picture.save(path)
        self.paths.append(path)


def grab() -> Image.Image:
    """The whole screen."""
    return ImageGrab.grab(xdisplay=os.environ.get("DISPLAY") or None)
