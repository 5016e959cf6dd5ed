"""How the connection stands, while one is in the chat: pill, its details, and the banner."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from app.controllers.flush_timer import Scheduler
from app.controllers.link_presenters import banner_row, details_row, status_row
from app.controllers.waiting_words import waiting_in
from app.models.chat_model import ChatModel
from app.models.events import NO_ANSWER, LinkState
from app.models.signals import (
    CatchUp,
    DiskTrouble,
    LinkStatus,
    ServerSwitched,
    SignedInNow,
    TimelinesChanged,
)
from app.translation import _
from app.views.rows import BannerRow, LinkDetailsRow, StatusRow

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

#: The pill's text changes at most so often, and the countdown runs by it.
TICK_S: Final = 1.0
#: Catching up is mentioned when it takes longer.
CATCH_UP_SHOWN_S: Final = 1.0
#: A server that was never reached is said not to answer when it takes longer.
ANSWER_EXPECTED_S: Final = 4.0
#: While the details are open the path is measured so often.
MEASURE_EVERY_S: Final = 2.0


class LinkController:
    """Shows what the models say of the link, and again each second while something counts."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        scheduler: Scheduler,
        clock: Callable[[], float],
        *,
        address: Callable[[], str],
    ) -> None:
        """``address`` is where the connection leads, as ``HOST:PORT``."""
        self._model = model
        self._window = window
        self._scheduler = scheduler
        self._clock = clock
        self._address = address
        self._retry_at = 0.0
        #: Since when the server is asked without an answer, and since when there is a session.
        self._silent_since = self._session_since = clock()
        #: The session is there, but the server does not answer on it.
        self._is_silent = False
        self._age_s = 0.0
        self._was_online = False
        #: Since when a connection to this server is tried, and why the last try failed.
        self._asked_since, self._failure = clock(), ""
        self._catch_up_since: float | None = None
        self._clock_ahead_s = 0.0
        self._trouble = DiskTrouble("")
        self._shown_state: LinkState | None = None
        self._status: StatusRow | None = None
        self._banner: BannerRow | None = None
        self._details: LinkDetailsRow | None = None
        self._are_details_open = False
        self._measured_at = 0.0
        self._timer: str | None = None
        self._ticked_at = float("-inf")
        self._is_closed = False
        signals = model.signals
        signals.server_switched.connect(self._on_server_switched)
        signals.link_changed.connect(self._on_link)
        signals.signed_in.connect(self._on_signed_in)
        signals.catch_up.connect(self._on_catch_up)
        signals.disk_trouble.connect(self._on_disk_trouble)
        signals.timelines_changed.connect(self._on_timelines_changed)

    # --- what the person does ----------------------------------------------------------------
    def show_details(self, is_open: bool) -> None:
        """The details were opened or closed."""
        self._are_details_open = is_open
        self._details = None
        if is_open:
            self._tick()

    def dismiss(self) -> None:
        """The person knows what the banner says."""
        if self._trouble.reason:
            self._trouble = DiskTrouble("")
        else:
            self._clock_ahead_s = 0.0
        self._show_soon(at_once=True)

    def close(self) -> None:
        """Show nothing more."""
        self._is_closed = True
        if self._timer is not None:
            self._scheduler.after_cancel(self._timer)
            self._timer = None

    # --- what the model says -----------------------------------------------------------------
    def _on_server_switched(self, _switched: ServerSwitched) -> None:
        self._was_online = False
        self._asked_since, self._failure = self._clock(), ""
        self._catch_up_since = None

    def _on_link(self, link: LinkStatus) -> None:
        if link.state is LinkState.OFFLINE:
            self._retry_at = self._clock() + link.retry_in_s
            self._failure = link.reason
        is_silent = link.state is LinkState.ONLINE and link.silent_s > 0
        is_news = link.state is not self._shown_state or is_silent is not self._is_silent
        if is_news and (is_silent or link.state is LinkState.CONNECTING):
            self._silent_since = self._clock() - link.silent_s
        self._is_silent = is_silent
        if link.state is LinkState.ONLINE:
            self._was_online = True
            self._failure = ""
            if link.age_s != self._age_s:
                self._session_since = self._clock() - link.age_s
            elif self._shown_state is not LinkState.ONLINE:
                self._session_since = self._clock()
            self._age_s = link.age_s
        self._show_soon(at_once=is_news)
        self._shown_state = link.state

    def _on_signed_in(self, signed_in: SignedInNow) -> None:
        self._clock_ahead_s = signed_in.clock_ahead_s
        self._show_soon(at_once=True)

    def _on_catch_up(self, catch_up: CatchUp) -> None:
        if not catch_up.missing:
            self._catch_up_since = None
        elif self._catch_up_since is None:
            self._catch_up_since = self._clock()
        self._show_soon(at_once=False)

    def _on_disk_trouble(self, trouble: DiskTrouble) -> None:
        self._trouble = trouble
        self._show_soon(at_once=True)

    def _on_timelines_changed(self, _changed: TimelinesChanged) -> None:
        if self._model.link.state is not LinkState.ONLINE:
            self._show_soon(at_once=False)  # one more message or command may wait

    # --- showing -----------------------------------------------------------------------------
    def _show_soon(self, *, at_once: bool) -> None:
        if self._is_closed:
            return
        if at_once or self._clock() >= self._ticked_at + TICK_S:
            self._tick()
        else:
            self._plan()

    def _plan(self) -> None:
        if self._timer is None and not self._is_closed:
            self._timer = self._scheduler.after(int(TICK_S * 1000), self._run_timer)

    def _run_timer(self) -> None:
        self._timer = None
        self._tick()

    def _tick(self) -> None:
        """Show everything, and again in a second while something counts."""
        self._ticked_at = now = self._clock()
        model, link = self._model, self._model.link
        failure = self._why_never_reached(now)
        is_slow = self._catching_up_s() > CATCH_UP_SHOWN_S
        status = status_row(
            link, model.catch_up, self._address(), self._left_s(), self._silent_s(failure, now),
            is_slow=is_slow,
        )  # fmt: skip
        if status != self._status:
            self._status = status
            self._window.set_status(status)
        self._show_banner(failure, now, is_slow=is_slow)
        if self._are_details_open:
            self._show_details(status, now)
        is_asked = link.state is LinkState.CONNECTING and (link.reason or not self._was_online)
        counts = is_asked or self._is_silent or link.state is LinkState.OFFLINE
        if counts or model.catch_up.missing or self._are_details_open:
            self._plan()

    def _why_never_reached(self, now: float) -> str:
        """Why there was no connection to this server yet; "" if there was, or it is too early."""
        if self._was_online:
            return ""
        is_late = now - self._asked_since >= ANSWER_EXPECTED_S
        return self._failure or (_(NO_ANSWER) if is_late else "")

    def _silent_s(self, failure: str, now: float) -> float | None:
        if failure == _(NO_ANSWER):
            return now - self._asked_since
        link = self._model.link
        is_silent = self._is_silent or (link.state is LinkState.CONNECTING and link.reason)
        return now - self._silent_since if is_silent else None

    def _show_banner(self, failure: str, now: float, *, is_slow: bool) -> None:
        model = self._model
        banner = banner_row(
            model.link,
            model.catch_up,
            server=model.server_name or self._address(),
            retry_in_s=self._retry_at - now,
            waiting=waiting_in(model),
            is_slow=is_slow,
            trouble=self._trouble,
            was_online=self._was_online,
            failure=failure,
            clock_ahead_s=self._clock_ahead_s,
        )
        if banner != self._banner:
            self._banner = banner
            self._window.set_banner(banner)

    def _show_details(self, status: StatusRow, now: float) -> None:
        model = self._model
        if model.link.state is LinkState.ONLINE and now >= self._measured_at + MEASURE_EVERY_S:
            self._measured_at = now
            model.connect_now()  # online this asks the path, and the answer is measured
        details = details_row(
            model.link,
            model.catch_up,
            status,
            server=model.server_name,
            address=self._address(),
            fingerprint=model.fingerprint,
            age_s=now - self._session_since,
        )
        if details != self._details:
            self._details = details
            self._window.show_link_details(details)

    def _catching_up_s(self) -> float:
        return 0.0 if self._catch_up_since is None else self._clock() - self._catch_up_since

    def _left_s(self) -> float | None:
        catch_up, passed_s = self._model.catch_up, self._catching_up_s()
        done = catch_up.total - catch_up.missing
        return passed_s / done * catch_up.missing if done and passed_s else None
