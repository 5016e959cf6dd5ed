"""What the parts of the core let each other know, and that no frame of a server raises."""

from __future__ import annotations

import random

import msgspec
import pytest

from app.models.commands import FollowRoom, Rename, SetAway, Stop, WatchPeople
from app.models.events import LinkChanged, MembershipChanged, PersonNamed, PostAccepted, SignedIn
from protocol import limits
from protocol.errors import RemoteProtocolError
from protocol.frame_codec import decode_frames
from protocol.frames import (
    AnyFrame,
    Changes,
    Close,
    CloseReason,
    EntryKind,
    Heads,
    Persons,
    Presence,
    Receipt,
    Refused,
    SetPresence,
    SlowDown,
    Subscribe,
    SubscribeRefused,
    Unsubscribe,
)
from tests.app.models.client_bench import STREAM, Bench, a_post, entry
from tests.app.models.scripted_server import subscribed


class TestMembership:
    def test_is_told_as_the_server_has_it(self) -> None:
        bench = Bench(rooms=[1, 2])
        assert bench.happened(MembershipChanged) == [
            MembershipChanged(1, True), MembershipChanged(2, True),
        ]  # fmt: skip
        bench.events.clear()
        bench.again(rooms=[2, 3])
        assert bench.happened(MembershipChanged) == [
            MembershipChanged(1, False), MembershipChanged(3, True),
        ]  # fmt: skip

    def test_who_joins_follows_from_a_little_before(self) -> None:
        bench = Bench().general()
        bench.send(a_post(1, kind=EntryKind.JOIN))
        bench.say(Receipt(1, 1, 500))
        assert bench.happened(MembershipChanged) == [MembershipChanged(1, True)]
        bench.say(subscribed(2, 900))
        assert bench.client._follower._rooms[1].numbers.base == 450

    def test_is_told_before_the_wish_is_done(self) -> None:
        bench = Bench().general()
        bench.send(a_post(1, kind=EntryKind.JOIN))
        bench.events.clear()
        bench.say(Receipt(1, 1, 500))
        told = [type(e) for e in bench.events if isinstance(e, (MembershipChanged, PostAccepted))]
        assert told == [MembershipChanged, PostAccepted]

    def test_who_was_in_already_does_not_fetch_everything(self) -> None:
        bench = Bench().general()
        bench.send(a_post(1, kind=EntryKind.JOIN))
        bench.say(Receipt(1, 1, 0))
        bench.say(subscribed(2, 1_000_000))
        assert bench.client._follower._rooms[1].numbers.base == 1_000_000 - 49

    def test_who_leaves_follows_no_more(self) -> None:
        bench = Bench(rooms=[1]).general()
        bench.say(subscribed(2, 0))
        bench.send(a_post(1, kind=EntryKind.LEAVE))
        bench.say(Receipt(1, 1, 1))
        assert bench.happened(MembershipChanged)[-1] == MembershipChanged(1, False)
        assert [frame.ref for frame in bench.take(Unsubscribe)] == [2]

    def test_who_leaves_and_comes_back_is_not_answered_by_what_was_said_before(self) -> None:
        bench = Bench(rooms=[1]).general()
        bench.send(a_post(1, kind=EntryKind.LEAVE), a_post(2, kind=EntryKind.JOIN))
        bench.take(Subscribe)
        bench.say(Receipt(1, 1, 8), Receipt(2, 1, 9), subscribed(2, 9))
        (question,) = bench.asked(2)
        assert not bench.client._follower.is_followed(1), "the server was told to stop since"
        bench.say(subscribed(2, 9, question=question.question))
        assert bench.client._follower.is_followed(1)

    def test_an_answer_that_comes_late_does_not_undo_what_was_done_since(self) -> None:
        bench = Bench(rooms=[1]).general()
        bench.send(a_post(1, kind=EntryKind.LEAVE), a_post(2, kind=EntryKind.JOIN))
        bench.say(Receipt(2, 1, 9))
        bench.say(Receipt(1, 1, 8))
        assert bench.client._joined == {1}
        assert MembershipChanged(1, False) not in bench.happened(MembershipChanged)

    def test_an_answer_from_before_the_welcome_tells_nothing_new(self) -> None:
        bench = Bench(rooms=[1]).general()
        bench.send(a_post(1, kind=EntryKind.LEAVE), a_post(2, kind=EntryKind.JOIN))
        bench.again(rooms=[1], last_client_seq=2)
        bench.say(Receipt(1, 1, 8))
        assert bench.client._joined == {1}

    def test_a_server_that_lost_the_answer_knows_better_who_is_a_member(self) -> None:
        bench = Bench().general()
        bench.send(a_post(1, kind=EntryKind.JOIN))
        bench.say(Receipt(1, 1, 9))
        bench.again(rooms=[], last_client_seq=0)
        assert bench.client._joined == set()

    def test_even_if_the_server_ends_the_session_in_the_same_breath(self) -> None:
        bench = Bench(rooms=[1]).general()
        bench.send(a_post(1, kind=EntryKind.LEAVE))
        bench.say(Receipt(1, 1, 1), Close(CloseReason.SERVER_STOPS))
        assert bench.happened(MembershipChanged)[-1] == MembershipChanged(1, False)


