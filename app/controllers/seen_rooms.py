"""Which rooms were looked at last, from one start to the next: the quick switcher offers them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from app.controllers.presenters import room_key
from app.models.chat_model import ChatModel

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

#: Of all servers together.
SEEN_MAX: Final = 50


class SeenRooms:
    """Notes each room that is opened. A room is known by its stream, in hexadecimal."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        kept: Iterable[str],
        on_change: Callable[[tuple[str, ...]], None],
    ) -> None:
        self._model = model
        self._window = window
        self._on_change = on_change
        self._streams = list(dict.fromkeys(kept))[:SEEN_MAX]
        model.signals.server_switched.connect(lambda _switched: self._show())
        model.signals.room_opened.connect(lambda _opened: self._note())
        # A room that was joined just now is open before its stream is known.
        model.signals.rooms_changed.connect(lambda _changed: self._note())

    def _note(self) -> None:
        room = self._model.open_room
        stream = room.stream_id.hex() if room is not None else ""
        if stream in ("", *self._streams[:1]):
            return
        self._streams = [stream, *(one for one in self._streams if one != stream)][:SEEN_MAX]
        self._show()
        self._on_change(tuple(self._streams))

    def _show(self) -> None:
        model = self._model
        keys = {room.stream_id.hex(): room_key(model, room.room) for room in model.rooms.values()}
        self._window.show_seen_rooms([keys[one] for one in self._streams if one in keys])
