"""Which messages pop up, and how often."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.models.notification_rules import (
    ROOM_EVERY_S,
    ROOMS_MAX,
    Level,
    News,
    Popup,
    PopupPacer,
    Quiet,
    RoomRule,
    Rules,
)
from app.structs import replace

PLAIN = News("r", "dev", "ben", "hello")
MENTION = replace(PLAIN, text="@anna hello", is_mention=True)
NOON = 12 * 60
WEDNESDAY = date(2026, 11, 25)


def at(minute: int, day: date = WEDNESDAY) -> datetime:
    return datetime(day.year, day.month, day.day, *divmod(minute, 60), tzinfo=UTC)


NOW_MS = int(at(NOON).timestamp() * 1000)


def wants(rule: RoomRule, news: News, quiet: Quiet | None = None, *, minute: int = NOON) -> bool:
    return Rules({"r": rule}, quiet or Quiet()).wants(news, at(minute))


class TestRules:
    @pytest.mark.parametrize(
        ("level", "plain", "mention"),
        [(Level.ALL, True, True), (Level.MENTIONS, False, True), (Level.NOTHING, False, False)],
    )
    def test_level_decides(self, level: Level, plain: bool, mention: bool) -> None:
        rule = RoomRule(level)

        assert (wants(rule, PLAIN), wants(rule, MENTION)) == (plain, mention)

    def test_other_rooms_notify_of_everything(self) -> None:
        assert Rules().wants(PLAIN, at(NOON))

    def test_room_in_view_is_read_anyway(self) -> None:
        assert not wants(RoomRule(), replace(MENTION, is_in_view=True))

    @pytest.mark.parametrize(
        ("until_ms", "wanted"), [(NOW_MS + 1, False), (NOW_MS, True), (0, True)]
    )
    def test_muted_room_is_silent_until_its_time(self, until_ms: int, wanted: bool) -> None:
        assert wants(RoomRule(muted_until_ms=until_ms), MENTION) is wanted

    def test_do_not_disturb_is_for_all(self) -> None:
        assert not wants(RoomRule(), MENTION, Quiet(do_not_disturb=True))

    @pytest.mark.parametrize(
        ("minute", "wanted"), [(21 * 60 + 59, True), (22 * 60, False), (0, False), (6 * 60, True)]
    )
    def test_quiet_hours_may_have_the_night_in_them(self, minute: int, wanted: bool) -> None:
        night = Quiet(from_minute=22 * 60, to_minute=6 * 60)

        assert wants(RoomRule(), PLAIN, night, minute=minute) is wanted

    def test_equal_hours_are_never_quiet(self) -> None:
        assert not any(Quiet(from_minute=60, to_minute=60).holds(m, 2) for m in range(1440))

    @pytest.mark.parametrize(
        ("day", "minute", "is_quiet"),
        [
            (4, 21 * 60 + 59, False), (4, 22 * 60, True), (4, 1439, True),
            (5, 0, True), (5, 6 * 60 + 59, True), (5, 7 * 60, False), (5, 22 * 60, False),
            (3, 22 * 60, False), (4, 0, False), (4, 6 * 60, False),
        ],
    )  # fmt: skip
    def test_night_belongs_to_the_day_it_begins_on(
        self, day: int, minute: int, is_quiet: bool
    ) -> None:
        friday = Quiet(from_minute=22 * 60, to_minute=7 * 60, days=(4,))

        assert friday.holds(minute, day) is is_quiet

    def test_night_of_sunday_ends_on_monday(self) -> None:
        sunday = Quiet(from_minute=23 * 60, to_minute=60, days=(6,))

        quiet = [(d, m) for d in range(7) for m in range(1440) if sunday.holds(m, d)]
        assert quiet == [(0, m) for m in range(60)] + [(6, m) for m in range(23 * 60, 1440)]

    def test_hours_of_a_day_are_on_that_day(self) -> None:
        weekend = Quiet(from_minute=8 * 60, to_minute=12 * 60, days=(5, 6))

        assert {d for d in range(7) for m in range(1440) if weekend.holds(m, d)} == {5, 6}

    def test_hours_that_begin_at_midnight_are_of_that_day(self) -> None:
        monday = Quiet(from_minute=0, to_minute=60, days=(0,))

        assert (monday.holds(0, 0), monday.holds(0, 1), monday.holds(0, 6)) == (True, False, False)

    def test_without_days_it_is_never_quiet(self) -> None:
        never = Quiet(from_minute=0, to_minute=1439, days=())

        assert not any(never.holds(m, d) for m in range(1440) for d in range(7))
        assert Quiet(do_not_disturb=True, days=()).holds(0, 0)

    @pytest.mark.parametrize(
        ("rule", "counts"),
        [
            (RoomRule(), True),
            (RoomRule(Level.MENTIONS), True),
            (RoomRule(Level.NOTHING), False),
            (RoomRule(muted_until_ms=1_001), False),
        ],
    )
    def test_title_counts_rooms_that_may_speak(self, rule: RoomRule, counts: bool) -> None:
        assert Rules({"r": rule}).counts("r", 1_000) is counts


class TestPace:
    def test_first_message_pops_up_at_once(self) -> None:
        assert PopupPacer().offer(PLAIN, 10.0) == Popup("r", "#dev", "ben: hello")

    def test_what_comes_soon_after_is_counted_into_one(self) -> None:
        pacer = PopupPacer()
        pacer.offer(PLAIN, 10.0)

        assert [pacer.offer(PLAIN, 11.0 + n / 10) for n in range(4)] == [None] * 4
        assert pacer.next_timer() == 10.0 + ROOM_EVERY_S
        assert pacer.handle_timer(14.9) == []
        assert pacer.handle_timer(15.0) == [Popup("r", "#dev", "4 more messages in #dev")]
        assert pacer.offer(PLAIN, 16.0) is None

    def test_single_message_that_waited_is_shown_itself(self) -> None:
        pacer = PopupPacer()
        pacer.offer(PLAIN, 10.0)
        pacer.offer(MENTION, 11.0)

        assert pacer.handle_timer(15.0) == [Popup("r", "#dev", "ben: @anna hello")]

    def test_quiet_room_costs_nothing(self) -> None:
        pacer = PopupPacer()
        pacer.offer(PLAIN, 10.0)

        assert pacer.handle_timer(15.0) == []
        assert pacer.next_timer() is None

    def test_room_that_is_looked_at_has_nothing_waiting(self) -> None:
        pacer = PopupPacer()
        pacer.offer(PLAIN, 10.0)
        pacer.offer(PLAIN, 11.0)
        pacer.forget("r")

        assert pacer.handle_timer(15.0) == []

    def test_what_came_once_the_room_was_read_is_new_and_not_more(self) -> None:
        pacer = PopupPacer()
        pacer.offer(PLAIN, 10.0)
        pacer.forget("r")
        pacer.offer(PLAIN, 11.0)
        pacer.offer(PLAIN, 12.0)
        assert pacer.handle_timer(15.0) == [Popup("r", "#dev", "2 new messages in #dev")]
        pacer.offer(PLAIN, 16.0)
        pacer.offer(PLAIN, 17.0)

        assert pacer.handle_timer(20.0) == [Popup("r", "#dev", "2 more messages in #dev")]

    def test_rooms_do_not_wait_for_each_other(self) -> None:
        pacer = PopupPacer()
        pacer.offer(PLAIN, 10.0)

        assert pacer.offer(replace(PLAIN, room="s"), 10.0) is not None

    def test_number_of_rooms_is_bounded(self) -> None:
        pacer = PopupPacer()
        shown = [pacer.offer(replace(PLAIN, room=n), 10.0) for n in range(ROOMS_MAX + 1)]

        assert shown[-2] is not None and shown[-1] is None

    def test_markup_is_read_and_a_spoiler_stays_one(self) -> None:
        text = "**here** :smiley: ||the cook||"
        popup = PopupPacer().offer(replace(PLAIN, text=text), 0.0)

        assert popup == Popup("r", "#dev", "ben: here 😃 ▒▒▒")

    def test_spoiler_stays_one_however_long_it_is(self) -> None:
        popup = PopupPacer().offer(replace(PLAIN, text=f"||{'secret' * 100}||"), 0.0)

        assert popup is not None and popup.body == "ben: ▒▒▒"

    def test_long_text_is_one_short_line(self) -> None:
        popup = PopupPacer().offer(replace(PLAIN, text="a\n\nb " + "x" * 20_000), 0.0)

        assert popup is not None
        assert popup.body.startswith("ben: a b x") and popup.body.endswith("…")
        assert len(popup.body) < 220

    def test_long_text_ends_behind_a_whole_picture(self) -> None:
        popup = PopupPacer().offer(replace(PLAIN, text="🇳🇴" * 150), 0.0)

        assert popup is not None
        flags = popup.body.removeprefix("ben: ").removesuffix("…")
        assert flags == "🇳🇴" * (len(flags) // 2)
