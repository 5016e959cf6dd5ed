"""The test of the network in words, and when it begins and ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.controllers.network_test_controller import network_test_row
from app.models.events import NetworkTested
from app.models.network_report import ALL_WAITING, NetworkReport, NetworkStep, StepState
from app.structs import replace
from app.views.server_rows import StepMark
from tests.app.controllers.window_world import SERVER, Program, WindowWorld


def report(failed: NetworkStep | None = None, server: str = "host:1") -> NetworkReport:
    """A test that is done; what comes behind a failed step was not tried."""
    steps, state = [], StepState.GOOD
    for result in ALL_WAITING:
        if result.step is failed:
            steps.append(replace(result, state=StepState.FAILED, detail="why"))
            state = StepState.SKIPPED
        else:
            steps.append(replace(result, state=state))
    return NetworkReport(server, tuple(steps), is_done=True)


class TestWords:
    @pytest.mark.parametrize("step", list(NetworkStep))
    def test_each_failure_says_what_to_do(self, step: NetworkStep) -> None:
        row = network_test_row(report(step))

        marks = [each.mark for each in row.steps]
        assert marks.index(StepMark.FAILED) == list(NetworkStep).index(step)
        assert row.summary.endswith(".") and row.summary != "Everything works."
        assert not row.is_running

    def test_all_good(self) -> None:
        assert network_test_row(report()).summary == "Everything works."

    def test_running(self) -> None:
        row = network_test_row(NetworkReport("host:1", ALL_WAITING))

        assert row.is_running and row.summary.endswith("…")
        assert [step.name for step in row.steps] == [
            "Own address", "Multicast", "Reply", "Handshake", "Round trip", "Loss",
        ]  # fmt: skip

    def test_without_a_server_it_says_what_is_missing(self) -> None:
        steps = tuple(
            replace(result, state=StepState.GOOD if number < 2 else StepState.SKIPPED)
            for number, result in enumerate(ALL_WAITING)
        )
        row = network_test_row(NetworkReport("", steps, is_done=True))

        assert "Type the address" in row.summary

    def test_stopped_is_not_good(self) -> None:
        done = report()
        cut = (*done.steps[:-1], replace(done.steps[-1], state=StepState.SKIPPED))
        assert network_test_row(replace(done, steps=cut)).summary == "The test was stopped."


class TestBegin:
    def test_of_a_typed_address(self, world: WindowWorld, tmp_path: Path) -> None:
        anna = world.start_program(tmp_path / "anna", server="", name="")

        anna.calls.on_test_network("host:1")
        assert anna.tested == ["host:1"] and anna.last("show_network_test").is_running

        anna.model.apply(NetworkTested(report(NetworkStep.REPLY)))
        assert anna.last("show_network_test").steps[2].detail == "why"
        anna.calls.on_test_again()
        anna.calls.on_stop_test()
        assert anna.tested == ["host:1", "host:1", "stop"]

    def test_of_the_active_server_compares_its_key(self, world: WindowWorld, anna: Program) -> None:
        anna.calls.on_test_network(None)

        assert anna.tested == [f"hubbub://{SERVER}#{world.server.fingerprint}"]

    def test_nonsense_is_said(self, world: WindowWorld, tmp_path: Path) -> None:
        anna = world.start_program(tmp_path / "anna", server="", name="")

        anna.calls.on_test_network("http://x")

        row = anna.last("show_network_test")
        assert not row.is_running and row.summary == "A link to a server begins with hubbub://."
