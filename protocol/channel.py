"""Seals and opens the datagrams of one session: one key per direction, one counter per datagram.

The 17 header bytes (type, receiver index, counter) are the associated data, and the counter is
the nonce. Opening goes from cheap to dear, and remembers a counter only after the tag proved the
datagram genuine: length, type and index, window, cipher, then window again. Whatever fails is
dropped and changes nothing but a count.
"""

from __future__ import annotations

from typing import Final

import msgspec

from protocol.datagrams import DATA_HEADER, DatagramType
from protocol.errors import LocalProtocolError
from protocol.limits import DATAGRAM_BYTES_MAX, HEADER_BYTES, PLAINTEXT_BYTES_MAX, TAG_BYTES
from protocol.replay_window import ReplayWindow
from protocol.sealing import DATAGRAMS_PER_KEY_MAX, FAILED_OPENS_MAX, Keys

_DATA: Final = int(DatagramType.DATA)
_SHORTEST: Final = HEADER_BYTES + TAG_BYTES


class Opened(msgspec.Struct, frozen=True, gc=False):
    """A genuine datagram. Only the newest one so far may move a session's address."""

    counter: int
    plaintext: bytes
    is_newest: bool


class Channel(Keys):
    """A pair of keys. They live in memory only: no counter is ever used twice with one key."""

    __slots__ = ("_window", "local_index", "received_count")

    def __init__(
        self, *, send_key: bytes, receive_key: bytes, local_index: int, remote_index: int
    ) -> None:
        super().__init__(send_key, receive_key, remote_index)
        #: The index by which the peer addresses us.
        self.local_index = local_index
        #: Genuine datagrams opened.
        self.received_count = 0
        self._window = ReplayWindow()

    @property
    def highest_received(self) -> int:
        """Highest counter opened, -1 before the first."""
        return self._window.highest

    @property
    def exhausted(self) -> bool:
        """Whether these keys are used up; nothing more is sealed or opened with them."""
        return self.sent_counter >= DATAGRAMS_PER_KEY_MAX or self.failed_opens >= FAILED_OPENS_MAX

    def seal(self, plaintext: bytes) -> bytes:
        """The datagram that carries ``plaintext``, at most ``PLAINTEXT_BYTES_MAX`` bytes.

        Raises ``LocalProtocolError`` when it is longer, or when the keys are exhausted.
        """
        if len(plaintext) > PLAINTEXT_BYTES_MAX:
            raise LocalProtocolError(f"{len(plaintext)} bytes do not fit into a datagram")
        if self.exhausted:
            raise LocalProtocolError("the keys of this session are used up")
        return self.encrypt(plaintext)

    def open(self, datagram: bytes) -> Opened | None:
        """What the datagram holds; None when it is not genuine, not ours, or a replay."""
        if not _SHORTEST <= len(datagram) <= DATAGRAM_BYTES_MAX:
            return None
        kind, index, counter = DATA_HEADER.unpack_from(datagram)
        if kind != _DATA or index != self.local_index or counter >= DATAGRAMS_PER_KEY_MAX:
            return None
        if not self._window.would_accept(counter) or self.failed_opens >= FAILED_OPENS_MAX:
            return None
        plaintext = self.decrypt(datagram)
        if plaintext is None:
            self.failed_opens += 1
            return None
        self.received_count += 1
        return Opened(counter, plaintext, self._window.commit(counter))
