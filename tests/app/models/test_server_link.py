"""The way to the server: hard stops, refusals, coming back, keys, keeping alive, nonsense."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from msgspec.structs import replace

from app.models.events import (
    LinkChanged,
    LinkState,
    ServerKeyChanged,
    ServerKeySeen,
    SignedIn,
    SignInRefused,
    VersionRefused,
)
from app.models.recent_round_trips import SAMPLES
from app.models.server_link import Pin
from protocol import limits
from protocol.datagrams import DatagramType, receiver_index
from protocol.errors import Refusal
from protocol.frame_codec import encode_frame, encode_frames
from protocol.frames import Close, CloseReason, Frame, Heads, Ping, Report, SignIn, Who
from protocol.frames import SignInRefused as SignInRefusedFrame
from protocol.noise import fingerprint
from protocol.stateless_reset import reset_datagram
from tests.app.models.linked_server import Linked
from tests.app.models.scripted_server import TOKEN, ScriptedServer

#: How long a handshake is tried, and how long silence is borne.
HANDSHAKE_S, SILENCE_S = 10.0, 8.0


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
        assert len(linked.take(SignIn)) == 4  # after 0, 1, 3 and 7 s
        linked.signed_in()
        linked.wait(10)
        assert not linked.take(SignIn)

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


class TestTheEndOfASession:
    def test_a_reset_brings_us_back_within_two_seconds(self) -> None:
        waits = []
        for seed in range(8):
            linked = Linked(seed=seed).signed_in()
            session = linked.link.traffic.session
            assert session is not None
            linked.link.receive(reset_datagram(session.channel.remote_index, TOKEN), linked.now)
            assert not linked.link.online
            waits.append(linked.happened(LinkChanged)[-1].retry_in_s)
            linked.wait(2.1)
            linked.signed_in()
        assert 0 <= min(waits) < 0.7 < 1.3 < max(waits) <= 2

    @pytest.mark.parametrize("token", [b"x" * 16, b"", bytes(16)])
    def test_a_reset_that_is_not_the_servers_is_nothing(self, token: bytes) -> None:
        linked = Linked().signed_in()
        session = linked.link.traffic.session
        assert session is not None
        linked.link.receive(reset_datagram(session.channel.remote_index, token), linked.now)
        assert linked.link.online

    def test_the_token_of_a_session_before_resets_no_other(self) -> None:
        linked = Linked().signed_in()
        linked.say(Close(CloseReason.SERVER_STOPS))
        linked.wait(2.1)
        session = linked.link.traffic.session
        assert session is not None
        linked.link.receive(reset_datagram(session.channel.remote_index, TOKEN), linked.now)
        assert linked.link.traffic.session is session

    @pytest.mark.parametrize("reason", [*CloseReason, 99])
    def test_close(self, reason: int) -> None:
        linked = Linked().signed_in()
        linked.say(Close(reason))
        assert linked.link.traffic.session is None
        if reason == CloseReason.SIGNED_IN_ELSEWHERE:
            assert linked.states[-1] is LinkState.STOPPED
            assert linked.link.next_timer() is None
        else:
            assert linked.states[-1] is LinkState.OFFLINE
            assert linked.happened(LinkChanged)[-1].retry_in_s <= 2
        assert linked.happened(LinkChanged)[-1].reason

    def test_goodbye_is_said_once_there_is_a_session(self) -> None:
        linked = Linked()
        linked.link.goodbye(linked.now)
        linked.carry()
        assert [frame.reason for frame in linked.take(Close)] == [CloseReason.GOODBYE]

    def test_what_came_beside_the_end_is_harmless(self) -> None:
        linked = Linked().signed_in()
        linked.say(Who([1]), Close(CloseReason.SERVER_STOPS), ScriptedServer.welcome_frame())
        assert not linked.link.online
        assert linked.link.traffic.session is None


class TestComingBack:
    def test_backs_off_to_thirty_seconds_with_jitter_and_begins_anew_when_let_in(self) -> None:
        linked = Linked()
        linked.vanish()
        linked.wait(400)
        waits = [event.retry_in_s for event in linked.happened(LinkChanged) if event.retry_in_s]
        for wait_s, base_s in zip(waits, [0.5, 1, 2, 4, 8, 16, 30, 30], strict=False):
            assert base_s / 2 <= wait_s <= base_s * 1.5
        assert len(waits) >= 8
        linked.loses = lambda datagram: False
        while linked.link.traffic.session is None:
            linked.wait(1)
        linked.events.clear()
        linked.signed_in()
        linked.vanish()
        linked.wait(60)
        offline = [e for e in linked.happened(LinkChanged) if e.state is LinkState.OFFLINE]
        assert 0.25 <= offline[0].retry_in_s <= 0.75

    def test_does_not_wait_when_somebody_wants_it_now(self) -> None:
        linked = Linked()
        linked.vanish()
        linked.wait(300)
        while linked.states[-1] is not LinkState.OFFLINE:
            linked.wait(0.5)
        linked.loses = lambda datagram: False
        linked.link.path_changed(linked.now)
        linked.carry()
        linked.signed_in()

    def test_two_clients_do_not_come_back_in_step(self) -> None:
        times = []
        for seed in range(6):
            linked = Linked(seed=seed)
            linked.vanish()
            linked.wait(11)
            while not linked.happened(LinkChanged)[-1].retry_in_s:
                linked.wait(1)
            times.append(linked.happened(LinkChanged)[-1].retry_in_s)
        assert len(set(times)) > 3


class TestKeepingAlive:
    def test_pings_every_twenty_to_thirty_seconds_while_nothing_else_is_heard(self) -> None:
        linked = Linked().signed_in()
        linked.say(Ping())
        linked.wait(1)
        pings: list[float] = []
        while linked.now < 700:
            linked.take(Ping)
            linked.wait(0.25)
            if linked.session and linked.session.flow.report_due_at is not None:
                due = linked.session.datagrams_to_send(linked.now)
                if due:
                    pings.append(linked.now)
                for datagram, _ in due:
                    linked.link.receive(datagram, linked.now)
                    linked.carry()
        # The first ones come sooner: they measure the round trip.
        distances = [later - earlier for earlier, later in pairwise(pings[SAMPLES:])]
        assert all(19.5 <= distance <= 30.5 for distance in distances)
        assert len({round(distance, 1) for distance in distances}) > 5
        assert len(pings) < 32 + SAMPLES

    def test_silence_makes_new_keys_for_the_same_session(self) -> None:
        linked = Linked().signed_in()
        before = linked.link.traffic.session
        assert before is not None
        old_index = before.channel.remote_index
        linked.say(Ping())
        linked.loses = lambda datagram: datagram[0] == DatagramType.DATA
        linked.wait(3 + SILENCE_S + 1)
        assert linked.payloads[-1] == old_index.to_bytes(8)
        assert linked.link.traffic.session is before
        assert before.channel.remote_index != old_index
        assert LinkState.OFFLINE not in linked.states
        assert linked.states[-1] is LinkState.CONNECTING
        linked.loses = lambda datagram: False
        linked.signed_in()
        assert linked.states[-2:] == [LinkState.CONNECTING, LinkState.ONLINE]

    def test_silence_that_goes_on_is_offline(self) -> None:
        linked = Linked().signed_in()
        linked.vanish()
        linked.wait(30 + SILENCE_S + HANDSHAKE_S + 1)
        assert LinkState.OFFLINE in linked.states
        assert linked.link.traffic.session is None

    def test_a_path_that_may_have_changed_is_asked_at_once(self) -> None:
        linked = Linked().signed_in()
        linked.say(Ping())
        linked.seen.clear()
        linked.link.path_changed(linked.now)
        linked.carry()
        assert linked.kinds_seen() == [DatagramType.DATA]
        assert linked.session is not None
        assert linked.session.flow.report_due_at == linked.now


class TestNewKeys:
    def due(self) -> Linked:
        """Just before new keys are made; the server says something now and then."""
        linked = Linked().signed_in()
        while (left_s := linked.link._rekey_at - linked.now) > 0.01:
            linked.say(Ping())
            linked.wait(min(7, left_s - 0.005))
        assert 0.9 * limits.REKEY_AFTER_S <= linked.now - 100 <= 1.1 * limits.REKEY_AFTER_S
        return linked

    def test_are_made_every_hour_beside_the_old_ones(self) -> None:
        linked = self.due()
        session = linked.link.traffic.session
        linked.loses = lambda datagram: False
        for _ in range(100):
            linked.say(Ping())
            linked.wait(8)
        assert linked.link.traffic.session is session
        assert len(linked.payloads) == 2
        assert LinkState.OFFLINE not in linked.states
        assert LinkState.CONNECTING not in linked.states[1:]

    def test_what_is_late_on_the_old_ones_is_not_heard_after_the_welcome_on_the_new(self) -> None:
        linked = self.due()
        heads = Heads([(0, 99, 0)])
        late = [linked.sealed(heads) for _ in range(2)]
        linked.loses = lambda datagram: False
        linked.wait(2)
        assert len(linked.payloads) == 2
        assert linked.link.receive(late[0], linked.now) == [heads]
        linked.welcome()
        assert linked.link.receive(late[1], linked.now) == []

    def test_what_the_old_keys_bring_does_not_end_their_making(self) -> None:
        linked = self.due()
        linked.loses = lambda datagram: datagram[0] == DatagramType.M1
        linked.seen.clear()
        linked.wait(0.01)
        assert DatagramType.M1 in linked.kinds_seen()
        for _ in range(100):  # a busy room speaks while M1 is on its way
            linked.say(Ping())
        assert linked.kinds_seen().count(DatagramType.HELLO) == 1
        linked.loses = lambda datagram: False
        linked.wait(2)
        assert len(linked.payloads) == 2

    def test_that_cannot_be_made_do_not_end_a_session_that_works(self) -> None:
        linked = self.due()
        linked.loses = lambda datagram: datagram[0] == DatagramType.HELLO
        for _ in range(1000):
            linked.say(Ping())
            linked.wait(1)
        assert linked.link.online
        assert LinkState.OFFLINE not in linked.states
        hellos = linked.kinds_seen().count(DatagramType.HELLO)
        assert 5 < hellos < 100
        linked.loses = lambda datagram: False
        for _ in range(70):
            linked.say(Ping())
            linked.wait(1)
        assert len(linked.payloads) == 2

    def test_m3_is_repeated_although_the_old_keys_are_heard(self) -> None:
        linked = self.due()
        linked.loses = lambda datagram: datagram[0] == DatagramType.M3
        while DatagramType.M3 not in linked.kinds_seen()[5:]:
            linked.say(Ping())
            linked.wait(1)
        linked.say(Ping())  # with the old keys: the server has no others
        linked.loses = lambda datagram: False
        linked.wait(3)
        assert len(linked.payloads) == 2
        assert linked.session is not None
        assert receiver_index(linked.seen[-1]) == linked.session.channel.local_index


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


class TestPacking:
    def test_many_frames_go_in_as_few_datagrams_as_hold_them(self) -> None:
        linked = Linked().signed_in()
        linked.take(Who)
        linked.seen.clear()
        linked.link.traffic.send_packed(
            [Who([number] * 40) for number in range(70_000, 70_020)], linked.now
        )
        linked.carry()
        assert [frame.people[0] for frame in linked.take(Who)] == list(range(70_000, 70_020))
        size = len(encode_frame(Who([70_000] * 40)))
        assert len(linked.seen) == -(-20 // ((limits.PLAINTEXT_BYTES_MAX - 3) // size))
        assert all(len(datagram) <= limits.DATAGRAM_BYTES_MAX for datagram in linked.seen)

    def test_a_full_window_asks_for_one_report(self) -> None:
        linked = Linked().signed_in()
        linked.say(Who([1]))
        while linked.link.traffic.session and linked.link.traffic.session.flow.may_send:
            linked.link.traffic.send([Who([1])], linked.now)
        linked.carry()
        linked.seen.clear()
        for _ in range(5):
            assert not linked.link.traffic.may_send(linked.now)
        linked.carry()
        assert len(linked.seen) == 1
        assert linked.session is not None
        assert linked.session.flow.report_due_at == linked.now

    def test_what_the_window_has_no_room_for_is_given_back(self) -> None:
        linked = Linked().signed_in()
        assert linked.link.traffic.session is not None
        flow = linked.link.traffic.session.flow
        while flow.in_flight < flow.window - 1:
            linked.link.traffic.send([Who([1])], linked.now)
        frames: list[Frame] = [Who([number] * 50) for number in range(70_000, 70_020)]
        unsent = linked.link.traffic.send_packed(frames, linked.now)
        assert 0 < len(unsent) < len(frames)
        assert unsent == frames[-len(unsent) :]
        assert linked.link.traffic.waits_for_report

    def test_the_report_is_asked_for_again_whatever_else_comes(self) -> None:
        linked = Linked().signed_in()
        assert linked.link.traffic.session is not None
        while linked.link.traffic.may_send(linked.now):
            linked.link.traffic.send([Who([1])], linked.now)
        linked.carry()
        linked.take(Ping)
        assert linked.session is not None
        for _ in range(40):
            # Without the report that would go with it: that one was lost.
            heads = linked.session.seal_plaintext(encode_frames([Heads([])]), linked.now)
            linked.link.receive(heads, linked.now)
            linked.wait(0.25)
        assert linked.link.traffic.waits_for_report
        ((report, _),) = linked.session.datagrams_to_send(linked.now)
        linked.link.receive(report, linked.now)
        assert not linked.link.traffic.waits_for_report
