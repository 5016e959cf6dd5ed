"""Each datagram of the handshake reads back as it was written, and nothing else reads at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.cookie import Baked
from protocol.datagrams import receiver_index
from protocol.errors import LocalProtocolError
from protocol.handshake_datagrams import (
    M3_PAYLOAD_BYTES_MAX,
    OFFERED_MAX,
    RETRY_BYTES_MAX,
    Negotiation,
    Offer,
    Retry,
    Selection,
    VersionRefusal,
    decode_hello,
    decode_m1,
    decode_m2,
    decode_m3,
    decode_retry,
    encode_hello,
    encode_m2,
    encode_m3,
    encode_negotiation,
    encode_retry,
    encode_version_refusal,
    prologue_of,
    select,
)
from protocol.limits import DATAGRAM_BYTES_MAX

NONCE = bytes(range(32))
BAKED = Baked(b"s" * 32, b"c" * 16)
OFFER = Offer((1, 2), (1,))
NEGOTIATION = Negotiation(77, NONCE, OFFER, Selection(2, 1), BAKED)


class TestHello:
    def test_reads_back_and_is_a_full_datagram(self) -> None:
        hello = encode_hello(NONCE, OFFER)
        assert len(hello) == DATAGRAM_BYTES_MAX
        assert decode_hello(hello) == (NONCE, OFFER)

    def test_another_length_is_ignored(self) -> None:
        hello = encode_hello(NONCE, OFFER)
        assert decode_hello(hello[:-1]) is None
        assert decode_hello(hello + b"\0") is None

    @pytest.mark.parametrize(
        "offer",
        [b"\0\1\1", b"\1\1\0", b"\1\0\1\1", b"\x11" + b"\1" * 17 + b"\1\1", b"\xff" * 1167],
        ids=["no version", "no suite", "version 0", "too many", "lists that do not end"],
    )
    def test_a_malformed_offer_is_ignored(self, offer: bytes) -> None:
        hello = (b"\1" + NONCE + offer).ljust(DATAGRAM_BYTES_MAX, b"\0")
        assert decode_hello(hello) is None

    def test_an_offer_that_cannot_be_read_is_not_written(self) -> None:
        for versions in ((), (1,) * (OFFERED_MAX + 1)):
            with pytest.raises(LocalProtocolError):
                encode_hello(NONCE, Offer(versions, (1,)))


class TestRetry:
    def test_reads_back_and_is_short(self) -> None:
        retry = encode_retry(Selection(2, 1), NONCE, BAKED)
        assert len(retry) <= RETRY_BYTES_MAX
        assert decode_retry(retry) == Retry(Selection(2, 1), NONCE[:8], BAKED)

    def test_a_refusal_names_the_servers_newest_version(self) -> None:
        refusal = encode_version_refusal(9, NONCE)
        assert decode_retry(refusal) == VersionRefusal(9, NONCE[:8])

    def test_a_version_without_a_cookie_is_no_retry(self) -> None:
        assert decode_retry(encode_retry(Selection(2, 1), NONCE, BAKED)[:11]) is None


class TestMessages:
    def test_m1_reads_back_with_its_prologue(self) -> None:
        head = encode_negotiation(NEGOTIATION)
        m1 = decode_m1(head + b"e" * 32)
        assert m1 is not None
        assert (m1.negotiation, m1.message) == (NEGOTIATION, b"e" * 32)
        assert m1.prologue == prologue_of(head)

    def test_m2_reads_back_for_its_receiver_alone(self) -> None:
        datagram = encode_m2(77, b"m" * 104)
        assert receiver_index(datagram) == 77
        assert decode_m2(datagram, 77) == b"m" * 104
        assert decode_m2(datagram, 78) is None

    def test_m3_reads_back(self) -> None:
        datagram = encode_m3(99, b"m" * 64)
        assert receiver_index(datagram) == 99
        assert decode_m3(datagram) == (99, b"m" * 64)
        assert decode_m3(encode_m3(99, b"m" * (64 + M3_PAYLOAD_BYTES_MAX))) is not None

    def test_other_lengths_are_ignored(self) -> None:
        m1 = encode_negotiation(NEGOTIATION) + b"e" * 32
        assert not any(decode_m1(m1[:length]) for length in range(len(m1)))
        assert decode_m1(m1 + b"\0") is None
        assert decode_m2(encode_m2(77, b"m" * 103), 77) is None
        assert decode_m2(encode_m2(77, b"m" * 105), 77) is None
        assert decode_m3(encode_m3(99, b"m" * 63)) is None
        assert decode_m3(encode_m3(99, b"m" * (65 + M3_PAYLOAD_BYTES_MAX))) is None


class TestSelection:
    @pytest.mark.parametrize(
        ("offered", "spoken", "chosen"),
        [((1,), (1,), 1), ((3, 1, 2), (1, 2), 2), ((1, 2), (3,), None), ((4,), (3, 5), None)],
    )
    def test_is_the_newest_version_in_common(
        self, offered: tuple[int, ...], spoken: tuple[int, ...], chosen: int | None
    ) -> None:
        selection = select(Offer(offered, (1,)), spoken)
        assert selection == (None if chosen is None else Selection(chosen, 1))

    def test_there_is_none_without_a_common_suite(self) -> None:
        assert select(Offer((1,), (2,)), (1,)) is None


@given(st.binary(max_size=300), st.integers(1, 5))
def test_garbage_raises_nothing(garbage: bytes, kind: int) -> None:
    for datagram in (garbage, bytes((kind,)) + garbage):
        decode_hello(datagram)
        decode_hello(datagram.ljust(DATAGRAM_BYTES_MAX, b"\xff"))
        decode_retry(datagram)
        decode_m1(datagram)
        decode_m2(datagram, 0)
        decode_m3(datagram)
        receiver_index(datagram)
