"""Messages that wait for other servers than the one at work: read, copied, given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from app.controllers.presenters import moment
from app.models.chat_model import ChatModel
from app.models.records import StrandedPost
from app.translation import _
from app.views.rows import Key, TextRow
from app.views.wording import when_text

if TYPE_CHECKING:
    from app.views.main_window import MainWindow


class StrandedTexts:
    """Tells the window of them whenever they are others."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        *,
        local_now: Callable[[], datetime],
        zone: tzinfo | None = None,
    ) -> None:
        self._model = model
        self._window = window
        self._local_now = local_now
        self._zone = zone
        model.signals.stranded_changed.connect(lambda _changed: self._show())

    def drop(self, key: Key) -> None:
        """The person gives one up."""
        match key:
            case (int(server), int(client_seq)):
                self._model.drop_stranded(server, client_seq)

    def _show(self) -> None:
        self._window.show_stranded([self._row(post) for post in self._model.stranded])

    def _row(self, post: StrandedPost) -> TextRow:
        when = when_text(moment(post.time_ms, self._zone), self._local_now().date())
        server = post.server_name or _("a server that was never reached")
        head = f"#{post.room_name} · {server} · {when}"
        return TextRow((post.server, post.client_seq), head, post.text)
