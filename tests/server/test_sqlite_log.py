"""The durable log: what is written is read back, and after a crash what was committed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from server.room_log import PersonRecord, PostResult, RememberedSession, RoomLog
from server.sqlite_log import SqliteLog
from tests.server.log_fixtures import KEY, LogUnderTest, accepted, entry

POST_ID = 0xFEDC_BA98_7654_3210


@pytest.fixture(params=["memory", "disk", "disk without thread"])
def under_test(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LogUnderTest]:
    path = None if request.param == "memory" else tmp_path / "log.sqlite"
    under_test = LogUnderTest(path, threaded=request.param == "disk")
    yield under_test
    under_test.log.close()


@pytest.fixture
def log(under_test: LogUnderTest) -> SqliteLog:
    return under_test.log


def test_sqlite_log_is_a_room_log(log: SqliteLog) -> None:
    as_the_core_sees_it: RoomLog = log
    assert not as_the_core_sees_it.dirty


class TestRooms:
    def test_new_room_is_empty_and_has_its_own_stream(self, log: SqliteLog) -> None:
        general = log.create_room("General", "general", 0)
        other = log.create_room("Other", "other", 9)
        assert (general.name, general.topic, general.incarnation) == ("General", "", 1)
        assert (general.head, general.visible, general.members) == (0, 0, 0)
        assert [len(general.stream_id), len(general.chain)] == [8, 8]
        assert general.stream_id != other.stream_id
        assert general.chain != other.chain
        assert log.rooms() == [general, other]

    def test_topic_and_name_change(self, log: SqliteLog) -> None:
        room = log.create_room("General", "general", 0)
        log.set_topic(room.room, "tea")
        log.set_room_name(room.room, "Kitchen", "kitchen")
        assert log.rooms() == [replace(room, topic="tea", name="Kitchen")]
        log.create_room("General", "general", 0)

    def test_canonical_name_that_is_taken_is_a_mistake(self, log: SqliteLog) -> None:
        log.create_room("General", "general", 0)
        with pytest.raises(AssertionError, match="canonical"):
            log.create_room("GENERAL", "general", 0)
        assert not log.dirty

    def test_rooms_are_counted_by_creator(self, log: SqliteLog) -> None:
        for name, creator in (("a", 5), ("b", 5), ("c", 6)):
            log.create_room(name, name, creator)
        assert [log.rooms_created_by(person) for person in (5, 6, 7)] == [2, 1, 0]

    def test_members_are_listed_both_ways_and_counted(self, log: SqliteLog) -> None:
        ann = log.add_device(KEY, "Ann", "ann").person
        bob = log.add_device(KEY[::-1], "Bob", "bob").person
        first, second = (log.create_room(name, name, 0).room for name in ("a", "b"))
        log.add_member(first, bob)
        log.add_member(first, ann)
        log.add_member(first, ann)
        log.add_member(second, ann)
        log.remove_member(second, bob)
        assert log.members(first) == [ann, bob]
        assert log.rooms_of(ann) == [first, second]
        assert [room.members for room in log.rooms()] == [2, 1]
        log.remove_member(first, ann)
        log.remove_member(first, ann)
        assert log.rooms_of(ann) == [second]
        assert [room.members for room in log.rooms()] == [1, 1]
        assert log.check() == []

    def test_member_must_exist(self, log: SqliteLog) -> None:
        room = log.create_room("a", "a", 0).room
        with pytest.raises(AssertionError, match="FOREIGN KEY"):
            log.add_member(room, 99)


class TestPeople:
    def test_device_is_found_by_its_key(self, log: SqliteLog) -> None:
        device = log.add_device(KEY, "Ann", "ann")
        assert (device.last_client_seq, device.last_post_id) == (0, 0)
        assert log.device(KEY) == device
        assert log.device(KEY[::-1]) is None

    def test_person_keeps_the_number_and_frees_the_name_when_renamed(self, log: SqliteLog) -> None:
        ann = log.add_device(KEY, "Ann", "ann").person
        log.rename_person(ann, "Änn", "änn")
        assert log.people_called("Ann", "ann") == []
        assert log.people_called("Änn", "änn") == [ann]
        other = log.add_device(KEY[::-1], "Ann", "ann").person
        assert log.people([other, 99, ann]) == [
            PersonRecord(other, "Ann"),
            PersonRecord(ann, "Änn"),
        ]
        assert log.people_count() == 2

    def test_people_and_names_are_counted_anew_when_they_are_undone(self, log: SqliteLog) -> None:
        assert (log.people_count(), log.names_version()) == (0, 0)
        ann = log.add_device(KEY, "Ann", "ann").person
        log.rename_person(ann, "Änn", "änn")
        assert (log.people_count(), log.names_version()) == (1, 1)
        log.rollback()
        assert (log.people_count(), log.names_version()) == (0, 0)

    def test_who_has_a_name_or_one_drawn_alike_is_found(self, log: SqliteLog) -> None:
        ann = log.add_device(KEY, "Ill", "ill").person
        assert log.people_called("ILL", "ill") == [ann]
        assert log.people_called("l11", "l11") == [ann]
        assert log.people_called("all", "all") == []

    def test_name_that_is_taken_is_a_mistake(self, log: SqliteLog) -> None:
        log.add_device(KEY, "Ann", "ann")
        with pytest.raises(AssertionError, match="canonical"):
            log.add_device(KEY[::-1], "ANN", "ann")

    def test_key_must_have_32_bytes(self, log: SqliteLog) -> None:
        with pytest.raises(AssertionError, match="length"):
            log.add_device(b"short", "Ann", "ann")

    def test_sessions_are_remembered_until_closed(self, log: SqliteLog) -> None:
        first = RememberedSession(b"1" * 8, "10.0.0.1", 1)
        second = RememberedSession(b"2" * 8, "fe80::1", 65535)
        log.remember_sessions([first, second], [])
        moved = replace(first, host="10.0.0.2")
        log.remember_sessions([moved], [second.index, b"3" * 8])
        assert log.remembered_sessions() == [moved]


class TestEntries:
    def test_numbers_and_visible_messages_are_counted_on(self, log: SqliteLog) -> None:
        room = log.create_room("a", "a", 0)
        first = log.append(room.room, [entry("one"), entry("joined", flags=0), entry("", flags=3)])
        second = log.append(room.room, [entry("Grüße \U0001f44b")])
        assert [(e.number, e.visible) for e in first + second] == [(1, 1), (2, 1), (3, 2), (4, 3)]
        assert [e.text for e in first + second] == ["one", "joined", "", "Grüße \U0001f44b"]
        (record,) = log.rooms()
        assert (record.head, record.visible, record.chain) == (4, 3, second[0].chain)
        assert log.entries(room.room, 1, 4, 1000) == first + second
        assert log.check() == []

    def test_rooms_do_not_share_numbers(self, log: SqliteLog) -> None:
        first, second = (log.create_room(name, name, 0).room for name in ("a", "b"))
        log.append(first, [entry("one"), entry("two")])
        assert [e.number for e in log.append(second, [entry("other")])] == [1]
        assert [e.text for e in log.entries(second, 1, 9, 1000)] == ["other"]

    def test_range_is_cut_to_what_there_is(self, log: SqliteLog) -> None:
        room = log.create_room("a", "a", 0).room
        written = log.append(room, [entry(str(number)) for number in range(1, 11)])
        assert log.entries(room, 4, 6, 1000) == written[3:6]
        assert log.entries(room, 9, 99, 1000) == written[8:]
        assert log.entries(room, 11, 20, 1000) == []
        assert log.entries(room, 6, 4, 1000) == []
        assert log.entries(99, 1, 4, 1000) == []

    @pytest.mark.parametrize(
        ("bytes_max", "count"), [(0, 1), (9, 1), (10, 1), (19, 1), (20, 2), (29, 2), (30, 3)]
    )
    def test_answer_is_bounded_by_bytes_and_never_empty(
        self, log: SqliteLog, bytes_max: int, count: int
    ) -> None:
        room = log.create_room("a", "a", 0).room
        written = log.append(room, [entry("äääää")] * 3)
        assert log.entries(room, 1, 3, bytes_max) == written[:count]

    def test_chain_of_each_entry_can_be_asked_for(self, log: SqliteLog) -> None:
        room = log.create_room("a", "a", 0)
        written = log.append(room.room, [entry("one"), entry("two")])
        chains = [log.chain(room.room, number) for number in range(4)]
        assert chains == [room.chain, written[0].chain, written[1].chain, None]
        assert len({*chains}) == 4
        assert log.chain(99, 0) is None

    def test_same_text_twice_is_not_told_by_its_hash(self, under_test: LogUnderTest) -> None:
        room = under_test.log.create_room("a", "a", 0).room
        under_test.log.append(room, [entry("yes"), entry("yes")])
        one, two = under_test.log.entries(room, 1, 2, 100)
        assert one.chain != two.chain

    def test_appending_nothing_changes_nothing(self, log: SqliteLog) -> None:
        room = log.create_room("a", "a", 0)
        assert log.append(room.room, []) == []
        assert log.rooms() == [room]

    def test_room_must_exist(self, log: SqliteLog) -> None:
        with pytest.raises(AssertionError, match="does not exist"):
            log.append(99, [entry()])

    def test_numbers_of_a_batch_that_is_forgotten_are_given_again(
        self, under_test: LogUnderTest
    ) -> None:
        log = under_test.log
        room = log.create_room("a", "a", 0).room
        log.append(room, [entry("kept")])
        under_test.commit()
        log.append(room, [entry("lost"), entry("lost")])
        log.rollback()
        assert not log.dirty
        assert [e.number for e in log.append(room, [entry("next")])] == [2]
        assert under_test.commit() is None
        assert log.check() == []


class TestPosts:
    def test_result_and_place_of_a_post_are_kept(self, log: SqliteLog) -> None:
        device = log.add_device(KEY, "Ann", "ann").device
        room = log.create_room("a", "a", 0).room
        log.append(room, [entry(client_seq=1)])
        stands = PostResult(post_id=POST_ID, room=room, number=1, refusal=0)
        refused = PostResult(post_id=2**63, room=0, number=0, refusal=5)
        log.record_post(device, 1, stands)
        log.record_post(device, 2, refused)
        assert [log.post_result(device, seq) for seq in (1, 2, 3)] == [stands, refused, None]
        record = log.device(KEY)
        assert record is not None
        assert (record.last_client_seq, record.last_post_id) == (2, 2**63)
        assert log.check() == []

    @pytest.mark.parametrize("client_seq", [0, 1, 3])
    def test_posts_out_of_turn_are_a_mistake(self, log: SqliteLog, client_seq: int) -> None:
        device = log.add_device(KEY, "Ann", "ann").device
        log.record_post(device, 1, PostResult(7, 0, 0, refusal=1))
        with pytest.raises(AssertionError, match="in order"):
            log.record_post(device, client_seq, PostResult(8, 0, 0, refusal=1))

    def test_each_device_counts_for_itself(self, log: SqliteLog) -> None:
        ann = log.add_device(KEY, "Ann", "ann").device
        bob = log.add_device(KEY[::-1], "Bob", "bob").device
        for device, post_id in ((ann, 11), (bob, 12)):
            log.record_post(device, 1, PostResult(post_id, 0, 0, refusal=1))
        result = log.post_result(bob, 1)
        assert result is not None
        assert result.post_id == 12


class TestReopening:
    def test_all_that_was_committed_is_there_again(self, tmp_path: Path) -> None:
        before = LogUnderTest(tmp_path / "log.sqlite")
        log = before.log
        device = log.add_device(KEY, "Ann", "ann")
        room = log.create_room("General", "general", device.person).room
        log.set_topic(room, "tea")
        log.add_member(room, device.person)
        written = log.append(room, [entry("one"), entry("two")])
        log.record_post(device.device, 1, accepted(room, 2))
        log.remember_sessions([RememberedSession(b"1" * 8, "::1", 1)], [])
        assert before.commit() is None
        rooms = log.rooms()
        log.close()
        after = LogUnderTest(tmp_path / "log.sqlite", seed=2).log
        with closing(after):
            assert after.rooms() == rooms
            assert after.entries(room, 1, 2, 100) == written
            assert after.members(room) == [device.person]
            assert after.post_result(device.device, 1) == accepted(room, 2)
            assert after.device(KEY) == replace(device, last_client_seq=1, last_post_id=77)
            assert after.remembered_sessions() == [RememberedSession(b"1" * 8, "::1", 1)]
            assert after.create_room("b", "b", 0).room == room + 1
            assert after.check() == []

    def test_batch_that_was_not_committed_is_gone_after_a_crash(self, tmp_path: Path) -> None:
        running, crashed = tmp_path / "running", tmp_path / "crashed"
        running.mkdir()
        before = LogUnderTest(running / "log.sqlite")
        room = before.log.create_room("a", "a", 0).room
        kept = before.log.append(room, [entry("kept")])
        before.commit()
        before.log.append(room, [entry("lost " * 200)] * 100)
        shutil.copytree(running, crashed)
        assert (crashed / "log.sqlite-wal").stat().st_size > 0
        before.log.close()
        for folder in (running, crashed):
            after = LogUnderTest(folder / "log.sqlite").log
            with closing(after):
                assert after.entries(room, 1, 999, 10**6) == kept
                assert after.check() == []
