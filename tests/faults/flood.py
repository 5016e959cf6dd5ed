"""Garbage at a steady rate, as a process of its own: ``python -m tests.faults.flood HOST PORT``."""

from __future__ import annotations

import random
import socket
import sys
import time

SEED = 12


def main() -> None:
    """Send ``RATE`` datagrams a second for ``SECONDS``; print how many went out."""
    host, port, rate, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    chance = random.Random(SEED)
    # Every type there is and is not, every length.
    garbage = [
        bytes((chance.randrange(9),)) + chance.randbytes(chance.randrange(1200)) for _ in range(500)
    ]
    sent = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.connect((host, port))
        began = time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            while sent < passed * rate:
                udp.send(garbage[sent % len(garbage)])
                sent += 1
            time.sleep(0.001)
    print(sent, flush=True)


if __name__ == "__main__":
    main()
