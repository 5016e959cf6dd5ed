"""Strangers cost little, copies cost nothing, and only genuine handshakes make sessions."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.client_handshake import Established
from protocol.cookie import COOKIE_SECRET_S
from protocol.datagrams import ROUTE
from protocol.handshake_datagrams import RETRY_BYTES_MAX, Offer, encode_hello
from protocol.server_handshakes import (
    ClientEstablished,
    HandshakeLimits,
    Rate,
    Reply,
    ServerHandshakes,
)
from tests.protocol.handshake_pair import (
    ADDRESS,
    CLIENT_KEY,
    answer,
    converse,
    m1_of,
    m3_of,
    new_client,
    new_server,
    only,
)
from tests.protocol.test_noise import LOW_ORDER_POINTS

UNLIMITED = HandshakeLimits(rate_per_source=None, rate_total=None)


def begin(server: ServerHandshakes, count: int, now: float = 0.0, host: str = "h") -> int:
    """Sends the M1s of so many new clients from one host; how many were answered."""
    answered = 0
    for seed in range(count):
        client = new_client(int.from_bytes(f"{host} {now} {seed}".encode()), now=now)
        address = (host, seed)
        reply = server.receive(only(client.datagrams_to_send(now)), address, now)
        assert isinstance(reply, Reply)
        client.receive(reply.datagram, now)
        m1 = only(client.datagrams_to_send(now))
        answered += server.receive(m1, address, now) is not None
    return answered


class TestStrangers:
    def test_a_hello_leaves_nothing_behind(self) -> None:
        server = new_server()
        for seed in range(200):
            answer(server, only(new_client(seed).datagrams_to_send(0.0)))
        assert server.half_open_count == 0
        assert server.counters.computed == 0
        assert server.next_timer() is None

    def test_no_answer_is_longer_than_its_question(self) -> None:
        server, refusing = new_server(), new_server(versions=(2,))
        client = new_client()
        hello = only(client.datagrams_to_send(0.0))
        retry = answer(server, hello)
        assert len(retry) <= RETRY_BYTES_MAX < len(hello)
        assert len(answer(refusing, hello)) <= RETRY_BYTES_MAX
        client.receive(retry, 0.0)
        m1 = only(client.datagrams_to_send(0.0))
        assert len(answer(server, m1)) <= len(m1)

    def test_a_short_hello_gets_no_answer(self) -> None:
        hello = encode_hello(bytes(32), Offer((1,), (1,)))
        assert new_server().receive(hello[:-1], ADDRESS, 0.0) is None

    @given(st.binary(max_size=300), st.sampled_from([1, 3, 5]))
    def test_garbage_gets_no_answer_and_changes_nothing(self, garbage: bytes, kind: int) -> None:
        server = new_server()
        for datagram in (garbage, bytes((kind,)) + garbage):
            assert server.receive(datagram, ADDRESS, 0.0) is None
        assert server.counters.dropped == 2
        assert server.half_open_count == server.counters.computed == 0


class TestCookie:
    @pytest.mark.parametrize("address", [(ADDRESS[0], 1), ("192.0.2.8", ADDRESS[1])])
    def test_from_another_address_gets_no_answer(self, address: tuple[str, int]) -> None:
        server = new_server()
        m1 = m1_of(server, new_client())
        assert server.receive(m1, address, 0.0) is None
        assert server.counters.computed == 0

    def test_that_is_old_gets_no_answer(self) -> None:
        server = new_server()
        m1 = m1_of(server, new_client())
        assert server.receive(m1, ADDRESS, 2 * COOKIE_SECRET_S) is None
        assert server.receive(m1, ADDRESS, 2 * COOKIE_SECRET_S - 1) is None, "secrets went back"

    def test_of_another_server_gets_no_answer(self) -> None:
        m1 = m1_of(new_server(seed=2), new_client())
        assert new_server(seed=3).receive(m1, ADDRESS, 0.0) is None


class TestManInTheMiddle:
    """H1: an edit to any part of the negotiation makes the handshake fail."""

    def test_any_changed_byte_of_m1_ends_the_handshake(self) -> None:
        m1 = m1_of(new_server(versions=(1, 2)), new_client(versions=(1, 2)))
        for offset in range(1, len(m1)):
            assert self.meets(3, offset) == (None, None), offset

    def meets(self, kind: int, offset: int) -> tuple[object, object]:
        def edit(datagram: bytes) -> bytes:
            edited = bytearray(datagram)
            edited[offset] ^= 4 if datagram[0] == kind else 0
            return bytes(edited)

        server, client = new_server(versions=(1, 2)), new_client(versions=(1, 2))
        return converse(client, server, to_server=edit)

    @pytest.mark.parametrize("lie", [Offer((1,), (1,)), Offer((1, 3), (1,))])
    def test_a_shortened_offer_in_hello_cannot_lower_the_version(self, lie: Offer) -> None:
        def downgrade(datagram: bytes) -> bytes:
            return encode_hello(datagram[1:33], lie) if datagram[0] == 1 else datagram

        server, client = new_server(versions=(1, 2)), new_client(versions=(1, 2))
        assert converse(client, server, to_server=downgrade) == (None, None)
        assert server.counters.computed == 0

    def test_an_offer_shortened_in_hello_and_m1_fails_in_the_handshake(self) -> None:
        def downgrade(datagram: bytes) -> bytes:
            if datagram[0] == 1:
                return encode_hello(datagram[1:33], Offer((1,), (1,)))
            if datagram[0] == 3:
                return datagram.replace(b"\2\1\2\1\1", b"\1\1\1\1")
            return datagram

        server, client = new_server(versions=(1, 2)), new_client(versions=(1, 2))
        assert converse(client, server, to_server=downgrade) == (None, None)
        assert server.counters.computed == 1, "the lie did reach the handshake"

    def test_an_edited_selection_in_retry_cannot_lower_the_version(self) -> None:
        def downgrade(datagram: bytes) -> bytes:
            return bytes((2, 1)) + datagram[2:] if datagram[0] == 2 else datagram

        server, client = new_server(versions=(1, 2)), new_client(versions=(1, 2))
        assert converse(client, server, to_client=downgrade) == (None, None)

    def test_an_edited_m2_or_m3_ends_the_handshake(self) -> None:
        for offset in range(1, 113):

            def edit_m2(datagram: bytes, offset: int = offset) -> bytes:
                edited = bytearray(datagram)
                edited[offset % len(edited)] ^= 4 if datagram[0] == 4 else 0
                return bytes(edited)

            reached, accepted = converse(new_client(), new_server(), to_client=edit_m2)
            assert (reached, accepted) == (None, None)
        for offset in range(1, 73):
            outcome, session = self.meets(5, offset)
            assert isinstance(outcome, Established)
            assert session is None


class TestCopies:
    def test_of_m1_get_the_same_m2_and_cost_no_computing(self) -> None:
        server = new_server()
        m1 = m1_of(server, new_client())
        answers = {answer(server, m1, now) for now in (0.0, 1.0, 9.9)}
        assert len(answers) == 1
        assert server.counters.computed == 1
        assert server.counters.repeated == 2
        assert server.half_open_count == 1

    def test_of_m3_make_no_second_session(self) -> None:
        server = new_server()
        m3, _ = m3_of(server, new_client())
        assert isinstance(server.receive(m3, ADDRESS, 0.0), ClientEstablished)
        assert server.receive(m3, ADDRESS, 0.0) is None
        assert server.half_open_count == 0

    def test_recorded_ones_never_make_a_session(self) -> None:
        server, client = new_server(), new_client()
        m1 = m1_of(server, client)
        client.receive(answer(server, m1), 0.0)
        m3 = only(client.datagrams_to_send(0.0))
        assert isinstance(server.receive(m3, ADDRESS, 0.0), ClientEstablished)
        new_index = ROUTE.unpack_from(m3)[1]
        for now in (0.0, 5.0, 70.0):
            server.receive(m1, ADDRESS, now)
            (server_index,) = server._half_open._by_index or (new_index,)
            for index in (new_index, server_index):
                forged = ROUTE.pack(5, index) + m3[ROUTE.size :]
                assert server.receive(forged, ADDRESS, now) is None
        assert server.counters.completed == 1

    @pytest.mark.parametrize("kind", [1, 3, 5])
    def test_changed_ones_before_the_genuine_do_no_harm(self, kind: int) -> None:
        length = {1: 60, 3: 127, 5: 73}[kind]
        for offset in range(length):
            server, client = new_server(), new_client()

            def preceded(
                datagram: bytes, server: ServerHandshakes = server, offset: int = offset
            ) -> bytes:
                if datagram[0] == kind:
                    forged = bytearray(datagram)
                    forged[offset] ^= 0x40
                    result = server.receive(bytes(forged), ADDRESS, 0.0)
                    assert not isinstance(result, ClientEstablished)
                return datagram

            reached, accepted = converse(client, server, to_server=preceded)
            assert isinstance(reached, Established)
            assert isinstance(accepted, ClientEstablished)


class TestM3:
    def test_from_elsewhere_begins_a_session_where_the_cookie_was_proven(self) -> None:
        server = new_server()
        m3, _ = m3_of(server, new_client())
        accepted = server.receive(m3, ("203.0.113.9", 9), 0.0)
        assert isinstance(accepted, ClientEstablished)
        assert accepted.address == ADDRESS
        assert accepted.client_key == CLIENT_KEY

    def test_is_awaited_so_long_and_no_longer(self) -> None:
        for late_s, accepted in ((9.9, True), (10.0, False)):
            server = new_server()
            m3, _ = m3_of(server, new_client())
            assert (server.receive(m3, ADDRESS, late_s) is not None) == accepted

    def test_of_an_index_in_hand_is_known_as_such(self) -> None:
        server = new_server()
        m3, established = m3_of(server, new_client())
        index = established.channel.remote_index
        assert server.is_half_open(index)
        server.receive(m3, ADDRESS, 0.0)
        assert not server.is_half_open(index)


class TestLowOrderPoints:
    @pytest.mark.parametrize("point", LOW_ORDER_POINTS, ids=range(len(LOW_ORDER_POINTS)))
    def test_as_ephemeral_key_are_dropped(self, point: bytes) -> None:
        server = new_server()
        m1 = m1_of(server, new_client())
        assert server.receive(m1[:-32] + point, ADDRESS, 0.0) is None
        assert server.counters.dropped == 1
        assert server.half_open_count == 0


class TestLimits:
    def test_half_open_handshakes_are_bounded_and_the_newest_completes(self) -> None:
        server = new_server(HandshakeLimits(20, 5, 10.0, None, None))
        for host in range(8):
            assert begin(server, 7, host=str(host)) == 7
        assert server.half_open_count == 20
        assert isinstance(converse(new_client(), server)[1], ClientEstablished)

    def test_one_source_holds_its_share_and_no_more(self) -> None:
        server = new_server(HandshakeLimits(rate_per_source=None, rate_total=None))
        begin(server, 70)
        assert server.half_open_count == HandshakeLimits().half_open_per_source_max == 64

    def test_half_open_handshakes_expire(self) -> None:
        server = new_server()
        begin(server, 3, now=1.0)
        begin(server, 2, now=4.0)
        assert server.next_timer() == 11.0
        server.expire(10.9)
        assert server.half_open_count == 5
        server.expire(11.0)
        assert server.half_open_count == 2
        assert server.next_timer() == 14.0
        server.expire(14.0)
        assert server.next_timer() is None

    def test_a_source_has_a_burst_then_a_rate(self) -> None:
        server = new_server()
        assert begin(server, 70) == 64
        assert server.counters.limited == 6
        assert server.counters.computed == 64
        assert begin(server, 20, now=1.0) == 10
        assert begin(server, 1, now=1.0, host="other") == 1

    def test_all_sources_together_have_a_rate(self) -> None:
        server = new_server(HandshakeLimits(rate_per_source=None, rate_total=Rate(5, 1.0)))
        assert [begin(server, 1, host=str(host)) for host in range(7)] == [1] * 5 + [0] * 2
        assert HandshakeLimits().rate_total == Rate(500, 500.0)

    def test_a_source_over_its_rate_takes_nothing_from_the_others(self) -> None:
        server = new_server(HandshakeLimits(rate_per_source=Rate(1, 0.1), rate_total=Rate(3, 0.1)))
        assert begin(server, 50, host="loud") == 1
        assert begin(server, 1, host="quiet") == 1

    def test_rates_can_be_switched_off(self) -> None:
        server = new_server(UNLIMITED)
        assert begin(server, 100) == 100
        assert server.counters.limited == 0


def test_a_lossy_line_is_crossed_by_repetition() -> None:
    for seed in range(20):
        chance = random.Random(seed)
        server, client = new_server(), new_client(seed)
        accepted = None
        now = 0.0
        while accepted is None and (timer := client.next_timer()) is not None:
            for datagram in client.datagrams_to_send(now):
                result = server.receive(datagram, ADDRESS, now) if chance.random() > 0.2 else None
                if isinstance(result, ClientEstablished):
                    accepted = result
                elif result is not None and chance.random() > 0.2:
                    client.receive(result.datagram, now)
            if not client._outbox:
                now = timer
                client.handle_timer(now)
        assert accepted is not None, seed
