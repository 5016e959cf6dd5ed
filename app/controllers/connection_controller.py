"""The way to the server: connect page, connection pill, banner, and the hard stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from app.controllers.connect_page_controller import ConnectPageController, Lookout
from app.controllers.flush_timer import Scheduler
from app.controllers.link_presenters import banner_row, status_row
from app.models.chat_model import ChatModel
from app.models.events import LinkState
from app.models.server_lists import Destination
from app.models.signals import (
    CatchUp,
    DiskTrouble,
    KeyChanged,
    LinkStatus,
    SignedInNow,
    SignInFailed,
    TimelinesChanged,
)
from app.views.rows import BannerKind, BannerRow, KeyChangedRow, StatusRow

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

#: The pill's text changes at most so often, and the countdown runs by it.
TICK_S: Final = 1.0
#: Catching up is mentioned when it takes longer.
CATCH_UP_SHOWN_S: Final = 1.0


class Connector(Lookout, Protocol):
    """Makes and ends the connection, and knows of servers; never waits."""

    def connect(self, server: str, name: str) -> Destination:
        """Be that person at that server from now on; says what the address or link names.

        Raises:
            ValueError: it is no address; the text is one line for people.
        """

    def disconnect(self) -> None:
        """End the connection."""

    def forget(self, address: str) -> None:
        """End the connection, and take the server from those that are saved."""

    def invite_link(self, room: str, fingerprint: str) -> str:
        """A link for others to the server of the last ``connect``; ``room`` may be empty."""


class ConnectionController:
    """Shows how the connection stands; connects and disconnects."""

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
        """``go_to_room`` is told which room a link names, before there is a connection."""
        self._model = model
        self._window = window
        self._go_to_room = go_to_room
        self._page = ConnectPageController(model, window, connector, scheduler)
        self._connector = connector
        self._scheduler = scheduler
        self._clock = clock
        self.server = ""
        self.name = ""
        #: Where the last connection leads, None before there was one.
        self.destination: Destination | None = None
        #: The page is shown and waits for the server.
        self._is_asking = False
        #: The server refused the name: another one can be tried at once.
        self._is_refused = False
        self._retry_at = 0.0
        #: Since when the server is asked without an answer.
        self._silent_since = clock()
        self._catch_up_since: float | None = None
        self._trouble = ""
        self._shown_state: LinkState | None = None
        self._status: StatusRow | None = None
        self._banner: BannerRow | None = None
        self._timer: str | None = None
        self._ticked_at = float("-inf")
        self._is_closed = False
        signals = model.signals
        signals.link_changed.connect(self._on_link)
        signals.signed_in.connect(self._on_signed_in)
        signals.sign_in_failed.connect(self._on_sign_in_failed)
        signals.key_changed.connect(self._on_key_changed)
        signals.catch_up.connect(self._on_catch_up)
        signals.disk_trouble.connect(self._on_disk_trouble)
        signals.timelines_changed.connect(self._on_timelines_changed)

    # --- what the person does ----------------------------------------------------------------
    def start(self, server: str, name: str) -> None:
        """Go straight into the chat if both are known, else ask."""
        self.server, self.name = server, name
        if not (server and name):
            self._show_page()
            return
        self._model.wanted_name = name
        try:
            self._connect(server, name)
        except ValueError as error:
            self._show_page(_sentence(error))
            return
        self._show_chat()

    def connect(self, name: str, server: str) -> None:
        """The connect page was filled in."""
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
            self._show_page(_sentence(error))
            return
        self._is_asking = True
        self._page.show(name, server, is_busy=True)

    def disconnect(self) -> None:
        """Leave the server, or stop trying."""
        self._connector.disconnect()
        self._is_refused = False
        self._show_page()

    def forget(self, address: str) -> None:
        """A saved server is not wanted any more."""
        self._connector.forget(address)

    def is_at(self, address: str, fingerprint: str) -> bool:
        """Whether this server is the one we are connected to; "" for any fingerprint."""
        is_there = self.destination is not None and self.destination.address == address
        is_online = self._model.link.state is LinkState.ONLINE
        return is_there and is_online and fingerprint in ("", self._model.fingerprint)

    def invite_link(self, room: str) -> str:
        """A link for others to this server and room; empty for no room."""
        return self._connector.invite_link(room, self._model.fingerprint)

    def act_on_banner(self, kind: BannerKind) -> None:
        """The button in the line under the header."""
        if kind is BannerKind.CONNECTING:
            self.disconnect()
        else:
            self._model.connect_now()

    def close(self) -> None:
        """Show nothing more."""
        self._is_closed = True
        self._page.leave()
        if self._timer is not None:
            self._scheduler.after_cancel(self._timer)
            self._timer = None

    # --- what the model says -----------------------------------------------------------------
    def _on_link(self, link: LinkStatus) -> None:
        if link.state is LinkState.OFFLINE:
            self._retry_at = self._clock() + link.retry_in_s
        self._note_silence(link)
        if self._is_asking and link.reason and link.state is not LinkState.ONLINE:
            is_busy = link.state is not LinkState.STOPPED
            self._is_asking = is_busy
            self._page.show(self.name, self.server, link.reason, is_busy=is_busy)
        self._show_soon(at_once=link.state is not self._shown_state)
        self._shown_state = link.state

    def _note_silence(self, link: LinkStatus) -> None:
        if link.state is LinkState.CONNECTING and self._shown_state is not LinkState.CONNECTING:
            self._silent_since = self._clock()

    def _on_signed_in(self, signed_in: SignedInNow) -> None:
        self.name = signed_in.name
        self._is_refused = False
        if self._is_asking:
            self._is_asking = False
            self._show_chat()

    def _on_sign_in_failed(self, failed: SignInFailed) -> None:
        if self._model.link.state is LinkState.ONLINE:
            self._window.set_notice(failed.reason)  # only another nick was wanted
            return
        self._is_asking = False
        self._is_refused = True
        self.name = failed.suggestion or self.name
        self._show_page(failed.reason)

    def _on_key_changed(self, changed: KeyChanged) -> None:
        self._is_asking = False
        self._page.leave()
        self._window.show_key_changed(KeyChangedRow(self.server, changed.expected, changed.seen))

    def _on_catch_up(self, catch_up: CatchUp) -> None:
        if not catch_up.missing:
            self._catch_up_since = None
        elif self._catch_up_since is None:
            self._catch_up_since = self._clock()
        self._show_soon(at_once=False)

    def _on_disk_trouble(self, trouble: DiskTrouble) -> None:
        self._trouble = trouble.reason
        self._show_soon(at_once=True)

    def _on_timelines_changed(self, _changed: TimelinesChanged) -> None:
        if self._model.link.state is not LinkState.ONLINE:
            self._show_soon(at_once=False)  # one more message may wait

    # --- pill and banner ---------------------------------------------------------------------
    def _show_soon(self, *, at_once: bool) -> None:
        if self._is_closed:
            return
        if at_once or self._clock() >= self._ticked_at + TICK_S:
            self._tick()
        elif self._timer is None:
            self._timer = self._scheduler.after(int(TICK_S * 1000), self._run_timer)

    def _run_timer(self) -> None:
        self._timer = None
        self._tick()

    def _tick(self) -> None:
        """Show pill and banner, and again in a second while they count."""
        self._ticked_at = self._clock()
        model = self._model
        silent_s = self._clock() - self._silent_since
        status = status_row(model.link, model.catch_up, self.server, self._left_s(), silent_s)
        if status != self._status:
            self._status = status
            self._window.set_status(status)
        banner = banner_row(
            model.link,
            model.catch_up,
            server=model.server_name or self.server,
            retry_in_s=self._retry_at - self._clock(),
            unsent=model.unsent,
            is_slow=self._catching_up_s() > CATCH_UP_SHOWN_S,
            trouble=self._trouble,
        )
        if banner != self._banner:
            self._banner = banner
            self._window.set_banner(banner)
        is_silent = model.link.state is LinkState.CONNECTING and model.link.reason
        counts = is_silent or model.link.state is LinkState.OFFLINE or model.catch_up.missing
        if counts and self._timer is None and not self._is_closed:
            self._timer = self._scheduler.after(int(TICK_S * 1000), self._run_timer)

    def _catching_up_s(self) -> float:
        return 0.0 if self._catch_up_since is None else self._clock() - self._catch_up_since

    def _left_s(self) -> float | None:
        catch_up, passed_s = self._model.catch_up, self._catching_up_s()
        done = catch_up.total - catch_up.missing
        return passed_s / done * catch_up.missing if done and passed_s else None

    # --- the page ----------------------------------------------------------------------------
    def _show_page(self, error: str = "") -> None:
        self._is_asking = False
        self._page.show(self.name, self.server, error)

    def _show_chat(self) -> None:
        self._page.leave()
        self._window.show_chat()
        self._window.focus_composer()

    def _connect(self, server: str, name: str) -> None:
        self.destination = self._connector.connect(server, name)
        if self.destination.room:
            self._go_to_room(self.destination.room)


def _sentence(error: ValueError) -> str:
    text = str(error).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
