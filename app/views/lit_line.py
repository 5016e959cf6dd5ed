"""A line in which the words that were sought are lit; emoji are pictures."""

from functools import lru_cache
from itertools import pairwise

from app.text_folding import folded_places
from app.views.drawn_text import first_direction, is_ordered_here, starts_right_to_left
from app.views.pictured_words import Piece, draw_pieces, pieces_of
from app.views.theme import Look
from app.views.widgets import Canvas

#: So many hits are lit in a line; only single letters have more.
LIT_MAX = 12


@lru_cache(maxsize=1_000)
def lit_pieces(text: str, sought: str) -> tuple[tuple[Piece, ...], tuple[bool, ...]]:
    """One safe line in pieces, and whether each is what was sought.

    Where what is sought and what stands beside it run in two directions nothing is lit: in pieces
    they would stand in another order.
    """
    pieces = pieces_of(text)
    line = "".join(words for words, _is_emoji in pieces)
    places = folded_places(sought, line)[:LIT_MAX]
    cut, lit, begin = list[Piece](), list[bool](), 0
    for words, is_emoji in pieces:
        end = begin + len(words)
        inner = () if is_emoji else (edge for place in places for edge in place)
        edges = sorted({begin, end, *(edge for edge in inner if begin < edge < end)})
        for left, right in pairwise(edges):
            cut.append((line[left:right], is_emoji))
            lit.append(any(start < right and stop > left for start, stop in places))
        begin = end
    if is_ordered_here(line):
        directions = {first_direction(words) for words, _is_emoji in cut} - {None}
        if len(directions) > 1:
            return pieces, (False,) * len(pieces)
    return tuple(cut), tuple(lit)


def draw_lit_line(
    canvas: Canvas, look: Look, text: str, sought: str, *, room: int, x: int, y: int, font: str,
    fill: str, ground: str, tag: str,
) -> None:  # fmt: skip
    """Draw it as `draw_line` does."""
    pieces, lit = lit_pieces(text, sought)
    draw_pieces(
        canvas, look, pieces, room=room, x=x, y=y, font=font, fill=fill, ground=ground, tag=tag,
        is_from_right=starts_right_to_left(text), lit=lit,
    )  # fmt: skip
