"""Both twins of what seals: the same datagrams, the same numbers, the same refusals."""

from __future__ import annotations

import gc
import importlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import limits, plain_sealing
from protocol.cookie import Address
from protocol.plain_sealing import DATAGRAMS_PER_KEY_MAX, FAILED_OPENS_MAX, TIMES

try:
    NATIVE: Any = importlib.import_module("protocol._sealing")
except ImportError:
    NATIVE = None

needs_native = pytest.mark.skipif(NATIVE is None, reason="it was not compiled")
TWINS = [
    pytest.param(plain_sealing, id="python"),
    pytest.param(NATIVE, id="native", marks=needs_native),
]
ROOT = Path(__file__).parents[2]
FULL = limits.DATAGRAM_BYTES_MAX
ADDRESS = ("192.0.2.1", 7)


@dataclass(slots=True)
class Peer:
    """As much of a session as is looked at."""

    channel: Any
    flow: Any
    address: Address = ADDRESS
    _trial: object = None


def peer_of(twin: Any, number: int = 1, window: float = 10.0) -> Peer:
    keys = twin.Keys(bytes([number]) * 32, bytes([number + 100]) * 32, 2**64 - number)
    return Peer(keys, twin.Sent(window), (f"192.0.2.{number}", number))


def state_of(peer: Peer) -> tuple[object, ...]:
    keys, sent = peer.channel, peer.flow
    newest = [(sent.sent_at(n), sent.counted_to(n)) for n in range(TIMES)]
    return (
        keys.sent_counter, keys.failed_opens, sent.sent, sent.counted_bytes, sent.reported_bytes,
        sent.window, sent.may_send, newest,
    )  # fmt: skip


def pushed(twin: Any, peers: list[Peer], *plaintexts: bytes, now: float = 1.0) -> tuple[int, Any]:
    outgoing: list[tuple[bytes, Address]] = []
    return twin.seal_for_each(peers, 0, plaintexts, now, outgoing, []), outgoing


