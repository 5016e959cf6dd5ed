"""The client reaches the server it means, or says why not, whatever else arrives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.client_handshake import (
    ATTEMPTS_MAX,
    HANDSHAKE_TIMEOUT_S,
    REPEAT_TIMEOUT_MIN_S,
    TIMEOUT_JITTER,
    ClientHandshake,
    ClientHandshakeState,
    Established,
    TimedOut,
    VersionRefused,
    WrongServerKey,
)
from protocol.datagrams import DatagramType
from protocol.errors import LocalProtocolError
from protocol.handshake_datagrams import M3_PAYLOAD_BYTES_MAX, encode_version_refusal
from protocol.limits import INITIAL_TIMEOUT_S
from protocol.noise import fingerprint
from protocol.server_handshakes import ClientEstablished, HandshakeLimits, Reply, ServerHandshakes
from tests.protocol.handshake_pair import (
    ADDRESS,
    CLIENT_KEY,
    SERVER_KEY,
    Tamper,
    answer,
    converse,
    m1_of,
    m3_of,
    new_client,
    new_server,
    only,
)

IMPOSTOR_KEY = bytes(31) + b"\x09"


def kinds(datagrams: list[bytes]) -> list[int]:
    return [datagram[0] for datagram in datagrams]


def preceded(client: ClientHandshake, kind: int, offset: int, mask: int, length: int) -> Tamper:
    """Gives the client a changed copy of a datagram, then lets the genuine one pass."""

    def to_client(datagram: bytes) -> bytes:
        if datagram[0] == kind:
            assert len(datagram) == length
            forged = bytearray(datagram)
            forged[offset] ^= mask
            assert client.receive(bytes(forged), 0.0) is None
        return datagram

    return to_client


class TestReachingTheServer:
    def test_both_sides_end_with_one_channel_and_each_others_key(self) -> None:
        reached, accepted = converse(new_client(payload=b"continues 7"), new_server())
        assert isinstance(reached, Established)
        assert isinstance(accepted, ClientEstablished)
        assert reached.server_key == SERVER_KEY
        assert accepted.client_key == CLIENT_KEY
        assert accepted.payload == b"continues 7"
        assert accepted.address == ADDRESS
        assert reached.handshake_hash == accepted.handshake_hash
        up = accepted.channel.open(reached.channel.seal(b"up"))
        down = reached.channel.open(accepted.channel.seal(b"down"))
        assert up is not None
        assert down is not None
        assert (up.plaintext, down.plaintext) == (b"up", b"down")

    def test_the_pinned_server_is_accepted_by_key_and_by_fingerprint(self) -> None:
        word = fingerprint(SERVER_KEY).upper()
        for client in (new_client(expected=SERVER_KEY), new_client(fingerprint=word)):
            reached, _ = converse(client, new_server())
            assert isinstance(reached, Established)

    def test_the_same_dice_make_the_same_datagrams(self) -> None:
        first, second = (m3_of(new_server(), new_client())[0] for _ in range(2))
        assert first == second

    def test_no_datagram_names_the_client_before_it_knows_the_server(self) -> None:
        server, client = new_server(), new_client()
        hello = only(client.datagrams_to_send(0.0))
        client.receive(answer(server, hello), 0.0)
        m1 = only(client.datagrams_to_send(0.0))
        assert CLIENT_KEY not in hello + m1
        client.receive(answer(server, m1), 0.0)
        assert CLIENT_KEY not in only(client.datagrams_to_send(0.0))

    def test_a_long_m3_payload_is_our_mistake(self) -> None:
        reached, accepted = converse(new_client(payload=b"x" * M3_PAYLOAD_BYTES_MAX), new_server())
        assert isinstance(reached, Established)
        assert isinstance(accepted, ClientEstablished)
        with pytest.raises(LocalProtocolError):
            new_client(payload=b"x" * (M3_PAYLOAD_BYTES_MAX + 1))


class TestWrongServer:
    @pytest.mark.parametrize("by", ["key", "fingerprint"])
    def test_gets_no_m3_and_both_fingerprints_are_told(self, by: str) -> None:
        server = new_server()
        if by == "key":
            client = new_client(expected=IMPOSTOR_KEY)
        else:
            client = new_client(fingerprint=fingerprint(IMPOSTOR_KEY))
        outcome = client.receive(answer(server, m1_of(server, client)), 0.0)
        assert outcome == WrongServerKey(fingerprint(IMPOSTOR_KEY), fingerprint(SERVER_KEY))
        assert client.state is ClientHandshakeState.FAILED
        assert client.next_timer() is None
        assert client.handle_timer(100.0) is None
        assert client.datagrams_to_send(100.0) == []


class TestNextKey:
    def test_what_was_announced_is_as_good_as_the_pin(self) -> None:
        client, server = new_client(expected=IMPOSTOR_KEY, following=SERVER_KEY), new_server()
        reached, _ = converse(client, server)
        assert isinstance(reached, Established)
        assert reached.server_key == SERVER_KEY

    def test_and_takes_nothing_from_the_pin(self) -> None:
        client, server = new_client(expected=SERVER_KEY, following=IMPOSTOR_KEY), new_server()
        assert isinstance(converse(client, server)[0], Established)

    def test_a_third_key_is_refused_all_the_same(self) -> None:
        client, server = new_client(expected=IMPOSTOR_KEY, following=bytes(32)), new_server()
        outcome = client.receive(answer(server, m1_of(server, client)), 0.0)
        assert outcome == WrongServerKey(fingerprint(IMPOSTOR_KEY), fingerprint(SERVER_KEY))


class TestVersions:
    def test_the_newest_in_common_is_used(self) -> None:
        client, server = new_client(versions=(1, 2, 3)), new_server(versions=(1, 2))
        reached, accepted = converse(client, server)
        assert isinstance(reached, Established)
        assert isinstance(accepted, ClientEstablished)

    @pytest.mark.parametrize("spoken", [(5,), (2,)], ids=["newer", "older"])
    def test_none_in_common_is_told_with_the_servers_newest(self, spoken: tuple[int, ...]) -> None:
        client, server = new_client(versions=(3, 4)), new_server(versions=spoken)
        reached, _ = converse(client, server)
        assert reached == VersionRefused(spoken[0])
        assert client.state is ClientHandshakeState.FAILED
        assert client.next_timer() is None

    def test_a_refusal_that_contradicts_itself_is_ignored(self) -> None:
        client = new_client(versions=(1, 2))
        hello = only(client.datagrams_to_send(0.0))
        assert client.receive(encode_version_refusal(2, hello[1:33]), 0.0) is None
        assert client.state is ClientHandshakeState.AWAITING_RETRY

    def test_a_refusal_of_another_hello_is_ignored(self) -> None:
        client = new_client()
        assert client.receive(encode_version_refusal(2, b"\xaa" * 32), 0.0) is None
        assert client.state is ClientHandshakeState.AWAITING_RETRY

    def test_a_late_refusal_does_not_stop_a_handshake_in_hand(self) -> None:
        server, client = new_server(), new_client()
        hello = only(client.datagrams_to_send(0.0))
        client.receive(answer(server, hello), 0.0)
        assert client.receive(encode_version_refusal(2, hello[1:33]), 0.0) is None
        reached, _ = converse(client, server)
        assert isinstance(reached, Established)

    def test_a_retry_for_what_was_not_offered_is_ignored(self) -> None:
        server, client = new_server(), new_client()
        retry = bytearray(answer(server, only(client.datagrams_to_send(0.0))))
        for offset in (1, 2):
            other = bytearray(retry)
            other[offset] = 7
            client.receive(bytes(other), 0.0)
        assert client.state is ClientHandshakeState.AWAITING_RETRY
        assert client.datagrams_to_send(0.0) == []


class TestRepetition:
    def test_hello_is_repeated_with_doubling_time_outs_then_given_up(self) -> None:
        client = new_client(now=100.0)
        hello = only(client.datagrams_to_send(100.0))
        now, waits = 100.0, list[float]()
        outcome: TimedOut | None = None
        while (timer := client.next_timer()) is not None:
            waits.append(timer - now)
            now = timer
            outcome = client.handle_timer(now)
            if outcome is None:
                assert client.datagrams_to_send(now) == [hello]
        assert outcome == TimedOut()
        assert now == 100.0 + HANDSHAKE_TIMEOUT_S
        for wait, timeout_s in zip(waits[:-1], (1, 2, 4), strict=True):
            assert timeout_s <= wait <= timeout_s * (1 + TIMEOUT_JITTER)
        assert client.state is ClientHandshakeState.FAILED
        assert client.datagrams_to_send(now) == []

    @pytest.mark.parametrize("waited_s", [0.2, 3.0])
    def test_whoever_hurries_repeats_as_after_the_first_time_but_no_sooner(
        self, waited_s: float
    ) -> None:
        client = new_client(now=100.0)
        sent_at = 100.0
        while (repeats_at := client.next_timer()) is not None and repeats_at < 105.0:
            client.handle_timer(repeats_at)
            sent_at = repeats_at
        client.datagrams_to_send(sent_at)
        now = sent_at + waited_s
        client.hurry(now)
        soonest = max(now, sent_at + INITIAL_TIMEOUT_S)
        assert client.next_timer() == soonest
        assert client.handle_timer(soonest) is None
        assert kinds(client.datagrams_to_send(soonest)) == [DatagramType.HELLO]
        again = client.next_timer()
        assert again is not None
        assert INITIAL_TIMEOUT_S <= again - soonest <= INITIAL_TIMEOUT_S * (1 + TIMEOUT_JITTER)

    def test_time_outs_of_two_clients_differ(self) -> None:
        assert new_client(seed=1).next_timer() != new_client(seed=2).next_timer()

    def test_m1_is_repeated_byte_for_byte(self) -> None:
        server, client = new_server(), new_client()
        m1 = m1_of(server, client)
        now = client.next_timer()
        assert now is not None
        client.handle_timer(now)
        assert client.datagrams_to_send(now) == [m1]

    def test_a_measured_round_trip_makes_the_next_step_repeat_sooner(self) -> None:
        for round_trip_s, timeout_s in ((0.0, REPEAT_TIMEOUT_MIN_S), (0.2, 0.6), (0.9, 1.0)):
            server, client = new_server(), new_client()
            retry = answer(server, only(client.datagrams_to_send(0.0)))
            client.receive(retry, round_trip_s)
            self.check_timer(client, round_trip_s, timeout_s)

    def test_a_step_that_was_repeated_does_not_forget_what_an_earlier_one_measured(self) -> None:
        server, client = new_server(), new_client()
        retry = answer(server, only(client.datagrams_to_send(0.0)))
        client.receive(retry, 0.04)
        m1 = only(client.datagrams_to_send(0.04))
        client.handle_timer(0.3)
        reached = client.receive(answer(server, m1), 0.34)
        self.check_timer(client, 0.34, 0.12)
        assert isinstance(reached, Established)
        assert reached.round_trip_s == 0.04

    def test_tells_the_newest_round_trip_that_was_measured(self) -> None:
        server, client = new_server(), new_client()
        client.receive(answer(server, only(client.datagrams_to_send(0.0))), 0.04)
        reached = client.receive(answer(server, only(client.datagrams_to_send(0.04))), 0.34)
        assert isinstance(reached, Established)
        assert reached.round_trip_s == pytest.approx(0.3)

    def test_an_answer_that_could_be_to_either_copy_measures_nothing(self) -> None:
        server, client = new_server(), new_client()
        m2 = answer(server, m1_of(server, client))
        client.handle_timer(0.15)
        assert kinds(client.datagrams_to_send(0.15)) == [DatagramType.M1]
        client.receive(m2, 0.16)
        self.check_timer(client, 0.16, REPEAT_TIMEOUT_MIN_S)

    def check_timer(self, client: ClientHandshake, now: float, timeout_s: float) -> None:
        timer = client.next_timer()
        assert timer is not None
        assert timeout_s - 1e-9 <= timer - now <= timeout_s * (1 + TIMEOUT_JITTER) + 1e-9

    def test_an_early_timer_does_nothing(self) -> None:
        client = new_client()
        client.datagrams_to_send(0.0)
        assert client.handle_timer(0.9) is None
        assert client.datagrams_to_send(0.9) == []

    def test_m3_is_repeated_until_confirmed(self) -> None:
        client = new_client()
        m3, _ = m3_of(new_server(), client)
        now = client.next_timer()
        assert now is not None
        client.handle_timer(now)
        assert client.datagrams_to_send(now) == [m3]
        client.confirmed()
        assert client.state is ClientHandshakeState.CONFIRMED
        assert client.next_timer() is None
        assert client.handle_timer(now + 100) is None

    def test_an_established_handshake_that_nobody_confirms_is_given_up(self) -> None:
        client = new_client()
        m3_of(new_server(), client, now=5.0)
        assert client.handle_timer(5.0 + HANDSHAKE_TIMEOUT_S) == TimedOut()
        assert client.state is ClientHandshakeState.FAILED

    def test_confirming_too_early_or_too_late_changes_nothing(self) -> None:
        client = new_client()
        states = []
        for now in (0.0, HANDSHAKE_TIMEOUT_S):
            client.handle_timer(now)
            client.confirmed()
            states.append(client.state)
        assert states == [ClientHandshakeState.AWAITING_RETRY, ClientHandshakeState.FAILED]

    def test_a_server_restarted_in_between_is_reached_with_a_new_cookie(self) -> None:
        client, old, restarted = new_client(), new_server(seed=2), new_server(seed=3)
        m1_of(old, client)
        accepted = None
        while accepted is None:
            now = client.next_timer()
            assert now is not None
            assert client.handle_timer(now) is None
            accepted = self.exchange(client, restarted, now)
        assert accepted.client_key == CLIENT_KEY
        assert client.state is ClientHandshakeState.ESTABLISHED

    def exchange(
        self, client: ClientHandshake, server: ServerHandshakes, now: float
    ) -> ClientEstablished | None:
        while datagrams := client.datagrams_to_send(now):
            for datagram in datagrams:
                result = server.receive(datagram, ADDRESS, now)
                if isinstance(result, ClientEstablished):
                    return result
                if isinstance(result, Reply):
                    client.receive(result.datagram, now)
        return None


class TestWrongDatagrams:
    """H2: whatever comes before the genuine one, at whatever place it differs."""

    @pytest.mark.parametrize("kind", [DatagramType.RETRY, DatagramType.M2])
    @pytest.mark.parametrize("mask", [0x01, 0x80])
    def test_a_changed_copy_before_the_genuine_one_does_no_harm(self, kind: int, mask: int) -> None:
        length = {DatagramType.RETRY: 59, DatagramType.M2: 113}[DatagramType(kind)]
        for offset in range(length):
            server, client = new_server(), new_client()
            to_client = preceded(client, kind, offset, mask, length)
            reached, accepted = converse(client, server, to_client=to_client)
            assert isinstance(reached, Established), offset
            assert isinstance(accepted, ClientEstablished), offset
            opened = accepted.channel.open(reached.channel.seal(b"hi"))
            assert opened is not None

    def test_repeated_and_late_ones_change_nothing(self) -> None:
        server, client = new_server(), new_client()
        retry = answer(server, only(client.datagrams_to_send(0.0)))
        client.receive(retry, 0.0)
        m1 = only(client.datagrams_to_send(0.0))
        client.receive(retry, 0.0)
        assert client.datagrams_to_send(0.0) == []
        m2 = answer(server, m1)
        assert isinstance(client.receive(m2, 0.0), Established)
        client.datagrams_to_send(0.0)
        timer = client.next_timer()
        for late in (retry, m2):
            assert client.receive(late, 0.5) is None
        assert client.datagrams_to_send(0.5) == []
        assert client.next_timer() == timer

    def test_forged_retries_are_followed_to_a_limit(self) -> None:
        server, client = new_server(), new_client()
        retry = bytearray(answer(server, only(client.datagrams_to_send(0.0))))
        for number in range(100):
            retry[20] = number
            client.receive(bytes(retry), 0.0)
        assert kinds(client.datagrams_to_send(0.0)) == [DatagramType.M1] * ATTEMPTS_MAX

    def test_an_m2_before_any_retry_is_ignored(self) -> None:
        server, other, client = new_server(), new_client(), new_client()
        m2 = answer(server, m1_of(server, other))
        assert client.receive(m2, 0.0) is None
        assert client.state is ClientHandshakeState.AWAITING_RETRY

    @given(st.binary(max_size=300), st.sampled_from([2, 4]))
    def test_garbage_changes_nothing(self, garbage: bytes, kind: int) -> None:
        client = new_client()
        m1_of(new_server(HandshakeLimits(rate_per_source=None)), client)
        timer = client.next_timer()
        for datagram in (garbage, bytes((kind,)) + garbage):
            assert client.receive(datagram, 0.0) is None
        assert client.state is ClientHandshakeState.AWAITING_M2
        assert client.datagrams_to_send(0.0) == []
        assert client.next_timer() == timer
