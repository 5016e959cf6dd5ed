"""Names and sentences in which emoji are pictures, where Tk would draw them badly; for one line."""

import tkinter as tk
from collections.abc import Sequence
from functools import lru_cache

from app.emoji_signs import emoji_places, may_have_emoji
from app.translation import is_right_to_left
from app.views import fonts
from app.views.drawn_text import is_ordered_here, starts_right_to_left
from app.views.emoji_pictures import has_picture
from app.views.flat_picture import Cut
from app.views.images import EmojiPicture, Rounded
from app.views.safe_text import LINE_LENGTH_MAX, safe_line, system_line, without_emoji
from app.views.theme import Look
from app.views.widgets import Canvas

#: Of a picture beside letters of the size of a name; in logical pixels.
EMOJI_SIZE = 16
#: Of the ground of words that are lit.
LIT_HEIGHT = 18
#: Words, or an emoji that has a picture.
Piece = tuple[str, bool]


@lru_cache(maxsize=1_000)
def pieces_of(text: str, length_max: int = LINE_LENGTH_MAX) -> tuple[Piece, ...]:
    """One safe line in pieces, and whether each is an emoji to be drawn as a picture. Words that
    are put into another order to be drawn have the names of theirs."""
    if text.isascii() or not may_have_emoji(text) or is_ordered_here(text):
        return ((safe_line(text, length_max), False),)
    words, at = system_line(text, length_max), 0
    pieces: list[Piece] = []
    for start, end in emoji_places(words):
        emoji = words[start:end]
        is_picture = has_picture(emoji)
        pieces += (
            (words[at:start], False),
            (emoji if is_picture else without_emoji(emoji), is_picture),
        )
        at = end
    return tuple(piece for piece in (*pieces, (words[at:], False)) if piece[0])


def line_width(
    canvas: tk.Misc, look: Look, text: str, font: str, length_max: int = LINE_LENGTH_MAX
) -> int:
    """Real pixels that the whole line takes."""
    return sum(
        width for _piece, width in _measured(canvas, look, pieces_of(text, length_max), font)
    )


def fitting_pieces(
    canvas: tk.Misc, look: Look, pieces: Sequence[Piece], font: str, room: int, scale: float = 1.0
) -> tuple[list[Piece], int]:
    """So much of the line as has room, with `…` behind it where it is cut, and the real pixels that
    the whole takes; pictures are scaled."""
    measured = _measured(canvas, look, pieces, font, scale)
    total = sum(width for _piece, width in measured)
    shown = measured if total <= room else _fitting(canvas, measured, font, room)
    return [piece for piece, _width in shown], total


def draw_line(
    canvas: Canvas, look: Look, text: str, *, room: int, x: int, y: int, font: str, fill: str,
    ground: str, tag: str, length_max: int = LINE_LENGTH_MAX,
) -> int:  # fmt: skip
    """Draw the line on a canvas, from `x` on and around the height `y`, on the colour of the token
    `ground`, or one much like it; where `room` real pixels are too few it is cut. Returns how many
    it takes."""
    pieces = pieces_of(text, length_max)
    is_from_right = starts_right_to_left(text)
    return draw_pieces(
        canvas, look, pieces, room=room, x=x, y=y, font=font, fill=fill, ground=ground, tag=tag,
        is_from_right=is_from_right,
    )  # fmt: skip


def draw_pieces(
    canvas: Canvas, look: Look, pieces: Sequence[Piece], *, room: int, x: int, y: int, font: str,
    fill: str, ground: str, tag: str, is_from_right: bool, lit: Sequence[bool] = (),
) -> int:  # fmt: skip
    """The same of a line in pieces, of which some may be `lit`; it begins at the right if
    `is_from_right`."""
    drawn = _measured(canvas, look, pieces, font)
    total = sum(width for _piece, width in drawn)
    if total > room:
        drawn = _fitting(canvas, drawn, font, room)
        total = sum(width for _piece, width in drawn)
    marked = [*zip(drawn, lit or [False] * len(drawn), strict=False)]
    # From the edge where the canvas begins; but the words run as their own letters do.
    if (canvas.is_mirrored and is_right_to_left()) != is_from_right:
        marked.reverse()
    for ((words, is_emoji), width), is_lit in marked:
        if is_lit:
            field = look.images.get(Rounded(width, look.px(LIT_HEIGHT), 3, "lit"))
            canvas.create_image(x, y, anchor="w", image=field, tags=(tag,))
        if is_emoji:
            picture = look.images.get(Cut(EmojiPicture(words, EMOJI_SIZE), ground))
            canvas.create_image(x, y, anchor="w", image=picture, tags=(tag,))
        else:
            color = look.tokens.lit_text if is_lit else fill
            canvas.create_text(x, y, anchor="w", text=words, font=font, fill=color, tags=(tag,))
        x += width
    return total


def _measured(
    canvas: tk.Misc, look: Look, pieces: Sequence[Piece], font: str, scale: float = 1.0
) -> list[tuple[Piece, int]]:
    picture_width = look.px(EMOJI_SIZE * scale + 1)
    return [
        (piece, picture_width if piece[1] else fonts.text_width(canvas, font, piece[0]))
        for piece in pieces
    ]


def _fitting(
    canvas: tk.Misc, measured: Sequence[tuple[Piece, int]], font: str, room: int
) -> list[tuple[Piece, int]]:
    """So many from the first as have room with `…` behind them; no picture is cut."""
    fitting, rest = list[tuple[Piece, int]](), room - fonts.text_width(canvas, font, "…")
    for piece, width in measured:
        if width > rest:
            words = "…" if piece[1] else f"{piece[0]}…"
            words = fonts.shortened(canvas, font, words, room)
            if words:
                fitting.append(((words, False), fonts.text_width(canvas, font, words)))
            break
        fitting.append((piece, width))
        room, rest = room - width, rest - width
    return fitting
