"""The sending half of sessions in Python: the reference for its native twin, ``_sealing.c``.

Numbers that change with each datagram are kept apart here, so that both twins have the same few:
``Keys`` under a channel, ``Sent`` under a flow. Whatever needs judgement stays above them, in
``channel``, ``flow`` and ``session``, and there is one of that.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from protocol import limits
from protocol.cookie import Address
from protocol.datagrams import DATA_HEADER, DatagramType
from protocol.noise import NONCE

#: A key seals no more than this; a session changes its keys long before (one an hour).
DATAGRAMS_PER_KEY_MAX: Final = 2**32
#: Far below the integrity limit of the cipher, 2^36 (RFC 9001, 6.6).
FAILED_OPENS_MAX: Final = 2**20
#: Send times are kept for this many newest datagrams; an older one gives no sample.
TIMES: Final = 128

#: What the native twin was compiled with has to be the same. The first number goes up with every
#: change of what the twins offer: after an update one that was built before is not used.
LIMITS: Final = {
    "INTERFACE": 3,
    "PLAINTEXT_BYTES_MAX": limits.PLAINTEXT_BYTES_MAX,
    "DATAGRAMS_PER_KEY_MAX": DATAGRAMS_PER_KEY_MAX,
    "FAILED_OPENS_MAX": FAILED_OPENS_MAX,
    "COUNTED_BYTES_MIN": limits.COUNTED_BYTES_MIN,
    "TIMES": TIMES,
}

_MASK: Final = TIMES - 1
_FULL: Final = limits.DATAGRAM_BYTES_MAX
_LEAST: Final = limits.COUNTED_BYTES_MIN
_SEAL_BYTES: Final = limits.HEADER_BYTES + limits.TAG_BYTES
_KEY_BYTES: Final = 32
_DATA: Final = int(DatagramType.DATA)


class Keys:
    """A pair of keys, and how much they were used."""

    __slots__ = ("_opener", "_sealer", "failed_opens", "remote_index", "sent_counter")

    def __init__(self, send_key: bytes, receive_key: bytes, remote_index: int) -> None:
        if len(send_key) != _KEY_BYTES or len(receive_key) != _KEY_BYTES:
            raise ValueError("a key has 32 bytes")
        #: The index by which we address the peer.
        self.remote_index = remote_index
        #: How many datagrams were sealed; also the counter of the next one.
        self.sent_counter = 0
        #: Forged datagrams that the cipher refused.
        self.failed_opens = 0
        # One object per key: making one costs as much as using it.
        self._sealer = ChaCha20Poly1305(send_key)
        self._opener = ChaCha20Poly1305(receive_key)

    def encrypt(self, plaintext: bytes) -> bytes:
        """The next datagram, with its header.

        Raises ``ValueError`` when it would be too long, or when the keys are used up.
        """
        counter = self.sent_counter
        used_up = counter >= DATAGRAMS_PER_KEY_MAX or self.failed_opens >= FAILED_OPENS_MAX
        if len(plaintext) > limits.PLAINTEXT_BYTES_MAX or used_up:
            raise ValueError("too long a plaintext, or used-up keys")
        self.sent_counter = counter + 1
        header = DATA_HEADER.pack(_DATA, self.remote_index, counter)
        return header + self._sealer.encrypt(NONCE.pack(counter), plaintext, header)

    def decrypt(self, datagram: bytes) -> bytes | None:
        """The plaintext of a datagram whose header was looked at; None for a forged one.

        Raises ``ValueError`` for a length that no datagram has.
        """
        if not _SEAL_BYTES <= len(datagram) <= limits.DATAGRAM_BYTES_MAX:
            raise ValueError("too short or too long a datagram")
        header, text = datagram[: limits.HEADER_BYTES], datagram[limits.HEADER_BYTES :]
        counter = DATA_HEADER.unpack(header)[2]
        try:
            return self._opener.decrypt(NONCE.pack(counter), text, header)
        except InvalidTag:
            return None


class Sent:
    """What a sender knows of the datagrams that left, and how many more may leave."""

    __slots__ = (
        "_counted_to", "_times", "awaited", "counted_bytes", "lossy_until", "reported_bytes",
        "sent", "window",
    )  # fmt: skip

    def __init__(self, window: float) -> None:
        #: How much may be in flight, in full datagrams.
        self.window = window
        #: Until then the path counts as one that loses.
        self.lossy_until = 0.0
        #: A report on what is in flight is waited for; whoever waits sets it, and takes it back.
        self.awaited = False
        #: Datagrams sent.
        self.sent = 0
        #: Bytes that count: sent in all, and up to the highest datagram that was reported.
        self.counted_bytes = 0
        self.reported_bytes = 0
        self._times = array("d", bytes(8 * TIMES))
        self._counted_to = array("q", bytes(8 * TIMES))

    @property
    def may_send(self) -> bool:
        """The window has room for one more datagram."""
        return self.counted_bytes - self.reported_bytes < self.window * _FULL

    def on_sent(
        self, counter: int, now: float, size_bytes: int = _FULL, *, quiet: bool = False
    ) -> None:
        """A datagram with this session counter left at ``now``; ``quiet``: it asks no report."""
        self.sent = counter + 1
        if not quiet:
            self.counted_bytes += size_bytes if size_bytes > _LEAST else _LEAST
        place = counter & _MASK
        self._times[place] = now
        self._counted_to[place] = self.counted_bytes

    def sent_at(self, counter: int) -> float:
        """When one of the newest ``TIMES`` datagrams left."""
        return self._times[counter & _MASK]

    def counted_to(self, counter: int) -> int:
        """``counted_bytes`` when that one had left."""
        return self._counted_to[counter & _MASK]


class Sealing(Protocol):
    """What is asked of a session here; the native twin wants all four as slots."""

    @property
    def channel(self) -> Keys: ...
    @property
    def flow(self) -> Sent: ...
    @property
    def address(self) -> Address: ...
    @property
    def _trial(self) -> object: ...


SessionT = TypeVar("SessionT", bound=Sealing)


def seal_for_each(
    sessions: list[SessionT],
    place: int,
    plaintexts: tuple[bytes, ...],
    now: float,
    outgoing: list[tuple[bytes, Address]],
    unawaited: list[int],
) -> int:
    """Seal the same plaintexts for session after session, from ``place`` on, into ``outgoing``.
    Places of those on whose report nobody waits yet are added to ``unawaited``.

    Stops before the first session that is not plain sailing: its address is on trial, its path
    loses datagrams, its window has no room for all, or its keys are used up. Nothing has happened
    to that one then; its place is returned, or the number of sessions when there is none.

    Raises ``ValueError`` when a plaintext does not fit a datagram, or ``place`` is negative.
    """
    if place < 0:
        raise ValueError("a place before the first session")
    if any(len(plaintext) > limits.PLAINTEXT_BYTES_MAX for plaintext in plaintexts):
        raise ValueError("a plaintext is bytes that fit into a datagram")
    sizes = [len(plaintext) + _SEAL_BYTES for plaintext in plaintexts]
    while place < len(sessions):
        session = sessions[place]
        keys, flow = session.channel, session.flow
        if session._trial is not None or now < flow.lossy_until or not _has_room(flow, sizes):
            break
        most = DATAGRAMS_PER_KEY_MAX - keys.sent_counter
        if most <= 0 or len(sizes) > most or keys.failed_opens >= FAILED_OPENS_MAX:
            break
        for plaintext, size_bytes in zip(plaintexts, sizes, strict=True):
            flow.on_sent(keys.sent_counter, now, size_bytes)
            outgoing.append((keys.encrypt(plaintext), session.address))
        if not flow.awaited:
            unawaited.append(place)
        place += 1
    return place


def _has_room(flow: Sent, sizes: Sequence[int]) -> bool:
    """Whether ``may_send`` would be true before each of these datagrams."""
    before_last = sum(size if size > _LEAST else _LEAST for size in sizes[:-1])
    out = flow.counted_bytes - flow.reported_bytes + before_last
    return not sizes or out < flow.window * _FULL
