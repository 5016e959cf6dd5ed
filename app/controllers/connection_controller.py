"""The way to the server: the connect page, the hard stop, and what the person does about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from app.controllers.connect_page_controller import ConnectPageController
from app.controllers.flush_timer import Scheduler
from app.controllers.link_presenters import asking_words
from app.controllers.network_test_controller import Tester
from app.controllers.server_lookout import Lookout, ServerLookout
from app.models.chat_model import ChatModel
from app.models.events import LinkState
from app.models.server_lists import Destination
from app.models.signals import KeyChanged, LinkStatus, SignedInNow, SignInFailed
from app.structs import Struct
from app.views.server_rows import ConnectRow, KeyChangedRow

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

#: While a server is waited for, the page counts so often.
TICK_S: Final = 1.0


class Connector(Lookout, Tester, Protocol):
    """Makes and ends the connection, and knows of servers; never waits."""

    def connect(self, server: str, name: str) -> Destination:
        """Be that person at that server from now on; says what the address or link names.

        Raises:
            ValueError: it is no address; the text is one line for people.
        """

    def disconnect(self) -> None:
        """End the connection."""

    def forget(self, address: str) -> None:
        """Take the server from those that are saved; the connection to it ends."""

    def give_up_link(self, address: str) -> None:
        """End the connection, and expect nothing of a server that was not the one of a link."""

    def invite_link(self, room: str, fingerprint: str) -> str:
        """A link for others to the server of the last ``connect``; ``room`` may be empty."""


class _Place(Struct, frozen=True):
    """A server one is at, as whom, and what it is called."""

    address: str
    nick: str
    label: str


class ConnectionController:
    """Connects and disconnects, and shows the pages that lie over the chat meanwhile."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        connector: Connector,
        scheduler: Scheduler,
        clock: Callable[[], float],
        *,
        go_to_room: Callable[[str], None],
    ) -> None:
        """``go_to_room`` is told which room a link names, before there is a connection; "" when
        what another place's link named is not wanted any more."""
        self._model = model
        self._window = window
        self._go_to_room = go_to_room
        self._lookout = ServerLookout(model, connector, lambda: self.address)
        self._page = ConnectPageController(model, window, self._lookout, scheduler)
        self._connector = connector
        self._scheduler = scheduler
        self._clock = clock
        self.server = ""
        self.name = ""
        #: Where the last connection leads, None before there was one.
        self.destination: Destination | None = None
        #: The server to go back to while another one is chosen, and whether it was left.
        self._back: _Place | None = None
        self._has_left = False
        #: The page is shown and waits for the server; why the last try failed, and since when
        #: this one runs.
        self._is_asking = False
        self._failure = ""
        self._asked_at = 0.0
        self._retry_at = 0.0
        self._timer: str | None = None
        #: The server refused the name: another one can be tried at once.
        self._is_refused = False
        #: The server has another key than it should: nobody may be sent there again by itself, and
        #: nothing more is expected of it if only a link named that key.
        self._is_wrong_key = self._is_wrong_link = False
        signals = model.signals
        signals.link_changed.connect(self._on_link)
        signals.signed_in.connect(self._on_signed_in)
        signals.sign_in_failed.connect(self._on_sign_in_failed)
        signals.key_changed.connect(self._on_key_changed)

    @property
    def address(self) -> str:
        """Where the connection leads, as ``HOST:PORT``."""
        return self.destination.address if self.destination else self.server

    @property
    def called(self) -> str:
        """What the server is called: here, by itself, or else by where it is."""
        model, address = self._model, self.address
        return model.servers.name_at(address, model.fingerprint) or model.server_name or address

    # --- what the person does ----------------------------------------------------------------
    def start(self, server: str, name: str) -> None:
        """Go straight into the chat if both are known, else ask."""
        self._back = None
        self.server, self.name = server, name
        if not (server and name):
            self._show_page()
            return
        self._model.wanted_name = name
        try:
            self._connect(server, name)
        except ValueError as error:
            self._show_page(sentence_of(error))
            return
        self._show_chat()

    def connect(self, name: str, server: str) -> None:
        """The connect page was filled in, perhaps while another server was waited for."""
        if self._is_there(name, server):
            self.cancel()
            return
        is_same_server = self._is_refused and server == self.server
        self.server, self.name = server, name
        self._is_refused = False
        try:
            if is_same_server:
                self._model.rename_self(name)
            else:
                self._model.wanted_name = name
                self._connect(server, name)
        except ValueError as error:
            self._show_page(sentence_of(error))
            return
        self._is_asking = True
        self._failure, self._asked_at = "", self._clock()
        self._show_asking()

    def add_server(self) -> None:
        """Another server is wanted; until one connects there, nothing changes."""
        self._back, self._has_left = _Place(self.address, self.name, self.called), False
        self._page.show(ConnectRow(self.name, has_default=False, back_to=self.called))

    def cancel(self) -> None:
        """Do not wait for the server, or look for another one, any more."""
        back, self._back = self._back, None
        if back is None:
            self.disconnect()
        elif self._has_left:
            self.start(back.address, back.nick)
        else:
            self.server, self.name = back.address, back.nick
            self._show_chat()

    def leave_page(self) -> None:
        """The chat is wanted, and not the page over it that asks for another server."""
        if self._back is not None and not self._has_left:
            self.cancel()

    def _is_there(self, name: str, server: str) -> bool:
        """Whether what was chosen is the server that one could go back to."""
        back = self._back
        if back is None or name != back.nick:
            return False
        saved = self._model.servers.saved_at(back.address)
        return server in (saved.addresses if saved else (back.address,))

    def reconnect(self) -> None:
        """The connection was stopped for good: begin anew, as the same person."""
        self.start(self.server, self.name)

    def try_now(self) -> None:
        """Do not wait for the next try."""
        self._model.connect_now()

    def disconnect(self) -> None:
        """Leave the server, or stop trying."""
        if self._is_wrong_link:
            self._connector.give_up_link(self.address)
        else:
            self._connector.disconnect()
        was_wrong_key, self._is_wrong_key = self._is_wrong_key, False
        self._is_wrong_link = self._is_refused = False
        if was_wrong_key:
            self.server = ""
        # A server that has been reached stands in a list; what was typed to no avail is mended.
        is_listed = bool(self._model.fingerprint) and not (self._is_asking or was_wrong_key)
        self._show_page(has_default=not was_wrong_key, is_listed=is_listed)

    def forget(self, address: str) -> None:
        """A saved server is not wanted any more, at none of its addresses."""
        server = self._model.servers.saved_at(address)
        addresses = server.addresses if server else (address,)
        for each in addresses:
            self._connector.forget(each)
        if self._back is not None and self._back.address in addresses:
            self._back = None
            if not self._is_asking:
                self.server = ""
                self._show_page(has_default=False)
        if self._is_asking and self.address in addresses:
            self._show_page()  # the connection to it has ended

    def use_discovery(self, is_on: bool) -> None:
        """Whether servers on this network are looked for."""
        self._lookout.use(is_on)

    def is_at(self, address: str, fingerprint: str) -> bool:
        """Whether this server is the one we are connected to; "" for any fingerprint."""
        is_there = self.destination is not None and self.destination.address == address
        is_online = self._model.link.state is LinkState.ONLINE
        return is_there and is_online and fingerprint in ("", self._model.fingerprint)

    def tested_address(self) -> str:
        """The active server as a link with the key it has, for a test of the way to it."""
        if self.destination is None:
            return self.server
        key = self._model.fingerprint
        return f"hubbub://{self.address}#{key}" if key else self.address

    def invite_link(self, room: str) -> str:
        """A link for others to this server and room; empty for no room."""
        return self._connector.invite_link(room, self._model.fingerprint)

    def close(self) -> None:
        """Show nothing more."""
        self._is_asking = False
        self._page.leave()
        self._lookout.close()
        self._stop_timer()

    # --- what the model says -----------------------------------------------------------------
    def _on_link(self, link: LinkStatus) -> None:
        now = self._clock()
        if link.state is LinkState.OFFLINE:
            self._retry_at = now + link.retry_in_s
        if not self._is_asking or link.state is LinkState.ONLINE:
            return
        if link.state is LinkState.STOPPED:
            self._show_page(link.reason)
            return
        if link.reason:
            self._failure = link.reason
        elif link.state is LinkState.CONNECTING:
            self._asked_at = now
        self._show_asking()

    def _on_signed_in(self, signed_in: SignedInNow) -> None:
        self.name = signed_in.name
        self._is_refused = False
        if self._is_asking:
            self._back = None
            self._show_chat()

    def _on_sign_in_failed(self, failed: SignInFailed) -> None:
        if self._model.link.state is LinkState.ONLINE:
            self._window.set_notice(failed.reason)  # only another nick was wanted
            return
        self._is_refused = True
        self.name = failed.suggestion or self.name
        self._show_page(failed.reason, is_about_nick=failed.is_about_name)

    def _on_key_changed(self, changed: KeyChanged) -> None:
        if not self._has_left:
            self._back = None  # it is that server's key
        self._is_asking = False
        self._stop_timer()
        self._page.leave()
        self._is_wrong_key, self._is_wrong_link = True, changed.is_first_contact
        row = KeyChangedRow(
            self.address, changed.expected, changed.seen, is_first_contact=changed.is_first_contact
        )
        self._window.show_key_changed(row)

    # --- the page ----------------------------------------------------------------------------
    def _show_page(
        self,
        error: str = "",
        *,
        has_default: bool = True,
        is_listed: bool = False,
        is_about_nick: bool = False,
    ) -> None:
        self._is_asking = False
        self._stop_timer()
        server, chosen = ("", self.address) if is_listed else (self.server, "")
        self._page.show(
            ConnectRow(
                self.name, server, error, has_default=has_default, chosen=chosen,
                back_to=self._back.label if self._back else "",
                is_about_nick=is_about_nick,
            )
        )  # fmt: skip

    def _show_asking(self) -> None:
        """Say who is waited for and since when, and again each second."""
        link, now = self._model.link, self._clock()
        error, status = asking_words(
            link,
            self.address,
            failure=self._failure,
            waited_s=now - self._asked_at,
            retry_in_s=self._retry_at - now,
        )
        is_between_tries = link.state is LinkState.OFFLINE and bool(self._failure)
        row = ConnectRow(
            self.name, self.server, error, is_busy=True, status=status,
            can_try_now=is_between_tries,
        )  # fmt: skip
        self._page.show(row)
        if self._timer is None:
            self._timer = self._scheduler.after(int(TICK_S * 1000), self._run_timer)

    def _run_timer(self) -> None:
        self._timer = None
        if self._is_asking:
            self._show_asking()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._scheduler.after_cancel(self._timer)
            self._timer = None

    def _show_chat(self) -> None:
        self._is_asking = False
        self._stop_timer()
        self._page.leave()
        self._window.show_chat()
        self._window.focus_composer()

    def _connect(self, server: str, name: str) -> None:
        self._is_wrong_key = self._is_wrong_link = False
        before, self.destination = self.destination, self._connector.connect(server, name)
        self._has_left = True
        is_elsewhere = before is not None and before.address != self.destination.address
        if self.destination.room or is_elsewhere:
            self._go_to_room(self.destination.room)


def sentence_of(error: ValueError) -> str:
    """What is wrong with an address, as the connect page says it."""
    text = str(error).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
