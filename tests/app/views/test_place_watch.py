"""Where the window is, is told when it has come to rest."""

from __future__ import annotations

from tests.app.views.conftest import Stage


def test_size_is_told_once_it_rests(stage: Stage) -> None:
    stage.window._place.close()  # what the start of the test moved
    stage.resize(1000)
    stage.resize(900, 650)
    stage.until(lambda: bool(stage.calls.named("on_arrange")))

    ((place, has_people),) = stage.calls.named("on_arrange")
    assert place.startswith("900x650") and has_people
    stage.resize(1100)


def test_panes_are_told(stage: Stage) -> None:
    stage.window.toggle_people()
    stage.until(lambda: bool(stage.calls.named("on_arrange")))

    assert stage.calls.named("on_arrange")[-1][1] is False
    assert not stage.window.member_list.winfo_ismapped()
    stage.window.want_people(True)
    stage.settle()
    assert stage.window.member_list.winfo_ismapped()


def test_a_narrow_window_keeps_the_wish(stage: Stage) -> None:
    stage.window.want_people(False)
    stage.resize(480)
    stage.window.want_people(True)
    stage.settle()
    assert not stage.window.member_list.winfo_ismapped()
    stage.resize(1100)
    stage.settle()
    assert stage.window.member_list.winfo_ismapped()
