"""What one seed means: how many people, what they do, and which faults meet them when.

Theory (swarm testing): a run that has a little of everything hides what only shows when one thing
is absent or when another one dominates. So each group of faults is left out with probability 1/3,
and what stays in is drawn again for each seed. Everything with a moment is an ``Action`` in one
list; to shrink a failure is to take actions and groups away while it still fails.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.simulation.disk import DiskManners
from tests.simulation.network import CALM, Weather
from tests.simulation.tuning import ORDINARY, Tuning

GROUPS = (
    "loss", "copies", "delay", "damage", "capacity", "partition", "addresses", "server", "disk",
    "client", "hostile", "clocks", "buggify",
)  # fmt: skip
LEFT_OUT = 1 / 3
#: A seed that must fail: a runner that calls it clean could not fail at all.
CANARY = -1


@dataclass(frozen=True, slots=True)
class Action:
    """Something that happens at ``at`` (seconds from the start) to client ``who``."""

    at: float
    kind: str
    who: int = 0
    value: float = 0.0
    #: Of which group it is a part; empty: what people do.
    group: str = ""

    def __str__(self) -> str:
        return f"{self.at:7.2f} s  {self.kind} {self.who} {self.value:.3g}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """All that is drawn before a run; the rest are the dice of the network and the machines."""

    seed: int
    clients: int
    faulty_s: float
    groups: frozenset[str]
    weather: Weather = CALM
    disk: DiskManners = field(default_factory=DiskManners)
    tuning: Tuning = ORDINARY
    clock_rates: tuple[float, ...] = ()
    store_mean_s: float = 0.001
    actions: tuple[Action, ...] = ()

    def without_group(self, group: str) -> Scenario:
        """The same with one group of faults left out."""
        smaller = _strip(self, group)
        return replace(
            smaller,
            groups=self.groups - {group},
            actions=tuple(a for a in self.actions if a.group != group),
        )


def _strip(scenario: Scenario, group: str) -> Scenario:
    weather = scenario.weather
    match group:
        case "loss":
            return replace(scenario, weather=replace(weather, loss=0.0, burst_enter=0.0))
        case "copies":
            return replace(scenario, weather=replace(weather, duplicate=0.0, replay=0.0))
        case "delay":
            calm = replace(weather, delay_min_s=CALM.delay_min_s, heavy_tail=0.0)
            return replace(scenario, weather=replace(calm, delay_mean_s=CALM.delay_mean_s))
        case "damage":
            whole = replace(weather, corrupt=0.0, truncate=0.0, extend=0.0, splice=0.0, mtu=1500)
            return replace(scenario, weather=whole)
        case "capacity":
            return replace(scenario, weather=replace(weather, in_flight_max=CALM.in_flight_max))
        case "disk":
            return replace(scenario, disk=DiskManners(), store_mean_s=0.001)
        case "clocks":
            return replace(scenario, clock_rates=())
        case "buggify":
            return replace(scenario, tuning=ORDINARY)
    return scenario


def draw(seed: int) -> Scenario:
    """The scenario of a seed."""
    rng = random.Random(f"scenario {seed}")
    groups = frozenset(group for group in GROUPS if rng.random() >= LEFT_OUT)
    clients = rng.randint(4, 9)
    scenario = Scenario(
        seed, clients, rng.uniform(25.0, 70.0), groups, store_mean_s=rng.choice([0.0005, 0.003])
    )
    actions = _people(rng, scenario)
    for group in GROUPS:  # each draws from its own dice, so that leaving one out changes no other
        dice = random.Random(f"{group} {seed}")
        if group in groups:
            scenario, more = _DRAWS[group](dice, scenario)
            actions += [replace(action, group=group) for action in more]
    if seed == CANARY:
        actions.append(Action(scenario.faulty_s / 2, "canary"))
    return replace(scenario, actions=tuple(sorted(actions, key=lambda action: action.at)))


# --- what people do ------------------------------------------------------------------------
_DOINGS = (
    ("say", 50), ("burst", 3), ("long", 5), ("join", 6), ("leave", 4), ("create", 3),
    ("topic", 3), ("rename room", 2), ("rename", 2), ("watch", 3), ("away", 2), ("older", 3),
    ("drop", 2), ("follow", 2),
)  # fmt: skip


def _people(rng: random.Random, scenario: Scenario) -> list[Action]:
    """Everybody joins the first room, then says and does this and that."""
    actions = [Action(rng.uniform(0.5, 4.0), "join", who, 0.0) for who in range(scenario.clients)]
    kinds = [kind for kind, weight in _DOINGS for _ in range(weight)]
    # Whether people are quiet or busy differs more between rooms than within one.
    for _ in range(rng.choice([40, 90, 150])):
        at, who = rng.uniform(2.0, scenario.faulty_s), rng.randrange(scenario.clients)
        actions.append(Action(at, rng.choice(kinds), who, rng.random()))
    return actions


# --- groups of faults ------------------------------------------------------------------------
Drawn = tuple[Scenario, list[Action]]


def _weather(scenario: Scenario, **changes: float) -> Scenario:
    return replace(scenario, weather=replace(scenario.weather, **changes))  # type: ignore[arg-type]


def _loss(rng: random.Random, scenario: Scenario) -> Drawn:
    scenario = _weather(scenario, loss=rng.choice([0.01, 0.05, 0.1, 0.2, 0.3]))
    if rng.random() < 0.5:
        scenario = _weather(
            scenario, burst_enter=rng.uniform(0.002, 0.05), burst_leave=rng.uniform(0.05, 0.5)
        )
    return scenario, []


def _copies(rng: random.Random, scenario: Scenario) -> Drawn:
    return _weather(
        scenario,
        duplicate=rng.choice([0.02, 0.1, 0.5]),
        duplicate_late_s=rng.choice([0.005, 0.2, 5.0]),
        replay=rng.choice([0.0, 0.01, 0.05]),
    ), []


def _delay(rng: random.Random, scenario: Scenario) -> Drawn:
    return _weather(
        scenario,
        delay_min_s=rng.choice([0.0, 0.005, 0.03]),
        delay_mean_s=rng.choice([0.001, 0.01, 0.05, 0.2, 0.5]),
        heavy_tail=rng.choice([0.0, 0.01, 0.05]),
    ), []


def _damage(rng: random.Random, scenario: Scenario) -> Drawn:
    most = rng.choice([0.005, 0.02, 0.05])
    scenario = _weather(
        scenario,
        corrupt=rng.random() * most,
        truncate=rng.random() * most,
        extend=rng.random() * most,
        splice=rng.random() * most,
    )
    return scenario, []


def _capacity(rng: random.Random, scenario: Scenario) -> Drawn:
    actions = []
    if rng.random() < 0.5:
        scenario = _weather(scenario, in_flight_max=rng.randint(2, 20))
    for _ in range(rng.randint(1, 4)):
        at, seconds = rng.uniform(2.0, scenario.faulty_s), rng.uniform(0.1, 5.0)
        actions.append(Action(at, "clog", rng.randrange(scenario.clients), seconds))
    if rng.random() < 0.5:  # one after the other, and free again in another order
        at = rng.uniform(2.0, scenario.faulty_s)
        for who in rng.sample(range(scenario.clients), scenario.clients):
            actions.append(Action(at, "clog", who, rng.uniform(0.5, 5.0)))
            at += rng.uniform(0.0, 0.5)
    return scenario, actions


def _partition(rng: random.Random, scenario: Scenario) -> Drawn:
    actions = []
    for _ in range(rng.randint(1, 4)):
        at, seconds = rng.uniform(1.0, scenario.faulty_s), rng.choice([1.0, 6.0, 12.0, 30.0])
        kind = rng.choice(["cut both", "cut up", "cut down", "cut all"])
        actions.append(Action(at, kind, rng.randrange(scenario.clients), seconds * rng.random()))
    return scenario, actions


def _addresses(rng: random.Random, scenario: Scenario) -> Drawn:
    actions = []
    for _ in range(rng.randint(2, 8)):
        kind = rng.choice(["rebind", "rebind", "move", "swap", "copy"])
        at, who = rng.uniform(2.0, scenario.faulty_s), rng.randrange(scenario.clients)
        actions.append(Action(at, kind, who, rng.random()))
    return scenario, actions


def _server(rng: random.Random, scenario: Scenario) -> Drawn:
    actions = []
    for _ in range(rng.randint(1, 4)):
        moment = rng.choice(
            ["crash now", "crash before commit", "crash after commit", "crash while telling",
             "crash handshake", "power cut", "power cut"]
        )  # fmt: skip
        down_s = rng.choice([0.0, 0.5, 3.0, 15.0]) * rng.random()
        actions.append(Action(rng.uniform(2.0, scenario.faulty_s), moment, 0, down_s))
    if rng.random() < 0.3:
        at = rng.uniform(2.0, scenario.faulty_s)
        actions.append(Action(at, "pause server", 0, rng.choice([0.5, 5.0, 20.0]) * rng.random()))
    if rng.random() < 0.25:
        at = rng.uniform(8.0, scenario.faulty_s)
        actions.append(Action(at, "copy server folder"))
        actions.append(Action(rng.uniform(at, scenario.faulty_s), "server folder back"))
    return scenario, actions


def _disk(rng: random.Random, scenario: Scenario) -> Drawn:
    manners = DiskManners(
        commit_mean_s=rng.choice([0.0005, 0.005, 0.05]),
        stall=rng.choice([0.0, 0.02]),
        stall_max_s=rng.choice([0.5, 5.0]),
        error=rng.choice([0.0, 0.02, 0.1]),
        full=rng.choice([0.0, 0.05]),
    )
    actions = []
    if rng.random() < 0.4:
        at = rng.uniform(2.0, scenario.faulty_s)
        actions.append(Action(at, "disk full", 0, rng.uniform(1.0, 15.0)))
    store_s = rng.choice([0.0005, 0.02, 0.5])
    if rng.random() < 0.3:
        at = rng.uniform(2.0, scenario.faulty_s)
        actions.append(Action(at, "power cut", 0, rng.random()))
    return replace(scenario, disk=manners, store_mean_s=store_s), actions


def _client(rng: random.Random, scenario: Scenario) -> Drawn:
    actions = []
    for _ in range(rng.randint(1, 6)):
        at, who = rng.uniform(2.0, scenario.faulty_s), rng.randrange(scenario.clients)
        kind = rng.choice(["crash client", "crash client", "pause client", "stop client"])
        seconds = rng.choice([0.1, 2.0, 10.0, 30.0]) * rng.random()
        actions.append(Action(at, kind, who, seconds))
    if rng.random() < 0.4:
        at, who = rng.uniform(5.0, scenario.faulty_s), rng.randrange(scenario.clients)
        actions.append(Action(at, "copy folder", who))
        actions.append(Action(rng.uniform(at, scenario.faulty_s), "folder back", who))
    return scenario, actions


def _hostile(rng: random.Random, scenario: Scenario) -> Drawn:
    actions = []
    for _ in range(rng.randint(10, 40)):
        kind = rng.choice(["mischief", "mischief", "garbage", "replay", "forged reset", "hellos"])
        at, who = rng.uniform(3.0, scenario.faulty_s), rng.randrange(scenario.clients)
        actions.append(Action(at, kind, who, rng.random()))
    return scenario, actions


def _clocks(rng: random.Random, scenario: Scenario) -> Drawn:
    rates = tuple(rng.uniform(0.9, 1.1) for _ in range(scenario.clients + 1))
    actions = []
    for _ in range(rng.randint(1, 3)):
        at = rng.uniform(2.0, scenario.faulty_s)
        actions.append(Action(at, "wall clock", 0, rng.uniform(-86_400.0, 86_400.0)))
    return replace(scenario, clock_rates=rates), actions


def _buggify(rng: random.Random, scenario: Scenario) -> Drawn:
    maybe: Callable[[object, object], object] = lambda tiny, usual: (  # noqa: E731
        tiny if rng.random() < 0.5 else usual
    )
    usual = ORDINARY
    values = {
        "rekey_after_s": maybe(rng.choice([4.0, 12.0]), usual.rekey_after_s),
        "old_keys_kept_s": maybe(3.0, usual.old_keys_kept_s),
        "posts_ahead_max": maybe(rng.choice([1, 3]), usual.posts_ahead_max),
        "window_max": maybe(rng.choice([4, 8]), usual.window_max),
        "ranges_in_hand_max": maybe(3, usual.ranges_in_hand_max),
        "cookie_secret_s": maybe(0.5, usual.cookie_secret_s),
        "recent_entries": maybe(rng.choice([1, 4]), usual.recent_entries),
        "staged_bytes_max": maybe(20 * 1024, usual.staged_bytes_max),
        "writes_waiting_max": maybe(rng.choice([2, 6]), usual.writes_waiting_max),
        "half_open_max": maybe(2, usual.half_open_max),
        "is_rate_limited": rng.random() < 0.3,
    }
    return replace(scenario, tuning=Tuning(**values)), []  # type: ignore[arg-type]


_DRAWS: dict[str, Callable[[random.Random, Scenario], Drawn]] = {
    "loss": _loss, "copies": _copies, "delay": _delay, "damage": _damage, "capacity": _capacity,
    "partition": _partition, "addresses": _addresses, "server": _server, "disk": _disk,
    "client": _client, "hostile": _hostile, "clocks": _clocks, "buggify": _buggify,
}  # fmt: skip