class TestPresence:
    def test_away_is_said_now_and_in_each_session(self) -> None:
        bench = Bench()
        bench.command(SetAway(True))
        assert [frame.presence for frame in bench.take(SetPresence)] == [Presence.AWAY]
        bench.again()
        assert [frame.presence for frame in bench.take(SetPresence)] == [Presence.AWAY]
        bench.command(SetAway(False))
        bench.again()
        said = [frame.presence for frame in bench.take(SetPresence)]
        assert said == [Presence.ONLINE], "whether it was heard is not known"

    def test_so_is_what_was_said_of_it(self) -> None:
        bench = Bench()
        bench.command(SetAway(True, "lunch"))
        assert bench.take(SetPresence) == [SetPresence(Presence.AWAY, "lunch")]
        bench.again()
        assert bench.take(SetPresence) == [SetPresence(Presence.AWAY, "lunch")]
        bench.command(SetAway(False))
        assert bench.take(SetPresence) == [SetPresence(Presence.ONLINE)]


class TestOrders:
    def test_rename_signs_in_on_the_same_session(self) -> None:
        bench = Bench()
        bench.command(Rename("anna2"))
        bench.wait(0)
        bench.let_in(name="anna2")
        assert [event.name for event in bench.happened(SignedIn)] == ["anna", "anna2"]
        assert len(bench.payloads) == 1

    def test_stop_says_goodbye(self) -> None:
        bench = Bench()
        bench.command(Stop())
        assert [frame.reason for frame in bench.take(Close)] == [CloseReason.GOODBYE]

    def test_nothing_is_sent_before_we_are_signed_in(self) -> None:
        bench = Bench()
        bench.say(Close(CloseReason.SERVER_STOPS))
        bench.session = None
        bench.heard.clear()
        bench.command(FollowRoom(1))
        bench.command(WatchPeople(1))
        bench.send(a_post(1))
        bench.wait(2.1)
        assert {type(frame).__name__ for frame in bench.heard} == {"SignIn"}
        bench.heard.clear()
        bench.let_in()
        bench.wait(0)
        assert {frame.ref for frame in bench.take(Subscribe)} == {0, 2, 3}


class TestHostileFrames:
    def test_nonsense_in_one_does_not_hide_the_next(self) -> None:
        bench = Bench().general()
        bad = Changes(0, 1, 2, 2, 2, [msgspec.Raw(b"\x92\x01\xa1x")])
        bench.say(bad, Persons([(5, "ben")]))
        assert bench.happened(PersonNamed) == [PersonNamed(5, "ben")]
        assert bench.client.link.online

    @pytest.mark.parametrize("seed", range(6))
    def test_any_frames_in_any_order_raise_nothing(self, seed: int) -> None:
        chance = random.Random(seed)
        bench = Bench(rooms=[0, 1, 2**32 - 1]).general()
        bench.follow(head=3)
        bench.command(WatchPeople(1))
        bench.send(a_post(1), a_post(2, kind=EntryKind.LEAVE), a_post(3, kind=EntryKind.JOIN))

        def number() -> int:
            return chance.choice([0, 1, 2, 3, 5, 64, 1000, 2**31, limits.NUMBER_MAX])

        def ref() -> int:
            return chance.choice([0, 1, 2, 3, 4, 2**32 - 1])

        def frame() -> AnyFrame:
            wild: list[AnyFrame] = [
                bench.push(number(), entry(number() % 9, device=3), entry(author=ref())),
                subscribed(
                    ref(), number(), agreed_to=number(), stream=chance.choice([STREAM, b""])
                ),
                SubscribeRefused(ref(), ref()),
                Heads([(ref(), number(), number())]),
                Changes(ref(), chance.randrange(3), number(), number(), number(), []),
                Receipt(number(), ref(), number()),
                Refused(number(), chance.randrange(15)),
                SlowDown(number(), chance.randrange(2**48), ref()),
                Persons([(ref(), "x")]),
                bench.welcome_frame(last=number() & 0xFFFF, rooms=(ref(), ref())),
            ]
            return chance.choice(wild)

        for _ in range(150):
            bench.say(*(frame() for _ in range(chance.randrange(1, 4))))
            if bench.client.link.traffic.session is None:
                break
            if chance.random() < 0.1:
                bench.wait(chance.random() * 2)
            for wish in bench.wishes:
                bench.renumbered(wish)
            bench.wishes.clear()
        assert bench.client.link.online, bench.happened(LinkChanged)[-1]

    def test_any_bytes_that_are_sealed_raise_nothing(self) -> None:
        chance = random.Random(1)
        for _ in range(20):
            bench = Bench()
            assert bench.session is not None
            for _ in range(20):
                head = bytes([0x91, 0x90 + chance.randrange(16), chance.randrange(32)])
                plaintext = head + chance.randbytes(chance.randrange(30))
                try:
                    decode_frames(plaintext)
                except RemoteProtocolError:
                    bench.client.receive(bench.session.seal([plaintext[1:]], bench.now), bench.now)
                    break
            assert bench.client.next_timer() is not None
