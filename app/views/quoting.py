"""Answering one message among many: its words as a quote, and the name of who wrote them.

Theory: an answer is a message like any other, so what it is about has to be in its text. What the
message quotes itself stays out, else each answer would have all answers before it; and of a long
one only the beginning is there, as nobody reads it twice.
"""

from app.markup import FENCE
from app.views.composer_view import ComposerView
from app.views.long_messages import beginning_of
from app.views.rows import MessageRow
from app.views.safe_text import safe_message

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

    def begin(self, row: MessageRow, selected: str = "") -> None:
        """Quote a message, or what of it is selected, behind what was typed."""
        if self.is_possible:
            self._composer.editor.append_line(safe_message(quote_of(row, selected)))
            self._composer.text.focus_set()


def quote_of(row: MessageRow, selected: str = "") -> str:
    """The lines of the quote, and what calls the author, who may be oneself: then nobody."""
    text = selected or row.text
    if row.details.is_action and not selected:
        text = f"{row.author_name} {text}"
    lines = [line for line in text.split("\n") if line.strip() and FENCE.match(line) is None]
    lines = [line for line in lines if not line.startswith(">")] or lines
    beginning = beginning_of("\n".join(lines), LINES_MAX, BYTES_MAX)
    quote = "".join(f"> {line}\n" for line in beginning.split("\n"))
    return quote if row.is_own or not row.author_name else f"{quote}@{row.author_name} "
