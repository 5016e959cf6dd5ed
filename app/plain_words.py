"""A message as one line of plain words, for where its markup cannot be drawn.

Theory: the markup is read as in the window, so that what is hidden there is hidden here. The whole
text has to be given, cut afterwards: half a spoiler would be none.
"""

from app.markup import parts_of
from app.markup_parts import CodeBlock, SegmentKind, Style, TextLine

#: What stands for a spoiler, however long it is.
SPOILER = "▒▒▒"


def plain_words(text: str) -> str:
    """Emoji are characters, code is its text, and a titled link its words."""
    return " ".join(" ".join(map(_words_of, parts_of(text))).split())


def _words_of(part: TextLine | CodeBlock) -> str:
    if isinstance(part, CodeBlock):
        return SPOILER if part.is_hidden else part.code
    words: list[str] = []
    for segment in part.segments:
        if segment.kind is SegmentKind.HIDDEN:
            continue
        if Style.SPOILER not in segment.style:
            words.append(segment.visible)
        elif words[-1:] != [SPOILER]:
            words.append(SPOILER)
    return "".join(words)
