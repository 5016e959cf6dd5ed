"""Columns are as wide as the person pulls them, as far as the window allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.translation import is_right_to_left
from app.views.column_grip import ColumnGrip
from app.views.column_widths import (
    MESSAGES_MIN,
    PEOPLE_MAX,
    PEOPLE_MIN,
    PEOPLE_WIDTH,
    ROOMS_MAX,
    ROOMS_MIN,
    ROOMS_WIDTH,
    ColumnWidths,
)
from app.views.rows import PersonRow, RoomRow
from tests.app.views.conftest import Stage, texts_of


class TestNumbers:
    @pytest.mark.parametrize("wanted", [ColumnWidths(), ColumnWidths(9_999, 9_999)])
    @pytest.mark.parametrize("window", [640, 700, 959])
    def test_rooms_alone_leave_the_messages_their_room(
        self, wanted: ColumnWidths, window: int
    ) -> None:
        fitted = wanted.fitted(window, has_people=False)
        assert ROOMS_MIN <= fitted.rooms <= window - MESSAGES_MIN

    @pytest.mark.parametrize("window", [960, 1100, 4_000])
    def test_people_give_way_first(self, window: int) -> None:
        fitted = ColumnWidths(9_999, 9_999).fitted(window, has_people=True)
        assert PEOPLE_MIN <= fitted.people <= PEOPLE_MAX
        assert ROOMS_WIDTH <= fitted.rooms <= ROOMS_MAX
        assert fitted.rooms + fitted.people <= window - MESSAGES_MIN
        assert ColumnWidths(1, 1).fitted(window, has_people=True) == ColumnWidths(
            ROOMS_MIN, PEOPLE_MIN
        )

    def test_the_usual_widths_fit_every_window_that_has_columns(self) -> None:
        assert ColumnWidths().fitted(640, has_people=False).rooms == ROOMS_WIDTH
        assert ColumnWidths().fitted(960, has_people=True) == ColumnWidths()

    def test_who_pulls_one_column_leaves_the_other_as_it_is(self) -> None:
        assert ColumnWidths().with_rooms(9_999, 1_000, has_people=True) == ColumnWidths(384)
        assert ColumnWidths().with_people(9_999, 1_000) == ColumnWidths(people=360)
        assert ColumnWidths().with_rooms(-5, 1_000, has_people=True).rooms == ROOMS_MIN
        assert ColumnWidths().with_people(-5, 1_000).people == PEOPLE_MIN


@pytest.fixture
def columns(stage: Stage) -> Iterator[Stage]:
    stage.window.want_columns(ROOMS_WIDTH, PEOPLE_WIDTH)
    stage.settle()
    yield stage
    stage.window.want_columns(ROOMS_WIDTH, PEOPLE_WIDTH)


def widths(stage: Stage) -> tuple[int, int]:
    return stage.window.room_list.winfo_width(), stage.window.member_list.winfo_width()


def strip(grip: ColumnGrip) -> Any:
    return grip._strips[0]


def pull(stage: Stage, grip: ColumnGrip, by: int) -> None:
    part = strip(grip)
    x, y = part.winfo_rootx(), part.winfo_rooty() + 5
    part.event_generate("<ButtonPress-1>", x=1, y=5, rootx=x, rooty=y)
    for step in (by // 2, by):
        part.event_generate("<B1-Motion>", x=1 + step, y=5, rootx=x + step, rooty=y)
    part.event_generate("<ButtonRelease-1>", x=1 + by, y=5, rootx=x + by, rooty=y)
    stage.settle()


def grips(stage: Stage) -> tuple[ColumnGrip, ColumnGrip]:
    layout = stage.window.layout
    return layout._rooms._grip, layout._people._grip


class TestPulling:
    def test_each_edge_moves_its_column(self, columns: Stage) -> None:
        assert not is_right_to_left()
        rooms, people = grips(columns)
        pull(columns, rooms, 40)
        assert widths(columns) == (280, 216)
        pull(columns, people, 30)
        assert widths(columns) == (280, 186)
        assert columns.calls.named("on_columns") == [(280, 216), (280, 186)]

    def test_neither_too_narrow_nor_at_the_cost_of_the_messages(self, columns: Stage) -> None:
        rooms, people = grips(columns)
        pull(columns, rooms, -500)
        assert widths(columns) == (ROOMS_MIN, 216)
        pull(columns, rooms, 900)
        assert widths(columns) == (ROOMS_MAX, 216)
        pull(columns, people, -900)
        assert widths(columns) == (ROOMS_MAX, 1100 - MESSAGES_MIN - ROOMS_MAX)

    def test_a_double_click_brings_the_usual_width_back(self, columns: Stage) -> None:
        rooms, people = grips(columns)
        columns.window.want_columns(300, 160)
        columns.settle()
        for part in (strip(rooms), strip(people).line):
            for at_ms in (10_000, 10_050):
                part.event_generate("<ButtonPress-1>", x=1, y=5, time=at_ms)
                part.event_generate("<ButtonRelease-1>", x=1, y=5, time=at_ms + 20)
        columns.settle()
        assert widths(columns) == (ROOMS_WIDTH, PEOPLE_WIDTH)
        assert columns.calls.named("on_columns")[-1] == (ROOMS_WIDTH, PEOPLE_WIDTH)

    def test_escape_gives_the_width_back(self, columns: Stage) -> None:
        columns.window.want_columns(300, 216)
        columns.window.composer.text.focus_force()
        columns.settle()
        part = strip(grips(columns)[0])
        x, y = part.winfo_rootx(), part.winfo_rooty() + 5
        part.event_generate("<ButtonPress-1>", x=1, y=5, rootx=x, rooty=y)
        part.event_generate("<B1-Motion>", x=-50, y=5, rootx=x - 51, rooty=y)
        columns.settle()
        assert widths(columns)[0] == 249
        columns.window.composer.text.event_generate("<Escape>")
        part.event_generate("<B1-Motion>", x=-60, y=5, rootx=x - 61, rooty=y)
        part.event_generate("<ButtonRelease-1>", x=-60, y=5, rootx=x - 61, rooty=y)
        columns.settle()
        assert widths(columns)[0] == 300
        assert columns.calls.named("on_columns") == [(300, 216)]

    def test_a_click_changes_nothing_that_is_wanted(self, columns: Stage) -> None:
        columns.window.want_columns(400, 380)
        columns.settle()
        assert widths(columns) == (400, 300)
        pull(columns, grips(columns)[0], 0)
        assert columns.calls.named("on_columns") == [(400, 380)]

    def test_what_is_wanted_comes_back_with_the_room_for_it(self, columns: Stage) -> None:
        columns.window.want_columns(400, 250)
        columns.settle()
        columns.resize(960)
        assert widths(columns) == (400, 160)
        columns.resize(700)
        assert columns.window.room_list.winfo_width() == 300
        columns.resize(1100)
        assert widths(columns) == (400, 250)

    def test_over_the_messages_a_column_is_as_wide_as_ever(self, columns: Stage) -> None:
        columns.window.want_columns(400, 250)
        columns.resize(480)
        columns.window.toggle_rooms_overlay()
        columns.settle()
        assert columns.window.room_list.winfo_width() == ROOMS_WIDTH
        assert not strip(grips(columns)[0]).winfo_manager()
        columns.window.layout.close_over()
        columns.resize(1100)
        assert strip(grips(columns)[0]).winfo_viewable()

    def test_under_the_pointer_a_line_shows_what_would_move(self, columns: Stage) -> None:
        tokens = columns.window.look.tokens
        for part in grips(columns)[0]._strips:
            assert str(part.cget("cursor")) == "sb_h_double_arrow"
        part = strip(grips(columns)[0])
        part.event_generate("<Enter>")
        assert str(part.line.cget("background")) == tokens.accent
        part.event_generate("<Leave>")
        assert str(part.line.cget("background")) == tokens.side


@pytest.mark.parametrize("width", [ROOMS_MIN, 217, ROOMS_MAX])
def test_rows_are_cut_at_every_width(columns: Stage, width: int) -> None:
    window, name = columns.window, "a-room-with-a-name-that-no-column-will-ever-hold-in-one-line"
    window.want_columns(width, PEOPLE_MIN)
    kept = RoomRow(2, name, is_joined=False, is_kept=True)
    window.show_rooms([RoomRow(1, name, unread=100, is_selected=True), kept])
    window.show_people([PersonRow("1", name, is_moderator=True, status_text=name)])
    columns.settle()
    for canvas in (window.room_list.rooms, window.member_list.people):
        assert sum(text.endswith("…") for text in texts_of(canvas)) >= 2
        for item in canvas.find_all():
            if str(canvas.type(item)) == "text":
                left, _top, right, _bottom = canvas.bbox(item)
                assert left >= 0 and right <= canvas.winfo_width()
