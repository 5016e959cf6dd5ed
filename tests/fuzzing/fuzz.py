"""Fuzzes the targets, each in a process of its own: ``make fuzz SECONDS=60 TARGET=frames``.

The inputs found on the way stay under build/fuzz and are where the next run begins, beside the
corpus of the tree (one line of hexadecimal digits an input). ``SAVE=1`` puts the smallest of them
into the tree's corpus. An input that fails is kept as build/fuzz/TARGET/crash-…; it belongs into a
regression test.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
CORPUS: Final = Path(__file__).parent / "corpus"
BUILD: Final = ROOT / "build" / "fuzz"
#: Of each target, in the tree: what replays in a second or two.
_INPUTS_KEPT_MAX: Final = 150
_INPUT_BYTES_MAX: Final = 2000


def read_corpus(target: str) -> list[bytes]:
    """The tree's inputs for a target."""
    path = CORPUS / f"{target}.txt"
    return [bytes.fromhex(line) for line in path.read_text().splitlines()] if path.exists() else []


def write_corpus(target: str, inputs: Iterable[bytes]) -> None:
    """Keep the smallest of these as the tree's inputs for a target."""
    lines = sorted({data.hex() for data in inputs}, key=lambda line: (len(line), line))
    CORPUS.mkdir(exist_ok=True)
    (CORPUS / f"{target}.txt").write_text("\n".join(lines[:_INPUTS_KEPT_MAX]) + "\n")


def main(words: Sequence[str]) -> int:
    """Fuzz what the words (``NAME=value``) ask for; 1 if something was found."""
    given = dict(word.split("=", 1) for word in words)
    if importlib.util.find_spec("atheris") is None:
        print("atheris, which guides the fuzzing by coverage, is not to be had for this system")
        return 1
    from tests.fuzzing.targets import TARGETS

    chosen = [given["TARGET"]] if given.get("TARGET") else list(TARGETS)
    if unknown := set(chosen) - set(TARGETS):
        print(f"no such target: {', '.join(unknown)}; there are {', '.join(TARGETS)}")
        return 2
    seconds = max(1, int(given.get("SECONDS", "60")) // len(chosen))
    failed = [target for target in chosen if not _fuzz(target, seconds)]
    for target in chosen if given.get("SAVE") else []:
        # Each of them reached something that none before it did.
        write_corpus(target, [p.read_bytes() for p in (BUILD / target / "inputs").iterdir()])
    print(f"found something: {', '.join(failed)}" if failed else "found nothing")
    return 1 if failed else 0


def _fuzz(target: str, seconds: int) -> bool:
    folder = BUILD / target
    found = folder / "inputs"
    _lay_out(target, found)
    print(f"== {target}", flush=True)
    return _run_child(
        target, str(found), f"-max_total_time={seconds}", f"-artifact_prefix={folder}/",
        f"-max_len={_INPUT_BYTES_MAX}", "-timeout=20", "-rss_limit_mb=1500",
        "-print_final_stats=1", "-verbosity=0",
    )  # fmt: skip


def _lay_out(target: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(read_corpus(target)):
        (folder / f"corpus-{number}").write_bytes(data)


def _run_child(target: str, *options: str) -> bool:
    command = [sys.executable, "-m", "tests.fuzzing.fuzz", "child", target, *options]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def child(target: str, options: Sequence[str]) -> None:
    """One target, in this process, which ends with it."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["app", "protocol", "server"]):
        from tests.fuzzing.targets import TARGETS
    atheris.Setup([sys.argv[0], *options], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        os.environ["PYTHONHASHSEED"] = "0"
        child(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(main(sys.argv[1:]))
