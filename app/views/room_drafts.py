"""The texts that were begun, one for each room; that of the shown room is in the composer."""

from collections.abc import Callable

from app.views.composer_view import ComposerView
from app.views.rows import Key


class RoomDrafts:
    """`on_change` is told what is typed into the field of which room."""

    def __init__(self, composer: ComposerView, on_change: Callable[[Key, str], None]) -> None:
        self._composer, self._on_change = composer, on_change
        self._texts: dict[Key, str] = {}
        #: The room whose draft is in the field, None before the first.
        self.room_key: Key | None = None

    def switch(self, room_key: Key) -> None:
        """Put the draft of another room into the field."""
        self._composer.flush_change()
        if self.room_key is not None:
            self._texts[self.room_key] = self._composer.value
        self.room_key = room_key
        self._composer.set_value(self._texts.get(room_key, ""))

    def put(self, room_key: Key, text: str) -> None:
        """The draft of a room is this, shown at once or when the room is."""
        self._texts[room_key] = text
        if room_key == self.room_key and self._composer.value != text:
            self._composer.set_value(text)

    def typed(self, text: str) -> None:
        """The text in the field is this."""
        if self.room_key is not None:
            self._texts[self.room_key] = text
            self._on_change(self.room_key, text)
