"""A thousand clients at once: what it costs a server to let them in and to gather them in a room.

    python -m benchmarks.joining --suite FOLDER --peer-file build/bench/hubbub.json --out FILE

Uses the suite of peers (see ``bench``), which connects a few clients at a time; here all of them
come together, as after a power cut.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--suite", type=Path, required=True)
    parser.add_argument("--peer-file", required=True)
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    sys.path.insert(0, str(options.suite))
    # They live in the folder that the command line names.
    suite: Any = import_module("bench")
    peers: Any = import_module("peers")

    suite.raise_file_limit()
    peer = replace(peers.from_file(options.peer_file), connecting=options.members)
    row: dict[str, Any] = {"peer": peer.name, "members": options.members}
    try:
        with suite.Session(
            peer, tls=True, rooms=1, members=options.members, senders=4, size=100
        ) as session:
            row |= session.facts
    except (suite.BenchError, OSError) as problem:
        row["error"] = str(problem)
    with options.out.open("a") as out:
        out.write(json.dumps(row) + "\n")
    print(json.dumps(row), flush=True)
    return "error" in row


if __name__ == "__main__":
    sys.exit(main())
