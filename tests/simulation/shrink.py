"""Makes a failing scenario smaller: fewer groups of faults, fewer actions, fewer people.

A smaller scenario counts if it breaks the same promise. Groups first, since one takes much away;
then actions, in ever smaller pieces (delta debugging). Each try is a whole run, so there is a
limit to them.
"""

from __future__ import annotations

from dataclasses import replace

from tests.simulation.scenario import Action, Scenario
from tests.simulation.simulation import Result, simulate


def shrink(scenario: Scenario, result: Result, tries_max: int = 120) -> tuple[Scenario, Result]:
    """The smallest failing scenario that was found, and what came of it."""
    return _Shrinker(scenario, result, tries_max).run()


class _Shrinker:
    def __init__(self, scenario: Scenario, result: Result, tries_max: int) -> None:
        self._scenario = scenario
        self._result = result
        self._tries_left = tries_max

    def run(self) -> tuple[Scenario, Result]:
        """See ``shrink``."""
        for group in sorted(self._scenario.groups):
            self._try(self._scenario.without_group(group))
        size = len(self._scenario.actions) // 2
        while size:
            self._without_actions(size)
            size //= 2
        return self._scenario, self._result

    def _without_actions(self, size: int) -> None:
        start = 0
        while start < len(self._scenario.actions) and self._tries_left:
            actions: tuple[Action, ...] = self._scenario.actions
            fewer = replace(self._scenario, actions=actions[:start] + actions[start + size :])
            if not self._try(fewer):
                start += size

    def _try(self, scenario: Scenario) -> bool:
        if not self._tries_left:
            return False
        self._tries_left -= 1
        result = simulate(scenario)
        if result.invariant != self._result.invariant:
            return False
        self._scenario, self._result = scenario, result
        return True
