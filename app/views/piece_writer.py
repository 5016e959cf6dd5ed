"""Writes the pieces of a message with a pen, within what one message may cost.

Theory: thousands of tags, hidden delimiters or pictures in one line stop the window for seconds.
Words alone cost next to nothing, and neither do lines. So each kind of piece that costs has a
budget of its own, and what comes behind its end is drawn in a cheaper way.
"""

from itertools import islice

from app.emoji_signs import emoji_name, emoji_places, may_have_emoji
from app.markup_parts import Segment, SegmentKind
from app.views.emoji_pictures import has_picture
from app.views.images import EmojiPicture, Icon
from app.views.safe_text import without_emoji
from app.views.timeline_pen import TimelinePen

BREAK_POINT = "\u200b"  # of safe_text, in long words
EMOJI_SIZE = 20.0
#: So many styled words, delimiters, quoted lines and items have their looks; what comes behind them
#: is drawn as it was written.
PIECES_MAX = 200
#: So many addresses can be pressed.
LINKS_MAX = 100
#: So many emoji are pictures.
PICTURES_MAX = 200
#: So many emoji behind those have their names written out: a name is up to ten times as long as
#: its sign in bytes, and thousands of them in one line would stop the window as well.
NAMES_MAX = 200
#: So many words of code are coloured, and in one line so many.
TOKENS_MAX = 1_000
LINE_TOKENS_MAX = 100
#: So often code begins inside of its ground: each of its lines, and where they are wrapped.
INSETS_MAX = 1_000

# Members of an enum are slow to look up, and these are looked up for each piece.
_TEXT, _EMOJI, _LINK = SegmentKind.TEXT, SegmentKind.EMOJI, SegmentKind.LINK


class PieceWriter:
    """Writes with `pen`; `begin` a message, then take what its pieces cost from what is left."""

    def __init__(self, pen: TimelinePen) -> None:
        self._pen = pen
        self.begin()

    def begin(self) -> None:
        self._pieces_left, self._links_left = PIECES_MAX, LINKS_MAX
        self.tokens_left, self.insets_left = TOKENS_MAX, INSETS_MAX
        self._pictures_left, self._names_left = PICTURES_MAX, NAMES_MAX

    @property
    def is_full(self) -> bool:
        """Whether what comes now is only to be hinted at."""
        return self._names_left <= 0

    def pays(self) -> bool:
        """Take one piece, if there is one left."""
        is_paid = self._pieces_left > 0
        self._pieces_left -= is_paid
        return is_paid

    def pays_for(self, segment: Segment, *, is_styled: bool = False) -> bool:
        """Take what a piece costs, if so much is left; all have a style or this one has."""
        if segment.kind is _LINK:
            is_paid = self._links_left > 0
            self._links_left -= is_paid
            return is_paid
        if segment.kind is _EMOJI and self._pictures_left <= 0:
            return False
        is_plain = segment.kind is _EMOJI or segment.kind is _TEXT
        return (is_plain and not segment.style and not is_styled) or self.pays()

    def write(self, words: str, *tags: str) -> None:
        """Words that nobody looked through for emoji."""
        if words.isascii() or not may_have_emoji(words):
            self._pen.write(words, *tags)
            return
        at = 0
        for start, end in emoji_places(words):
            if self._pictures_left <= 0:
                break
            self._pen.write(words[at:start], *tags)
            self.write_emoji(words[start:end], words[start:end], EMOJI_SIZE, tags)
            at = end
        self.write_plain(words[at:], *tags)

    def write_emoji(self, sign: str, name: str, size: float, tags: tuple[str, ...]) -> None:
        """One emoji, copied as `name`; `size` is that of a text that is not scaled."""
        self._pictures_left -= 1
        if "spoiler" in tags or not has_picture(sign):
            # Tk on X11 draws emoji in pieces, and with an old libXft dies of them.
            self._pen.write(emoji_name(sign), *tags)
            return
        self._pen.picture(EmojiPicture(sign, size * self._pen.look.text_scale), *tags, name=name)

    def write_plain(self, words: str, *tags: str) -> None:
        """Emoji by their names; behind too many names the rest is left out."""
        if words.isascii() or not may_have_emoji(words):
            self._pen.write(words, *tags)
            return
        places = list(islice(emoji_places(words), self._names_left + 1))
        is_cut = len(places) > self._names_left
        end = places[-1][0] if is_cut else len(words)
        self._names_left -= len(places) - is_cut
        self._pen.write(without_emoji(words[:end]), *tags)
        if is_cut:
            self.leave_out(words[end:], *tags)

    def leave_out(self, words: str, *tags: str) -> None:
        """A sign that is copied as all that it stands for."""
        name = words.replace(BREAK_POINT, "")
        self._pen.picture(Icon("three-dots", 14, "muted"), *tags, name=name)
