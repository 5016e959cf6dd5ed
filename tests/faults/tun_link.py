"""A link between two network namespaces that loses, doubles, spoils and reorders, from a seed.

It carries whole IP packets between a TUN device in each namespace. A spoilt packet keeps its
header and gets UDP checksum 0, "not checked", so that it reaches the program, as one does whose
checksum happens to be right. Says ``ready``, and its counts for each line ``counts``.
"""

from __future__ import annotations

import argparse
import fcntl
import heapq
import json
import os
import random
import select
import struct
import sys
import time
from itertools import count
from typing import Final

from tests.faults.namespaces import inside

_TUNSETIFF: Final = 0x400454CA
_IFF_TUN_NO_PI: Final = 0x1001
_QUEUE_MAX: Final = 2000
_IP_HEADER: Final = 20
_UDP: Final = 17


def open_tun() -> int:
    """A TUN device of the namespace that this thread is in."""
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH22x", b"link0", _IFF_TUN_NO_PI))
    return tun


class Link:
    """Two ends; what comes in at one goes out at the other, or does not."""

    def __init__(self, ends: tuple[int, int], options: argparse.Namespace) -> None:
        self._other = {ends[0]: ends[1], ends[1]: ends[0]}
        self._options = options
        self._chance = random.Random(options.seed)
        self._held: list[tuple[float, int, int, bytes]] = []
        self._order = count()
        self._newest: dict[int, int] = {}
        self.counts = dict.fromkeys(("carried", "lost", "doubled", "spoilt", "reordered"), 0)

    def run(self) -> None:
        """Until standard input ends."""
        while True:
            due = self._held[0][0] - time.monotonic() if self._held else 1.0
            for readable in select.select([0, *self._other], [], [], max(0.0, due))[0]:
                if readable == 0:
                    if not sys.stdin.readline():
                        return
                    print(json.dumps(self.counts), flush=True)
                else:
                    self._read(readable)
            self._deliver(time.monotonic())

    def _read(self, tun: int) -> None:
        for _ in range(64):
            try:
                packet = os.read(tun, 65536)
            except BlockingIOError:
                return
            self.counts["carried"] += 1
            copies = 1
            if self._chance.random() < self._options.duplication:
                self.counts["doubled"] += 1
                copies = 2
            for _ in range(copies):
                self._hold(self._other[tun], packet)

    def _hold(self, out: int, packet: bytes) -> None:
        options, chance = self._options, self._chance
        if chance.random() < options.loss or len(self._held) >= _QUEUE_MAX:
            self.counts["lost"] += 1
            return
        if chance.random() < options.corruption and packet[9] == _UDP:
            packet = self._spoilt(packet)
        delay_ms = options.delay_ms + chance.uniform(-1, 1) * options.jitter_ms
        when = time.monotonic() + delay_ms / 1000
        heapq.heappush(self._held, (when, next(self._order), out, packet))

    def _spoilt(self, packet: bytes) -> bytes:
        self.counts["spoilt"] += 1
        changed = bytearray(packet)
        place = self._chance.randrange(_IP_HEADER + 8, len(changed))
        changed[place] ^= 1 << self._chance.randrange(8)
        changed[_IP_HEADER + 6 : _IP_HEADER + 8] = b"\0\0"
        return bytes(changed)

    def _deliver(self, now: float) -> None:
        while self._held and self._held[0][0] <= now:
            _, number, out, packet = heapq.heappop(self._held)
            self.counts["reordered"] += number < self._newest.get(out, -1)
            self._newest[out] = max(number, self._newest.get(out, -1))
            try:
                os.write(out, packet)
            except OSError:  # the other end is not up yet
                self.counts["lost"] += 1


def main() -> int:
    """Make the devices, then carry."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("namespaces", nargs=2)
    for name in ("loss", "duplication", "corruption", "delay-ms", "jitter-ms"):
        parser.add_argument(f"--{name}", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    try:
        one, other = (inside(name, open_tun) for name in options.namespaces)
    except OSError as error:
        print(error, flush=True)
        return 1
    print("ready", flush=True)
    Link((one, other), options).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
