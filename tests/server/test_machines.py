"""Any order of doings, against models that cannot be wrong: the durable log, and people's names."""

from __future__ import annotations

import tempfile
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from protocol.frames import SignIn, SignInRefused, Welcome
from protocol.look_alikes import skeleton
from protocol.text_rules import canonical_name
from server.room_log import NewEntry, PostResult
from tests.server.log_fixtures import LogUnderTest
from tests.server.server_pair import Client, ServerPair

texts = st.text(max_size=20)


@dataclass
class Model:
    """What a log holds, in words of Python."""

    rooms: dict[int, list[str]] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    members: dict[int, set[int]] = field(default_factory=dict)
    #: Device to its person, and the ids of its posts.
    devices: dict[int, tuple[int, list[int]]] = field(default_factory=dict)


class Logs(RuleBasedStateMachine):
    """What was committed is there, whatever is rolled back, killed and opened again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "log.sqlite"
        self.keys = self.lives = 0
        self.durable, self.open = Model(), Model()
        self.start()

    def start(self) -> None:
        self.lives += 1
        self.under_test = LogUnderTest(self.path, seed=self.lives)
        self.log = self.under_test.log

    @rule(name=st.integers(0, 10**6))
    def create_room(self, name: int) -> None:
        if any(record.name == str(name) for record in self.log.rooms()):
            return
        record = self.log.create_room(str(name), str(name), 0)
        assert (record.head, record.members) == (0, 0)
        self.open.rooms[record.room], self.open.topics[record.room] = [], ""
        self.open.members[record.room] = set()

    @rule()
    def add_device(self) -> None:
        self.keys += 1
        name = f"person {self.keys}"
        record = self.log.add_device(self.keys.to_bytes(32), name, name)
        self.open.devices[record.device] = (record.person, [])

    @precondition(lambda self: self.open.rooms)
    @rule(data=st.data(), texts=st.lists(texts, min_size=1, max_size=4), flags=st.integers(0, 3))
    def append(self, data: st.DataObject, texts: list[str], flags: int) -> None:
        room = data.draw(st.sampled_from(sorted(self.open.rooms)))
        new = [NewEntry(1, 3, 4, 5, 1_700_000_000_000, text, flags) for text in texts]
        numbers = [entry.number for entry in self.log.append(room, new)]
        begin = len(self.open.rooms[room]) + 1
        assert numbers == list(range(begin, begin + len(texts)))
        self.open.rooms[room] += texts

    @precondition(lambda self: self.open.rooms)
    @rule(data=st.data(), topic=texts)
    def set_topic(self, data: st.DataObject, topic: str) -> None:
        room = data.draw(st.sampled_from(sorted(self.open.rooms)))
        self.log.set_topic(room, topic)
        self.open.topics[room] = topic

    @precondition(lambda self: self.open.rooms and self.open.devices)
    @rule(data=st.data(), joins=st.booleans())
    def join_or_leave(self, data: st.DataObject, joins: bool) -> None:
        room = data.draw(st.sampled_from(sorted(self.open.rooms)))
        person, _ = self.open.devices[data.draw(st.sampled_from(sorted(self.open.devices)))]
        if joins:
            self.log.add_member(room, person)
            self.open.members[room].add(person)
        else:
            self.log.remove_member(room, person)
            self.open.members[room].discard(person)

    @precondition(lambda self: self.open.devices)
    @rule(data=st.data(), post_id=st.integers(0, 2**64 - 1))
    def record_post(self, data: st.DataObject, post_id: int) -> None:
        device = data.draw(st.sampled_from(sorted(self.open.devices)))
        _, ids = self.open.devices[device]
        ids.append(post_id)
        self.log.record_post(device, len(ids), PostResult(post_id, 0, 0, 7))

    @rule()
    def commit(self) -> None:
        if self.log.dirty:
            assert self.under_test.commit() is None
        self.durable = deepcopy(self.open)

    @rule()
    def roll_back(self) -> None:
        if self.log.dirty:
            self.log.rollback()
        self.open = deepcopy(self.durable)

    @rule()
    def kill_and_open_again(self) -> None:
        self.log.close()
        self.open = deepcopy(self.durable)
        self.start()

    @invariant()
    def is_the_model(self) -> None:
        for room, said in self.open.rooms.items():
            entries = self.log.entries(room, 1, 10**6, 10**6)
            assert [(entry.number, entry.text) for entry in entries] == list(enumerate(said, 1))
            assert set(self.log.members(room)) == self.open.members[room]
        records = {record.room: record for record in self.log.rooms()}
        assert {room: r.topic for room, r in records.items()} == self.open.topics
        assert all(r.members == len(self.open.members[room]) for room, r in records.items())
        for device, (_, ids) in self.open.devices.items():
            for seq, post_id in enumerate(ids, 1):
                result = self.log.post_result(device, seq)
                assert result is not None
                assert result.post_id == post_id
            assert self.log.post_result(device, len(ids) + 1) is None

    def teardown(self) -> None:
        assert self.log.check() == []
        self.log.close()
        with closing(LogUnderTest(self.path).log) as log:
            assert log.check() == []
        self.folder.cleanup()


class Names(RuleBasedStateMachine):
    """Whoever asks for whatever name: no two people end with names that an eye or a keyboard
    takes for one."""

    def __init__(self) -> None:
        super().__init__()
        self.pair = ServerPair()
        self.clients: list[Client] = []
        self.names: dict[int, str] = {}

    # Letters that look, sound or fold alike.
    names_of_people = st.text(
        st.sampled_from("aAlLiI1|oO0\u0430\u0456\u03bf\u0251 \u0131e"), max_size=4
    )

    @rule(name=names_of_people, who=st.integers(0, 6))
    def ask(self, name: str, who: int) -> None:
        if who >= len(self.clients):
            self.clients.append(self.pair.connect(len(self.clients) + 1))
            who = len(self.clients) - 1
        client = self.clients[who]
        self.pair.wait(1, step=0.5)  # so that the rate lets them
        client.take()
        self.pair.say(client, SignIn(name))
        heard: list[Any] = client.take(Welcome, SignInRefused)
        if not name and who in self.names:
            return  # he keeps the one he has
        assert len(heard) == 1
        if isinstance(heard[0], Welcome):
            assert heard[0].name == name
            self.names[who] = name
        else:
            suggestion = heard[0].suggestion
            assert not suggestion or canonical_name(suggestion) is not None

    @invariant()
    def are_told_apart(self) -> None:
        names = list(self.names.values())
        assert len({canonical_name(name) for name in names}) == len(names)
        assert len({skeleton(name) for name in names}) == len(names)
        assert None not in map(canonical_name, names)


TestLogs = Logs.TestCase
TestNames = Names.TestCase
TestLogs.settings = settings(max_examples=25, stateful_step_count=40)
TestNames.settings = settings(max_examples=25, stateful_step_count=25)
