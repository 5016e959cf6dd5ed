"""How far an own message has come, as a picture; `wording.state_text` says what it means."""

from typing import Final

from app.views.images import HangingIcon, Icon
from app.views.rows import MessageState

_GAP: Final = 8
DELIVERY_MARKS: Final = {
    MessageState.PENDING: HangingIcon(Icon("clock", 13, "muted"), _GAP),
    MessageState.ACCEPTED: HangingIcon(Icon("check2", 15, "muted"), _GAP),
    MessageState.HELD: HangingIcon(Icon("check2-all", 15, "muted"), _GAP),
    MessageState.HELD_BY_ALL: HangingIcon(Icon("check2-all", 15, "link"), _GAP),
    MessageState.FAILED: HangingIcon(Icon("exclamation-circle-fill", 14, "danger"), _GAP),
}
