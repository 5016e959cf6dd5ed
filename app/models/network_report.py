"""What a test of the network found, step by step: plain values."""

from __future__ import annotations

from enum import Enum
from typing import Final

from app.structs import Struct


class NetworkStep(Enum):
    """The steps in their order; each needs those before it, but for multicast, which is only
    needed for finding servers."""

    OWN_ADDRESS = "own address"
    MULTICAST = "multicast"
    REPLY = "reply"
    HANDSHAKE = "handshake"
    ROUND_TRIP = "round trip"
    LOSS = "loss"


class StepState(Enum):
    """How far a step has come."""

    WAITING = "waiting"
    RUNNING = "running"
    GOOD = "good"
    FAILED = "failed"
    #: A step before it failed, or there was no server to ask.
    SKIPPED = "skipped"


class StepResult(Struct, frozen=True):
    """One step; ``detail`` is what was found, in a few words for people."""

    step: NetworkStep
    state: StepState = StepState.WAITING
    detail: str = ""


class NetworkReport(Struct, frozen=True):
    """All steps as they now are; ``server`` is ``HOST:PORT``, empty when none was asked."""

    server: str
    steps: tuple[StepResult, ...]
    is_done: bool = False

    @property
    def failed(self) -> NetworkStep | None:
        """The first step that failed."""
        failed = (result.step for result in self.steps if result.state is StepState.FAILED)
        return next(failed, None)


ALL_WAITING: Final = tuple(StepResult(step) for step in NetworkStep)
