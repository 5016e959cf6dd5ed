"""Waking the Tk thread by a descriptor, and by the clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from app.views.event_source import POLL_LONGEST_MS, FileHandlerSource, PollSource
from tests.app.views.conftest import Stage


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    """Closes sources at the end, also of a test that failed."""
    with ExitStack() as stack:
        yield stack


class TestFileHandler:
    def test_a_byte_wakes_once(
        self, stage: Stage, pipe: tuple[int, int], closing: ExitStack
    ) -> None:
        drained: list[bytes] = []

        def drain() -> bool:
            drained.append(os.read(pipe[0], 100))
            return False

        source = stage.window.watch_readable(pipe[0], drain)
        closing.callback(source.close)
        os.write(pipe[1], b"x")
        stage.until(lambda: bool(drained))
        stage.settle()
        assert drained == [b"x"]
        source.close()

    def test_what_is_left_is_drained_by_the_clock(
        self, stage: Stage, pipe: tuple[int, int], closing: ExitStack
    ) -> None:
        left = [3, 2, 1]

        def drain() -> bool:
            if len(left) == 3:
                os.read(pipe[0], 100)
            left.pop()
            return bool(left)

        source = FileHandlerSource(stage.window.root, pipe[0], drain)
        closing.callback(source.close)
        os.write(pipe[1], b"x")
        stage.until(lambda: not left)
        source.close()

    def test_a_failing_drain_does_not_end_it(
        self, stage: Stage, pipe: tuple[int, int], closing: ExitStack
    ) -> None:
        runs = 0

        def drain() -> bool:
            nonlocal runs
            runs += 1
            if runs == 1:
                os.read(pipe[0], 100)
                raise ValueError("bad event")
            return False

        source = FileHandlerSource(stage.window.root, pipe[0], drain)
        closing.callback(source.close)
        os.write(pipe[1], b"x")
        stage.until(lambda: runs >= 2)
        assert [str(error) for error in stage.calls.errors] == ["bad event"]
        stage.calls.errors.clear()
        source.close()

    def test_nothing_wakes_after_close(
        self, stage: Stage, pipe: tuple[int, int], closing: ExitStack
    ) -> None:
        runs: list[int] = []

        def run() -> bool:
            runs.append(1)
            return False

        source = FileHandlerSource(stage.window.root, pipe[0], run)
        closing.callback(source.close)
        source.close()
        source.close()
        os.write(pipe[1], b"x")
        stage.settle()
        assert runs == []


class TestPolling:
    def test_it_slows_down_when_quiet_and_is_quick_after_traffic(
        self, stage: Stage, closing: ExitStack
    ) -> None:
        answers = iter([False] * 6 + [True])
        pauses: list[int] = []

        def drain() -> bool:
            pauses.append(source._pause_ms)  # the one before this look
            return next(answers, False)

        source = PollSource(stage.window.root, drain)
        closing.callback(source.close)
        stage.until(lambda: len(pauses) >= 8)
        source.close()
        assert pauses[0] < pauses[6] == POLL_LONGEST_MS
        assert pauses[7] == pauses[0]

    def test_it_goes_on_after_an_exception(self, stage: Stage, closing: ExitStack) -> None:
        runs: list[int] = []

        def drain() -> bool:
            runs.append(1)
            if len(runs) == 1:
                raise ValueError("bad event")
            return False

        source = PollSource(stage.window.root, drain)
        closing.callback(source.close)
        stage.until(lambda: len(runs) >= 2)
        stage.calls.errors.clear()
        source.close()
        count = len(runs)
        stage.settle()
        assert len(runs) == count
