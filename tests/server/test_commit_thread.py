"""The commit thread: one commit at a time, its outcome kept until it is asked for."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator

import pytest

from server.commit_thread import QUICK_S, Committed, CommitThread

TIMEOUT_S = 30.0


class Disk:
    """A commit that takes as long as the test wants and fails as the test wants."""

    def __init__(self) -> None:
        self.started = threading.Semaphore(0)
        self.may_return = threading.Semaphore(0)
        self.woken = threading.Semaphore(0)
        self.error: Exception | None = None
        self.thread_names: list[str] = []

    def commit(self) -> None:
        self.thread_names.append(threading.current_thread().name)
        self.started.release()
        assert self.may_return.acquire(timeout=TIMEOUT_S)
        if self.error is not None:
            raise self.error


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def thread(disk: Disk) -> Iterator[CommitThread]:
    seconds = itertools.count(0.0)  # a slow disk
    thread = CommitThread(disk.commit, disk.woken.release, lambda: next(seconds))
    yield thread
    disk.may_return.release()
    thread.stop()


def wait(semaphore: threading.Semaphore) -> None:
    assert semaphore.acquire(timeout=TIMEOUT_S)


def test_commit_runs_on_its_own_thread_while_the_caller_goes_on(
    disk: Disk, thread: CommitThread
) -> None:
    thread.start()
    wait(disk.started)
    assert thread.finished() is None
    disk.may_return.release()
    wait(disk.woken)
    assert thread.finished() == Committed(error=None)
    assert disk.thread_names == ["commit"]


def test_quick_disk_is_asked_directly_until_it_is_slow_again(disk: Disk) -> None:
    clock = iter([0.0, QUICK_S / 2, 1.0, 1.0 + QUICK_S, 2.0, 3.0])
    thread = CommitThread(disk.commit, disk.woken.release, lambda: next(clock))
    for _ in range(3):
        disk.may_return.release()
    for wakes in (True, False, True):
        thread.start()
        if wakes:
            wait(disk.woken)
        assert thread.finished() == Committed(error=None)
    thread.stop()
    assert disk.thread_names == ["commit", "MainThread", "commit"]


def test_outcome_is_given_once(disk: Disk, thread: CommitThread) -> None:
    assert thread.finished() is None
    thread.start()
    disk.may_return.release()
    wait(disk.woken)
    assert thread.finished() is not None
    assert thread.finished() is None


def test_thread_outlives_a_commit_that_fails(disk: Disk, thread: CommitThread) -> None:
    disk.error = OSError("no disk")
    thread.start()
    disk.may_return.release()
    wait(disk.woken)
    assert thread.finished() == Committed(disk.error)
    disk.error = None
    thread.start()
    disk.may_return.release()
    wait(disk.woken)
    assert thread.finished() == Committed(error=None)


def test_second_commit_is_a_mistake_until_the_first_was_taken(
    disk: Disk, thread: CommitThread
) -> None:
    thread.start()
    with pytest.raises(AssertionError, match="one commit at a time"):
        thread.start()
    disk.may_return.release()
    wait(disk.woken)
    with pytest.raises(AssertionError, match="one commit at a time"):
        thread.start()


@pytest.mark.parametrize("stops", [1, 2])
def test_stop_waits_for_the_commit_in_hand(disk: Disk, stops: int) -> None:
    thread = CommitThread(disk.commit, disk.woken.release)
    thread.start()
    wait(disk.started)
    stopped = threading.Event()
    stopper = threading.Thread(target=_stop_and_tell, args=(thread, stops, stopped.set))
    stopper.start()
    assert not stopped.is_set()
    disk.may_return.release()
    stopper.join(TIMEOUT_S)
    assert stopped.is_set()
    assert thread.finished() == Committed(error=None)
    assert "commit" not in [running.name for running in threading.enumerate()]


def _stop_and_tell(thread: CommitThread, stops: int, tell: Callable[[], None]) -> None:
    for _ in range(stops):
        thread.stop()
    tell()
