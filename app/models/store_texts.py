"""Which texts the local store takes: no longer ones than can be sent, and only text."""

from __future__ import annotations

from app.models.commands import SaveSetting, StoreCommand, StorePost
from app.models.events import Event
from app.models.store_settings import SETTING_BYTES_MAX
from protocol.limits import MESSAGE_BYTES_MAX


def check(item: Event | StoreCommand) -> None:
    """Raise ValueError where a text cannot be stored: too long, or no text (lone surrogates)."""
    match item:
        case StorePost(text=text, room_name=room_name):
            _check_text(text, MESSAGE_BYTES_MAX)
            _check_text(room_name, SETTING_BYTES_MAX)
        case SaveSetting(key, value):
            _check_text(key, SETTING_BYTES_MAX)
            _check_text(value, SETTING_BYTES_MAX)
        case _:
            """Events come from a decoder that lets no such text through."""


def _check_text(text: str, bytes_max: int) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise ValueError("the text has characters that are none (lone surrogates)") from None
    if size > bytes_max:
        raise ValueError(f"the text has {size} bytes, more than {bytes_max}")
