"""Finds out which step of reaching a server fails; what it asks of the network is given to it.

Theory. Everything a connection needs is tried in order: an address of our own, multicast (how
servers are found), a reply (HELLO to RETRY), the handshake up to the server's key, the round trip
and the share lost of some more HELLOs. It says nothing of who asks: keys and nonces are made for
this test alone, and the handshake ends before the message that would name us, so that the server
keeps no session.
"""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Callable
from statistics import median
from typing import Final, Protocol

from app.client_config import ServerAddress
from app.models.network_report import ALL_WAITING, NetworkReport, NetworkStep, StepState
from app.round_trip import RoundTripProbe
from app.round_trip import Udp as ConnectedUdp
from app.structs import replace
from app.translation import _, ngettext
from protocol.client_handshake import ClientHandshake, Established, VersionRefused
from protocol.limits import DATAGRAM_BYTES_MAX
from protocol.noise import fingerprint, generate_private_key

#: HELLOs whose round trips are measured, and how many of those may be lost.
PROBES: Final = 20
LOSS_MAX: Final = 0.1
ROUND_TRIP_MAX_S: Final = 0.4
#: A reply is asked for so often before it is given up.
REPLY_TRIES: Final = 3
#: So long an answer may take to be one.
ANSWER_MAX_S: Final = 1.0
HANDSHAKE_MAX_S: Final = 4.0
MULTICAST_MAX_S: Final = 1.5

_log: Final = logging.getLogger(__name__)


class Udp(ConnectedUdp, Protocol):
    """A connected datagram socket."""

    def close(self) -> None: ...


class Net(Protocol):
    """What is asked of the machine; each may raise ``OSError``."""

    def own_address(self, server: ServerAddress | None) -> str:
        """The address from which this computer would speak to the server, or to the network."""

    def multicast(self, timeout_s: float) -> int | None:
        """Ask the network for servers; how many answered, None if not even the own question
        came back."""

    def connect(self, server: ServerAddress) -> Udp:
        """A socket for this server."""


class _Failed(Exception):
    """The step did not do; the text says what was seen."""


