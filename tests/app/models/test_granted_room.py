"""Of several rooms that were asked for, the one asked for last is gone to."""

from __future__ import annotations

from app.models.granted_room import GrantedRoom
from app.models.room_wait import RoomWait

FIRST, SECOND, THIRD = (RoomWait(1, 0, 0, was_online=False, order=order) for order in (1, 2, 3))


def test_nothing_is_opened_while_a_later_one_may_be_granted() -> None:
    granted = GrantedRoom()
    granted.note(10, FIRST)
    assert granted.take([SECOND]) is None
    assert granted.take([]) == (10, FIRST)
    assert granted.take([]) is None


def test_what_was_asked_for_before_is_only_joined() -> None:
    granted = GrantedRoom()
    granted.note(20, SECOND)
    assert granted.take([FIRST]) == (20, SECOND)
    granted.note(10, FIRST)
    assert granted.take([]) is None
    granted.note(30, THIRD)
    assert granted.take([]) == (30, THIRD)


def test_answers_in_any_order() -> None:
    granted = GrantedRoom()
    granted.note(20, SECOND)
    granted.note(10, FIRST)
    assert granted.take([]) == (20, SECOND)


def test_another_number_another_place_and_another_server() -> None:
    granted = GrantedRoom()
    granted.note(10, FIRST)
    granted.move(10, -7)
    assert granted.take([]) == (-7, FIRST)

    granted.note(20, SECOND)
    granted.forget()
    assert granted.take([]) is None

    granted.pass_over(THIRD)
    granted.note(20, SECOND)
    assert granted.take([]) is None
