"""nats with JetStream as a peer of ours: a message is synced to a file before a member is told.

    python -m benchmarks.jetstream --nats FILE --host H --port N --folder DIR --cert FILE --key FILE

The suite of peers starts this as a server, by the file of ``write_peer``. What a client says in
room ``r0`` goes, by a mapping, to ``in.r0``, which the stream keeps; once it has, it says it again
in ``r0``, to all who listen there, the author too. He gets no other answer and waits for none: no
way to use it is cheaper. A stream comes by a request only: a first server, which nobody else knows,
is asked for it and ends; the second one finds it on the disk, in this process's place.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

NAME: Final = "nats-jetstream"
_ROOT: Final = Path(__file__).resolve().parent.parent
_PORT: Final = 16737
#: The oldest messages go when there are more bytes; a run stays far below.
_KEPT_BYTES: Final = 2**30
_STREAM: Final = {
    "name": "rooms",
    "subjects": ["in.*"],
    "storage": "file",
    "num_replicas": 1,
    "max_bytes": _KEPT_BYTES,
    "discard": "old",
    "republish": {"src": "in.*", "dest": "{{wildcard(1)}}"},
}
_TIMEOUT_S: Final = 10.0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--nats", required=True, help="the program nats-server, 2.10 or newer")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="its streams there are deleted")
    parser.add_argument("--cert", required=True)
    parser.add_argument("--key", required=True)
    options = parser.parse_args()
    store = options.folder / "streams"
    shutil.rmtree(store, ignore_errors=True)
    first, second = options.folder / "first.conf", options.folder / "nats.conf"
    first.write_text(configuration("127.0.0.1:-1", store))
    tls = f'tls {{ cert_file: "{options.cert}", key_file: "{options.key}", timeout: 30 }}\n'
    second.write_text(configuration(f"{options.host}:{options.port}", store) + tls)
    _make_stream(options.nats, first)
    os.execv(options.nats, [options.nats, "-c", str(second)])


def write_peer(nats: Path, suite: Path, out: Path) -> Path:
    """The file in ``out`` by which the suite starts this, and its clients; ValueError, OSError."""
    source, clients = out / "loadgen-jetstream.c", out / "loadgen-jetstream"
    source.write_text(with_own_copies((suite / "loadgen.c").read_text()))
    command = ["cc", "-O2", "-o", str(clients), str(source), "-lssl", "-lcrypto"]
    subprocess.run(command, check=True)
    server = [sys.executable, "-m", "benchmarks.jetstream", "--nats", str(nats)]
    server += ["--host", "{host}", "--port", "{port}", "--folder", "{dir}"]
    server += ["--cert", "{cert}", "--key", "{key}"]
    peer = {
        "name": NAME,
        "port": _PORT,
        "ready": "tcp",
        "proto": "nats",
        "modes": ["tls"],
        "server": server,
        "generator": [str(clients)],
        "env": {"PYTHONPATH": str(_ROOT)},
    }
    path = out / f"{NAME}.json"
    path.write_text(json.dumps(peer, indent=1) + "\n")
    return path


def with_own_copies(loadgen: str) -> str:
    """The suite's generator, but who speaks nats gets what he said himself; else ValueError."""
    before, after = '{"nats", 0,', '{"nats", 1,'
    if loadgen.count(before) != 1:
        raise ValueError("the suite's generator is another one: where are nats' own copies?")
    return loadgen.replace(before, after)


def configuration(listen: str, store: Path) -> str:
    """Limits are lifted as the suite lifts them for nats without a disk."""
    return f"""listen: "{listen}"
max_connections: 65536
max_pending: 268435456
ping_interval: "10h"
write_deadline: "60s"
jetstream {{ store_dir: "{store}", sync_interval: always, max_file_store: {2 * _KEPT_BYTES} }}
mappings {{ "*": "in.$1" }}
"""


def _make_stream(nats: str, conf: Path) -> None:
    server = subprocess.Popen([nats, "-c", str(conf)], stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    try:
        for line in server.stderr:
            if ready := re.search(r"client connections on \S+:(\d+)", line):
                ask_for_stream(int(ready[1]))
                break
            print(line, end="", flush=True)
        else:
            raise RuntimeError("the server that the stream is asked of ended")
        server.terminate()
        server.communicate(timeout=_TIMEOUT_S)
    finally:
        server.kill()


def ask_for_stream(port: int) -> None:
    """Have the server there make the stream; RuntimeError if it does not, OSError."""
    body = json.dumps(_STREAM)
    request = "CONNECT {}\r\nSUB _INBOX.made 1\r\nPUB $JS.API.STREAM.CREATE.rooms _INBOX.made"
    with (
        socket.create_connection(("127.0.0.1", port), _TIMEOUT_S) as link,
        link.makefile("rb") as answers,
    ):
        link.sendall(f"{request} {len(body)}\r\n{body}\r\n".encode())
        for answer in answers:
            if answer.startswith(b"{") and "error" not in json.loads(answer):
                return
            if answer.startswith((b"{", b"-ERR")):
                raise RuntimeError(f"nats made no stream: {answer.decode().strip()}")
    raise RuntimeError("nats said nothing of the stream")


if __name__ == "__main__":
    raise SystemExit(main())
