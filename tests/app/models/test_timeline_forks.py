"""Messages and lines of a room after its server came back with an older log."""

from __future__ import annotations

from app.models.message import ForkNotice, LocalNotice, Message, RenameNotice
from app.models.timeline import OTHER_ENTRIES_MAX, Timeline
from tests.app.models.chat_fixtures import DEVICE, TIME_MS, entries, entry, filled, own, texts


class TestForks:
    def test_what_the_server_lost_goes_and_a_line_says_so(self) -> None:
        timeline = filled((1, 9))

        lost = timeline.cut_above(6)
        timeline.add_notice(ForkNotice(-2, 6, TIME_MS, 3, TIME_MS))

        assert [message.number for message in lost] == [7, 8, 9]
        assert texts(timeline.items) == ["m1", "m2", "m3", "m4", "m5", "m6"]
        assert timeline.head == 6 and isinstance(timeline.items[-1], ForkNotice)

    def test_one_line_stands_for_all_that_was_lost(self) -> None:
        timeline = filled((1, 9))

        timeline.add_notice(ForkNotice(-2, 6, TIME_MS, 3, TIME_MS))
        timeline.add_notice(ForkNotice(-4, 4, TIME_MS, 5, TIME_MS))

        lines = [item for item in timeline.items if isinstance(item, ForkNotice)]
        assert [(line.after, line.lost) for line in lines] == [(4, 5)]

    def test_a_line_above_what_is_loaded_waits_for_its_place(self) -> None:
        timeline = Timeline()
        timeline.add(entries(10, 12))
        timeline.add_notice(LocalNotice(-2, 8, TIME_MS, "line"))
        assert texts(timeline.items) == ["m10", "m11", "m12"]

        timeline.add(entries(8, 9))
        assert [getattr(item, "text", "") for item in timeline.items[:2]] == ["m8", "line"]

    def test_ones_own_place_that_somebody_else_takes_is_not_ones_own(self) -> None:
        """Else it would stand there with the marks of who holds it."""
        timeline = filled((1, 2))
        timeline.add_pending(own(1, "mine"))
        timeline.stored(1, 100)
        timeline.add([entry(3, "mine", device=DEVICE, client_seq=100)], DEVICE)
        timeline.accept(1, 3)
        assert [m.token for m in timeline.items if isinstance(m, Message)] == [0, 0, 1]

        timeline.cut_above(2)
        timeline.add([entry(3, "theirs")], DEVICE)

        last = timeline.items[-1]
        assert isinstance(last, Message)
        assert (last.text, last.key, last.token) == ("theirs", 3, 0)

    def test_what_was_accepted_and_lost_before_it_came_back_goes(self) -> None:
        timeline = filled((1, 2))
        for token, number in ((1, 2), (2, 3)):
            timeline.add_pending(own(token, f"mine {number}"))
            timeline.accept(token, number)
        timeline.add_pending(own(3, "waits"))

        lost = timeline.cut_above(2)

        assert [message.text for message in lost] == ["mine 3"]
        assert texts(timeline.items) == ["m1", "m2", "waits"]

    def test_lines_of_what_was_lost_stand_above_what_comes(self) -> None:
        timeline = filled((1, 9))
        timeline.add_notice(LocalNotice(-2, 9, TIME_MS, "line"))
        timeline.add_rename(RenameNotice(-4, 8, TIME_MS, 7, "ann", "anna"))

        timeline.cut_above(6)
        timeline.add([entry(7, "new")])

        assert [getattr(item, "key", 0) for item in timeline.items[-4:]] == [6, -2, -4, 7]

    def test_a_history_that_goes_on_below_what_is_in_memory_is_shown(self) -> None:
        timeline = Timeline()
        timeline.add(entries(1, 2 * OTHER_ENTRIES_MAX))
        assert timeline.entry(10) is None

        timeline.cut_above(9)
        timeline.add([entry(10, "new")])

        assert texts(timeline.items) == ["new"]

    def test_new_history_is_shown_below_the_line(self) -> None:
        timeline = filled((1, 9))
        timeline.cut_above(6)
        timeline.add_notice(LocalNotice(-2, 6, TIME_MS, "line"))

        timeline.add([entry(7, "new")])

        assert [getattr(item, "text", "") for item in timeline.items[-3:]] == ["m6", "line", "new"]
