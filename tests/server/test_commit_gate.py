"""Nothing passes the gate before it is on disk; a batch that is lost is told to all of it."""

from __future__ import annotations

from functools import partial
from typing import cast

import msgspec

from protocol.limits import FRAMES_MAX
from server.client_session import ClientSession
from server.commit_gate import After, CommitGate, Write
from server.room import Room
from server.room_log import LogError, LogFull
from tests.server.log_fixtures import LogUnderTest, entry

TIME_MS = 1_800_000_000_000


class GateUnderTest:
    """A gate before a real log with one room; ``told`` is everything that came of it."""

    def __init__(
        self, waiting_max: int = 100, distance_s: float = 0.0, bytes_waiting_max: int = 1 << 30
    ) -> None:
        self.under_test = LogUnderTest(None)
        self.log = self.under_test.log
        self.room = Room(self.log.create_room("general", "general", 0), 100)
        assert self.under_test.commit() is None
        self.told: list[str] = []
        self.gate = CommitGate(
            self.log, lambda room: self.told.append(f"pushed {len(room.publish())}"),
            lambda: self.told.append("reload"), waiting_max, distance_s,
            bytes_waiting_max=bytes_waiting_max,
        )  # fmt: skip

    def append(self, text: str, room: Room | None = None) -> Write:
        """A write of one entry to a room, if none is named to the only one."""
        room = room or self.room

        def run(time_ms: int) -> After:
            assert time_ms == TIME_MS
            room.fresh.extend(self.log.append(room.room, [entry(text)]))
            self.gate.touch(room)
            return lambda: self.told.append(f"after {text[:9]}")

        return Write(run, lambda error: self.told.append(f"failed {text[:9]}"))

    def fails(self, error: LogError) -> Write:
        def run(time_ms: int) -> After:
            raise error

        return Write(run, lambda error: self.told.append(f"failed: {error}"))

    def does_nothing(self) -> Write:
        return Write(lambda time_ms: lambda: self.told.append("nothing"), lambda error: None)


def test_answers_and_pushes_wait_for_the_commit() -> None:
    it = GateUnderTest()
    it.gate.write_soon(it.append("one"))
    it.gate.write_soon(it.append("two"))
    it.gate.run_writes(0.0, TIME_MS)
    assert it.gate.next_batch_at is None
    assert it.log.busy
    assert it.told == []
    it.log.poll()
    assert it.told == ["pushed 1", "after one", "after two"], "the push first, once a room"


def test_what_writes_nothing_is_answered_at_once() -> None:
    it = GateUnderTest()
    it.gate.write_soon(it.does_nothing())
    it.gate.run_writes(0.0, TIME_MS)
    assert it.told == ["nothing"]
    assert not it.log.busy
    it.gate.run_writes(0.0, TIME_MS)
    assert it.told == ["nothing"]


def test_what_writes_nothing_waits_for_what_does() -> None:
    """It may speak of what the batch holds."""
    it = GateUnderTest()
    it.gate.write_soon(it.append("one"))
    it.gate.write_soon(it.does_nothing())
    it.gate.run_writes(0.0, TIME_MS)
    assert it.told == []
    it.log.poll()
    assert it.told == ["pushed 1", "after one", "nothing"]


def test_an_error_loses_the_whole_batch_and_nothing_of_it_is_told() -> None:
    it = GateUnderTest()
    for write in (it.append("one"), it.fails(LogFull("full")), it.append("later")):
        it.gate.write_soon(write)
    it.gate.run_writes(0.0, TIME_MS)
    assert it.told == ["reload", "failed one", "failed: full"]
    assert not it.log.dirty
    assert it.log.entries(1, 1, 9, 999) == []
    it.room.fresh.clear()
    it.gate.run_writes(0.0, TIME_MS)
    it.log.poll()
    assert it.told[3:] == ["pushed 1", "after later"], "what was not in it comes next"


def test_a_full_disk_loses_the_batch() -> None:
    it = GateUnderTest()
    it.log.limit_pages(1)
    for _ in range(10):
        it.gate.write_soon(it.append("x" * 4000))
    it.gate.run_writes(0.0, TIME_MS)
    it.log.poll()
    assert it.told[0] == "reload"
    assert set(it.told[1:]) == {"failed xxxxxxxxx"}


