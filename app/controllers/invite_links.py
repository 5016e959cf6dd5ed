"""Invite links inside the window: from a message, the switcher, the join dialog or ``/join``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.addresses import INVITE_LENGTH_MAX, is_invite
from app.client_config import ServerAddress, parse_address
from app.controllers.connection_controller import ConnectionController, sentence_of
from app.models.chat_model import ChatModel
from app.models.composed_text import CannotSend
from app.models.events import LinkState
from app.models.server_lists import SavedServer
from app.translation import _
from app.views.invite_row import InviteRow

if TYPE_CHECKING:
    from app.views.main_window import MainWindow


class InviteLinks:
    """A link to the server one is at leads into the room; one to another server asks first."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        connection: ConnectionController,
        open_room: Callable[[str], None],
        open_link: Callable[[str], None],
    ) -> None:
        """``open_room`` opens the room of that name here, joining it if need be; ``open_link``
        hands any other address to the browser."""
        self._model = model
        self._window = window
        self._connection = connection
        self._open_room = open_room
        self._open_link = open_link

    def click(self, link: str) -> None:
        """A link in a message was clicked; what is wrong with an invite is said in a quiet line."""
        if not is_invite(link):
            self._open_link(link)
            return
        try:
            self.follow(link)
        except CannotSend as error:
            self._window.set_notice(str(error))

    def follow(self, link: str) -> None:
        """Go where it leads; nothing is sent to another server before its person has agreed.

        Raises:
            CannotSend: it is no address; the text says what is wrong with it.
        """
        address = _read(link)
        self._window.close_join_dialog()
        if not self._is_here(address):
            self._window.ask_to_switch(self._question(address))
        elif not self._is_online:
            self._connection.start(address.link, self._connection.name)
        elif address.room:
            self._open_room(address.room)
        else:
            words = _("You are connected to {server} already.")
            self._window.set_notice(words.format(server=self._connection.called), is_mishap=False)

    def accept(self, link: str) -> None:
        """The person wants to go there, under the name one has there or else the one one has here;
        whoever cancels, as nobody answers there, is back here."""
        known = self._known(parse_address(link))
        self._connection.add_server()
        self._connection.connect((known and known.nick) or self._connection.name, link)

    def _is_here(self, address: ServerAddress) -> bool:
        """A server is its key; where the link names none, its address has to do. While it is not
        reached, a new way to it is one to somewhere else: nobody knows yet who answers there."""
        fingerprint, place = self._model.fingerprint, address.host_and_port
        if address.fingerprint and address.fingerprint != fingerprint:
            return False
        if address.fingerprint and self._is_online:
            return True
        places = [self._connection.address, self._model.link.address]
        saved = self._model.servers.saved
        places += [way for s in saved if s.fingerprint == fingerprint for way in s.addresses]
        return place in places

    @property
    def _is_online(self) -> bool:
        return self._model.link.state is LinkState.ONLINE

    def _known(self, address: ServerAddress) -> SavedServer | None:
        servers = self._model.servers
        if address.fingerprint:
            saved = (s for s in servers.saved if s.fingerprint == address.fingerprint)
            return next(saved, None)
        return servers.saved_at(address.host_and_port)

    def _question(self, address: ServerAddress) -> InviteRow:
        known = self._known(address)
        name = known and (
            self._model.servers.name_at(known.address, known.fingerprint) or known.name
        )
        return InviteRow(
            address.link,
            server=self._connection.called,
            address=address.host_and_port,
            known_as=name or "",
            room=address.room or "",
            nick=(known and known.nick) or self._connection.name,
            fingerprint=address.fingerprint or "",
        )


def _read(link: str) -> ServerAddress:
    words = link.strip()
    if len(words) > INVITE_LENGTH_MAX:
        raise CannotSend(_("The invite link is too long."))
    try:
        address = parse_address(words)
    except ValueError as error:
        raise CannotSend(sentence_of(error)) from None
    if not address.host.isascii():
        # Its letters could be taken for those of another host; on the connect page one types them.
        raise CannotSend(_("The host of an invite link is written in plain letters."))
    return address
