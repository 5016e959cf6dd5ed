"""How far an own message has come, as a picture.

Two ticks beside each other mean "read" to whoever knows WhatsApp, and nobody is told that here. So
what other computers hold has a ring, and what all of them hold a full disc: a shape that says
"arrived", and that differs from the one before not only by its colour.
"""

from typing import Final

from app.views.images import HangingIcon, Icon
from app.views.rows import MessageState

_GAP: Final = 8
DELIVERY_MARKS: Final = {
    MessageState.PENDING: HangingIcon(Icon("clock", 13, "muted"), _GAP),
    MessageState.ACCEPTED: HangingIcon(Icon("check2", 15, "muted"), _GAP),
    MessageState.HELD: HangingIcon(Icon("check-circle", 13, "muted"), _GAP),
    MessageState.HELD_BY_ALL: HangingIcon(Icon("check-circle-fill", 13, "link"), _GAP),
    MessageState.FAILED: HangingIcon(Icon("exclamation-circle-fill", 14, "danger"), _GAP),
}
