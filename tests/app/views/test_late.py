"""What is made late, misses nothing."""

from __future__ import annotations

from app.views.late import Late
from tests.app.views.conftest import Stage


def test_made_once_and_only_when_needed() -> None:
    made: list[list[str]] = []

    def make() -> list[str]:
        made.append([])
        return made[-1]

    late = Late(make)
    late.tell("word", lambda words: words.append("early"))
    assert not made
    assert late() is late() is made[0]
    assert late.made is made[0]
    assert len(made) == 1


def test_it_is_told_what_it_missed_the_last_of_each() -> None:
    late: Late[list[str]] = Late(list)
    late.tell("a", lambda words: words.append("a1"))
    late.tell("b", lambda words: words.append("b"))
    late.tell("a", lambda words: words.append("a2"))
    assert late() == ["b", "a2"]
    late.tell("a", lambda words: words.append("a3"))
    assert late() == ["b", "a2", "a3"], "made, it is told at once"


def test_nothing_is_made_at_the_start_that_nobody_sees(stage: Stage) -> None:
    """A window just made, in which nothing was opened, is not to be had here: all tests share one.
    So what was opened is forgotten, and what closes popups must not make it again."""
    popups = stage.window.popups
    popups.join_dialog = Late(popups._make_join_dialog)
    popups.link_details = Late(popups._make_link_details)
    popups.close_join_dialog()
    popups.close_link_details()
    popups.show_room_choices(())
    stage.resize(1000)
    assert popups.join_dialog.made is None and popups.link_details.made is None
