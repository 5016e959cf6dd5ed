"""What is wished for without a connection is said to wait: it happens later, all at once."""

from __future__ import annotations

from collections.abc import Callable

from app.models.chat_model import ChatModel
from app.models.events import LinkState
from app.translation import _


def say_it_waits(
    model: ChatModel,
    words: str,
    room: int | None = None,
    waits: Callable[[], bool] | None = None,
) -> None:
    """Say in a room (None: the open one) what will happen; nothing while online.

    It is said for as long as ``waits`` is true (None: until the newest wish is answered)."""
    if model.link.state is not LinkState.ONLINE:
        number = model.open_room_number if room is None else room
        model.lines.tell(number, words, waits=waits or model.desk.newest_waits())


def joining_words(model: ChatModel, name: str, *, create: bool) -> str:
    """Of a room that was asked for: as far as is known here it is there, or has to be made."""
    words = _("You join #{room} when the connection is back.")
    if has_to_be_made(model, name, create=create):
        words = _("Room #{room} will be created when the connection is back.")
    return words.format(room=name)


def has_to_be_made(model: ChatModel, name: str, *, create: bool) -> bool:
    """Whether a room that was asked for is not there, as far as is known here."""
    return create and model.knows_all_rooms and model.room_named(name) is None


def leaving_words(name: str) -> str:
    """Of a room that one leaves."""
    return _("You leave #{room} when the connection is back.").format(room=name)


def topic_words(name: str, topic: str) -> str:
    """Of a room whose topic was changed or, with "", taken away."""
    words = _("#{room} will have no topic when the connection is back.")
    if topic:
        words = _("#{room} gets this topic when the connection is back: {topic}")
    return words.format(room=name, topic=topic)
