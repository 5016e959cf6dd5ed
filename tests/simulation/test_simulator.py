"""Random disasters: some seeds in every run of the tests, and all that failed before.

``SIMULATION_FROM`` is the first seed, ``SIMULATION_SEEDS`` how many at most (60), and
``SIMULATION_SECONDS`` for how long (60). Without them every run has the same seeds, so that a
run of the tests says something about a change; new seeds are what ``make simulate`` is for.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from protocol import cookie, limits
from tests.simulation import mutants
from tests.simulation.patches import patches
from tests.simulation.runner import explain, kept_seeds, run_seeds
from tests.simulation.scenario import GROUPS, draw
from tests.simulation.shrink import shrink
from tests.simulation.simulation import simulate
from tests.simulation.tuning import Tuning, tuned

ROOT = Path(__file__).parents[2]
#: The seeds of a run of the tests.
FIRST_SEED, SEEDS = 20_000, 60


def test_seeds_that_failed_once_are_clean() -> None:
    summary = run_seeds(kept_seeds())
    assert not summary.failures, "\n\n".join(map(explain, summary.failures[:2]))


def test_seeds_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = float(os.environ.get("SIMULATION_SECONDS", "60"))
    first = int(os.environ.get("SIMULATION_FROM", FIRST_SEED))
    last = first + int(os.environ.get("SIMULATION_SEEDS", SEEDS))
    summary = run_seeds(range(first, last), until=time.monotonic() + seconds)
    with capsys.disabled():
        print(f"\nsimulated seeds {first} to {first + summary.seeds - 1}", end=" ")
    assert summary.seeds
    assert not summary.failures, "\n\n".join(map(explain, summary.failures[:2]))


PROGRAM = """
from tests.simulation.scenario import draw
from tests.simulation.simulation import simulate
print([simulate(draw(seed)).digest for seed in (1, 2, 3)])
"""


def test_one_seed_is_one_trace_whatever_the_order_of_sets() -> None:
    traces = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(traces) == 1


def test_another_seed_is_another_trace() -> None:
    assert simulate(draw(1)).digest != simulate(draw(2)).digest


def test_groups_of_faults_are_left_out_and_put_in() -> None:
    drawn = [draw(seed).groups for seed in range(300)]
    for group in GROUPS:
        share = sum(group in groups for groups in drawn) / len(drawn)
        assert 0.55 < share < 0.78, group


def test_a_group_that_is_taken_away_leaves_no_fault_behind() -> None:
    scenario = next(s for s in map(draw, count()) if {"loss", "copies", "server"} <= s.groups)
    for group in sorted(scenario.groups):
        scenario = scenario.without_group(group)
    result = simulate(scenario)
    assert not result.faults
    assert not result.invariant, result.text


@pytest.mark.parametrize("name", ["answered before the commit", "no back-off"])
def test_a_planted_bug_is_found_and_its_scenario_made_small(name: str) -> None:
    mutant = next(mutant for mutant in mutants.MUTANTS if mutant.name == name)
    with patches() as put:
        mutant.plant(put)
        scenario, result = next(
            (scenario, result)
            for scenario in map(draw, range(60))
            if (result := simulate(scenario)).invariant
        )
        assert result.invariant in mutant.promises
        smaller, again = shrink(scenario, result, tries_max=25)
    assert again.invariant == result.invariant
    assert len(smaller.actions) + len(smaller.groups) < len(scenario.actions) + len(scenario.groups)
    assert not simulate(scenario).invariant, "without the bug it is clean again"


def test_tiny_bounds_are_put_back() -> None:
    before = {name: value for name, value in vars(limits).items() if name.isupper()}
    secret_s = cookie.COOKIE_SECRET_S
    with tuned(replace(Tuning(), window_max=4, posts_ahead_max=1, cookie_secret_s=0.5)):
        assert (limits.WINDOW_MAX, limits.POSTS_AHEAD_MAX) == (4, 1)
    assert {name: value for name, value in vars(limits).items() if name.isupper()} == before
    assert secret_s == cookie.COOKIE_SECRET_S
