"""What is known of a block of the timeline that is in the widget, and where its parts stand."""

from typing import Protocol

from app.structs import Struct, field
from app.views.rows import MessageRow
from app.views.timeline_layout import Block

AVATAR_X = 16
TEXT_X = 72
MARK_INSET = 8  # of the mark in the ground of code


class DrawEnd(Protocol):
    """Draws what stands behind the last word of a message, or at the right edge of its line."""

    def __call__(self, row: MessageRow, *, is_at_edge: bool = False) -> None: ...


class Drawn(Struct):
    """A block in the widget: its tag, the lines above its message, its links and code by tag."""

    block: Block
    tag: str
    lines_above: int = 0
    links: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    #: Those of its links that are drawn as other words than their address.
    titled: set[str] = field(default_factory=set)
    #: Real pixels that take the widest line of code that can be wrapped, and the line of the name.
    fitted_width: int = 0
    #: Its lines were broken for the width that there was.
    is_broken_here: bool = False
