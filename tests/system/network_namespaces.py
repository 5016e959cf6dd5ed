"""Two computers joined by a cable, made of network namespaces: nothing leaves them.

They have no way to anywhere else, as on a network without the internet: no default route."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

SETUP_TIMEOUT_S = 20


class NoNamespaces(Exception):
    """They cannot be made here; the text says why."""


@dataclass(frozen=True)
class Computer:
    """A network namespace with one cable, and its address at it."""

    namespace: str
    address: str

    def inside(self, *command: str) -> list[str]:
        """The command, to be run on this computer."""
        return ["ip", "netns", "exec", self.namespace, *command]


@contextlib.contextmanager
def two_computers() -> Iterator[tuple[Computer, Computer]]:
    """Raises ``NoNamespaces`` before anything was made that has to be taken away."""
    if shutil.which("ip") is None or not hasattr(os, "geteuid"):
        raise NoNamespaces("there is no program ip")
    if os.geteuid() != 0:
        raise NoNamespaces("only root may make network namespaces")
    word = f"hubbub-{os.getpid()}"
    one, two = Computer(f"{word}-a", "10.99.0.1"), Computer(f"{word}-b", "10.99.0.2")
    made: list[Computer] = []
    try:
        for computer in (one, two):
            try:
                _ip("netns", "add", computer.namespace)
            except subprocess.CalledProcessError as error:
                raise NoNamespaces(error.stderr.decode().strip()) from error
            made.append(computer)
        _ip("-n", one.namespace, "link", "add", "cable", "type", "veth", "peer", "name", "cable",
            "netns", two.namespace)  # fmt: skip
        for computer in (one, two):
            _ip("-n", computer.namespace, "addr", "add", f"{computer.address}/24", "dev", "cable")
            _ip("-n", computer.namespace, "link", "set", "lo", "up")
            _ip("-n", computer.namespace, "link", "set", "cable", "up")
        yield one, two
    finally:
        for computer in made:
            _ip("netns", "del", computer.namespace)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=SETUP_TIMEOUT_S)
