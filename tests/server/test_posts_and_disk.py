"""Posts where the disk is full or the log is damaged."""

from __future__ import annotations

from protocol.errors import Refusal
from protocol.frame_codec import decode_items
from protocol.frames import Changes as ChangesFrame
from protocol.frames import EntryKind, Post, RoomItem, SlowDown, Subscribe
from tests.server.server_pair import UNLIMITED, Client, ServerPair, messages


class TestDamagedLog:
    def test_who_posts_is_told_to_wait_and_nobody_hears_of_rooms(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        pair.say(ada, Subscribe(0, b"", 0))
        pair.wait(5.0)
        ada.take()
        pair.log.log._connection.trouble.found_damage("a page")
        pair.post(ada, 2)
        pair.wait(5.0)
        assert ada.take(SlowDown, ChangesFrame) == [SlowDown(2, 5000, Refusal.SERVER_FULL)]


class TestFullDisk:
    def fill(self, pair: ServerPair, ada: Client) -> int:
        """Post until the disk is full; the number that was not taken."""
        pair.log.log.limit_pages(1)
        for seq in range(2, 200):
            pair.post(ada, seq, "x" * 1000)
            if slowed := ada.take(SlowDown):
                assert slowed == [SlowDown(seq, 5000, Refusal.SERVER_FULL)]
                return seq
        raise AssertionError("the disk never was full")

    def test_posts_wait_and_go_on_when_there_is_room(self) -> None:
        pair = ServerPair(UNLIMITED)
        ada = pair.join(1, "Ada")
        seq = self.fill(pair, ada)
        before = messages(pair)
        pair.post(ada, seq, "still full".ljust(1000))
        assert len(ada.take(SlowDown)) == 1
        assert messages(pair) == before
        pair.say(ada, Subscribe(2, b"", 0))
        assert len(ada.take()) == 1, "reading goes on"
        pair.log.log.limit_pages(100_000)
        pair.post(ada, seq, "there is room")
        assert messages(pair) == [*before, "there is room"]
        assert [entry.text for _, entry in ada.entries()] == ["there is room"]

    def test_a_room_whose_creation_was_lost_is_never_told(self) -> None:
        pair = ServerPair(UNLIMITED)
        ada = pair.join(1, "Ada")
        pair.say(ada, Subscribe(0, b"", 0))
        seq = self.fill(pair, ada)
        ada.take()
        pair.say(ada, Post(seq, 77, 0, EntryKind.CREATED, "phantom"), settle=False)
        for number in range(1, 6):
            big = Post(seq + number, 78, 1, EntryKind.MESSAGE, "x" * 1000)
            pair.say(ada, big, settle=False)
        pair.settle()
        assert len(ada.take(SlowDown)) > 0
        pair.wait(1.0)
        names = [
            item.name
            for frame in ada.take(ChangesFrame)
            if isinstance(frame, ChangesFrame)
            for item in decode_items(frame.items)
            if isinstance(item, RoomItem)
        ]
        assert "phantom" not in names
        assert len(pair.server.context.rooms) == 1
