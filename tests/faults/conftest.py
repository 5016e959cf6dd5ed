"""Which scenarios run, and the table at the end of the run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from tests.faults.ledger import Ledger

#: Set by ``make faults``: all of them, not only the ``quick`` ones that need no rights.
ALL: Final = "HUBBUB_FAULTS"
_SCENARIO: Final = re.compile(r"test_r(\d+)_")
_HERE: Final = Path(__file__).parent

_RESULTS: Final = pytest.StashKey[dict[str, tuple[Ledger, str, str]]]()
_LEDGER: Final = pytest.StashKey[Ledger]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """An ordinary run takes the quick ones only."""
    if os.environ.get(ALL):
        return
    slow = [i for i in items if i.path.parent == _HERE and i.get_closest_marker("quick") is None]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


@pytest.fixture
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """The scenario's line of the table; its number is in the test's name."""
    found = _SCENARIO.match(request.node.name)
    assert found, "a scenario is called test_rNN_…"
    ledger = Ledger(f"R{int(found[1])}")
    request.node.stash[_LEDGER] = ledger
    return ledger


@pytest.fixture
def cleanup() -> Iterator[ExitStack]:
    """Takes away what a scenario made, in the opposite order, however it ends."""
    with ExitStack() as stack:
        yield stack


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[pytest.TestReport]:
    """Remember how each scenario ended."""
    report: pytest.TestReport = yield  # type: ignore[misc, assignment]
    ledger = item.stash.get(_LEDGER, None)
    if ledger is not None:
        results = item.config.stash.setdefault(_RESULTS, {})
        if report.skipped and isinstance(report.longrepr, tuple):
            results[item.nodeid] = (ledger, "SKIPPED", report.longrepr[2])
        elif report.failed:
            results[item.nodeid] = (ledger, "FAILED", str(call.excinfo and call.excinfo.value))
        else:
            results.setdefault(item.nodeid, (ledger, "ran", ""))
    return report  # type: ignore[return-value]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Faults injected, messages acknowledged, lost, doubled; what did not run, and why."""
    results = config.stash.get(_RESULTS, {})
    if not results or not os.environ.get(ALL):
        return
    write = terminalreporter.write_line
    terminalreporter.section("faults")
    row = "{:4} {:8} {:>6} {:>6} {:>8}  {}"
    write(row.format("", "", "acked", "lost", "doubled", "faults seen"))
    lines = sorted(results.values(), key=lambda result: int(result[0].number[1:]))
    for ledger, outcome, reason in lines:
        seen = ", ".join(f"{count} {what}" for what, count in ledger.faults.items())
        told = "; ".join([*filter(None, [seen, *ledger.notes]), *reason.splitlines()[:1]])
        numbers = (ledger.acknowledged, ledger.lost, ledger.doubled)
        shown = numbers if outcome != "SKIPPED" else ("-", "-", "-")
        write(row.format(ledger.number, outcome, *shown, told))
    missing = {f"R{n}" for n in range(1, 14)} - {ledger.number for ledger, _, _ in lines}
    if missing:
        write(f"not asked for: {', '.join(sorted(missing, key=lambda n: int(n[1:])))}")
    counts = {
        word: sum(outcome == word for _, outcome, _ in lines)
        for word in ("ran", "FAILED", "SKIPPED")
    }
    write(", ".join(f"{count} {word.lower()}" for word, count in counts.items()))