class NetworkTest:
    """One run; ``emit`` hears of every change, ``is_stopped`` is asked between two datagrams."""

    def __init__(
        self,
        server: ServerAddress | None,
        net: Net,
        clock: Callable[[], float],
        random_bytes: Callable[[int], bytes],
        emit: Callable[[NetworkReport], None],
        is_stopped: Callable[[], bool],
    ) -> None:
        self._server = server
        self._net = net
        self._clock = clock
        self._random_bytes = random_bytes
        self._emit = emit
        self._is_stopped = is_stopped
        self._report = NetworkReport(server.host_and_port if server else "", ALL_WAITING)
        self._udp: Udp | None = None
        self._lost = 0
        self._round_trips_s: list[float] = []

    def run(self) -> NetworkReport:
        """All steps, as far as they lead; never raises. May take some seconds."""
        self._emit(self._report)
        steps: tuple[tuple[NetworkStep, Callable[[], str]], ...] = (
            (NetworkStep.OWN_ADDRESS, self._own_address),
            (NetworkStep.MULTICAST, self._multicast),
            (NetworkStep.REPLY, self._reply),
            (NetworkStep.HANDSHAKE, self._handshake),
            (NetworkStep.ROUND_TRIP, self._round_trip),
            (NetworkStep.LOSS, self._loss),
        )
        try:
            is_stuck = False
            for step, look in steps:
                if is_stuck or self._is_stopped():
                    self._put(step, StepState.SKIPPED)
                elif self._server is None and step not in _WITHOUT_SERVER:
                    self._put(step, StepState.SKIPPED, _("needs the address of a server"))
                elif not self._try(step, look) and step is not NetworkStep.MULTICAST:
                    is_stuck = True
        finally:
            if self._udp is not None:
                self._udp.close()
        self._report = replace(self._report, is_done=True)
        self._emit(self._report)
        return self._report

    def _try(self, step: NetworkStep, look: Callable[[], str]) -> bool:
        self._put(step, StepState.RUNNING)
        try:
            detail = look()
        except _Failed as error:
            self._put(step, StepState.FAILED, str(error))
            return False
        except OSError as error:
            # In the system's words, which may not be the person's.
            _log.warning("! test of the network, %s: %s", step.value, error)
            self._put(step, StepState.FAILED, _reason(error))
            return False
        is_cut_short = self._is_stopped()
        self._put(step, StepState.SKIPPED if is_cut_short else StepState.GOOD, detail)
        return True

    def _put(self, step: NetworkStep, state: StepState, detail: str = "") -> None:
        steps = tuple(
            replace(result, state=state, detail=detail) if result.step is step else result
            for result in self._report.steps
        )
        self._report = replace(self._report, steps=steps)
        self._emit(self._report)

    # --- the steps ---------------------------------------------------------------------------
    def _own_address(self) -> str:
        address = self._net.own_address(self._server)
        if not address:
            raise _Failed(_("no address on a network"))
        return address

    def _multicast(self) -> str:
        answers = self._net.multicast(MULTICAST_MAX_S)
        if answers is None:
            raise _Failed(_("what is sent to all does not come back"))
        found = ngettext("{count} server answered", "{count} servers answered", answers)
        return found.format(count=answers)

    def _reply(self) -> str:
        assert self._server is not None
        self._udp = self._net.connect(self._server)
        probe = RoundTripProbe(self._udp, self._clock, self._random_bytes)
        for _attempt in range(REPLY_TRIES):
            if self._is_stopped():
                return ""
            try:
                round_trip_s = probe.ask_s(ANSWER_MAX_S)
            except ConnectionRefusedError:
                words = _("nothing listens at UDP port {port} there")
                raise _Failed(words.format(port=self._server.port)) from None
            except TimeoutError:
                continue
            if round_trip_s is not None:
                return _("the server answers")
        seconds = round(REPLY_TRIES * ANSWER_MAX_S)
        words = _("no answer within {seconds}\N{NO-BREAK SPACE}s")
        raise _Failed(words.format(seconds=seconds))

    def _handshake(self) -> str:
        assert self._server is not None
        assert self._udp is not None
        now = self._clock()
        end = now + HANDSHAKE_MAX_S
        key = generate_private_key(self._random_bytes)
        shake = ClientHandshake(key, None, b"", self._random_bytes, now)
        while now < end and not self._is_stopped():
            for datagram in shake.datagrams_to_send(now):
                self._udp.send(datagram)
            wait_until = min(end, shake.next_timer() or end)
            outcome = None
            try:
                self._udp.settimeout(max(0.001, wait_until - now))
                outcome = shake.receive(self._udp.recv(DATAGRAM_BYTES_MAX + 1), self._clock())
            except TimeoutError:
                shake.handle_timer(self._clock())
            if isinstance(outcome, Established):
                return self._judged(fingerprint(outcome.server_key))
            if isinstance(outcome, VersionRefused):
                raise _Failed(_("the server speaks another version of the protocol"))
            now = self._clock()
        if self._is_stopped():
            return ""
        raise _Failed(_("it begins, but does not come to an end"))

    def _judged(self, seen: str) -> str:
        assert self._server is not None
        expected = self._server.fingerprint
        if expected is None:
            return _("the server shows its key")
        if seen != expected:
            raise _Failed(_("the server has another key than expected"))
        return _("the server has the key that is expected")

    def _round_trip(self) -> str:
        assert self._udp is not None
        probe = RoundTripProbe(self._udp, self._clock, self._random_bytes)
        for number in range(PROBES):
            if self._is_stopped():
                return ""
            try:
                round_trip_s = probe.ask_s(ANSWER_MAX_S)
            except OSError:
                round_trip_s = None
            if round_trip_s is None:
                self._lost += 1
            else:
                self._round_trips_s.append(round_trip_s)
            words = _("{number} of {count}").format(number=number + 1, count=PROBES)
            self._put(NetworkStep.ROUND_TRIP, StepState.RUNNING, words)
        if not self._round_trips_s:
            raise _Failed(_("no answer any more"))
        usual, worst = median(self._round_trips_s), max(self._round_trips_s)
        words = _("{usual}\N{NO-BREAK SPACE}ms, at most {worst}\N{NO-BREAK SPACE}ms")
        words = words.format(usual=_ms(usual), worst=_ms(worst))
        if usual > ROUND_TRIP_MAX_S:
            raise _Failed(words)
        return words

    def _loss(self) -> str:
        words = _("{lost} of {count} packets").format(lost=self._lost, count=PROBES)
        if self._lost / PROBES > LOSS_MAX:
            raise _Failed(words)
        return words


_NO_WAY: Final = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)
_WITHOUT_SERVER: Final = (NetworkStep.OWN_ADDRESS, NetworkStep.MULTICAST)


def _reason(error: OSError) -> str:
    """What is known of it in the person's language, "" for nothing."""
    if isinstance(error, socket.gaierror):
        return _("the name cannot be looked up")
    return _("no way leads there") if error.errno in _NO_WAY else ""


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))
