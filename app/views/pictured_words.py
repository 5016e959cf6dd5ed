"""Names and sentences in which emoji are pictures, where Tk would draw them badly; for one line."""

from functools import lru_cache

from app.emoji_signs import emoji_places, may_have_emoji
from app.translation import is_right_to_left
from app.views import fonts
from app.views.drawn_text import is_ordered_here, starts_right_to_left
from app.views.emoji_pictures import has_picture
from app.views.flat_picture import Flat
from app.views.images import EmojiPicture
from app.views.safe_text import LINE_LENGTH_MAX, safe_line, system_line, without_emoji
from app.views.theme import Look
from app.views.widgets import Canvas

#: Of a picture beside letters of the size of a name; in logical pixels.
EMOJI_SIZE = 16
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


def draw_line(
    canvas: Canvas, look: Look, text: str, *, room: int, x: int, y: int, font: str, fill: str,
    ground: str, tag: str, length_max: int = LINE_LENGTH_MAX,
) -> None:  # fmt: skip
    """Draw the line on a canvas, from `x` on and around the height `y`, on the colour of the token
    `ground`; where `room` real pixels are too few it is cut, with the names of its emoji."""
    pieces, picture_width = pieces_of(text, length_max), look.px(EMOJI_SIZE + 1)
    widths = [
        picture_width if is_emoji else fonts.text_width(canvas, font, words)
        for words, is_emoji in pieces
    ]
    if sum(widths) > room:
        pieces = ((fonts.shortened(canvas, font, safe_line(text, length_max), room), False),)
    drawn = list(zip(pieces, widths, strict=False))
    # From the edge where the canvas begins; but the words run as their own letters do.
    if (canvas.is_mirrored and is_right_to_left()) != starts_right_to_left(text):
        drawn.reverse()
    for (words, is_emoji), width in drawn:
        if is_emoji:
            picture = look.images.get(Flat(EmojiPicture(words, EMOJI_SIZE), ground))
            canvas.create_image(x, y, anchor="w", image=picture, tags=(tag,))
        else:
            canvas.create_text(x, y, anchor="w", text=words, font=font, fill=fill, tags=(tag,))
        x += width
