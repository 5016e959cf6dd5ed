"""What the window looks like: chosen, followed, kept; a mocked window."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_mock import MockerFixture

from app.controllers.appearance_controller import (
    FOLLOW_S,
    AppearanceController,
    fit_appearance,
)
from app.views.main_window import MainWindow
from app.views.rows import AppearanceRow
from tests.app.controllers.window_world import FakeScheduler, WindowWorld


class Case:
    def __init__(self, mocker: MockerFixture, world: WindowWorld, row: AppearanceRow) -> None:
        self.window = mocker.create_autospec(MainWindow, instance=True)
        self.scheduler = FakeScheduler(world)
        self.kept: list[AppearanceRow] = []
        self.is_dark: bool | None = None
        self.controller = AppearanceController(
            self.window,
            self.scheduler,
            row,
            system_is_dark=lambda: self.is_dark,
            on_change=self.kept.append,
        )
        self.controller.start()

    @property
    def shown(self) -> tuple[AppearanceRow, str]:
        row, theme = self.window.show_appearance.call_args.args
        return row, theme


def test_what_was_kept_is_shown_at_the_start(mocker: MockerFixture, world: WindowWorld) -> None:
    row = AppearanceRow("contrast", 125, 200)
    case = Case(mocker, world, row)

    assert case.shown == (row, "contrast")
    assert case.kept == []


def test_each_choice_is_shown_and_kept(mocker: MockerFixture, world: WindowWorld) -> None:
    case = Case(mocker, world, AppearanceRow())
    case.controller.choose_theme("dark")
    case.controller.choose_text_percent(150)
    case.controller.choose_window_percent(200)
    case.controller.choose_window_percent(200)

    assert case.shown == (AppearanceRow("dark", 150, 200, needs_restart=True), "dark")
    assert len(case.kept) == 3


def test_what_waits_for_a_restart_is_said_until_it_is_taken_back(
    mocker: MockerFixture, world: WindowWorld
) -> None:
    case = Case(mocker, world, AppearanceRow(window_percent=125, language="de"))

    waits = []
    case.controller.choose_theme("dark")
    for language in ("he", "de", ""):
        waits.append(case.shown[0].needs_restart)
        case.controller.choose_language(language)
    assert (waits, case.shown[0].needs_restart) == ([False, True, False], True)
    assert all(not row.needs_restart for row in case.kept)


def test_the_system_is_followed_as_long_as_it_is_chosen(
    mocker: MockerFixture, world: WindowWorld
) -> None:
    case = Case(mocker, world, AppearanceRow("system"))
    assert case.shown[1] == "light"
    case.is_dark = True
    world.run(FOLLOW_S + 0.1)
    assert case.shown[1] == "dark"
    case.controller.choose_theme("light")
    world.run(FOLLOW_S + 0.1)
    assert case.shown[1] == "light"
    assert case.scheduler.waiting == 0


def test_a_language_is_kept_and_an_unknown_one_is_not(
    mocker: MockerFixture, world: WindowWorld
) -> None:
    case = Case(mocker, world, AppearanceRow())
    for language in ("de", "xx", ""):
        case.controller.choose_language(language)
    assert [row.language for row in case.kept] == ["de", ""]


def test_after_the_end_nothing_waits(mocker: MockerFixture, world: WindowWorld) -> None:
    case = Case(mocker, world, AppearanceRow("system"))
    case.controller.close()
    assert case.scheduler.waiting == 0


@pytest.mark.parametrize(
    ("values", "row"),
    [
        (("dark", 80, 300), AppearanceRow("dark", 80, 300)),
        (("pink", 10, 9000), AppearanceRow("light", 80, 300)),
        ((None, "100", True), AppearanceRow()),
        (("light", 100, 100, "he"), AppearanceRow(language="he")),
        (("light", 100, 100, "xx"), AppearanceRow()),
        (("light", 100, 100, ["he"]), AppearanceRow()),
        (("light", 100, 100, "", "none"), AppearanceRow(joins="none")),
        (("light", 100, 100, "", "often"), AppearanceRow(joins="lately")),
        (("light", 100, 100, "", ["all"]), AppearanceRow(joins="lately")),
    ],
)
def test_senseless_values_are_as_usual(values: tuple[Any, ...], row: AppearanceRow) -> None:
    assert fit_appearance(*values) == row
