"""A client core at a server that is not what it should be: the client stays sane and small."""

from __future__ import annotations

import random

import pytest

from app.models.chat_client import ChatClient
from app.models.commands import AskNames, FollowRoom, Rename, SendPost
from app.models.events import (
    EntriesReceived,
    Event,
    LinkChanged,
    LinkState,
    PersonNamed,
    PostDelayed,
    SignInRefused,
)
from app.models.records import OutboxPost
from app.models.store_answers import Restored
from protocol import channel, limits
from protocol.datagrams import DATA_HEADER, DatagramType
from protocol.errors import Refusal
from protocol.frame_codec import encode_frame
from protocol.frames import (
    AnyFrame,
    Close,
    CloseReason,
    Entry,
    Frame,
    Persons,
    Ping,
    Post,
    Push,
    Range,
    SignIn,
    SlowDown,
    Subscribe,
    Subscribed,
    Welcome,
    Who,
)
from protocol.frames import SignInRefused as SignInRefusedFrame
from protocol.server_handshakes import ClientEstablished, Reply, ServerHandshakes
from protocol.session import Session

CLIENT = ("192.0.2.7", 7)
STREAM = b"stream 1"


class HostileServer:
    """Shakes hands properly; from then on it says whatever the test says."""

    def __init__(self, name: str = "Ada", *, welcome: bool = True) -> None:
        chance = random.Random(5)
        self.now = 100.0
        self.heard: list[AnyFrame] = []
        self.events: list[Event] = []
        self.session: Session | None = None
        self._random_bytes = chance.randbytes
        self._handshakes = ServerHandshakes(bytes(range(32)), chance.randbytes)
        nothing = Restored(1, None, 0, name, "", 0, (), (), (), 1)
        self.client = ChatClient(chance.randbytes(32), name, nothing, chance.randbytes)
        self.client.start(self.now)
        self.carry()
        if welcome:
            self.say(Welcome(1, 1, name, 0, 0, "hostile", [], b"t" * 16, 5))
            self.take()

    def carry(self) -> None:
        """Bring datagrams to and fro until the client has nothing to say."""
        while datagrams := self.client.take_datagrams():
            for datagram in datagrams:
                if datagram[0] == DatagramType.DATA:
                    assert self.session is not None
                    self.heard += self.session.receive(datagram, CLIENT, self.now) or []
                    continue
                outcome = self._handshakes.receive(datagram, CLIENT, self.now)
                if isinstance(outcome, Reply):
                    self.client.receive(outcome.datagram, self.now)
                elif isinstance(outcome, ClientEstablished):
                    self.session = Session(outcome.channel, CLIENT, self.now, self._random_bytes)
        self.events += [e for e in self.client.take_outputs() if isinstance(e, Event)]

    def say(self, *frames: Frame) -> None:
        assert self.session is not None
        datagram = self.session.seal([encode_frame(frame) for frame in frames], self.now)
        self.client.receive(datagram, self.now)
        self.carry()

    def wait(self, seconds: float) -> None:
        """Let the client's timers run."""
        until, turns = self.now + seconds, 0
        while (due := self.client.next_timer()) is not None and due <= until:
            turns += 1
            assert turns < 1000 * (1 + seconds), "the client spins"
            self.now = max(self.now, due)
            self.client.handle_timer(self.now)
            self.carry()
        self.now = until

    def take(self) -> list[AnyFrame]:
        heard, self.heard = self.heard, []
        return heard

    def follow(self, room: int = 1, *, head: int = 0) -> None:
        """The client follows a room that it holds nothing of."""
        self.client.command(FollowRoom(room), self.now)
        self.carry()
        (question,) = [frame for frame in self.take() if isinstance(frame, Subscribe) and frame.ref]
        self.say(Subscribed(question.ref, STREAM, 1, 1, head, 0, b"chain 01", 0))


def entry(text: str = "hello") -> Entry:
    return Entry(kind=1, author=1, device=2, client_seq=3, after_ms=0, text=text)


class TestNumbersFromHell:
    @pytest.mark.parametrize("first", [limits.NUMBER_MAX, limits.NUMBER_MAX - 2])
    def test_entries_beyond_the_last_number_are_nonsense(self, first: int) -> None:
        server = HostileServer()
        server.follow()
        server.say(Push(2, first, 5, 0, b"c" * 8, [entry(), entry(), entry()]))
        server.wait(5)
        assert not [event for event in server.events if isinstance(event, EntriesReceived)]
        # What it says of them would not be understood by anybody.
        assert server.session is not None

    def test_and_so_are_more_messages_than_there_are_numbers(self) -> None:
        server = HostileServer()
        server.follow()
        server.say(Push(2, 1, 5, limits.NUMBER_MAX, b"c" * 8, [entry()]))
        assert not [event for event in server.events if isinstance(event, EntriesReceived)]

    def test_a_huge_head_asks_for_a_bounded_part(self) -> None:
        server = HostileServer()
        server.follow(head=limits.NUMBER_MAX)
        server.wait(30)
        ranges = [frame for frame in server.take() if isinstance(frame, Range)]
        assert ranges
        assert all(r.last - r.first < 200 and r.last <= limits.NUMBER_MAX for r in ranges)
        assert len(ranges) < 50

    def test_a_device_that_posted_more_than_anybody_can_is_nonsense(self) -> None:
        server = HostileServer(welcome=False)
        server.say(Welcome(1, 1, "Ada", limits.NUMBER_MAX, 0, "hostile", [], b"t" * 16, 5))
        assert not server.client.link.online
        states = [event.state for event in server.events if isinstance(event, LinkChanged)]
        assert states[-1] is LinkState.OFFLINE


