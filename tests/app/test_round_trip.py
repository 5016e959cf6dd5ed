"""The time from HELLO to RETRY, on a socket that the test plays."""

from __future__ import annotations

from collections import deque
from typing import Any

from app.round_trip import ANSWER_TIMEOUT_S, TRIES, RoundTripProbe
from protocol.cookie import COOKIE_BYTES, SERVER_NONCE_BYTES, Baked
from protocol.handshake_datagrams import Selection, decode_hello, encode_retry


class FakeSocket:
    """Answers what ``answers`` says, one entry for each ``recv``: after so long, these bytes."""

    def __init__(self, *answers: tuple[float, Any]) -> None:
        self.now = 100.0
        self.sent: list[bytes] = []
        self._answers = deque(answers)
        self._timeout_s = 0.0

    def settimeout(self, timeout_s: float, /) -> None:
        assert timeout_s > 0
        self._timeout_s = timeout_s

    def send(self, datagram: bytes, /) -> int:
        self.sent.append(datagram)
        return len(datagram)

    def recv(self, size: int, /) -> bytes:
        after_s, answer = self._answers.popleft() if self._answers else (1e9, b"")
        if after_s >= self._timeout_s:
            self.now += self._timeout_s
            raise TimeoutError
        self.now += after_s
        if isinstance(answer, Exception):
            raise answer
        if answer == "retry":
            return retry_to(self.sent[-1])
        assert isinstance(answer, bytes)
        return answer[:size]


def retry_to(hello: bytes) -> bytes:
    decoded = decode_hello(hello)
    assert decoded is not None
    baked = Baked(bytes(SERVER_NONCE_BYTES), bytes(COOKIE_BYTES))
    return encode_retry(Selection(1, 1), decoded[0], baked)


def measured(udp: FakeSocket) -> float | None:
    nonces = iter(bytes([n]) * 32 for n in range(9))
    return RoundTripProbe(udp, lambda: udp.now, lambda _count: next(nonces)).measure_s()


class TestMeasuring:
    def test_answer_is_timed(self) -> None:
        udp = FakeSocket((0.024, "retry"))

        assert measured(udp) is not None
        assert round(udp.now - 100.0, 6) == 0.024

    def test_second_try_is_timed_from_its_own_question(self) -> None:
        udp = FakeSocket((9.0, b""), (0.010, "retry"))

        round_trip_s = measured(udp)

        assert round_trip_s is not None and round(round_trip_s, 6) == 0.010
        assert len(udp.sent) == 2 and udp.sent[0] != udp.sent[1]

    def test_silence_ends_in_a_bounded_time(self) -> None:
        udp = FakeSocket()

        assert measured(udp) is None
        assert udp.now - 100.0 <= TRIES * ANSWER_TIMEOUT_S + 1e-6

    def test_closed_port_is_nobody(self) -> None:
        refused = (0.001, ConnectionRefusedError())

        assert measured(FakeSocket(refused, refused)) is None

    def test_other_datagrams_are_passed_over_but_not_for_ever(self) -> None:
        stale = retry_to(b"\x01" + b"x" * 32 + b"\x01\x01\x01\x01" + bytes(1200 - 37))
        udp = FakeSocket((0.1, b"junk"), (0.1, stale), (0.1, "retry"))

        round_trip_s = measured(udp)
        assert round_trip_s is not None and round(round_trip_s, 6) == 0.3

        flood = FakeSocket(*[(0.001, b"junk")] * 10_000)
        assert measured(flood) is None
        assert flood.now - 100.0 <= TRIES * ANSWER_TIMEOUT_S + 0.01
