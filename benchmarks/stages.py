"""What each stage of the server's way costs, measured in this process with warm caches.

Prints CPU time in microseconds: a post from its datagram to the log and the disk, and one more
member from his keys to the network. The figures add up to less than a server needs that sleeps
between posts: then every stage begins with cold caches.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from protocol.channel import Channel
from protocol.frame_codec import encode_frame
from protocol.frames import EntryFlag, EntryKind, Post
from protocol.session import Session
from server.audience import Audience
from server.batch_socket import make_socket
from server.client_session import ClientSession
from server.delivery import Delivery
from server.outbox import Outbox
from server.push_packing import pack
from server.room_log import LogEntry, NewEntry, PostResult
from server.sqlite_log import SqliteLog

_TEXT: Final = "x" * 100
_ROUNDS: Final = 40
_POSTS: Final = 2000


def _no_timer(client: ClientSession, when: float, now: float) -> None:
    """Nobody is looked after here."""


def _us(work: Callable[[], object], times: int) -> float:
    """CPU microseconds of one call, the kernel's share included."""
    began = time.process_time_ns()
    for _ in range(times):
        work()
    return (time.process_time_ns() - began) / times / 1000


def _channels() -> tuple[Channel, Channel]:
    up, down = os.urandom(32), os.urandom(32)
    client = Channel(send_key=up, receive_key=down, local_index=1, remote_index=2)
    server = Channel(send_key=down, receive_key=up, local_index=2, remote_index=1)
    return client, server


def measure_post() -> dict[str, float]:
    """A post: opened and decoded, packed for the room."""
    figures = {}
    near, far = _channels()
    session = Session(far, ("127.0.0.1", 1), 0.0, os.urandom)
    frames = [
        near.seal(b"\x91" + encode_frame(Post(seq, 2**50 + seq, 1, EntryKind.MESSAGE, _TEXT)))
        for seq in range(1, _POSTS + 1)
    ]
    waiting = iter(frames)
    figures["open and decode a post"] = _us(
        lambda: session.receive(next(waiting), ("127.0.0.1", 1), 0.0), _POSTS
    )
    entry = LogEntry(7, EntryKind.MESSAGE, 3, 4, 5, 10**12, _TEXT, EntryFlag.VISIBLE, 7, b"c" * 8)
    figures["pack a push of 1 entry"] = _us(lambda: pack(1, [entry]), _POSTS)
    figures["pack a push of 10 entries, each"] = _us(lambda: pack(1, [entry] * 10), _POSTS) / 10
    return figures


def measure_log(path: Path) -> dict[str, float]:
    """A post in the log: inserted, and made durable alone or with others."""
    log = SqliteLog.open(path, random_bytes=os.urandom, wake=lambda: None, threaded=False)
    device = log.add_device(os.urandom(32), "anna", "anna").device
    room = log.create_room("general", "general", 0).room
    posts = iter(range(1, 10**6))

    def insert() -> None:
        seq = next(posts)
        entry = NewEntry(EntryKind.MESSAGE, 1, device, seq, 10**12, _TEXT, int(EntryFlag.VISIBLE))
        (appended,) = log.append(room, [entry])
        log.record_post(device, seq, PostResult(seq, room, appended.number, 0))

    def commit() -> None:
        log.commit(lambda error: None)
        log.poll()

    def alone() -> None:
        insert()
        commit()

    def insert_many() -> None:
        for _ in range(_POSTS):
            insert()
        log.post_result(device, 1)  # before anything is read, what was gathered is inserted

    insert()
    commit()
    figures = {"insert a post (SQLite, chain)": _us(insert_many, 1) / _POSTS}
    commit()
    figures["insert and commit one post alone"] = _us(alone, 300)
    log.close()
    return figures


def measure_members(count: int) -> dict[str, float]:
    """One more member of a room: his part of a push, his seal in it, his datagram."""
    sinks = []
    audience = Audience()
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            stack.callback(sink.close)
            sink.bind(("127.0.0.1", 0))
            sink.setblocking(False)
            sinks.append(sink)
            _, channel = _channels()
            session = Session(channel, sink.getsockname(), 0.0, os.urandom)
            client = ClientSession(session, b"k" * 32, "127.0.0.1", 0.0)
            client.heads_at = 1.0
            session.flow.awaited = True
            audience.add(client)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        out = make_socket(udp)
        stack.callback(out.close)
        outbox = Outbox(_no_timer)
        delivery = Delivery(None, outbox, None, _no_timer)  # type: ignore[arg-type]
        push_ns = send_ns = 0
        frame = os.urandom(130)
        for _ in range(_ROUNDS):
            for client in audience:
                client.session.flow.reported_bytes = client.session.flow.counted_bytes
            began = time.process_time_ns()
            delivery.push(audience, [frame], 0.0)
            datagrams = outbox.take(0.0)
            sealed = time.process_time_ns()
            out.send(datagrams)
            push_ns, send_ns = push_ns + sealed - began, send_ns + time.process_time_ns() - sealed
            for sink in sinks:
                with contextlib.suppress(BlockingIOError):
                    sink.recv(2048)
    push, send = (ns / _ROUNDS / count / 1000 for ns in (push_ns, send_ns))
    return {
        f"push, seal included ({count} members)": push,
        f"fill and sendmmsg, kernel included ({count} members)": send,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, help="also append the figures, a JSON line, here")
    options = parser.parse_args()
    figures = measure_post()
    with tempfile.TemporaryDirectory() as folder:
        figures |= measure_log(Path(folder) / "log.sqlite3")
    near, _ = _channels()
    frame = os.urandom(130)
    figures["seal one datagram"] = _us(lambda: near.seal(frame), 20_000)
    for count in (10, 100, 1000):
        figures |= measure_members(count)
    for stage, us in figures.items():
        print(f"{stage:58} {us:8.2f} us")
    if options.out:
        with options.out.open("a") as out:
            out.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
