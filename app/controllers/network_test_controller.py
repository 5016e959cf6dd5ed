"""The test of the network: begins it, shows its steps in words, and ends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from app.models.chat_model import ChatModel
from app.models.network_report import ALL_WAITING, NetworkReport, NetworkStep, StepState
from app.models.signals import NetworkTestChanged
from app.translation import N_, _
from app.views.server_rows import NetworkTestRow, StepMark, StepRow

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

_NAMES: Final = {
    NetworkStep.OWN_ADDRESS: N_("Own address"),
    NetworkStep.MULTICAST: N_("Multicast"),
    NetworkStep.REPLY: N_("Reply"),
    NetworkStep.HANDSHAKE: N_("Handshake"),
    NetworkStep.ROUND_TRIP: N_("Round trip"),
    NetworkStep.LOSS: N_("Loss"),
}
#: What the first step that fails means, and what to do.
_ADVICE: Final = {
    NetworkStep.OWN_ADDRESS: N_("This computer is on no network. Connect it, then test again."),
    NetworkStep.MULTICAST: N_(
        "This network does not tell of its servers. Type the address of the server instead."
    ),
    NetworkStep.REPLY: N_(
        "The server does not answer. Check its address, whether it runs, and whether a firewall"
        " lets UDP through."
    ),
    NetworkStep.HANDSHAKE: N_(
        "Something answers, but it is no server of this version, or not the one you know. Ask"
        " whoever runs it."
    ),
    NetworkStep.ROUND_TRIP: N_(
        "The server is too far away, or the network is too busy, for a conversation."
    ),
    NetworkStep.LOSS: N_(
        "Much is lost on the way. Messages arrive, but late. Wi-Fi is often the reason."
    ),
}
_MARKS: Final = {
    StepState.WAITING: StepMark.WAITING,
    StepState.RUNNING: StepMark.RUNNING,
    StepState.GOOD: StepMark.GOOD,
    StepState.FAILED: StepMark.FAILED,
    StepState.SKIPPED: StepMark.SKIPPED,
}
RUNNING: Final = N_("Testing the way to the server…")
ALL_GOOD: Final = N_("Everything works.")
NO_SERVER: Final = N_("This network works. Type the address of a server to test the way to it.")
STOPPED: Final = N_("The test was stopped.")


class Tester(Protocol):
    """Tests the network; never waits."""

    def test_network(self, server: str) -> None:
        """Test the way to this address or link, "" for the network alone.

        Raises:
            ValueError: it is no address; the text is one line for people.
        """

    def stop_test(self) -> None:
        """End the test that runs."""


class NetworkTestController:
    """One test at a time, of what was asked for last."""

    def __init__(
        self, model: ChatModel, window: MainWindow, tester: Tester, active: Callable[[], str]
    ) -> None:
        """``active`` is the server one is connected to, as a link, "" for none."""
        self._window = window
        self._tester = tester
        self._active = active
        self._server = ""
        model.signals.network_tested.connect(self._on_network_tested)

    def begin(self, server: str | None) -> None:
        """Test the way to a server; None for the one that is active."""
        self._server = self._active() if server is None else server
        self.again()

    def again(self) -> None:
        """The same once more."""
        self._window.show_network_test(network_test_row(NetworkReport("", ALL_WAITING)))
        try:
            self._tester.test_network(self._server)
        except ValueError as error:
            text = str(error).rstrip(".")
            sentence = f"{text[:1].upper()}{text[1:]}."
            self._window.show_network_test(NetworkTestRow(summary=sentence))

    def stop(self) -> None:
        """It is not waited for any more."""
        self._tester.stop_test()

    def _on_network_tested(self, changed: NetworkTestChanged) -> None:
        self._window.show_network_test(network_test_row(changed.report))


def network_test_row(report: NetworkReport) -> NetworkTestRow:
    """The steps in words, and what follows from them."""
    steps = tuple(
        StepRow(_(_NAMES[result.step]), _MARKS[result.state], result.detail)
        for result in report.steps
    )
    return NetworkTestRow(report.server, steps, _summary(report), is_running=not report.is_done)


def _summary(report: NetworkReport) -> str:
    if not report.is_done:
        return _(RUNNING)
    failed = report.failed
    if failed is not None:
        return _(_ADVICE[failed])
    if not report.server:
        return _(NO_SERVER)
    is_complete = all(result.state is StepState.GOOD for result in report.steps)
    return _(ALL_GOOD) if is_complete else _(STOPPED)