def test_no_more_waits_than_may() -> None:
    it = GateUnderTest(waiting_max=2)
    assert [it.gate.write_soon(it.does_nothing()) for _ in range(3)] == [True, True, False]
    reads = [it.gate.read_soon(lambda: None) for _ in range(FRAMES_MAX + 1)]
    assert reads == [True] * FRAMES_MAX + [False], "a datagram of questions finds a place"
    it.gate.run_reads()
    assert it.gate.read_soon(lambda: None)


def test_no_more_bytes_wait_than_may() -> None:
    it = GateUnderTest(waiting_max=1000, bytes_waiting_max=5000)
    big = msgspec.structs.replace(it.does_nothing(), size_bytes=1000)
    assert [it.gate.write_soon(big) for _ in range(6)] == [True] * 5 + [False]
    it.gate.run_writes(7.0, TIME_MS)
    assert it.gate.write_soon(big)


def test_who_found_no_place_is_called_when_there_is_one() -> None:
    it = GateUnderTest(waiting_max=1)
    called: list[float] = []
    it.gate.write_soon(it.does_nothing())
    it.gate.when_free(called.append)
    assert it.gate.is_full
    assert called == []
    it.gate.run_writes(7.0, TIME_MS)
    assert called == [7.0]


def test_reads_run_in_order_and_do_not_hold_up_writes_for_long() -> None:
    it = GateUnderTest(waiting_max=1000)
    for number in range(200):
        it.gate.read_soon(partial(it.told.append, str(number)))
    it.gate.run_reads()
    assert it.told == [str(number) for number in range(64)]
    assert it.gate.reads_waiting


def test_a_batch_has_an_end() -> None:
    it = GateUnderTest(waiting_max=5000)
    for _ in range(2000):
        it.gate.write_soon(it.does_nothing())
    it.gate.run_writes(0.0, TIME_MS)
    assert len(it.told) == 1024
    assert it.gate.next_batch_at is not None


def distance_after(rooms: int, followers: int) -> float | None:
    """When the next batch may begin after one, at 7.0, of an entry in each of so many rooms."""
    it = GateUnderTest(waiting_max=rooms, distance_s=0.005)
    for number in range(rooms):
        room = Room(it.log.create_room(f"room {number}", f"room {number}", 0), 100)
        for _ in range(followers):
            room.followers.add(cast(ClientSession, object()))
        it.gate.write_soon(it.append("one", room))
    it.gate.run_writes(7.0, TIME_MS)
    it.log.poll()
    it.gate.write_soon(it.append("two"))
    return it.gate.next_batch_at


class TestDistance:
    def test_lone_write_goes_at_once(self) -> None:
        it = GateUnderTest(distance_s=0.005)
        it.gate.write_soon(it.append("one"))
        assert it.gate.next_batch_at == float("-inf")

    def test_next_batch_keeps_its_distance(self) -> None:
        it = GateUnderTest(distance_s=0.005)
        it.gate.write_soon(it.append("one"))
        it.gate.run_writes(7.0, TIME_MS)
        it.log.poll()
        assert it.gate.next_batch_at is None, "nothing waits"
        it.gate.write_soon(it.append("two"))
        assert it.gate.next_batch_at == 7.005

    def test_many_writes_do_not_wait(self) -> None:
        it = GateUnderTest(distance_s=0.005)
        it.gate.write_soon(it.append("one"))
        it.gate.run_writes(7.0, TIME_MS)
        it.log.poll()
        for _ in range(32):
            assert it.gate.next_batch_at in (None, 7.005)
            it.gate.write_soon(it.append("more"))
        assert it.gate.next_batch_at == float("-inf")

    def test_who_has_to_tell_many_waits_longer(self) -> None:
        for rooms, followers, distance_s in (
            (1, 125, 0.005),
            (1, 250, 0.01),
            (1, 1000, 0.04),
            (1, 4000, 0.04),  # eight times at most
            (25, 10, 0.005),
            (50, 10, 0.01),
            (100, 10, 0.02),
            (200, 10, 0.02),  # four times at most
        ):
            assert distance_after(rooms, followers) == 7.0 + distance_s, (rooms, followers)

    def test_how_many_writes_do_not_wait_depends_on_the_rooms_of_the_last_batch(self) -> None:
        it = GateUnderTest(distance_s=0.005)
        other = Room(it.log.create_room("other", "other", 0), 100)
        for write in (it.append("one"), it.append("two", other)):
            it.gate.write_soon(write)
        it.gate.run_writes(7.0, TIME_MS)
        it.log.poll()
        for _ in range(64):
            assert it.gate.next_batch_at in (None, 7.005)
            it.gate.write_soon(it.append("more"))
        assert it.gate.next_batch_at == float("-inf")
