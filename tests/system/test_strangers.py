"""Garbage from strangers, beside a conversation that must not notice."""

from __future__ import annotations

import random
import socket
from pathlib import Path

import pytest

from protocol.datagrams import DatagramType
from protocol.handshake_datagrams import SUITES, Offer, encode_hello
from protocol.limits import DATAGRAM_BYTES_MAX, PROTOCOL_VERSIONS
from tests.system.headless import Headless
from tests.system.processes import ServerProcess
from tests.system.relay import Relay

DATAGRAMS = 100_000
#: Between two looks at the conversation beside the flood.
BURST = 10_000


def mutated(chance: random.Random, recorded: list[bytes]) -> bytes:
    """Something random, cut off, flipped, spliced, or simply repeated."""
    genuine = chance.choice(recorded)
    match chance.randrange(6):
        case 0:
            return chance.randbytes(chance.randrange(DATAGRAM_BYTES_MAX + 1))
        case 1:
            return bytes((chance.randrange(9),)) + chance.randbytes(chance.randrange(80))
        case 2:
            return genuine[: chance.randrange(len(genuine))]
        case 3:
            flipped = bytearray(genuine)
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
            return bytes(flipped)
        case 4:
            other = chance.choice(recorded)
            return genuine[: len(genuine) // 2] + other[len(other) // 2 :]
        case _:
            return genuine


@pytest.fixture
def stranger() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(10)
    return sock


def test_a_flood_of_garbage_changes_nothing(tmp_path: Path, stranger: socket.socket) -> None:
    chance = random.Random(3)
    with (
        ServerProcess(tmp_path / "server", "--no-rate-limits") as server,
        Relay(("127.0.0.1", server.port), record=True) as relay,
        Headless(tmp_path / "anna", "{}:{}".format(*relay.address), "anna") as anna,
        Headless(tmp_path / "ben", server.address, "ben") as ben,
        stranger,
    ):
        anna.join()
        ben.join()
        for number in range(50):
            anna.say(f"before {number}")
        ben.until(lambda: len(ben.texts()) == 50)
        recorded = list(relay.recorded)
        hello = encode_hello(chance.randbytes(32), Offer(PROTOCOL_VERSIONS, SUITES))
        assert len(recorded) > 20
        memory: list[int] = []
        sent = received = 0
        for burst in range(DATAGRAMS // BURST):
            for _ in range(BURST // 50):
                datagrams = [mutated(chance, recorded) for _ in range(50)]
                sent += sum(map(len, datagrams)) + len(hello)
                received += say(stranger, [*datagrams, hello], ("127.0.0.1", server.port))
            ben.say(f"beside {burst}")
            anna.until(lambda b=burst: f"beside {b}" in anna.texts(), 20)  # type: ignore[misc]
            memory.append(server.resident_kib())
        assert received <= sent, "an unproven address never gets more than it sent"
        assert memory[-1] - memory[0] < 8 * 1024, f"memory grows: {memory} KiB"
        # The same sessions, the same room, and nothing in it that nobody said.
        for person in (anna, ben):
            person.until(lambda p=person: len(p.texts()) == 60)  # type: ignore[misc]
            assert person.doubled == 0
        assert anna.entries()[-60:] == ben.entries()[-60:]
        assert {entry.author for entry in ben.entries()} == {1, 2}
        assert server.stop() == 0


def say(stranger: socket.socket, datagrams: list[bytes], to: tuple[str, int]) -> int:
    """Send all of them and wait for the answer to the last, a HELLO: then the server has looked
    at every one, and none was dropped by the system. Returns the bytes that came back."""
    for datagram in datagrams:
        stranger.sendto(datagram, to)
    size = 0
    while True:
        answer = stranger.recv(2048)
        size += len(answer)
        if answer[0] == DatagramType.RETRY and answer[3:11] == datagrams[-1][1:9]:
            return size
