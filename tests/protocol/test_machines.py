"""Any order of doings, against models that cannot be wrong: sets of numbers, replicas, sessions."""

from __future__ import annotations

import random

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from protocol import limits
from protocol.channel import Channel
from protocol.frame_codec import encode_frame
from protocol.frames import Frame, Ping, Range
from protocol.sequence_set import SequenceSet
from protocol.session import Session
from protocol.stream_replica import StreamReplica

numbers = st.integers(1, 60)
FEW = settings(max_examples=60, stateful_step_count=40)


class SequenceSets(RuleBasedStateMachine):
    """A set of ranges is a set of numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.ranges, self.model = SequenceSet(), set[int]()

    @rule(first=numbers, length=st.integers(0, 12))
    def add(self, first: int, length: int) -> None:
        new = set(range(first, first + length + 1))
        assert self.ranges.add(first, first + length) is bool(new - self.model)
        self.model |= new

    @rule(number=numbers)
    def remove_above(self, number: int) -> None:
        self.ranges.remove_above(number)
        self.model = {n for n in self.model if n <= number}

    @rule(first=numbers, length=st.integers(0, 30))
    def ask(self, first: int, length: int) -> None:
        asked = range(first, first + length + 1)
        gaps = [
            n for low, high in self.ranges.gaps(asked[0], asked[-1]) for n in range(low, high + 1)
        ]
        assert gaps == [n for n in asked if n not in self.model]
        run = first
        while run in self.model:
            run += 1
        assert self.ranges.complete_to(first) == run - 1
        back = first
        while back in self.model:
            back -= 1
        assert self.ranges.run_before(first) == back + 1
        assert (first in self.ranges) is (first in self.model)

    @invariant()
    def is_the_set(self) -> None:
        held = [n for first, last in self.ranges for n in range(first, last + 1)]
        assert held == sorted(self.model)
        assert self.ranges.greatest == max(self.model, default=0)
        assert self.ranges == SequenceSet((n, n) for n in self.model)
        assert all(
            b[0] > a[1] + 1 for a, b in zip(list(self.ranges), list(self.ranges)[1:], strict=False)
        )


class Replicas(RuleBasedStateMachine):
    """A follower gives each entry once and asks until it holds all, whatever is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.head = 0.0, 0
        self.replica = StreamReplica(2)
        self.taken: set[int] = set()
        self.asked: list[tuple[int, int]] = []

    @rule(count=st.integers(1, 30), arrives=st.booleans())
    def something_is_written(self, count: int, arrives: bool) -> None:
        first, self.head = self.head + 1, self.head + count
        if arrives:
            self.arrive(first, self.head)

    @precondition(lambda self: self.head)
    @rule(data=st.data())
    def something_old_arrives(self, data: st.DataObject) -> None:
        first = data.draw(st.integers(1, self.head))
        self.arrive(first, data.draw(st.integers(first, self.head)))

    @rule()
    def a_head_comes(self) -> None:
        self.replica.note_head(self.head, self.now)

    @rule(seconds=st.floats(0, 3), lost=st.booleans())
    def time_passes(self, seconds: float, lost: bool) -> None:
        self.now += seconds
        for first, last in self.replica.requests_due(self.now, 0.5):
            assert 1 <= first <= last <= self.head
            if not lost:
                self.arrive(first, last)

    @rule()
    def a_new_session(self) -> None:
        self.replica.restart(self.now)

    def arrive(self, first: int, last: int) -> None:
        for low, high in self.replica.hold(first, last, self.now):
            fresh = set(range(low, high + 1))
            assert not fresh & self.taken, "given twice"
            self.taken |= fresh

    @invariant()
    def knows_what_it_lacks(self) -> None:
        assert self.replica.missing == len(set(range(1, self.replica.head + 1)) - self.taken)

    def teardown(self) -> None:
        self.replica.note_head(self.head, self.now)
        for _ in range(200):
            due = self.replica.next_timer()
            if due is None:
                break
            self.now = max(self.now, due)
            for first, last in self.replica.requests_due(self.now, 0.5):
                self.arrive(first, last)
        assert self.taken == set(range(1, self.head + 1))


