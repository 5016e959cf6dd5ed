"""How long a client waits before it calls again, and what cuts that short."""

from __future__ import annotations

from app.models.back_off import FIRST_S, HINT_EVERY_S, HINT_SPREAD_S, HINTS_AT_ONCE, BackOff


def hurried(back_off: BackOff, now: float) -> bool:
    """Whether a hint is heeded in the midst of a long pause."""
    back_off.wait(now, 20.0)
    back_off.hint(now, 0.5)
    assert back_off.due_at is not None
    return back_off.due_at <= now + HINT_SPREAD_S


def test_a_try_is_due_once() -> None:
    back_off = BackOff()
    assert not back_off.take_due(100.0)
    assert back_off.wait(100.0, 2.0) == 2.0
    assert [back_off.take_due(now) for now in (101.9, 102.0, 103.0)] == [False, True, False]


def test_hints_of_many_are_spread_and_the_next_pause_is_short() -> None:
    for jitter in (0.0, 0.5, 1.0):
        back_off = BackOff()
        for _ in range(6):
            back_off.pause(100.0, 1.0)
        back_off.hint(100.0, jitter)
        assert back_off.due_at == 100.0 + jitter * HINT_SPREAD_S
        assert back_off.pause(101.0, 0.5) == FIRST_S


def test_hints_without_end_are_heeded_now_and_then() -> None:
    back_off = BackOff()
    hour = range(1000, 4600)
    heeded = [now for now in hour if hurried(back_off, float(now))]
    assert heeded[:HINTS_AT_ONCE] == list(hour[:HINTS_AT_ONCE])
    assert len(heeded) <= HINTS_AT_ONCE + len(hour) / HINT_EVERY_S


def test_what_is_due_soon_costs_no_hint() -> None:
    back_off = BackOff()
    back_off.wait(100.0, HINT_SPREAD_S)
    for _ in range(10 * HINTS_AT_ONCE):
        back_off.hint(100.0, 0.0)
    assert back_off.due_at == 100.0 + HINT_SPREAD_S
    assert hurried(back_off, 100.0)


def test_what_is_proven_needs_no_allowance() -> None:
    back_off = BackOff()
    while hurried(back_off, 100.0):
        pass
    back_off.hint(100.0, 0.0, is_proven=True)
    assert back_off.due_at == 100.0
