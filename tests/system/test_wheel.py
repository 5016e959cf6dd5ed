"""The wheel, installed into an environment of its own: both programs start from it."""

from __future__ import annotations

import email
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from app.translation import LANGUAGES
from protocol import sealing
from tests.system.processes import ROOT, TIMEOUT_S, end, read_line


def quietly(*command: object, cwd: Path) -> None:
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the tree as it is."""
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", out, ROOT]
    quietly(*build, cwd=out)
    (path,) = out.glob("hubbub-*.whl")
    return path


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a fresh environment's programs.

    Its dependencies are those of this environment, by reference: installing them again would need
    a network. That the wheel asks for the right ones has a test of its own.
    """
    folder = tmp_path_factory.mktemp("environment")
    quietly(sys.executable, "-m", "venv", folder / "env", cwd=folder)
    binaries = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    install = ["-m", "pip", "install", "--no-index", "--no-deps", wheel]
    quietly(binaries / "python", *install, cwd=folder)
    (packages,) = (folder / "env").glob("**/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return binaries


def environment() -> dict[str, str]:
    return {n: v for n, v in os.environ.items() if not n.startswith(("HUBBUB_", "PYTHON"))}


def test_it_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"app", "server", "protocol"}


@pytest.mark.skipif(not sealing.IS_NATIVE, reason="nothing can be compiled here")
def test_it_holds_the_native_parts_that_this_machine_can_compile(wheel: Path) -> None:
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"protocol/_sealing{suffix}", f"server/_sending{suffix}"} <= names
    assert not [name for name in names if name.endswith(".c")]
    assert not wheel.name.endswith("-any.whl")


@pytest.mark.parametrize("compiler", ["no-such-compiler", "gcc '"])
def test_without_a_compiler_it_is_for_every_machine(tmp_path: Path, compiler: str) -> None:
    tree = tmp_path / "tree"
    for name in ("app", "server", "protocol"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("*.so"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, tree]

    done = subprocess.run(
        list(map(str, build)), cwd=tmp_path, capture_output=True, text=True, timeout=120,
        check=False, env={**os.environ, "CC": compiler},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "no native parts" in done.stdout + done.stderr
    (wheel,) = tmp_path.glob("hubbub-*-any.whl")
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".so")]


def test_it_asks_for_what_the_lock_file_pins(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith("METADATA"))
    asked = email.message_from_bytes(archive.read(metadata)).get_all("Requires-Dist") or []
    # What is optional is not pinned: it runs without.
    needed = [line for line in asked if "extra ==" not in line]
    names = {re.split(r"[ <>=!~;\[]", line)[0].lower() for line in needed}
    locked = (ROOT / "requirements" / "run.txt").read_text()
    pinned = {match.lower() for match in re.findall(r"^([\w.-]+)==", locked, re.MULTILINE)}
    assert names
    assert names <= pinned


def test_both_programs_start(programs: Path, tmp_path: Path) -> None:
    server = subprocess.Popen(
        [programs / "hubbub-server", "--host", "127.0.0.1", "--port", "0", "--data", "server"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=environment(),
    )  # fmt: skip
    try:
        place = read_line(server).split()[2]
        who = ["--server", place, "--name", "anna", "--data", "anna"]
        sent = subprocess.run(
            [programs / "hubbub", "send", "general", "hello", "--json", *who],
            cwd=tmp_path, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
            env=environment(),
        )  # fmt: skip
        assert sent.returncode == 0, sent.stderr
        assert '"room": "general"' in sent.stdout.replace('":"', '": "')
    finally:
        assert end(server) == 0


def test_it_speaks_the_languages_of_the_tree(programs: Path, tmp_path: Path) -> None:
    ask = (
        "from app.translation import LANGUAGES, _, use_language\n"
        "for code in LANGUAGES: use_language([code]); print(_('Settings'))"
    )
    said = subprocess.run(
        [programs / "python", "-c", ask], cwd=tmp_path, capture_output=True, text=True,
        timeout=TIMEOUT_S, check=True, env=environment() | {"PYTHONUTF8": "1"},
    ).stdout.split()  # fmt: skip
    assert said[:2] == ["Settings", "Einstellungen"]
    assert len(set(said)) == len(LANGUAGES)
