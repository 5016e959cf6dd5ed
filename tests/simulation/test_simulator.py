"""Random disasters: a minute of new seeds in every run of the tests, and all that failed before.

``SIMULATION_FROM`` is the first seed, ``SIMULATION_SECONDS`` for how long (60). Without the first
the seeds follow from the commit: each commit tries others, and one that failed can be run again.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from protocol import cookie, limits
from tests.simulation import mutants
from tests.simulation.coverage import counted
from tests.simulation.patches import patches
from tests.simulation.runner import (
    Summary,
    canary_died,
    commit,
    explain,
    keep,
    kept_seeds,
    run_seeds,
)
from tests.simulation.scenario import GROUPS, Action, Scenario, draw
from tests.simulation.shrink import shrink
from tests.simulation.simulation import Simulation, simulate
from tests.simulation.tuning import Tuning, tuned
from tests.simulation.watch import watched

ROOT = Path(__file__).parents[2]
#: Where git does not know the commit.
FALLBACK_FIRST_SEED = 20_000
#: More than a commit can try in its minute.
_SEEDS_OF_A_COMMIT = 10_000


def test_seeds_that_failed_once_are_clean() -> None:
    summary = run_seeds(kept_seeds())
    assert not summary.failures, "\n\n".join(map(explain, summary.failures[:2]))


def test_seeds_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = float(os.environ.get("SIMULATION_SECONDS", "60"))
    first = int(os.environ.get("SIMULATION_FROM", first_seed(commit())))
    summary = run_seeds(count(first), until=time.monotonic() + seconds)
    with capsys.disabled():
        print(f"\nsimulated seeds {first} to {first + summary.seeds - 1}", end=" ")
    keep(summary.failures)
    assert summary.seeds
    assert not summary.failures, "\n\n".join(map(explain, summary.failures[:2]))


def first_seed(at: str) -> int:
    return int(at[:9], 16) * _SEEDS_OF_A_COMMIT if at else FALLBACK_FIRST_SEED


def test_each_commit_has_its_own_seeds() -> None:
    assert first_seed("") == FALLBACK_FIRST_SEED
    assert first_seed("a" * 40) == first_seed("a" * 40)
    assert abs(first_seed("a" * 40) - first_seed("a" * 8 + "b" * 32)) >= _SEEDS_OF_A_COMMIT


def test_the_seed_that_must_fail_fails() -> None:
    assert canary_died()


def test_a_run_that_never_met_a_fault_shows_nothing() -> None:
    summary = Summary(seeds=500, packet_faults=[99] * 500, with_crash=299, with_cut=249)
    missed = summary.missed()
    assert {"datagram faults", "server crashes", "partitions", "power cuts"} <= set(missed)
    assert "stateless reset used" in missed
    assert Summary(seeds=499).missed() == [], "too few to judge by"


PROGRAM = """
from tests.simulation.scenario import draw
from tests.simulation.simulation import Simulation, simulate
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


class TestOneWhoFloods:
    """L6. Time of the processor is not simulated: what a flood costs there, real processes show."""

    @staticmethod
    def answered_s(*, flooded: bool) -> tuple[list[float], Simulation]:
        """How long each post of four people took, while a fifth floods or does not."""
        rng = random.Random(6)
        actions = [Action(0.5 + who / 4, "join", who) for who in range(4)]
        actions += [Action(rng.uniform(5, 35), "say", n % 4, rng.random()) for n in range(500)]
        if flooded:
            actions += [Action(5.0 + n / 10, "flood", 0) for n in range(300)]
        groups = frozenset({"hostile"})
        tuning = replace(Tuning(), is_rate_limited=True)
        actions.sort(key=lambda action: action.at)
        scenario = Scenario(6, 4, 40.0, groups, tuning=tuning, actions=tuple(actions))
        with tuned(tuning):
            simulation = Simulation(scenario)
            with watched(simulation.trace), counted(simulation.trace):
                simulation.run()
        return sorted(s for node in simulation.people for s in node.answered_s), simulation

    def test_leaves_the_answers_of_the_others_as_quick_as_they_were(self) -> None:
        quiet, _ = self.answered_s(flooded=False)
        flooded, simulation = self.answered_s(flooded=True)
        assert len(quiet) == len(flooded) > 500
        assert simulation.trace.faults["hostile: flood"] == 300
        assert simulation.network.sent["up"] > 15_000
        for share in (0.5, 0.99):
            place = int(share * len(quiet))
            assert flooded[place] <= 2 * quiet[place], share
