"""Settings of pop-ups, sounds and quiet hours."""

from __future__ import annotations

import pytest

from app.structs import replace
from app.views.rows import NotificationSettingsRow
from app.views.settings_page import SettingsPage
from tests.app.views.conftest import Stage


def notifications(stage: Stage) -> list[NotificationSettingsRow]:
    return [row for (row,) in stage.calls.named("on_notification_settings")]


def test_each_switch_tells_the_settings_as_they_should_be(stage: Stage, page: SettingsPage) -> None:
    row = NotificationSettingsRow()
    stage.window.show_notification_settings(row)
    section = page.notifications
    page.show_section(section)

    section.popups.invoke()
    section.sound.invoke()
    section.do_not_disturb.invoke()
    section.quiet_hours.invoke()
    section.quiet_from.larger.invoke()
    section.quiet_to.smaller.invoke()

    assert notifications(stage) == [
        replace(row, has_popups=False), replace(row, has_sound=True),
        replace(row, do_not_disturb=True), replace(row, has_quiet_hours=True),
        replace(row, quiet_from=22 * 60 + 30), replace(row, quiet_to=6 * 60 + 30),
    ]  # fmt: skip
    page.show_section(page.appearance)


def test_the_hours_of_the_day_have_no_end(stage: Stage, page: SettingsPage) -> None:
    row = NotificationSettingsRow(quiet_from=0, quiet_to=23 * 60 + 30)
    stage.window.show_notification_settings(row)

    page.notifications.quiet_from.smaller.invoke()
    page.notifications.quiet_to.larger.invoke()

    assert [(r.quiet_from, r.quiet_to) for r in notifications(stage)] == [
        (23 * 60 + 30, 23 * 60 + 30), (0, 0),
    ]  # fmt: skip
    assert page.notifications.quiet_to.value.cget("text") == "23:30"


def test_the_days_of_quiet_hours_are_chosen_one_by_one(stage: Stage, page: SettingsPage) -> None:
    section = page.notifications
    page.show_section(section)
    stage.window.show_notification_settings(NotificationSettingsRow(quiet_days=(0, 5)))
    stage.settle()

    stage.press(section.quiet_days.days[4], "<space>")
    stage.press(section.quiet_days.days[0], "<space>")

    assert [row.quiet_days for row in notifications(stage)] == [(0, 4, 5), (5,)]
    page.show_section(page.appearance)


@pytest.mark.parametrize(
    ("hours", "days", "words"),
    [
        ((22 * 60, 7 * 60), (4,), "end on the day after"),
        ((8 * 60, 9 * 60), (4,), ""),
        ((8 * 60, 9 * 60), (), "no quiet hours"),
        ((8 * 60, 8 * 60), (4,), "no quiet hours"),
    ],
)
def test_what_hours_and_days_mean_together_is_said(
    stage: Stage, page: SettingsPage, hours: tuple[int, int], days: tuple[int, ...], words: str
) -> None:
    row = NotificationSettingsRow(
        has_quiet_hours=True, quiet_from=hours[0], quiet_to=hours[1], quiet_days=days
    )
    stage.window.show_notification_settings(row)
    said = str(page.notifications._night.cget("text"))
    assert words in said if words else not said


def test_words_are_told_while_they_are_typed_and_stay_under_the_fingers(
    stage: Stage, page: SettingsPage
) -> None:
    stage.window.show_notification_settings(NotificationSettingsRow(words="deploy"))
    page.show_section(page.notifications)
    field = page.notifications.words_field
    assert field.value == "deploy"

    field.focus_force()
    field.insert("end", ", on")
    stage.settle()
    assert notifications(stage)[-1].words == "deploy, on"
    stage.window.show_notification_settings(NotificationSettingsRow(words="on, deploy"))
    assert field.value == "deploy, on"
    page.show_section(page.appearance)


def test_why_there_are_no_popups_is_said(stage: Stage, page: SettingsPage) -> None:
    page.show_section(page.notifications)
    stage.window.show_notification_settings(NotificationSettingsRow(problem="No package."))
    stage.settle()
    assert page.notifications._problem.winfo_ismapped()
    stage.window.show_notification_settings(NotificationSettingsRow())
    stage.settle()
    assert not page.notifications._problem.winfo_ismapped()
    page.show_section(page.appearance)


def test_popups_that_cannot_be_shown_are_off_with_the_reason(
    stage: Stage, page: SettingsPage
) -> None:
    row = NotificationSettingsRow(has_popups=True)
    section = page.notifications
    stage.window.show_notification_settings(replace(row, problem="They are not installed."))
    section.popups.invoke()
    assert stage.calls.named("on_notification_settings") == []
    assert section.popups.button.cget("text").strip() == "Off"
    assert section.first() is section.sound.button

    stage.window.show_notification_settings(row)
    assert section.popups.button.cget("text").strip() == "On"
    section.popups.invoke()
    assert stage.calls.named("on_notification_settings") == [(replace(row, has_popups=False),)]
