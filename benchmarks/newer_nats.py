"""A nats-server of 2.10 or newer: this machine's own, or that of a later Debian, in a folder.

Debian 12 has 2.9, which knows no ``sync_interval``. What is fetched comes by apt, from the mirror
that this machine's apt uses and checked with its keys; its lists are its own, and nothing on the
system changes.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

#: The first that knows ``sync_interval: always``.
_OLDEST: Final = (2, 10)
#: The release of Debian that has it, for libraries as old as those of the one before.
_RELEASE: Final = "trixie"
_TIMEOUT_S: Final = 120.0


def find(folder: Path) -> Path | None:
    """The program, fetched into ``folder`` where there is none yet (root, Debian); or nothing."""
    unpacked = folder / "usr" / "sbin" / "nats-server"
    path = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin"
    found = shutil.which("nats-server", path=path)
    if found and _is_new_enough(Path(found)):
        return Path(found)
    if not unpacked.exists() and os.geteuid() == 0 and shutil.which("apt-get"):
        try:
            _fetch(folder)
        except (OSError, subprocess.SubprocessError) as problem:
            print(f"No nats-server of {_RELEASE}: {problem}", flush=True)
    return unpacked if unpacked.exists() and _is_new_enough(unpacked) else None


def is_new_enough(version: str) -> bool:
    """Of what ``nats-server --version`` says; what says no version is not."""
    numbers = re.search(r"\bv(\d+)\.(\d+)\.", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= _OLDEST


def later_source(targets: str, codename: str) -> str:
    """apt's source of the later release, at the mirror of ``codename``; empty where none is.

    ``targets`` are lines of a mirror's address and the release that is taken from there.
    """
    for line in targets.splitlines():
        site, _, release = line.partition(" ")
        if release == codename:
            return f"deb {site} {_RELEASE} main\n"
    return ""


def _is_new_enough(program: Path) -> bool:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return is_new_enough(said.stdout)


def _fetch(folder: Path) -> None:
    print(f"Fetching nats-server of {_RELEASE}", flush=True)
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    source = later_source(_targets(), codename)
    if not source:
        _run("apt-get", "update", "-q")  # a new machine has no lists, and names no mirror
        source = later_source(_targets(), codename)
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        for part in ("state/lists/partial", "cache/archives/partial"):
            (work / part).mkdir(parents=True)
        (work / "sources.list").write_text(source)
        (work / "status").touch()
        settings = (
            f"Dir::Etc::sourcelist={work}/sources.list", "Dir::Etc::sourceparts=-",
            f"Dir::State={work}/state", f"Dir::State::status={work}/status",
            f"Dir::Cache={work}/cache", "APT::Sandbox::User=root",
        )  # fmt: skip
        apart = [word for setting in settings for word in ("-o", setting)]
        _run("apt-get", *apart, "update", "-q", cwd=work)
        _run("apt-get", *apart, "download", "-q", "nats-server", cwd=work)
        for package in work.glob("*.deb"):
            _run("dpkg", "-x", str(package), str(folder), cwd=work)


def _targets() -> str:
    wanted = ["--format", "$(SITE) $(RELEASE)", "Created-By: Packages"]
    return _run("apt-get", "indextargets", *wanted)


def _run(*command: str, cwd: Path | None = None) -> str:
    return subprocess.run(
        command, cwd=cwd, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S
    ).stdout
