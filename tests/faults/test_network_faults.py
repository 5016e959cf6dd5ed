"""R5 to R9 and R13: links that lose, part, move, squeeze and reorder."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.models.events import SignedIn
from tests.faults.ledger import Crowd, Ledger
from tests.faults.namespaces import Linked, Routed, going_into, inside, living_in
from tests.system.headless import Headless
from tests.system.processes import ServerProcess

MESSAGES = 300
PARTITION_S = 20
REBINDINGS = 10


def serve(place: Routed | Linked, tmp_path: Path, cleanup: ExitStack) -> ServerProcess:
    """A server in its namespace."""
    return cleanup.enter_context(
        ServerProcess(
            tmp_path / "server",
            "--no-rate-limits",
            "--no-announce",
            host=place.SERVER,
            before=going_into(place.server),
        )
    )


def client(
    name: str, server: ServerProcess, namespace: str, tmp_path: Path, cleanup: ExitStack
) -> Headless:
    """Somebody whose socket is in the namespace."""
    return cleanup.enter_context(
        Headless(tmp_path / name, server.address, name, system=living_in(namespace))
    )


def crowd_of(
    place: Routed | Linked, server: ServerProcess, tmp_path: Path, cleanup: ExitStack
) -> Crowd:
    """Anna behind the bad link, Ben beside the server."""
    crowd = Crowd(
        client("anna", server, place.clients, tmp_path, cleanup),
        client("ben", server, place.server, tmp_path, cleanup),
    )
    crowd.join()
    return crowd


def test_r05_lossy_link(ledger: Ledger, tmp_path: Path, cleanup: ExitStack) -> None:
    link = Linked(ledger, cleanup, loss=0.2, duplication=0.1, corruption=0.05)
    server = serve(link, tmp_path, cleanup)
    crowd = crowd_of(link, server, tmp_path, cleanup)
    # A lost answer may have made her sign in twice; from now on it stays one session.
    sessions = len(crowd.people[0].happened(SignedIn))
    crowd.chatter(10, MESSAGES / 10)
    crowd.settle(30)
    counts = link.counts()
    for fault in ("lost", "doubled", "spoilt"):
        ledger.faults[fault] = counts[fault]
        assert counts[fault] > 10
    crowd.judge(ledger, server)
    assert len(crowd.people[0].happened(SignedIn)) == sessions, "one session survives it"


def test_r06_partition(ledger: Ledger, tmp_path: Path, cleanup: ExitStack) -> None:
    place = Routed(ledger, cleanup)
    server = serve(place, tmp_path, cleanup)
    crowd = crowd_of(place, server, tmp_path, cleanup)
    chain = "chain f {{ type filter hook forward priority 0; {} }};"
    cuts = {
        "both ways": "counter drop;",
        "only up": f'iifname "{place.to_clients}" counter drop;',
    }
    for name, rule in cuts.items():
        place.rules(chain.format(rule))
        crowd.chatter(PARTITION_S, 10)
        dropped = place.counted()
        assert dropped > 5, f"the partition {name} dropped {dropped}"
        ledger.faults[f"partition {name}"] += 1
        ledger.faults["dropped"] += dropped
        place.rules(chain.format(""))
        crowd.settle(30)
    crowd.judge(ledger, server)


def test_r07_nat_rebinding(ledger: Ledger, tmp_path: Path, cleanup: ExitStack) -> None:
    place = Routed(ledger, cleanup)
    place.rules(
        "chain n { type nat hook postrouting priority 100;"
        f' oifname "{place.to_server}" meta l4proto udp'
        " counter masquerade to :20000-20999 random; };"
    )
    place.net.run(place.router, "conntrack", "-L")
    server = serve(place, tmp_path, cleanup)
    crowd = crowd_of(place, server, tmp_path, cleanup)
    ports = [public_port(place)]
    for _ in range(REBINDINGS):
        place.net.run(place.router, "conntrack", "-F")
        crowd.chatter(1.5, 40)
        ports.append(public_port(place))
    crowd.settle(30)
    ledger.faults["new port"] = sum(a != b for a, b in itertools.pairwise(ports))
    assert ledger.faults["new port"] >= REBINDINGS - 1
    for person in crowd.people:
        assert len(person.happened(SignedIn)) == 1, "it is the same session still"
    crowd.judge(ledger, server)


def public_port(place: Routed) -> int:
    """Where the server sees Anna."""
    listed = place.net.run(place.router, "conntrack", "-L", "-p", "udp", "--src-nat")
    fields = [word for word in listed.split() if word.startswith("dport=2")]
    assert fields, listed
    return int(fields[-1].removeprefix("dport="))


def test_r08_narrow_link_with_a_tcp_flow(
    ledger: Ledger, tmp_path: Path, cleanup: ExitStack
) -> None:
    place = Routed(ledger, cleanup)
    place.net.run(
        place.router, "tc", "qdisc", "add", "dev", place.to_clients, "root",
        "tbf", "rate", "200kbit", "burst", "5000", "limit", "15000",
    )  # fmt: skip
    server = serve(place, tmp_path, cleanup)
    crowd = crowd_of(place, server, tmp_path, cleanup)
    anna, ben = crowd.people
    flow = TcpFlow(place)
    cleanup.callback(flow.stop)
    crowd.say(400, by=ben, width=900)  # 360 kB, some 15 s of the whole link
    began, before = time.monotonic(), anna_bytes(anna)
    flow.start()
    time.sleep(15)
    ours, tcp = anna_bytes(anna) - before, flow.received
    flow.stop()
    took_s = time.monotonic() - began
    crowd.settle(120)  # both get all of it through the link: some 40 s
    statistics = place.net.run(place.router, "tc", "-s", "qdisc", "show", "dev", place.to_clients)
    dropped = int(statistics.split("dropped ")[1].split(",")[0])
    ledger.faults["dropped by the narrow link"] = dropped
    ledger.notes.append(
        f"beside each other for {took_s:.0f} s: TCP {tcp // 1000} kB, Hubbub {ours // 1000} kB"
    )
    crowd.judge(ledger, server)
    assert dropped > 0, "the link was never full"
    assert tcp > ours / 10 > 0, "TCP is not starved"
    assert ours > tcp / 10, "nor are we"


def anna_bytes(anna: Headless) -> int:
    """Text that somebody holds."""
    return sum(len(entry.text) for entry in list(anna.rooms.get(1, {}).values()))


class TcpFlow:
    """As many bytes as TCP gets through, from the server's side to the clients'."""

    def __init__(self, place: Routed) -> None:
        self.received = 0
        self._stop = threading.Event()
        self._listener = inside(place.clients, lambda: socket.create_server(("10.91.1.2", 7000)))
        self._sender = inside(
            place.server, lambda: socket.create_connection(("10.91.1.2", 7000), 10)
        )
        self._receiver, _ = self._listener.accept()
        self._receiver.settimeout(0.2)
        self._sender.settimeout(0.2)
        self._threads = [threading.Thread(target=run) for run in (self._send, self._receive)]

    def start(self) -> None:
        """From now on."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Until now; again does nothing."""
        self._stop.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        for sock in (self._listener, self._sender, self._receiver):
            sock.close()

    def _send(self) -> None:
        while not self._stop.is_set():
            try:
                self._sender.send(bytes(4096))
            except TimeoutError:
                continue

    def _receive(self) -> None:
        while not self._stop.is_set():
            try:
                self.received += len(self._receiver.recv(65536))
            except TimeoutError:
                continue


