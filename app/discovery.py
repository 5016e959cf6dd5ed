"""Finds the servers on this network by mDNS while somebody looks, on a thread of its own.

Theory. The library tells on its own thread that an announcement came, changed or went; that is only
put into a queue. The search's thread reads what each says, measures how far away it is, and hands
on the whole list whenever it has changed. Nothing here is trusted, and nothing is waited for by the
window: ``stop`` only leaves a word.

A goodbye may be lost, or overtaken by an answer from before it, and a server that is killed says
none; what was announced holds for up to 75 minutes then. So who has answered once, and then does
not, is left out until he answers again (RFC 6762, 10.4, of what turns out to be stale). Who never
answered is shown: that tells of a network that lets announcements through and nothing else.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from app.client_config import parse_address
from app.models.events import ServersFound
from app.models.server_lists import FOUND_MAX, FoundServer, read_announcement
from app.round_trip import RoundTripProbe
from app.structs import Struct, replace
from app.translation import N_, _

SERVICE: Final = "_hubbub._udp.local."
#: The distances are measured again so often.
MEASURED_EVERY_S: Final = 5.0
#: So often in a row unanswered, a server that did answer is gone.
UNANSWERED_MAX: Final = 2
#: Of so many it is remembered in one search that they answered.
ANSWERED_MAX: Final = 4 * FOUND_MAX
#: News that nobody has read yet; more is a flood.
_NEWS_MAX: Final = 1_000
#: What was announced is usually known already; if not it is asked for so long.
_RESOLVE_TIMEOUT_MS: Final = 1_500
NO_DISCOVERY: Final = N_("Servers on this network cannot be looked for.")

_log: Final = logging.getLogger(__name__)


class Resolved(Struct, frozen=True):
    """What an announcement says, as it came."""

    properties: Mapping[bytes, bytes | None]
    addresses: Sequence[str]
    port: int | None


class Browser(Protocol):
    """The mDNS library, as far as it is needed."""

    def resolve(self, key: str) -> Resolved | None:
        """What is announced under this key; None if it is gone. May wait a little."""

    def close(self) -> None:
        """Hear of nothing more."""


#: Called on any thread: an announcement's key, and whether it is there.
OnNews = Callable[[str, bool], None]


class ZeroconfBrowser:
    """``Browser`` by the package zeroconf, which is imported when it is first wanted."""

    def __init__(self, on_news: OnNews) -> None:
        """Raises anything if this network cannot be listened to."""
        import zeroconf

        class Listener(zeroconf.ServiceListener):
            def add_service(self, zc: Any, type_: str, name: str) -> None:
                on_news(name, True)

            def update_service(self, zc: Any, type_: str, name: str) -> None:
                on_news(name, True)

            def remove_service(self, zc: Any, type_: str, name: str) -> None:
                on_news(name, False)

        # It would write into our log what strangers send.
        logging.getLogger("zeroconf").setLevel(logging.CRITICAL + 1)
        self._zeroconf = zeroconf.Zeroconf()
        self._browser = zeroconf.ServiceBrowser(self._zeroconf, SERVICE, Listener())

    def resolve(self, key: str) -> Resolved | None:
        """See ``Browser``."""
        info = self._zeroconf.get_service_info(SERVICE, key, timeout=_RESOLVE_TIMEOUT_MS)
        if info is None:
            return None
        return Resolved(info.properties, info.parsed_addresses(), info.port)

    def close(self) -> None:
        """See ``Browser``."""
        self._zeroconf.close()


def measure_round_trip(address: str) -> float | None:
    """Seconds to the server at ``HOST:PORT`` and back; None if it does not answer."""
    place = parse_address(address)
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as udp:
            udp.connect((place.host, place.port))
            return RoundTripProbe(udp, time.perf_counter, os.urandom).measure_s()
    except OSError:
        return None


class Search:
    """One search, until ``stop``; ``run`` is its thread."""

    def __init__(
        self,
        emit: Callable[[ServersFound], None],
        make_browser: Callable[[OnNews], Browser],
        measure: Callable[[str], float | None],
        clock: Callable[[], float],
    ) -> None:
        self._emit = emit
        self._make_browser = make_browser
        self._measure = measure
        self._clock = clock
        self._news: queue.Queue[tuple[str, bool]] = queue.Queue(_NEWS_MAX)
        self._found: dict[str, FoundServer] = {}
        #: Who answered in this search, whatever was announced since.
        self._answered: set[str] = set()
        #: How often in a row those found did not.
        self._unanswered: dict[str, int] = {}
        self._told: ServersFound | None = None
        self._is_stopped = threading.Event()

    def stop(self) -> None:
        """End soon, and tell nothing more."""
        self._is_stopped.set()
        self._hear("", False)  # wakes

    def run(self) -> None:
        """Look until ``stop``; never raises."""
        try:
            browser = self._make_browser(self._hear)
        except Exception as error:  # noqa: BLE001 - no library, no network: an address works still
            _log.warning("! looking for servers is not possible: %s", type(error).__name__)
            self._tell(_(NO_DISCOVERY))
            return
        try:
            self._look(browser)
        except Exception:  # noqa: BLE001 - the thread's edge
            _log.exception("! looking for servers ended")
            self._tell(_(NO_DISCOVERY))
        finally:
            with contextlib.suppress(Exception):
                browser.close()

    def _look(self, browser: Browser) -> None:
        measure_at = self._clock() + MEASURED_EVERY_S
        while not self._is_stopped.is_set():
            left_s = measure_at - self._clock()
            if left_s <= 0:  # however much is announced
                for key in list(self._found):
                    self._measure_one(key)
                measure_at = self._clock() + MEASURED_EVERY_S
                continue
            try:
                key, is_there = self._news.get(timeout=left_s)
            except queue.Empty:
                continue
            self._take_in(browser, key, is_there)

    def _hear(self, key: str, is_there: bool) -> None:
        with contextlib.suppress(queue.Full):  # a flood: whoever is really there will say so again
            self._news.put_nowait((key, is_there))

    def _take_in(self, browser: Browser, key: str, is_there: bool) -> None:
        resolved = browser.resolve(key) if is_there else None
        server = resolved and read_announcement(
            key, resolved.properties, resolved.addresses, resolved.port
        )
        if not server:
            self._found.pop(key, None)
            self._unanswered.pop(key, None)
            self._tell()
            return
        before = self._found.get(key)
        if before is None and len(self._found) >= FOUND_MAX:
            return
        is_same_place = before is not None and before.address == server.address
        round_trip_s = before.round_trip_s if before is not None and is_same_place else None
        self._found[key] = replace(server, round_trip_s=round_trip_s)
        if not is_same_place:
            self._unanswered.pop(key, None)
        self._tell()
        if not is_same_place or self._is_silent(key):
            self._measure_one(key)

    def _measure_one(self, key: str) -> None:
        if not self._is_stopped.is_set():
            server = self._found[key]
            round_trip_s = self._measure(server.address)
            self._found[key] = replace(server, round_trip_s=round_trip_s)
            is_answered = round_trip_s is not None
            self._unanswered[key] = 0 if is_answered else self._unanswered.get(key, 0) + 1
            if is_answered and len(self._answered) < ANSWERED_MAX:
                self._answered.add(key)
            self._tell()

    def _is_silent(self, key: str) -> bool:
        return key in self._answered and self._unanswered.get(key, 0) >= UNANSWERED_MAX

    def _tell(self, problem: str = "") -> None:
        heard = (server for key, server in self._found.items() if not self._is_silent(key))
        servers = sorted(heard, key=lambda s: (s.name.casefold(), s.address))
        found = ServersFound(tuple(servers), problem)
        if found != self._told and not self._is_stopped.is_set():
            self._told = found
            self._emit(found)


class Discovery:
    """Starts and stops searches; from one thread, without waiting."""

    def __init__(
        self,
        emit: Callable[[ServersFound], None],
        *,
        make_browser: Callable[[OnNews], Browser] = ZeroconfBrowser,
        measure: Callable[[str], float | None] = measure_round_trip,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._emit = emit
        self._make_browser = make_browser
        self._measure = measure
        self._clock = clock
        self._search: Search | None = None

    def start(self) -> None:
        """Look for servers, unless that is done already."""
        if self._search is None:
            self._search = Search(self._emit, self._make_browser, self._measure, self._clock)
            threading.Thread(target=self._search.run, name="discovery", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        search, self._search = self._search, None
        if search is not None:
            search.stop()
