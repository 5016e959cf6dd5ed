"""The way to the server: signing in, hard stops, refusals, nonsense."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from app.models.events import (
    LinkState,
    ServerKeyChanged,
    ServerKeySeen,
    SignedIn,
    SignInRefused,
    VersionRefused,
)
from app.models.server_pin import Pin
from protocol import limits
from protocol.datagrams import DatagramType
from protocol.errors import Refusal
from protocol.frames import Close, CloseReason, Report, SignIn, Who
from protocol.frames import SignInRefused as SignInRefusedFrame
from protocol.noise import fingerprint
from tests.app.models.linked_server import Linked
from tests.app.models.scripted_server import ScriptedServer


class TestSigningIn:
    def test_connecting_then_online_and_the_key_is_told(self) -> None:
        linked = Linked()
        assert [frame.name for frame in linked.take(SignIn)] == ["anna"]
        assert not linked.link.online
        linked.signed_in()
        assert linked.states == [LinkState.CONNECTING, LinkState.ONLINE]
        (seen,) = linked.happened(ServerKeySeen)
        assert seen.fingerprint == fingerprint(linked.handshakes.server_key)
        assert not seen.was_named
        (event,) = linked.happened(SignedIn)
        assert (event.person, event.device, event.name) == (1, 3, "anna")

    def test_repeats_itself_until_answered_with_back_off(self) -> None:
        linked = Linked()
        linked.loses = lambda datagram: datagram[0] != DatagramType.DATA
        linked.wait(7.5)
        # The handshake took no time: a tenth of a second apart, then twice as far each time.
        assert len(linked.take(SignIn)) == 9
        linked.signed_in()
        linked.wait(10)
        assert not linked.take(SignIn)

    def test_knows_the_round_trip_from_the_handshake(self) -> None:
        linked = Linked()
        session = linked.link.traffic.session
        assert session is not None
        assert session.flow.round_trip.latest_s == 0.0

    def test_a_second_welcome_changes_nothing(self) -> None:
        linked = Linked().signed_in()
        linked.welcome(name="mallory")
        assert linked.link.name == "anna"
        assert len(linked.happened(SignedIn)) == 1

    def test_a_server_that_does_not_exist_is_asked_again_and_again(self) -> None:
        linked = Linked()
        linked.vanish()
        linked.wait(40)
        assert linked.states[:4] == [
            LinkState.CONNECTING, LinkState.OFFLINE, LinkState.CONNECTING, LinkState.OFFLINE,
        ]  # fmt: skip


class TestHardStops:
    def test_a_wrong_key_ends_everything_before_we_are_named(self) -> None:
        pinned = bytes(32)
        linked = Linked(Pin(key=pinned))
        (changed,) = linked.happened(ServerKeyChanged)
        assert not changed.is_first_contact
        assert changed.expected == fingerprint(pinned)
        assert changed.seen == fingerprint(linked.handshakes.server_key)
        assert linked.states == [LinkState.CONNECTING, LinkState.STOPPED]
        assert set(linked.kinds_seen()) == {DatagramType.HELLO, DatagramType.M1}
        linked.seen.clear()
        linked.wait(3600)
        linked.link.path_changed(linked.now)
        linked.link.connect(linked.now)
        linked.carry()
        assert linked.seen == []
        assert linked.link.next_timer() is None

    def test_a_wrong_fingerprint_does_the_same(self) -> None:
        linked = Linked(Pin(fingerprint="a" * 32))
        (changed,) = linked.happened(ServerKeyChanged)
        assert changed.is_first_contact and changed.expected == "a" * 32
        assert linked.states[-1] is LinkState.STOPPED
        assert DatagramType.M3 not in linked.kinds_seen()

    def test_the_right_fingerprint_gives_the_key(self) -> None:
        key = ScriptedServer().handshakes.server_key
        linked = Linked(Pin(fingerprint=fingerprint(key))).signed_in()
        assert linked.happened(ServerKeySeen) == [
            ServerKeySeen(key, fingerprint(key), was_named=True)
        ]

    def test_the_key_that_was_announced_goes_on(self) -> None:
        linked = Linked()
        following = ScriptedServer(key=7)
        welcome = linked.welcome_frame()
        linked.say(replace(welcome, next_key=following.handshakes.server_key))
        linked.handshakes, linked.session = following.handshakes, None
        linked.wait(60)
        linked.signed_in()
        assert linked.happened(ServerKeyChanged) == []
        seen = linked.happened(ServerKeySeen)
        assert [event.was_announced for event in seen] == [False, True]
        assert seen[-1].key == following.handshakes.server_key
        # From now on it is the only one.
        linked.handshakes, linked.session = ScriptedServer().handshakes, None
        linked.wait(60)
        assert linked.states[-1] is LinkState.STOPPED

    def test_an_announcement_that_is_taken_back_during_a_handshake_counts_no_more(self) -> None:
        linked = Linked()
        following = ScriptedServer(key=7)
        linked.say(replace(linked.welcome_frame(), next_key=following.handshakes.server_key))
        handshakes, linked.handshakes = linked.handshakes, following.handshakes
        linked.loses = lambda datagram: datagram[0] != DatagramType.HELLO
        linked.wait(limits.SILENCE_MAX_S + 1)  # a handshake begins, and does not end
        linked.link.sign_in_as("anna", linked.now)
        linked.say(linked.welcome_frame())
        linked.loses = lambda datagram: False
        linked.seen.clear()
        linked.wait(8)
        assert linked.handshakes is not handshakes
        assert linked.states[-1] is LinkState.STOPPED
        assert DatagramType.M3 not in linked.kinds_seen()

    @pytest.mark.parametrize("key", [b"", b"short"])
    def test_what_is_no_key_announces_nothing(self, key: bytes) -> None:
        linked = Linked()
        linked.say(replace(linked.welcome_frame(), next_key=key))
        assert linked.happened(SignedIn)[0].next_key == b""

    def test_a_wrong_key_in_the_middle_stops_a_session_that_makes_new_ones(self) -> None:
        linked = Linked().signed_in()
        impostor = ScriptedServer(key=7)
        linked.handshakes = impostor.handshakes
        linked.session = None
        linked.seen.clear()
        linked.wait(60)
        assert linked.states[-1] is LinkState.STOPPED
        assert linked.happened(ServerKeyChanged)
        assert DatagramType.M3 not in linked.kinds_seen()

    def test_another_version_is_told_and_not_tried_again(self) -> None:
        linked = Linked(versions=(2,))
        assert [event.server_version for event in linked.happened(VersionRefused)] == [2]
        assert linked.states[-1] is LinkState.STOPPED
        assert linked.link.next_timer() is None


class TestNames:
    def refused(self) -> Linked:
        linked = Linked()
        linked.say(SignInRefusedFrame(Refusal.NAME_TAKEN, "anna2"))
        return linked

    def test_a_refusal_stops_and_another_name_goes_on_in_the_same_session(self) -> None:
        linked = self.refused()
        assert linked.happened(SignInRefused) == [SignInRefused(Refusal.NAME_TAKEN, "anna2")]
        assert linked.states[-1] is LinkState.STOPPED
        linked.wait(30)
        linked.take(SignIn)
        linked.link.sign_in_as("anna2", linked.now)
        linked.wait(0)
        assert [frame.name for frame in linked.take(SignIn)] == ["anna2"]
        linked.welcome(name="anna2")
        assert linked.states[-2:] == [LinkState.CONNECTING, LinkState.ONLINE]
        assert len(linked.payloads) == 1

    def test_a_session_that_ends_while_the_person_thinks_is_not_opened_by_itself(self) -> None:
        linked = self.refused()
        linked.say(Close(CloseReason.NEVER_SIGNED_IN))
        linked.session = None
        linked.wait(600)
        assert len(linked.happened(SignInRefused)) == 1
        linked.link.sign_in_as("anna2", linked.now)
        linked.carry()
        assert [frame.name for frame in linked.take(SignIn)][-1:] == ["anna2"]

    def test_a_new_name_that_is_refused_leaves_us_with_the_old_one(self) -> None:
        linked = Linked().signed_in()
        linked.link.sign_in_as("ben", linked.now)
        linked.wait(0)
        linked.say(SignInRefusedFrame(Refusal.NAME_TAKEN))
        assert linked.link.online
        linked.say(Close(CloseReason.SERVER_STOPS))
        linked.take(SignIn)
        linked.wait(2.1)
        assert {frame.name for frame in linked.take(SignIn)} == {"anna"}

    @pytest.mark.parametrize("code", [Refusal.SERVER_FULL, Refusal.TOO_MANY_SESSIONS])
    def test_a_full_server_is_tried_again(self, code: Refusal) -> None:
        linked = Linked()
        linked.say(SignInRefusedFrame(code))
        assert linked.states[-1] is LinkState.OFFLINE
        linked.take(SignIn)
        linked.wait(2)
        assert linked.take(SignIn)


class TestNonsense:
    def test_malformed_frames_end_the_session_and_raise_nothing(self) -> None:
        linked = Linked().signed_in()
        assert linked.session is not None
        linked.link.receive(linked.session.seal([b"\xc1"], linked.now), linked.now)
        assert linked.states[-1] is LinkState.OFFLINE

    def test_a_report_of_what_was_never_sent_ends_the_session(self) -> None:
        linked = Linked().signed_in()
        linked.say(Report(10_000, 1, 0))
        assert linked.states[-1] is LinkState.OFFLINE

    def test_garbage_changes_nothing(self) -> None:
        linked = Linked().signed_in()
        chance = random.Random(3)
        good = linked.sealed(Who([1]))
        for _ in range(500):
            kind = bytes([chance.randrange(9)])
            linked.link.receive(kind + chance.randbytes(chance.randrange(80)), linked.now)
            broken = bytearray(good)
            broken[chance.randrange(9, len(good))] ^= 1 << chance.randrange(8)
            linked.link.receive(bytes(broken), linked.now)
        linked.link.receive(b"", linked.now)
        assert linked.link.online
        assert linked.link.receive(good, linked.now) == [Who([1])]
        assert linked.link.receive(good, linked.now) == []

    def test_data_before_there_is_a_session_is_dropped(self) -> None:
        linked = Linked(Pin(key=bytes(32)))
        assert linked.link.receive(bytes([DatagramType.DATA]) + bytes(60), linked.now) == []
        assert linked.link.receive(bytes([DatagramType.RESET]) + bytes(24), linked.now) == []