def test_r09_delay_and_reordering(ledger: Ledger, tmp_path: Path, cleanup: ExitStack) -> None:
    link = Linked(ledger, cleanup, delay_ms=100, jitter_ms=80)
    server = serve(link, tmp_path, cleanup)
    crowd = crowd_of(link, server, tmp_path, cleanup)
    before = link.counts()
    crowd.chatter(10, MESSAGES / 10)
    crowd.settle(30)
    after = link.counts()
    ledger.faults["reordered"] = after["reordered"] - before["reordered"]
    carried = after["carried"] - before["carried"]
    ledger.notes.append(f"{carried} packets carried")
    assert ledger.faults["reordered"] > 50
    assert carried < 10 * MESSAGES, "no storm of repairs for what is only late"
    crowd.judge(ledger, server)


@pytest.mark.parametrize(("mtu", "hole"), [(1280, False), (1000, False), (1000, True)])
def test_r13_small_mtu(
    ledger: Ledger, tmp_path: Path, cleanup: ExitStack, mtu: int, hole: bool
) -> None:
    """Between router and clients; in a black hole nobody is told what was too large."""
    place = Routed(ledger, cleanup)
    for space, cable in ((place.router, place.to_clients), (place.clients, place.clients_end)):
        place.net.run(space, "ip", "link", "set", cable, "mtu", mtu)
    if hole:
        place.rules(
            "chain o { type filter hook output priority 0; meta l4proto icmp counter drop; };"
        )
    server = serve(place, tmp_path, cleanup)
    crowd = crowd_of(place, server, tmp_path, cleanup)
    crowd.say(100, width=990)
    crowd.say(100)
    crowd.settle(30)
    ledger.faults[f"MTU {mtu}{' without ICMP' if hole else ''}"] += 1
    if hole:
        ledger.faults["ICMP dropped"] = place.counted()
        assert ledger.faults["ICMP dropped"] > 0
    assert is_too_large(place, server.port, mtu), "a large datagram with DF did pass"
    crowd.judge(ledger, server)


def is_too_large(place: Routed, port: int, mtu: int) -> bool:
    """Whether the path refuses a datagram of one byte more than ``mtu``, with DF set."""
    probe = inside(place.clients, lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    with probe:
        probe.setsockopt(socket.IPPROTO_IP, 10, 2)  # IP_MTU_DISCOVER, DO
        probe.connect((place.SERVER, port))
        for _ in range(20):
            try:
                probe.send(bytes(mtu - 28 + 1))
            except OSError:
                return True
            time.sleep(0.1)
    return False