class TestSlowDown:
    def test_for_ever_is_not_believed(self) -> None:
        server = HostileServer()
        server.follow()
        post = OutboxPost(1, 77, STREAM, "general", 1, "hello", 5)
        server.client.command(SendPost(post), server.now)
        server.carry()
        server.say(SlowDown(1, 2**48))
        (told,) = [event for event in server.events if isinstance(event, PostDelayed)]
        assert told.retry_in_s == limits.TIMEOUT_MAX_S
        server.take()
        for _ in range(14):  # never silent for so long that new keys are made
            server.say(Ping())
            server.wait(5)
        assert [frame for frame in server.take() if isinstance(frame, Post)]


class TestKeys:
    def test_that_forgers_used_up_are_replaced(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(channel, "FAILED_OPENS_MAX", 100)
        server = HostileServer()
        session = server.client.link.traffic.session
        assert session is not None
        for counter in range(5000, 5100):
            header = DATA_HEADER.pack(DatagramType.DATA, session.channel.local_index, counter)
            server.client.receive(header + bytes(40), server.now)
        before = server.session
        server.wait(5)
        assert server.session is not before
        assert [frame for frame in server.take() if isinstance(frame, SignIn)]


class TestNames:
    @pytest.mark.parametrize("name", ["x" * 65, "x" * 5000, "\udcff\udcfe"])
    def test_that_cannot_be_said_are_refused_here(self, name: str) -> None:
        server = HostileServer(name, welcome=False)
        server.wait(5)
        assert not server.take()
        refusals = [event for event in server.events if isinstance(event, SignInRefused)]
        assert refusals == [SignInRefused(Refusal.NAME_NOT_ALLOWED, "")]
        states = [event.state for event in server.events if isinstance(event, LinkChanged)]
        assert states[-1] is LinkState.STOPPED
        server.client.command(Rename("Ada"), server.now)
        server.wait(1)
        assert {frame.name for frame in server.take() if isinstance(frame, SignIn)} == {"Ada"}

    def test_a_new_one_that_cannot_be_said_leaves_us_online(self) -> None:
        server = HostileServer()
        server.client.command(Rename("x" * 65), server.now)
        server.wait(1)
        assert [event for event in server.events if isinstance(event, SignInRefused)]
        assert server.client.link.online

    def test_many_are_asked_for_together(self) -> None:
        server = HostileServer()
        server.client.command(AskNames(tuple(range(2, 122))), server.now)
        server.carry()
        asked = [frame.people for frame in server.take() if isinstance(frame, Who)]
        assert sorted(person for people in asked for person in people) == list(range(2, 122))
        assert len(asked) == 3
        server.say(Persons([(person, f"name {person}") for person in range(2, 42)]))
        server.wait(2)
        again = {p for frame in server.take() if isinstance(frame, Who) for p in frame.people}
        assert again == set(range(42, 122)), "the others are asked for again"
        assert len([event for event in server.events if isinstance(event, PersonNamed)]) == 40

    def test_one_that_is_taken_is_not_asked_for_at_the_next_session(self) -> None:
        server = HostileServer()
        server.client.command(Rename("Eva"), server.now)
        server.carry()
        server.say(SignInRefusedFrame(Refusal.NAME_TAKEN))
        server.take()
        server.say(Close(CloseReason.SERVER_STOPS))
        server.wait(5)
        assert {frame.name for frame in server.take() if isinstance(frame, SignIn)} == {"Ada"}

    def test_who_was_refused_waits_for_the_person_even_when_the_session_ends(self) -> None:
        server = HostileServer(welcome=False)
        server.say(SignInRefusedFrame(Refusal.NAME_TAKEN))
        server.say(Close(CloseReason.NEVER_SIGNED_IN))
        server.take()
        server.events.clear()
        server.wait(300)
        assert (server.take(), server.events) == ([], [])
        server.client.command(Rename("Eva"), server.now)
        server.wait(2)
        assert {frame.name for frame in server.take() if isinstance(frame, SignIn)} == {"Eva"}
