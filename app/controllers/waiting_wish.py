"""What is wished for without a connection is said to wait: it happens later, all at once."""

from __future__ import annotations

from app.models.chat_model import ChatModel
from app.models.events import LinkState
from app.translation import _


def say_it_waits(model: ChatModel, wish: str, room: int | None = None) -> None:
    """Say so of a command, as it is typed, in a room (None: the open one); nothing while online."""
    if model.link.state is LinkState.ONLINE:
        return
    words = _("Waits until the connection is back: {command}").format(command=wish)
    model.tell(model.open_room_number if room is None else room, words)
