"""What ``_sealing.c`` offers; docstrings are in ``plain_sealing``, its twin."""

from typing import Any

LIMITS: dict[str, int]

class Keys:
    remote_index: int
    sent_counter: int
    failed_opens: int
    def __init__(self, send_key: bytes, receive_key: bytes, remote_index: int) -> None: ...
    def encrypt(self, plaintext: bytes, /) -> bytes: ...
    def decrypt(self, datagram: bytes, /) -> bytes | None: ...

class Sent:
    window: float
    lossy_until: float
    awaited: bool
    sent: int
    counted_bytes: int
    reported_bytes: int
    def __init__(self, window: float) -> None: ...
    @property
    def may_send(self) -> bool: ...
    def on_sent(
        self, counter: int, now: float, size_bytes: int = ..., *, quiet: bool = False
    ) -> None: ...
    def sent_at(self, counter: int, /) -> float: ...
    def counted_to(self, counter: int, /) -> int: ...

def seal_for_each(
    sessions: list[Any],
    place: int,
    plaintexts: tuple[bytes, ...],
    now: float,
    outgoing: list[tuple[bytes, tuple[str, int]]],
    unawaited: list[int],
    /,
) -> int: ...
