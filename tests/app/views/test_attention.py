"""The mark of a window that wants to be looked at, read back from the display."""

from __future__ import annotations

import sys

import pytest
from pytest_mock import MockerFixture

from app.views import attention
from app.views.main_window import MainWindow
from tests.app.views.conftest import Stage


@pytest.fixture
def marks(stage: Stage) -> Stage:
    if sys.platform in ("win32", "darwin") or attention._x11() is None:
        pytest.skip("the mark can be read on X11 only")
    return stage


def test_mark_stays_until_the_window_is_looked_at(marks: Stage) -> None:
    root = marks.window.root
    attention.end_attention(root)
    assert not attention.wants_attention(root)

    attention.demand_attention(root)
    assert attention.wants_attention(root)
    # The other hints are as they were: the window can still get the keyboard.
    attention.end_attention(root)
    assert not attention.wants_attention(root)


def test_focus_takes_it_away(marks: Stage, mocker: MockerFixture) -> None:
    root = marks.window.root
    front = mocker.patch.object(MainWindow, "is_in_front", new_callable=mocker.PropertyMock)
    front.return_value = False
    marks.window.demand_attention()
    assert attention.wants_attention(root)

    marks.window.room_list.rooms.focus_force()
    marks.settle()
    marks.window.composer.text.focus_force()
    marks.settle()

    assert not attention.wants_attention(root)


def test_window_in_front_asks_for_nothing(marks: Stage) -> None:
    root = marks.window.root
    attention.end_attention(root)
    root.focus_force()
    marks.settle()
    assert marks.window.is_in_front

    marks.window.demand_attention()

    assert not attention.wants_attention(root)


def test_no_library_no_mark(marks: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "_x11", lambda: None)

    attention.demand_attention(marks.window.root)

    assert not attention.wants_attention(marks.window.root)
