"""What is wished for without a connection is said to wait: it happens later, all at once."""

from __future__ import annotations

from collections.abc import Callable

from app.models.chat_model import ChatModel
from app.models.events import LinkState
from app.translation import _


def say_it_waits(
    model: ChatModel,
    wish: str,
    room: int | None = None,
    waits: Callable[[], bool] | None = None,
) -> None:
    """Say so of a command, as it is typed, in a room (None: the open one); nothing while online.

    It is said for as long as ``waits`` is true (None: until the newest wish is answered)."""
    if model.link.state is LinkState.ONLINE:
        return
    words = _("Waits until the connection is back: {command}").format(command=wish)
    number = model.open_room_number if room is None else room
    model.lines.tell(number, words, waits=waits or model.desk.newest_waits())
