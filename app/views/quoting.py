"""Answering one message among many: its words as a quote, and the name of who wrote them.

Theory: an answer is a message like any other, so what it is about has to be in its text. What the
message quotes itself stays out, else each answer would have all answers before it: only where it
says nothing of its own that is quoted, as a quote in the quote. Of a long one only the beginning is
there, as nobody reads it twice. Markup knows no block in a quote, so each
line of code is one of its own, and stays what it was.
"""

from collections.abc import Sequence

from app.escapes import as_code
from app.markup import FENCE, covering_by_line, parts_of
from app.markup_parts import CodeBlock
from app.views.composer_view import ComposerView
from app.views.long_messages import beginning_of
from app.views.rows import MessageKind, MessageRow, TimelineRow
from app.views.safe_text import safe_message
from app.views.selected_words import words_of

LINES_MAX = 5
BYTES_MAX = 300  # of UTF-8


class Quoting:
    """Puts the quote into the field, from where the keys go on."""

    def __init__(self, composer: ComposerView) -> None:
        self._composer = composer

    @property
    def is_possible(self) -> bool:
        """Whether one may write here."""
        return self._composer.is_enabled

    @property
    def is_writing(self) -> bool:
        """Whether something is in the field already."""
        return bool(self._composer.value)

    def begin(self, row: MessageRow, selected: str = "") -> None:
        """Quote a message, or what of it is selected, behind what was typed."""
        if self.is_possible:
            self._composer.editor.append_line(safe_message(quote_of(row, selected)))
            self._composer.text.focus_set()


def newest_of_others(rows: Sequence[TimelineRow]) -> MessageRow | None:
    """The newest message that somebody else wrote."""
    messages = (row for row in reversed(rows) if isinstance(row, MessageRow) and not row.is_own)
    return next((row for row in messages if row.kind is MessageKind.MESSAGE), None)


def quote_of(row: MessageRow, selected: str = "") -> str:
    """The lines of the quote, and what calls the author, which tells all who read it whose words
    these are; of one's own just the lines, as nobody calls himself."""
    text = selected or row.text
    if row.details.is_action and not selected:
        text = f"{row.author_name} {text}"
    text = words_of(selected, row.text) if selected else text
    lines = _quoted_lines(covering_by_line(text))
    beginning = beginning_of("\n".join(lines), LINES_MAX, BYTES_MAX, row.details.references)
    quote = "".join(f"> {line}\n" for line in beginning.split("\n"))
    return f"{quote}@{row.author_name} " if row.author_name and not row.is_own else quote


def _quoted_lines(text: str) -> list[str]:
    """The lines that go into a quote, code as code."""
    lines, older = list[str](), list[str]()
    for part in parts_of(text):
        if isinstance(part, CodeBlock):
            lines += (as_code(line) for line in part.code.split("\n") if line.strip())
            continue
        line = "".join(segment.text for segment in part.segments)
        if line.strip() and FENCE.match(line) is None:
            (older if part.is_quote else lines).append(line)
    return lines or older
