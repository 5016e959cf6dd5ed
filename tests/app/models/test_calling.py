"""By which names and words a message calls its reader."""

from __future__ import annotations

from app.models.calling import FORMER_NAMES_MAX, OVERLAP_MS, Calling

MINUTE_MS = 60_000
LATER_MS = 60 * MINUTE_MS


def test_a_message_calls_by_the_name_of_its_time() -> None:
    calling = Calling("anna").renamed("ann", LATER_MS)
    before, after = LATER_MS - 2 * OVERLAP_MS, LATER_MS + 2 * OVERLAP_MS
    called = {
        (name, time_ms): calling.is_in(f"hello {name}", time_ms)
        for name in ("anna", "ann")
        for time_ms in (before, after)
    }
    assert called == {
        ("anna", before): True, ("ann", before): False,
        ("anna", after): False, ("ann", after): True,
    }  # fmt: skip
    assert calling.name_in("hello anna", before) == "anna"
    assert calling.name_in("hello anna", after) == "ann"  # as far as a quick look tells


def test_around_the_change_both_names_call() -> None:
    calling = Calling("anna").renamed("bea", LATER_MS)
    for time_ms in (LATER_MS - OVERLAP_MS, LATER_MS + OVERLAP_MS):
        assert calling.is_in("anna", time_ms) and calling.is_in("bea", time_ms)
        assert calling.name_in("bea", time_ms) == "bea"


def test_other_words_call_at_any_time() -> None:
    calling = Calling("anna", ("deploy",)).renamed("bea", LATER_MS)
    assert calling.is_in("deploy", 0) and calling.is_in("deploy", 2 * LATER_MS)


def test_the_first_name_and_the_same_name_are_no_change() -> None:
    assert Calling().renamed("anna", 1) == Calling("anna")
    assert Calling("anna").renamed("anna", 1) == Calling("anna")


def test_so_many_names_are_kept() -> None:
    calling = Calling("nick 0")
    for number in range(1, FORMER_NAMES_MAX + 5):
        calling = calling.renamed(f"nick {number}", number * LATER_MS)
    assert len(calling.former) == FORMER_NAMES_MAX
    assert calling.former[-1].name == f"nick {FORMER_NAMES_MAX + 3}"
    assert calling.is_in("nick 4", 0)  # the oldest that is known stands for all before