class Sessions(RuleBasedStateMachine):
    """Two ends and a network that keeps, loses, doubles and damages: nothing is heard that was
    not said, or twice, and what is in flight stays within what was sent."""

    @initialize(seed=st.integers(0, 1000))
    def open(self, seed: int) -> None:
        chance = random.Random(seed)
        self.now = 100.0
        self.address = {0: ("192.0.2.1", 1), 1: ("192.0.2.2", 2)}
        self.flying: list[tuple[int, bytes]] = []
        self.said: dict[int, set[int]] = {0: set(), 1: set()}
        self.heard: dict[int, list[int]] = {0: [], 1: []}
        self.ends: list[Session] = []
        self.counter = 0
        for end in (0, 1):
            self.ends.append(
                Session(self.channel(end, 0), self.address[1 - end], self.now, chance.randbytes)
            )
        self.keys = 0

    def channel(self, end: int, keys: int) -> Channel:
        mine, theirs = bytes((end, keys)) * 16, bytes((1 - end, keys)) * 16
        return Channel(
            send_key=mine, receive_key=theirs,
            local_index=10 * keys + end, remote_index=10 * keys + 1 - end,
        )  # fmt: skip

    @rule(end=st.integers(0, 1))
    def say(self, end: int) -> None:
        self.counter += 1
        self.said[end].add(self.counter)
        frames: list[Frame] = [Range(2, self.counter, self.counter), Ping()]
        datagram = self.ends[end].seal([encode_frame(frame) for frame in frames], self.now)
        self.flying.append((1 - end, datagram))

    @precondition(lambda self: self.flying)
    @rule(data=st.data(), doubled=st.booleans())
    def arrive(self, data: st.DataObject, doubled: bool) -> None:
        place = data.draw(st.integers(0, len(self.flying) - 1))
        end, datagram = self.flying[place] if doubled else self.flying.pop(place)
        self.receive(end, datagram)

    @precondition(lambda self: self.flying)
    @rule(data=st.data(), bit=st.integers(0, 7))
    def arrive_damaged(self, data: st.DataObject, bit: int) -> None:
        end, datagram = data.draw(st.sampled_from(self.flying))
        spoilt = bytearray(datagram)
        spoilt[data.draw(st.integers(0, len(datagram) - 1))] ^= 1 << bit
        before = len(self.heard[end])
        self.receive(end, bytes(spoilt))
        assert len(self.heard[end]) == before

    def receive(self, end: int, datagram: bytes) -> None:
        frames = self.ends[end].receive(datagram, self.address[1 - end], self.now)
        self.heard[end] += [frame.first for frame in frames or [] if isinstance(frame, Range)]

    @rule(seconds=st.floats(0.001, 5))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        for end, session in enumerate(self.ends):
            session.drop_old_keys(self.now)
            sent = session.datagrams_to_send(self.now)
            self.flying += [(1 - end, datagram) for datagram, _ in sent]

    @rule(end=st.integers(0, 1))
    def move(self, end: int) -> None:
        self.address[end] = (self.address[end][0], self.address[end][1] + 2)

    @rule()
    def change_keys(self) -> None:
        self.keys += 1
        for end, session in enumerate(self.ends):
            session.adopt(self.channel(end, self.keys), self.now)

    @invariant()
    def hears_what_was_said_once(self) -> None:
        for end in (0, 1):
            heard = self.heard[end]
            assert len(heard) == len(set(heard))
            assert set(heard) <= self.said[1 - end]

    @invariant()
    def keeps_its_bounds(self) -> None:
        for session in self.ends:
            flow = session.flow
            assert 0 <= flow.in_flight <= flow.sent
            assert limits.WINDOW_MIN <= flow.window <= limits.WINDOW_MAX
            assert len(session.indexes) <= 2


TestSequenceSets = SequenceSets.TestCase
TestReplicas = Replicas.TestCase
TestSessions = Sessions.TestCase
TestSequenceSets.settings = FEW
TestReplicas.settings = FEW
TestSessions.settings = FEW
