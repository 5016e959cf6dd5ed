"""Faults that have a moment: partitions, new addresses, crashes, power cuts, full disks, copies."""

from __future__ import annotations

import random

from app.models.commands import PathMayHaveChanged, Stop
from tests.simulation.client_node import ClientNode
from tests.simulation.network import Network
from tests.simulation.scenario import Action
from tests.simulation.schedule import Schedule
from tests.simulation.server_node import ServerNode
from tests.simulation.trace import Trace

#: A crash that waits for its moment longer than this comes anyway.
_MOMENT_WITHIN_S = 5.0
_MOMENTS = {
    "crash before commit": "before commit",
    "crash after commit": "after commit",
    "crash while telling": "while telling",
    "crash handshake": "handshake",
}


class Mishaps:
    """Carries out actions of the groups of faults."""

    def __init__(
        self,
        schedule: Schedule,
        trace: Trace,
        rng: random.Random,
        network: Network,
        server: ServerNode,
        people: list[ClientNode],
    ) -> None:
        self._schedule = schedule
        self._trace = trace
        self._rng = rng
        self._network = network
        self._server = server
        self._people = people
        self._next_address = 0
        self._server_copy: bytes | None = None
        self._copies: dict[str, bytes] = {}
        self._is_healed = False

    def do(self, node: ClientNode, action: Action) -> bool:
        """Do it if it is one of ours."""
        known = (
            self._link_fault(node, action)
            or self._address_fault(node, action)
            or self._server_fault(action)
            or self._client_fault(node, action)
        )
        if known:
            name = f"{node.name} {action.value:.3g}"
            self._trace.fault(self._schedule.now, action.kind, name, say=True)
        return known

    def heal(self) -> None:
        """Whatever is down comes up."""
        for node in self._people:
            for link in (node.port.up, node.port.down):
                link.blocked_until = link.clogged_until = 0.0
            node.port.copied_from = None
            node.wake()
            node.start()
        self._is_healed = True
        self._server.heal()

    # --- links -------------------------------------------------------------------------------
    def _link_fault(self, node: ClientNode, action: Action) -> bool:
        until = self._schedule.now + action.value
        match action.kind:
            case "clog":
                node.port.up.clogged_until = node.port.down.clogged_until = until
            case "cut both":
                node.port.up.blocked_until = node.port.down.blocked_until = until
            case "cut up":
                node.port.up.blocked_until = until
            case "cut down":
                node.port.down.blocked_until = until
            case "cut all":
                for other in self._people:
                    other.port.up.blocked_until = other.port.down.blocked_until = until
            case _:
                return False
        return True

    def _address_fault(self, node: ClientNode, action: Action) -> bool:
        if action.kind in ("rebind", "move", "swap") and node.is_missing_something:
            self._trace.sometimes["migration during repair"] += 1
        match action.kind:
            case "rebind" | "move":
                self._next_address += 1
                host = node.port.address[0] if action.kind == "rebind" else "10.9.9.9"
                self._network.move(node.port, (host, 20_000 + self._next_address))
                if action.kind == "move":
                    node.command(PathMayHaveChanged())
            case "swap":
                other = self._people[(self._people.index(node) + 1) % len(self._people)]
                self._network.swap(node.port, other.port)
            case "copy":
                host = node.port.address[0] if action.value < 0.5 else "66.6.6.6"
                self._next_address += 1
                node.port.copied_from = (host, 40_000 + self._next_address)
                node.port.copied_share = 0.3 + 0.7 * action.value

                def end() -> None:
                    node.port.copied_from = None

                self._schedule.after(1.0 + 7.0 * action.value, end)
            case _:
                return False
        return True

    # --- the server ----------------------------------------------------------------------------
    def _server_fault(self, action: Action) -> bool:
        server, down_s = self._server, action.value
        match action.kind:
            case "crash now" | "power cut":
                self._kill(down_s, power_cut=action.kind == "power cut")
            case (
                "crash before commit"
                | "crash after commit"
                | "crash while telling"
                | ("crash handshake")
            ):
                power_cut = self._rng.random() < 0.5
                crash = _Once(lambda: self._kill(down_s, power_cut=power_cut))
                server.crash_at(_MOMENTS[action.kind], crash)
                self._schedule.after(_MOMENT_WITHIN_S, crash)
            case "pause server":
                if server.alive:
                    server.pause(action.value)
            case "wall clock":
                server.wall_jump_ms += int(action.value * 1000)
            case "disk full":
                if not server.disk.connection.in_transaction:
                    server.disk.limit(self._rng.randint(0, 2))
                self._schedule.after(action.value, lambda: server.disk.limit(None))
            case "copy server folder":
                self._copy_server_folder()
            case "server folder back":
                if self._server_copy is not None:
                    server.crash(power_cut=True)
                    server.disk.load(self._server_copy)
                    server.was_copied_back = True
                    server.start(copied_back=True)
            case _:
                return False
        return True

    def _kill(self, down_s: float, *, power_cut: bool) -> None:
        if self._is_healed:
            return
        self._server.crash(power_cut=power_cut)
        self._trace.note(self._schedule.now, "the server is dead")
        self._schedule.after(down_s, self._server.start)

    def _copy_server_folder(self) -> None:
        if self._server.disk.connection.in_transaction:
            self._schedule.after(0.01, self._copy_server_folder)
        else:
            self._server_copy = self._server.disk.image()

    # --- clients -------------------------------------------------------------------------------
    def _client_fault(self, node: ClientNode, action: Action) -> bool:
        match action.kind:
            case "crash client":
                node.crash()
                self._schedule.after(action.value, node.start)
            case "stop client":
                node.command(Stop())
                node.crash()
                self._schedule.after(action.value, node.start)
            case "pause client":
                if node.alive and not node.paused:
                    node.pause(action.value * 4)
            case "copy folder":
                self._copies[node.name] = node.disk.image()
            case "folder back":
                if node.name in self._copies:
                    node.crash()
                    if self._server.was_copied_back:
                        self._server.truth.on_folder_back(node.name)
                    node.copied_back = True
                    node.disk.load(self._copies[node.name])
                    node.start()
            case _:
                return False
        return True


class _Once:
    """Calls what it was given the first time it is called."""

    def __init__(self, action: object) -> None:
        self._action = action

    def __call__(self) -> None:
        action, self._action = self._action, None
        if callable(action):
            action()
