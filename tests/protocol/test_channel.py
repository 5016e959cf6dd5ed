"""What is sealed opens once and whole; everything else is dropped and changes nothing."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from protocol.channel import Channel, Opened
from protocol.datagrams import DATA_HEADER, DatagramType, receiver_index
from protocol.errors import LocalProtocolError
from protocol.limits import DATAGRAM_BYTES_MAX, HEADER_BYTES, PLAINTEXT_BYTES_MAX, TAG_BYTES
from protocol.noise import NONCE
from protocol.replay_window import REPLAY_WINDOW_BITS
from protocol.sealing import DATAGRAMS_PER_KEY_MAX, FAILED_OPENS_MAX


def new_channels() -> tuple[Channel, Channel]:
    one, two = b"\x01" * 32, b"\x02" * 32
    left = Channel(send_key=one, receive_key=two, local_index=2**64 - 1, remote_index=11)
    right = Channel(send_key=two, receive_key=one, local_index=11, remote_index=2**64 - 1)
    return left, right


def exhausted(channel: Channel) -> bool:
    """Reads the property afresh: a type checker takes it for unchanging."""
    return channel.exhausted


def state_of(channel: Channel) -> tuple[object, ...]:
    """All that a dropped datagram must not change."""
    window = channel._window
    return channel.sent_counter, channel.received_count, window.highest, window._seen


class TestGenuineDatagrams:
    def test_open_as_they_were_sealed_both_ways(self) -> None:
        left, right = new_channels()
        assert right.open(left.seal(b"to the right")) == Opened(0, b"to the right", True)
        assert left.open(right.seal(b"")) == Opened(0, b"", True)
        assert right.open(left.seal(b"again")) == Opened(1, b"again", True)
        assert (left.sent_counter, right.received_count, right.highest_received) == (2, 2, 1)

    def test_carry_the_index_of_their_receiver_and_their_counter(self) -> None:
        left, right = new_channels()
        left.seal(b"")
        datagram = left.seal(b"x" * 5)
        assert DATA_HEADER.unpack_from(datagram) == (DatagramType.DATA, right.local_index, 1)
        assert receiver_index(datagram) == right.local_index
        assert len(datagram) == HEADER_BYTES + 5 + TAG_BYTES

    def test_late_ones_open_but_are_not_the_newest(self) -> None:
        left, right = new_channels()
        early, late = left.seal(b"early"), left.seal(b"late")
        assert right.open(late) == Opened(1, b"late", True)
        assert right.open(early) == Opened(0, b"early", False)

    def test_the_longest_fills_a_datagram(self) -> None:
        left, right = new_channels()
        datagram = left.seal(b"x" * PLAINTEXT_BYTES_MAX)
        assert len(datagram) == DATAGRAM_BYTES_MAX
        assert right.open(datagram) is not None
        with pytest.raises(LocalProtocolError):
            left.seal(b"x" * (PLAINTEXT_BYTES_MAX + 1))
        assert left.sent_counter == 1

    def test_no_two_are_sealed_with_one_counter(self) -> None:
        left, _ = new_channels()
        headers = [left.seal(b"same")[:HEADER_BYTES] for _ in range(100)]
        assert len(set(headers)) == 100


class TestDroppedDatagrams:
    def test_a_repeated_one_opens_once(self) -> None:
        left, right = new_channels()
        datagram = left.seal(b"once")
        assert right.open(datagram)
        before = state_of(right)
        assert right.open(datagram) is None
        assert state_of(right) == before
        assert right.failed_opens == 0

    def test_one_from_before_the_window_is_dropped(self) -> None:
        left, right = new_channels()
        first = left.seal(b"")
        second = left.seal(b"")
        for _ in range(REPLAY_WINDOW_BITS - 2):
            left.seal(b"")
        assert right.open(left.seal(b""))
        assert right.open(first) is None
        assert right.open(second)

    def test_a_flipped_bit_anywhere_changes_nothing(self) -> None:
        left, right = new_channels()
        right.open(left.seal(b"before"))
        genuine = left.seal(b"genuine")
        before = state_of(right)
        for bit in range(8 * len(genuine)):
            forged = bytearray(genuine)
            forged[bit // 8] ^= 1 << bit % 8
            assert right.open(bytes(forged)) is None
        assert state_of(right) == before
        assert right.open(genuine) == Opened(1, b"genuine", True)

    def test_cut_and_lengthened_ones_change_nothing(self) -> None:
        left, right = new_channels()
        genuine = left.seal(b"genuine")
        before = state_of(right)
        for length in range(len(genuine)):
            assert right.open(genuine[:length]) is None
        assert right.open(genuine + b"\0") is None
        assert right.open(genuine.ljust(DATAGRAM_BYTES_MAX + 1)) is None
        assert state_of(right) == before

    def test_one_for_another_index_costs_no_opening(self) -> None:
        left, right = new_channels()
        left.remote_index = 12
        assert right.open(left.seal(b"")) is None
        assert right.failed_opens == 0

    def test_our_own_sent_back_is_dropped(self) -> None:
        left, _ = new_channels()
        echo = bytearray(left.seal(b"mine"))
        echo[1:9] = left.local_index.to_bytes(8)
        assert left.open(bytes(echo)) is None
        assert left.failed_opens == 1

    @given(st.binary(max_size=1300))
    def test_garbage_changes_nothing(self, garbage: bytes) -> None:
        _, right = new_channels()
        before = state_of(right)
        header = DATA_HEADER.pack(DatagramType.DATA, right.local_index, 3)
        for datagram in (garbage, header + garbage):
            assert right.open(datagram) is None
        assert state_of(right) == before


class TestExhaustion:
    def test_a_key_seals_its_last_datagram_and_stops(self) -> None:
        left, right = new_channels()
        left.sent_counter = DATAGRAMS_PER_KEY_MAX - 1
        assert exhausted(left) is False
        assert right.open(left.seal(b"last"))
        assert exhausted(left) is True
        with pytest.raises(LocalProtocolError):
            left.seal(b"one more")
        assert left.sent_counter == DATAGRAMS_PER_KEY_MAX

    def test_a_counter_beyond_the_last_is_not_opened(self) -> None:
        _, right = new_channels()
        counter = DATAGRAMS_PER_KEY_MAX
        header = DATA_HEADER.pack(DatagramType.DATA, right.local_index, counter)
        beyond = header + ChaCha20Poly1305(b"\x01" * 32).encrypt(NONCE.pack(counter), b"", header)
        assert right.open(beyond) is None

    def test_too_many_forged_ones_end_the_key(self) -> None:
        left, right = new_channels()
        right.failed_opens = FAILED_OPENS_MAX - 1
        forged = bytearray(left.seal(b"forged"))
        forged[-1] ^= 1
        genuine = left.seal(b"genuine")
        assert exhausted(right) is False
        assert right.open(bytes(forged)) is None
        assert exhausted(right) is True
        assert right.open(genuine) is None
        with pytest.raises(LocalProtocolError):
            right.seal(b"")
