"""How long a message takes over a slow, lossy link: the real cores on a virtual clock, measured.

    python -m tests.simulation.lossy_link --seeds 5

Ten people in one room, four of them talk in turns, twenty messages a second, 20 ms each way.
Counted from sending to showing, once as the window shows (on arrival) and once in strict order;
beside it what the redundancy costs: datagrams down for each delivery, up for each message.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from app.models.events import EntriesReceived, Event
from tests.simulation.world import Network, SimulatedClient, World

GENERAL: Final = 1
LOSSES: Final = (0.0, 0.01, 0.05, 0.1, 0.2)
_COMMIT_S: Final = 0.001
_SETTLE_S: Final = 20.0


@dataclass
class Measured:
    """What some runs together showed; seconds."""

    shown_s: list[float] = field(default_factory=list)
    ordered_s: list[float] = field(default_factory=list)
    sent_down: int = 0
    sent_up: int = 0
    messages: int = 0

    def quantile_s(self, part: float, *, ordered: bool = False) -> float:
        """Of all deliveries the time that this share of them took at most."""
        times = sorted(self.ordered_s if ordered else self.shown_s)
        return times[min(int(part * len(times)), len(times) - 1)]

    @property
    def down_per_delivery(self) -> float:
        """Datagrams that the server sent, reports included, for each entry that was shown."""
        return self.sent_down / len(self.shown_s)

    @property
    def up_per_message(self) -> float:
        """Datagrams that all clients together sent for each message."""
        return self.sent_up / self.messages


class Conversation:
    """One room over one kind of link."""

    def __init__(
        self, seed: int, loss: float, members: int = 10, senders: int = 4, delay_s: float = 0.020
    ) -> None:
        self.world = World(seed, Network(delay_s=delay_s))
        self.world.commit_s = _COMMIT_S
        self._sent_at: dict[str, float] = {}
        self._measured = Measured()
        self._members = [self.world.add_client(f"p{place}") for place in range(members)]
        self._senders = self._members[:senders]
        self.world.run(2)
        for client in self._members:
            self.world.join(client)
        assert self.world.run(30, lambda: all(len(c.receipts) == 1 for c in self._members))
        self.world.run(_SETTLE_S)
        self._ordered_to = {c.name: c.entries(GENERAL)[-1].number for c in self._members}
        self.world.network.loss = loss
        for client in self._members:
            self._watch(client)

    def _watch(self, client: SimulatedClient) -> None:
        """Look at the client's events as they happen."""
        keep = client.events

        class Watched(list[Event]):
            def append(_, event: Event) -> None:  # noqa: N805 - self is the conversation
                keep.append(event)
                if isinstance(event, EntriesReceived):
                    self.world.at(self.world.now, lambda: self._note(client, event))

        client.events = Watched()

    def _note(self, client: SimulatedClient, event: EntriesReceived) -> None:
        now = self.world.now
        for entry in event.entries:
            if entry.text in self._sent_at:
                self._measured.shown_s.append(now - self._sent_at[entry.text])
        held = client.rooms[GENERAL]
        number = self._ordered_to[client.name]
        while number + 1 in held:
            number += 1
            text = held[number].text
            if text in self._sent_at:
                self._measured.ordered_s.append(now - self._sent_at[text])
        self._ordered_to[client.name] = number

    def talk(self, messages: int = 300, rate: float = 20.0) -> Measured:
        """Let them talk; returns what everybody saw, and when."""
        world, measured = self.world, self._measured
        before = dict(world.datagrams)
        for number in range(messages):
            text = f"message {number}".ljust(100, ".")
            world.at(world.now + number / rate, self._saying(number, text))
        world.run(messages / rate)
        expected = messages * len(self._members)
        assert world.run(60, lambda: len(measured.ordered_s) == expected)
        measured.messages = messages
        measured.sent_down = world.datagrams["down"] - before["down"]
        measured.sent_up = world.datagrams["up"] - before["up"]
        return measured

    def _saying(self, number: int, text: str) -> Callable[[], None]:
        sender = self._senders[number % len(self._senders)]

        def say() -> None:
            self._sent_at[text] = self.world.now
            self.world.say(sender, text)

        return say


def measure(loss: float, seeds: Sequence[int], messages: int = 300) -> Measured:
    """The same conversation with several seeds, together."""
    together = Measured()
    for seed in seeds:
        one = Conversation(seed, loss).talk(messages)
        together.shown_s += one.shown_s
        together.ordered_s += one.ordered_s
        together.sent_down += one.sent_down
        together.sent_up += one.sent_up
        together.messages += one.messages
    return together


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=300)
    options = parser.parse_args()
    print("loss   p50   p90   p99 p99.9   max | in order p99 p99.9 | down/delivery up/message")
    for loss in LOSSES:
        got = measure(loss, range(options.seeds), options.messages)
        shown = [got.quantile_s(q) * 1000 for q in (0.5, 0.9, 0.99, 0.999, 1.0)]
        ordered = [got.quantile_s(q, ordered=True) * 1000 for q in (0.99, 0.999)]
        print(
            f"{loss:4.0%} " + " ".join(f"{ms:5.0f}" for ms in shown),
            "|         " + " ".join(f"{ms:5.0f}" for ms in ordered),
            f"| {got.down_per_delivery:13.2f} {got.up_per_message:10.2f}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