def test_what_was_built_from_other_sources_is_not_used() -> None:
    program = """
import sys, types
from protocol.plain_sealing import Keys, LIMITS
other = types.ModuleType("protocol._sealing")
other.LIMITS = {**LIMITS, "TIMES": 64}
other.Keys = other.Sent = other.seal_for_each = object()
sys.modules["protocol._sealing"] = other
import protocol
protocol._sealing = other
from protocol import sealing
assert sealing.Keys is Keys and not sealing.IS_NATIVE
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)


@needs_native
def test_limits_are_the_same() -> None:
    assert {
        "INTERFACE": plain_sealing.LIMITS["INTERFACE"],
        "PLAINTEXT_BYTES_MAX": limits.PLAINTEXT_BYTES_MAX,
        "DATAGRAMS_PER_KEY_MAX": DATAGRAMS_PER_KEY_MAX,
        "FAILED_OPENS_MAX": FAILED_OPENS_MAX,
        "COUNTED_BYTES_MIN": limits.COUNTED_BYTES_MIN,
        "TIMES": TIMES,
    } == NATIVE.LIMITS


@pytest.mark.parametrize("twin", TWINS)
class TestPlainSailing:
    def test_everybody_gets_each_plaintext_in_order_and_it_is_counted(self, twin: Any) -> None:
        peers = [peer_of(twin, number) for number in (1, 2, 3)]

        place, outgoing = pushed(twin, peers, b"one", b"x" * 900)

        assert place == 3
        assert [address for _, address in outgoing] == [p.address for p in peers for _ in range(2)]
        assert [len(datagram) for datagram, _ in outgoing] == [36, 933] * 3
        assert [peer.channel.sent_counter for peer in peers] == [2, 2, 2]
        assert [peer.flow.counted_bytes for peer in peers] == [150 + 933] * 3
        assert peers[0].flow.counted_to(0) == 150

    def test_whose_report_nobody_waits_for_is_told_and_it_is_not_changed(self, twin: Any) -> None:
        peers = [peer_of(twin, number) for number in (1, 2, 3)]
        peers[1].flow.awaited = True
        unawaited: list[int] = []

        twin.seal_for_each(peers, 0, (b"one", b"two"), 1.0, [], unawaited)

        assert unawaited == [0, 2]
        assert [peer.flow.awaited for peer in peers] == [False, True, False]

    def test_it_begins_where_it_is_told_and_nobody_is_none(self, twin: Any) -> None:
        peers = [peer_of(twin, number) for number in (1, 2)]
        outgoing: list[Any] = []

        assert twin.seal_for_each(peers, 1, (b"x",), 1.0, outgoing, []) == 2
        assert twin.seal_for_each([], 0, (b"x",), 1.0, outgoing, []) == 0
        assert twin.seal_for_each(peers, 2, (b"x",), 1.0, outgoing, []) == 2

        assert [address for _, address in outgoing] == [peers[1].address]

    def test_a_full_window_of_full_datagrams_fits_exactly(self, twin: Any) -> None:
        peer = peer_of(twin, window=10.0)

        place, outgoing = pushed(twin, [peer], *[bytes(limits.PLAINTEXT_BYTES_MAX)] * 10)

        assert (place, len(outgoing), peer.flow.may_send) == (1, 10, False)


def on_trial(peer: Peer) -> None:
    peer._trial = object()


def behind_a_lossy_path(peer: Peer) -> None:
    peer.flow.lossy_until = 1.1


def without_room(peer: Peer) -> None:
    peer.flow.counted_bytes = 10 * FULL


def without_room_for_both(peer: Peer) -> None:
    peer.flow.counted_bytes = 10 * FULL - 150


def with_one_counter_left(peer: Peer) -> None:
    peer.channel.sent_counter = DATAGRAMS_PER_KEY_MAX - 1


def without_counters(peer: Peer) -> None:
    peer.channel.sent_counter = DATAGRAMS_PER_KEY_MAX


def with_too_many_forged(peer: Peer) -> None:
    peer.channel.failed_opens = FAILED_OPENS_MAX


@pytest.mark.parametrize("twin", TWINS)
class TestWhoNeedsCare:
    @pytest.mark.parametrize(
        "make_it_so",
        [
            on_trial, behind_a_lossy_path, without_room, without_room_for_both,
            with_one_counter_left, without_counters, with_too_many_forged,
        ],
    )  # fmt: skip
    def test_is_left_as_he_was_and_whoever_comes_before_is_served(
        self, twin: Any, make_it_so: Callable[[Peer], None]
    ) -> None:
        peers = [peer_of(twin, number) for number in (1, 2, 3)]
        make_it_so(peers[1])
        before = state_of(peers[1]), state_of(peers[2])

        place, outgoing = pushed(twin, peers, b"one", b"two")

        assert place == 1
        assert [address for _, address in outgoing] == [peers[0].address] * 2
        assert (state_of(peers[1]), state_of(peers[2])) == before

    def test_a_path_that_was_lossy_is_not_any_more(self, twin: Any) -> None:
        peer = peer_of(twin)
        behind_a_lossy_path(peer)
        assert pushed(twin, [peer], b"x", now=1.1)[0] == 1

    def test_the_last_two_counters_are_used(self, twin: Any) -> None:
        peer = peer_of(twin)
        peer.channel.sent_counter = DATAGRAMS_PER_KEY_MAX - 2
        assert pushed(twin, [peer], b"one", b"two")[0] == 1
        assert peer.channel.sent_counter == DATAGRAMS_PER_KEY_MAX


@pytest.mark.parametrize("twin", TWINS)
class TestRefusals:
    def test_too_long_a_plaintext_leaves_everybody_as_he_was(self, twin: Any) -> None:
        peer = peer_of(twin)
        before = state_of(peer)
        too_long = bytes(limits.PLAINTEXT_BYTES_MAX + 1)
        with pytest.raises(ValueError, match="plaintext"):
            pushed(twin, [peer], b"fits", too_long)
        with pytest.raises(ValueError, match="plaintext"):
            peer.channel.encrypt(too_long)
        assert state_of(peer) == before

    def test_used_up_keys_encrypt_nothing(self, twin: Any) -> None:
        for use_up in (without_counters, with_too_many_forged):
            peer = peer_of(twin)
            use_up(peer)
            before = state_of(peer)
            with pytest.raises(ValueError, match="used-up"):
                peer.channel.encrypt(b"")
            assert state_of(peer) == before

    @pytest.mark.parametrize("size", [0, 32, limits.DATAGRAM_BYTES_MAX + 1])
    def test_no_datagram_has_that_length(self, twin: Any, size: int) -> None:
        with pytest.raises(ValueError, match="datagram"):
            peer_of(twin).channel.decrypt(bytes(size))

    @pytest.mark.parametrize("keys", [(b"", bytes(32)), (bytes(32), bytes(33))])
    def test_a_key_of_another_length_is_none(self, twin: Any, keys: tuple[bytes, bytes]) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            twin.Keys(*keys, 1)

    def test_a_place_before_the_first_is_none(self, twin: Any) -> None:
        with pytest.raises(ValueError, match="place"):
            twin.seal_for_each([], -1, (), 1.0, [], [])


@needs_native
class TestNativeArguments:
    """What only C has to ask for: it is never led to memory that is not what it should be."""

    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ((), 0, (), 1.0, [], []),
            ([], 0, [], 1.0, [], []),
            ([], 0, (), "now", [], []),
            ([], 0, (), 1.0, (), []),
            ([], 0, (), 1.0, [], ()),
            ([object()], 0, (), 1.0, [], []),
            ([Peer(object(), NATIVE and NATIVE.Sent(1.0))], 0, (b"x",), 1.0, [], []),
            (
                [Peer(NATIVE and NATIVE.Keys(bytes(32), bytes(32), 1), object())],
                0,
                (b"x",),
                1.0,
                [],
                [],
            ),
            ([], 2**70, (), 1.0, [], []),
        ],
    )
    def test_other_kinds_are_refused(self, arguments: tuple[object, ...]) -> None:
        with pytest.raises((TypeError, AttributeError, OverflowError)):
            NATIVE.seal_for_each(*arguments)

    @pytest.mark.parametrize("plaintext", ["text", bytearray(3), None, 7])
    def test_a_plaintext_is_bytes(self, plaintext: object) -> None:
        peer = peer_of(NATIVE)
        with pytest.raises(ValueError, match="bytes"):
            NATIVE.seal_for_each([peer], 0, (plaintext,), 1.0, [], [])
        with pytest.raises(TypeError):
            peer.channel.encrypt(plaintext)
        with pytest.raises(TypeError):
            peer.channel.decrypt(plaintext)

    def test_keys_that_were_never_given_do_nothing(self) -> None:
        keys = NATIVE.Keys.__new__(NATIVE.Keys)
        with pytest.raises(ValueError, match="keys"):
            keys.encrypt(b"")
        with pytest.raises(ValueError, match="keys"):
            keys.decrypt(bytes(40))
        assert pushed(NATIVE, [Peer(keys, NATIVE.Sent(10.0))], b"x") == (0, [])

    def test_a_place_beyond_the_last_is_nobody(self) -> None:
        assert NATIVE.seal_for_each([], 7, (b"x",), 1.0, [], []) == 7

    def test_a_list_that_shrinks_meanwhile_ends_it(self) -> None:
        peers = [peer_of(NATIVE, number) for number in (1, 2)]

        class Emptying(list[int]):
            def __del__(self) -> None:
                peers.clear()

        outgoing: list[Any] = []
        arguments: tuple[Any, ...] = (peers, 0, (b"x",), 1.0, outgoing, [])
        threshold = gc.get_threshold()
        try:
            gc.collect()
            loop = Emptying()
            loop.append(loop)  # type: ignore[arg-type]
            del loop
            gc.set_threshold(1)  # the first tuple that is made in there starts a collection
            place = NATIVE.seal_for_each(*arguments)
        finally:
            gc.set_threshold(*threshold)
        assert (place, len(outgoing)) == (1, 1)

    def test_only_slots_are_read(self) -> None:
        class Loose:
            def __init__(self, peer: Peer) -> None:
                self.channel, self.flow = peer.channel, peer.flow
                self.address, self._trial = peer.address, None

        class Computed(Peer):
            @property
            def address(self) -> Address:
                raise AssertionError("foreign code ran")

            @address.setter
            def address(self, _: Address) -> None:
                pass

        peer = peer_of(NATIVE)
        for session in (Loose(peer), Computed(peer.channel, peer.flow)):
            with pytest.raises(TypeError, match="slot"):
                NATIVE.seal_for_each([session], 0, (b"x",), 1.0, [], [])

    def test_a_slot_of_another_kind_of_session_is_none(self) -> None:
        slots = {name: vars(Peer)[name] for name in ("channel", "flow", "address", "_trial")}
        small = type("Small", (), {"__slots__": (), **slots})
        with pytest.raises(TypeError, match="slot"):
            NATIVE.seal_for_each([small()], 0, (b"x",), 1.0, [], [])

    def test_a_list_that_is_emptied_while_its_kind_is_looked_at_ends_it(self) -> None:
        sessions: list[Any] = []

        class Emptying(type):
            def __getattribute__(cls, name: str) -> Any:
                if name == "channel":
                    sessions.clear()
                return super().__getattribute__(name)

        class Gone(Peer, metaclass=Emptying):
            __slots__ = ()

        keys, sent = NATIVE.Keys(bytes(32), bytes(32), 1), NATIVE.Sent(10.0)
        sessions.append(Gone(keys, sent))
        outgoing: list[Any] = []
        assert NATIVE.seal_for_each(sessions, 0, (b"x",), 1.0, outgoing, []) == 1
        assert len(outgoing) == 1

    def test_kinds_of_sessions_may_alternate(self) -> None:
        @dataclass(slots=True)
        class Other:
            _trial: object
            address: Address
            flow: Any
            channel: Any

        peers: list[Any] = []
        for number in range(1, 81):
            peer = peer_of(NATIVE, number)
            is_other = number % 3 == 0
            peers.append(Other(None, peer.address, peer.flow, peer.channel) if is_other else peer)
        place, outgoing = pushed(NATIVE, peers, b"x")
        assert place == 80
        assert [address for _, address in outgoing] == [peer.address for peer in peers]

    @pytest.mark.parametrize("at", [0, 1, 40])
    def test_what_is_no_session_is_only_met_when_its_turn_comes(self, at: int) -> None:
        odd = [Peer.__new__(Peer), Peer(object(), object()), object(), None]
        for stranger in odd:
            peers: list[Any] = [peer_of(NATIVE, number) for number in range(1, 51)]
            peers[at] = stranger
            outgoing: list[Any] = []
            with pytest.raises(TypeError):
                NATIVE.seal_for_each(peers, 0, (b"x",), 1.0, outgoing, [])
            assert len(outgoing) == at

    @pytest.mark.parametrize("counter", [-1, 2**64, "one", 1.5])
    def test_a_counter_is_a_number_of_64_bits(self, counter: object) -> None:
        with pytest.raises((TypeError, OverflowError)):
            NATIVE.Sent(1.0).on_sent(counter, 1.0)


DATAGRAM = st.tuples(st.integers(0, 3), st.binary(max_size=limits.PLAINTEXT_BYTES_MAX))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("push"), st.lists(st.binary(max_size=1200), max_size=12)),
        st.tuples(st.just("seal"), DATAGRAM),
        st.tuples(st.just("quiet"), DATAGRAM),
        st.tuples(st.just("report"), st.tuples(st.integers(0, 3), st.integers(0, 200))),
        st.tuples(st.just("window"), st.tuples(st.integers(0, 3), st.floats(1.0, 64.0))),
        st.tuples(st.just("lossy"), st.tuples(st.integers(0, 3), st.floats(0.0, 20.0))),
        st.tuples(st.just("trial"), st.tuples(st.integers(0, 3), st.booleans())),
        st.tuples(st.just("awaited"), st.tuples(st.integers(0, 3), st.booleans())),
        st.tuples(st.just("used"), st.tuples(st.integers(0, 3), st.integers(0, 3))),
        st.tuples(st.just("forged"), st.tuples(st.integers(0, 3), st.binary(max_size=1200))),
    ),
    max_size=40,
)


def walked(twin: Any, steps: list[tuple[str, Any]]) -> list[object]:
    """Everything that can be seen of these steps."""
    peers = [peer_of(twin, number) for number in range(1, 5)]
    seen: list[object] = []
    now = 1.0
    for what, given_ in steps:
        now += 0.5
        outgoing: list[Any] = []
        unawaited: list[int] = []
        try:
            if what == "push":
                place = 0
                while place < len(peers):
                    texts = tuple(given_)
                    place = twin.seal_for_each(peers, place, texts, now, outgoing, unawaited)
                    seen.append(place)
                    place += 1
            else:
                seen.append(_step(peers[given_[0]], what, given_[1], now))
        except ValueError as error:
            seen.append(str(error))
        seen += [outgoing, unawaited, *map(state_of, peers)]
    return seen


def _step(peer: Peer, what: str, value: Any, now: float) -> object:
    keys, sent = peer.channel, peer.flow
    match what:
        case "seal" | "quiet":
            sent.on_sent(keys.sent_counter, now, len(value), quiet=what == "quiet")
            return keys.encrypt(value)
        case "report":
            sent.reported_bytes = sent.counted_to(max(0, sent.sent - value - 1))
        case "window":
            sent.window = value
        case "lossy":
            sent.lossy_until = value
        case "awaited":
            sent.awaited = value
        case "trial":
            peer._trial = object() if value else None
        case "used":
            keys.sent_counter = max(keys.sent_counter, DATAGRAMS_PER_KEY_MAX - value)
        case "forged":
            opened = keys.decrypt(value)
            keys.failed_opens += opened is None
            return opened
    return None


@needs_native
@settings(deadline=None)
@given(STEPS)
def test_twins_do_the_same(steps: list[tuple[str, Any]]) -> None:
    assert walked(NATIVE, steps) == walked(plain_sealing, steps)


@needs_native
@given(st.binary(max_size=limits.PLAINTEXT_BYTES_MAX), st.integers(0, DATAGRAMS_PER_KEY_MAX - 1))
def test_each_opens_what_the_other_sealed(plaintext: bytes, counter: int) -> None:
    one, two = bytes(range(32)), bytes(range(1, 33))
    for sealer, opener in ((NATIVE, plain_sealing), (plain_sealing, NATIVE)):
        left, right = sealer.Keys(one, two, 5), opener.Keys(two, one, 6)
        left.sent_counter = counter
        datagram = left.encrypt(plaintext)
        assert right.decrypt(datagram) == plaintext
        for place in (0, 8, 16, len(datagram) - 1):
            forged = bytearray(datagram)
            forged[place] ^= 1
            assert right.decrypt(bytes(forged)) is None
