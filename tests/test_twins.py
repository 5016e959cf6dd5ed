"""What was compiled, and what runs where nothing was: the same, seed by seed and test by test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from protocol import sealing
from tests.simulation.scenario import draw
from tests.simulation.simulation import simulate

ROOT = Path(__file__).parents[1]
#: Short ones; with losses, changes of address and of keys, restarts.
SEEDS = (1004, 1005, 1010)
#: What stands directly on the twins.
TESTS = (
    "tests/protocol/test_channel.py", "tests/protocol/test_flow.py",
    "tests/protocol/test_session.py", "tests/protocol/test_session_migration.py",
    "tests/protocol/test_session_rekey.py", "tests/server/test_delivery.py",
    "tests/server/test_datagram_socket.py",
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    not sealing.IS_NATIVE, reason="nothing was compiled, so all tests run without it anyway"
)

DIGESTS = """
import sys
import tests.without_native
from protocol import sealing
from tests.simulation.scenario import draw
from tests.simulation.simulation import simulate

assert not sealing.IS_NATIVE
print(*(simulate(draw(int(seed))).digest for seed in sys.argv[1:]))
"""


def test_simulations_leave_the_same_trace_without_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS, *map(str, SEEDS)],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [simulate(draw(seed)).digest for seed in SEEDS]


def test_tests_pass_without_it() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.without_native", *TESTS]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider"],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
        env={**os.environ},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
