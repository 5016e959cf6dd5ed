"""Where a window goes that was somewhere before: there, and on the screen as a whole."""

import re
from typing import Final

_GEOMETRY: Final = re.compile(r"(\d{1,5})x(\d{1,5})\+(-?\d{1,5})\+(-?\d{1,5})")
_HIDDEN = 50  # so near the edge, nobody would find it; real pixels as all here


def place_on_screen(geometry: str, screen: tuple[int, int], least: tuple[int, int]) -> str:
    """`geometry` as Tk writes it, moved so that nothing hangs over the edge; "" for nonsense.

    With another scale the window is at least as large as `least` says, and may no longer have
    room where it was. One that was off the screen, for another one is gone, is put by the system.
    """
    found = _GEOMETRY.fullmatch(geometry)
    if found is None:
        return ""
    *size, x, y = map(int, found.groups())
    width, height = (
        max(least_side, min(side, room))
        for side, room, least_side in zip(size, screen, least, strict=True)
    )
    if not (-_HIDDEN <= x < screen[0] - _HIDDEN and -_HIDDEN <= y < screen[1] - _HIDDEN):
        return f"{width}x{height}"
    x, y = max(0, min(x, screen[0] - width)), max(0, min(y, screen[1] - height))
    return f"{width}x{height}+{x}+{y}"
