"""One run: builds the world of a scenario, lets it suffer, heals it, and judges what is left.

Theory. First comes safety: faults and people at once, every promise checked as it may break. Then
the network, the disks and the machines are well again, and liveness has its bounds: answers, equal
copies, quick return after one more restart, silence.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

from protocol.noise import public_key
from tests.simulation.client_node import ClientNode
from tests.simulation.coverage import counted
from tests.simulation.disk import DiskManners
from tests.simulation.doings import Doings
from tests.simulation.hostile import Hostile
from tests.simulation.judgement import Judgement
from tests.simulation.mishaps import Mishaps
from tests.simulation.network import CALM, Network
from tests.simulation.scenario import Action, Scenario
from tests.simulation.schedule import Clock, Schedule
from tests.simulation.server_node import ServerNode
from tests.simulation.trace import Trace, Violation
from tests.simulation.truth import Truth
from tests.simulation.tuning import tuned
from tests.simulation.watch import watched

_TABLES_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run; ``invariant`` is empty when nothing was broken."""

    seed: int
    invariant: str
    text: str
    at_s: float
    digest: str
    trace: str
    events: int
    posts: int
    faults: Counter[str]
    sometimes: Counter[str]
    checks: Counter[str]


class Simulation:
    """The world of one scenario."""

    def __init__(self, scenario: Scenario, *, full_trace: bool = False) -> None:
        self.scenario = scenario
        self.schedule = Schedule(1000.0)
        self.trace = Trace(full=full_trace)
        self.truth = Truth()
        self.server = ServerNode(
            scenario.tuning.server_config(), self.schedule, self._clock(0), self._dice("server"),
            self.truth, self.trace,
        )  # fmt: skip
        self.network = Network(
            self.schedule, self.trace, self._dice("network"), self.server.receive
        )
        self.server.network = self.network
        self.people = [self._client(who, f"p{who}") for who in range(scenario.clients)]
        for node in self.people:
            self.truth.keys[_public(node)] = node.name
        is_hostile = "hostile" in scenario.groups
        self.mallory = self._client(scenario.clients, "mallory") if is_hostile else None
        self.doings = Doings(self.truth)
        self.hostile = Hostile(self.mallory, self.network, self._dice("hostile"), self.trace)
        self.mishaps = Mishaps(
            self.schedule, self.trace, self._dice("mishaps"), self.network, self.server, self.people
        )
        self.judgement = Judgement(self.schedule, self.trace, self.truth, self.server, self.people)

    def _dice(self, name: str) -> random.Random:
        return random.Random(f"{name} {self.scenario.seed}")

    def _clock(self, place: int) -> Clock:
        rates = self.scenario.clock_rates
        rate = rates[place] if place < len(rates) else 1.0
        return Clock(self.schedule, 1000.0 * place if rates else 0.0, rate)

    def _client(self, who: int, name: str) -> ClientNode:
        return ClientNode(
            name, (f"10.0.0.{who + 1}", 5000), self.schedule, self._clock(who + 1),
            self._dice(f"client {who}"), self.network, self.truth, self.trace,
            self.scenario.store_mean_s,
        )  # fmt: skip

    def run(self) -> None:
        """Everything; raises ``Violation`` at the first broken promise."""
        start = self.schedule.now
        self.network.weather = self.scenario.weather
        self.server.start()
        for node in self.people + ([self.mallory] if self.mallory else []):
            self.schedule.after(self._start_dice.random(), node.start)
        self.server.disk.manners = self.scenario.disk
        for action in self.scenario.actions:
            self.schedule.at(start + action.at, lambda action=action: self._do(action))  # type: ignore[misc]
        self._check_tables()
        self.schedule.run(self.scenario.faulty_s)
        self._heal()
        self.judgement.judge(self.scenario)

    @property
    def _start_dice(self) -> random.Random:
        return random.Random(f"start {self.scenario.seed} {self.schedule.events}")

    def _do(self, action: Action) -> None:
        if action.kind == "canary":
            raise Violation("canary", "this seed fails, as it must")
        node = self.people[action.who % len(self.people)]
        if self.doings.do(node, action) or self.hostile.do(action.kind, node, self.schedule.now):
            return
        assert self.mishaps.do(node, action), f"nobody knows how to {action.kind}"

    def _check_tables(self) -> None:
        self.server.check_tables()
        self.trace.state(self.schedule.now, self._state())
        self.schedule.after(_TABLES_EVERY_S, self._check_tables)

    def _state(self) -> str:
        """Who holds what: two runs of one seed agree on it, step by step."""
        heads = [(stream.hex(), len(rows)) for stream, rows in self.truth.rows.items()]
        held = [
            (node.name, node.state.value, node.core.posts_waiting, node.complete())
            for node in self.people
            if node.alive
        ]
        return f"{heads} {held}"

    def _heal(self) -> None:
        """The world is well again."""
        self.trace.note(self.schedule.now, "all is well from here on")
        self.network.weather = CALM
        self.server.disk.manners = DiskManners()
        self.mishaps.heal()
        if self.mallory is not None:
            self.mallory.crash()


def _public(node: ClientNode) -> bytes:
    return public_key(node.private_key)


def simulate(scenario: Scenario, *, full_trace: bool = False) -> Result:
    """Run a scenario and say what came of it."""
    with tuned(scenario.tuning):
        simulation = Simulation(scenario, full_trace=full_trace)
        trace, invariant, text = simulation.trace, "", ""
        with watched(trace), counted(trace):
            try:
                simulation.run()
            except Violation as violation:
                invariant, text = violation.invariant, violation.text
    trace.sometimes["text of several parts"] += simulation.truth.long_texts
    return Result(
        seed=scenario.seed,
        invariant=invariant,
        text=text,
        at_s=simulation.schedule.now - 1000.0,
        digest=trace.digest(),
        trace=trace.text(),
        events=simulation.schedule.events,
        posts=simulation.doings.written,
        faults=trace.faults,
        sometimes=trace.sometimes,
        checks=trace.checks,
    )
