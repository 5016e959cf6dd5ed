"""What all tests share: a logged error fails the test, and one virtual display serves the run."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tools.virtual_display import VirtualDisplayError, virtual_display

# Two shared cores say nothing about a single example's time. Continuous integration looks at the
# same examples each time; a developer's runs look for new ones.
settings.register_profile("developer", deadline=None, print_blob=True)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "developer")


class ErrorRecords(logging.Handler):
    """Keeps what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Called by logging, in whichever thread the record came from."""
        self.lines.append(self.format(record))


@pytest.fixture(autouse=True)
def no_logged_error(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which an error was logged; one that expects it asks for caplog."""
    handler = ErrorRecords()
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
    if handler.lines and "caplog" not in request.fixturenames:
        pytest.fail("an error was logged:\n" + "\n".join(handler.lines), pytrace=False)


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """Name of the run's display: a virtual one, always of the same size and resolution.

    Empty on Windows and macOS, whose own screen is used. Without Xvfb the test is skipped on a
    developer's machine and fails in continuous integration.
    """
    if sys.platform in ("win32", "darwin"):
        yield ""
        return
    try:
        with virtual_display() as name:
            yield name
    except VirtualDisplayError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
