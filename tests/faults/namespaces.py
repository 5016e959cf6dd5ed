"""Networks of our own: namespaces with cables or a TUN link between them, and who lives there."""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Final, TypeVar

from app.models.network_thread import System
from tests.faults.ledger import Ledger
from tests.system.processes import ROOT, end, read_line

_CLONE_NEWNET: Final = 0x40000000
#: Where each namespace's name ends up.
_NAMED: Final = "/var/run/netns"

T = TypeVar("T")


def inside(namespace: str, make: Callable[[], T]) -> T:
    """Call ``make`` with this thread in the namespace: its sockets stay there for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"{_NAMED}/{namespace}", os.O_RDONLY)
    try:
        _enter(libc, there)
        try:
            return make()
        finally:
            _enter(libc, home)
    finally:
        os.close(home)
        os.close(there)


def _enter(libc: ctypes.CDLL, descriptor: int) -> None:
    if libc.setns(descriptor, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


class Net:
    """Namespaces with names that nobody else has; all gone with ``cleanup``."""

    def __init__(self, ledger: Ledger, cleanup: ExitStack) -> None:
        self._ledger = ledger
        self._cleanup = cleanup
        self._token = f"hubbub-{secrets.token_hex(3)}"

    def add(self, letter: str) -> str:
        """A new namespace; its name."""
        name = f"{self._token}-{letter}"
        self._ledger.attempt("ip", "netns", "add", name)
        self._cleanup.callback(lambda: subprocess.run(["ip", "netns", "del", name], check=True))
        self.run(name, "ip", "link", "set", "lo", "up")
        return name

    def run(self, namespace: str, *command: object) -> str:
        """Run a command there; what it said. Skips the scenario if it fails."""
        return self._ledger.attempt("ip", "netns", "exec", namespace, *command)

    def cable(self, one: str, one_address: str, other: str, other_address: str) -> tuple[str, str]:
        """Connect two namespaces; the names of the two ends."""
        ends = tuple(f"hb{secrets.token_hex(3)}{side}" for side in "ab")
        self._ledger.attempt(
            "ip", "-n", one, "link", "add", ends[0], "type", "veth",
            "peer", "name", ends[1], "netns", other,
        )  # fmt: skip
        for space, name, address in zip(
            (one, other), ends, (one_address, other_address), strict=True
        ):
            self.run(space, "ip", "addr", "add", f"{address}/24", "dev", name)
            self.run(space, "ip", "link", "set", name, "up")
        return ends[0], ends[1]


class Routed:
    """Clients, a router, a server: 10.91.1.2 - 10.91.1.1 | 10.91.2.1 - 10.91.2.2."""

    SERVER: Final = "10.91.2.2"

    def __init__(self, ledger: Ledger, cleanup: ExitStack) -> None:
        self.net = Net(ledger, cleanup)
        self.clients, self.router, self.server = (self.net.add(letter) for letter in "crs")
        self.clients_end, self.to_clients = self.net.cable(
            self.clients, "10.91.1.2", self.router, "10.91.1.1"
        )
        _, self.to_server = self.net.cable(self.server, self.SERVER, self.router, "10.91.2.1")
        self.net.run(self.clients, "ip", "route", "add", "default", "via", "10.91.1.1")
        self.net.run(self.server, "ip", "route", "add", "default", "via", "10.91.2.1")
        self.net.run(self.router, "sysctl", "-qw", "net.ipv4.ip_forward=1")

    def rules(self, text: str) -> None:
        """Replace the router's rules by the chain ``text`` of a table of its own."""
        self.net.run(self.router, "nft", "add", "table", "ip", "hubbub")
        self.net.run(self.router, "nft", "flush", "table", "ip", "hubbub")
        self.net.run(self.router, "nft", f"table ip hubbub {{ {text} }}")

    def counted(self) -> int:
        """Packets that the counters of the rules have seen."""
        listed = json.loads(self.net.run(self.router, "nft", "-j", "list", "table", "ip", "hubbub"))
        rules = [item["rule"] for item in listed["nftables"] if "rule" in item]
        return sum(
            part["counter"]["packets"]
            for rule in rules
            for part in rule["expr"]
            if "counter" in part
        )


class Linked:
    """Clients and a server at the ends of a TUN link: 10.92.0.2 - 10.92.0.1."""

    SERVER: Final = "10.92.0.1"

    def __init__(self, ledger: Ledger, cleanup: ExitStack, **faults: float) -> None:
        net = Net(ledger, cleanup)
        self.server, self.clients = net.add("s"), net.add("c")
        words = [f"--{name.replace('_', '-')}={value}" for name, value in faults.items()]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.tun_link", self.server, self.clients, *words],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        cleanup.callback(lambda: end(self._process))
        line = read_line(self._process)
        if line != "ready\n":
            ledger.skip("TUN", line.strip() or "no link")
        for space, address in ((self.server, self.SERVER), (self.clients, "10.92.0.2")):
            net.run(space, "ip", "addr", "add", f"{address}/24", "dev", "link0")
            net.run(space, "ip", "link", "set", "link0", "up")

    def counts(self) -> dict[str, int]:
        """What the link has done so far."""
        assert self._process.stdin is not None
        self._process.stdin.write("counts\n")
        counts: dict[str, int] = json.loads(read_line(self._process))
        return counts


def living_in(namespace: str) -> System:
    """For clients whose sockets are in the namespace."""
    return System(
        socket_factory=lambda family: inside(
            namespace, lambda: socket.socket(family, socket.SOCK_DGRAM)
        )
    )


def going_into(namespace: str) -> tuple[str, ...]:
    """What stands before the command of a process that lives there."""
    return ("ip", "netns", "exec", namespace)
