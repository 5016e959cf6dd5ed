"""What a text of a message is cut into: lines of styled pieces, and blocks of code. No Tk."""

from enum import Enum, IntFlag, auto

from app.structs import Struct


class SegmentKind(Enum):
    TEXT = "text"
    HIDDEN = "hidden"  # delimiters
    LINK = "link"
    EMOJI = "emoji"
    MENTION = "mention"
    OWN_MENTION = "own mention"
    ROOM = "room"


class Style(IntFlag):  # found in tables as a number is, which takes half as long
    NONE = 0
    BOLD = auto()
    ITALIC = auto()
    STRIKE = auto()
    SPOILER = auto()
    CODE = auto()


class Segment(Struct, frozen=True, gc=False):
    """`text` is what was written; `shown` what stands for it, when that is something else. A link
    that is drawn as other words leads to `target`."""

    kind: SegmentKind
    text: str
    style: Style = Style.NONE
    shown: str = ""
    target: str = ""

    @property
    def visible(self) -> str:
        return self.shown or self.text


class TextLine(Struct, frozen=True, gc=False):
    """`marker` is what stands before an item of a list, "•" or its number; `level` is how far the
    item is moved in, from 0; `quotes` how many quotes it stands in, one in the other. What was
    written for these is the first segment, and what was written for an item the first one or the
    one behind that."""

    segments: tuple[Segment, ...]
    quotes: int = 0
    marker: str = ""
    level: int = 0

    @property
    def is_quote(self) -> bool:
        return self.quotes > 0

    @property
    def start(self) -> int:
        """The place of the first segment that is of its words."""
        return self.is_quote + bool(self.marker)


class CodeBlock(Struct, frozen=True, gc=False):
    """Lines between triple backticks; `language` is the word behind the first three. `is_hidden`:
    a spoiler goes on over them."""

    code: str
    language: str = ""
    is_hidden: bool = False


class References(Struct, frozen=True):
    """Names that mean somebody or something when they are written: `@anna`, `#dev`.

    `own` is the reader's nick, which counts without the `@` too, but not in a quote.
    """

    people: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    own: str = ""


NO_REFERENCES = References()
