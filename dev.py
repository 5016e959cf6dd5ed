"""One command for all that a developer does; standard library only, so that it runs anywhere.

It makes `.venv` from the hash-pinned lock files and runs every tool in there. Nothing touches the
network once the environment and the virtual display are there.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(PROGRAMS / ("python.exe" if os.name == "nt" else "python"))
STAMP = VENV / "hubbub-lock.sha256"

PYTHON_MIN = (3, 11)
RUN_LOCK = "requirements/run.txt"
DEVELOP_LOCK = "requirements/develop.txt"
PROGRAMS_OF_OURS = ("dev.py", "hatch_build.py")
SOURCES = ("app", "server", "protocol", "tests", "tools", "benchmarks", *PROGRAMS_OF_OURS)
CACHES = (".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache")
#: What the fault tests use of the system, and the packages it is in.
FAULT_TOOLS = {
    "ip": "iproute2",
    "nft": "nftables",
    "conntrack": "conntrack",
    "mkfs.ext4": "e2fsprogs",
    "faketime": "faketime",
}
REMAINS = ("build", "dist", *CACHES)
#: What is compiled, where it can be: see ``hatch_build.py``.
NATIVE = ("protocol/_sealing.c", "server/_sending.c")


class DevError(Exception):
    """Something is missing or a step failed; the text tells a person what to do."""


def env(_args: Sequence[str]) -> None:
    """Make or refresh the environment in .venv."""
    _ensure_environment()
    _ensure_tkinter()


def check(_args: Sequence[str]) -> None:
    """Check format, lint, types and import contracts, without running a test."""
    _ensure_environment()
    _check()


def test(args: Sequence[str]) -> None:
    """Check everything and run all tests; more words go to pytest."""
    _ensure_environment()
    ready = _ensure_xvfb() and _ensure_tkinter()
    if not ready and os.environ.get("CI"):
        raise DevError("the tests of the window cannot run here, and CI is set")
    _check()
    # Files, not tests, are dealt out: what a file sets up is set up once. Each process has its own
    # display.
    several = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
    _step("tests", [PYTHON, "-m", "pytest", *several, *args])


def faults(args: Sequence[str]) -> None:
    """Inject real faults (best as root; what cannot be done is skipped loudly); -k r02 picks."""
    _ensure_environment()
    missing = [package for tool, package in FAULT_TOOLS.items() if shutil.which(tool) is None]
    if missing and not _apt_install(*missing):
        print(f"some faults need {', '.join(missing)}", flush=True)
    os.environ["HUBBUB_FAULTS"] = "all"
    _step("faults", [PYTHON, "-m", "pytest", "tests/faults", *args])


def demo(args: Sequence[str]) -> None:
    """Start a server, the window and a second person who talks."""
    _run_windowed("tools/demo.py", args)


def screenshots(args: Sequence[str]) -> None:
    """Save pictures of the window under build/screenshots, or in another folder and language."""
    _run_windowed("tools/screenshots.py", args or ["build/screenshots"])


def messages(_args: Sequence[str]) -> None:
    """Collect the sentences of app into the catalogues of all languages, and compile them."""
    _ensure_environment()
    _run_program("tools/messages.py", [])


def bench(args: Sequence[str]) -> None:
    """Measure speed, and print it."""
    _ensure_environment()
    _run_program("benchmarks/bench.py", args)


def bench_client(args: Sequence[str]) -> None:
    """Measure a client that catches up and one that keeps up, each figure beside its budget."""
    _ensure_environment()
    _run_program("benchmarks/bench_client.py", args)


def simulate(args: Sequence[str]) -> None:
    """Run random disasters on a virtual clock: SEEDS=500 FROM=0, or SEED=n for one in full."""
    _ensure_environment()
    _run_program("tests/simulation/runner.py", _variables(args, "SEEDS", "FROM", "SEED"))


def mutants(args: Sequence[str]) -> None:
    """Plant bugs, and see that the simulation finds each of them."""
    _ensure_environment()
    _run_program("tests/simulation/mutants.py", args)


def fuzz(args: Sequence[str]) -> None:
    """Feed what strangers could send: SECONDS=60 in all, TARGET=frames for one, SAVE=1."""
    _ensure_environment()
    _run_program("tests/fuzzing/fuzz.py", _variables(args, "SECONDS", "TARGET", "SAVE"))


def bench_ui(_args: Sequence[str]) -> None:
    """Measure the window, each figure beside its budget."""
    _run_windowed("benchmarks/bench_ui.py", [])


def lock(args: Sequence[str]) -> None:
    """Pin what pyproject.toml asks for, with hashes; --upgrade takes newer versions."""
    import tomllib  # here, so that an older Python gets as far as the word about its version

    _ensure_environment()
    with (ROOT / "pyproject.toml").open("rb") as file:
        develop = tomllib.load(file)["dependency-groups"]["dev"]
    compiler = [_tool("pip-compile"), "--quiet", "--generate-hashes", "--strip-extras"]
    compiler += ["--allow-unsafe", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    compiler += ["--no-emit-trusted-host", *args]
    _step("lock to run", [*compiler, "-o", RUN_LOCK, "pyproject.toml"])
    _step(
        "lock to develop",
        [*compiler, "-o", DEVELOP_LOCK, "pyproject.toml", "-", "-c", RUN_LOCK],
        stdin="\n".join(develop),
    )
    for name in (RUN_LOCK, DEVELOP_LOCK):
        text = (ROOT / name).read_text()
        if "://" in text or "\n--" in text:
            raise DevError(f"{name} names an address or an option of pip: make it again elsewhere")
    _ensure_environment()


def clean(_args: Sequence[str]) -> None:
    """Remove what the tools left behind, but not .venv."""
    caches = [path for name in SOURCES for path in (ROOT / name).glob("**/__pycache__")]
    for path in [*(ROOT / name for name in REMAINS), ROOT / "__pycache__", *caches]:
        shutil.rmtree(path, ignore_errors=True)
    for name in NATIVE:
        for built in (ROOT / name).parent.glob(f"{Path(name).stem}.*.so"):
            built.unlink()


def show_help(_args: Sequence[str]) -> None:
    """List all targets."""
    print("python3 dev.py TARGET, or make TARGET:\n")
    for name, target in TARGETS.items():
        print(f"  {name:14}{(target.__doc__ or '').splitlines()[0]}")


TARGETS: Mapping[str, Callable[[Sequence[str]], None]] = {
    "env": env,
    "test": test,
    "check": check,
    "faults": faults,
    "demo": demo,
    "bench": bench,
    "bench-client": bench_client,
    "bench-ui": bench_ui,
    "screenshots": screenshots,
    "messages": messages,
    "simulate": simulate,
    "mutants": mutants,
    "fuzz": fuzz,
    "lock": lock,
    "clean": clean,
    "help": show_help,
}


def main(arguments: Sequence[str]) -> int:
    """Run one target; returns the exit code."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    target = TARGETS.get(name) or (show_help if name in ("-h", "--help") else None)
    if target is None:
        show_help(())
        print(f"\nthere is no target {name!r}", file=sys.stderr)
        return 2
    try:
        target(rest)
    except DevError as error:
        print(f"dev.py {name}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _check() -> None:
    sources = [name for name in SOURCES if (ROOT / name).exists()]
    _step("format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "--diff", *sources])
    _step("lint", [PYTHON, "-m", "ruff", "check", "--quiet", *sources])
    _step("types", [PYTHON, "-m", "mypy", *sources])
    _step("import contracts", [_tool("lint-imports"), "--no-logo"])


def _run_windowed(program: str, args: Sequence[str]) -> None:
    _ensure_environment()
    if not _ensure_tkinter():
        raise DevError("the window cannot run here")
    if not os.environ.get("DISPLAY") and not _ensure_xvfb():
        raise DevError("without a screen the window needs a virtual one")
    _run_program(program, args)


def _variables(args: Sequence[str], *names: str) -> list[str]:
    """NAME=value words, from the command line or, as make hands them over, the environment."""
    given = [f"{name}={os.environ[name]}" for name in names if os.environ.get(name)]
    return [*given, *args]


def _run_program(program: str, args: Sequence[str]) -> None:
    path = ROOT / program
    if not path.exists():
        raise DevError(f"{program} is not written yet")
    module = program.removesuffix(".py").replace("/", ".")
    _step(path.stem, [PYTHON, "-m", module, *args])


def _step(name: str, command: Sequence[str], stdin: str | None = None) -> None:
    """Run one command, and say its name, its result and its time; raises DevError if it failed."""
    print(f"== {name}", flush=True)
    start = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, input=stdin, text=True, check=False).returncode
    took_s = time.monotonic() - start
    print(f"== {name}: {'ok' if code == 0 else 'FAILED'} ({took_s:.1f} s)", flush=True)
    if code != 0:
        raise DevError(f"{name} failed with exit code {code}")


# --- the environment


def _ensure_environment() -> None:
    """Leave .venv as the lock file says; does nothing while neither it nor Python changed."""
    wanted = _environment_stamp()
    if not (os.path.exists(PYTHON) and STAMP.exists() and STAMP.read_text() == wanted):
        if not _venv_works():
            _make_venv()
        install = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"]
        _step("environment", [PYTHON, *install, "--require-hashes", "-r", DEVELOP_LOCK])
        STAMP.write_text(wanted)
    _ensure_native()


def _ensure_native() -> None:
    """Compile the native parts where they are missing, or older than their sources; without a
    compiler that is said, and all works without them."""
    # .venv has this Python, or one of the same version.
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    for source in map(ROOT.joinpath, NATIVE) if sys.platform == "linux" else ():
        built = source.with_suffix(suffix)
        if not built.exists() or built.stat().st_mtime <= source.stat().st_mtime:
            builder = [PYTHON, "-m", "hatchling", "build", "-t", "wheel", "--hooks-only"]
            _step("native parts", builder)
            return


def _environment_stamp() -> str:
    """Changes whenever .venv has to be looked at again: another lock, another Python."""
    lock_hash = hashlib.sha256((ROOT / DEVELOP_LOCK).read_bytes()).hexdigest()
    return f"{lock_hash} {sys.version_info.major}.{sys.version_info.minor}\n"


def _tool(name: str) -> str:
    """Path of a program that a package brought into .venv."""
    return str(PROGRAMS / name)


def _venv_works() -> bool:
    """Whether .venv is of this Python and still has it: a machine's Python may have moved on."""
    question = "import pip, sys; print(*sys.version_info[:2])"
    with contextlib.suppress(OSError):
        answer = _output([PYTHON, "-c", question])
        return answer == f"{sys.version_info.major} {sys.version_info.minor}"
    return False


def _make_venv() -> None:
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if _is_system_python() and _output([sys.executable, "-c", "import ensurepip"]) is None:
        _apt_install("python3-venv")
    _step("virtual environment", command)


def _output(command: Sequence[str]) -> str | None:
    """What a command printed; None if it failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


# --- what the operating system gives


def _apt_install(*packages: str) -> bool:
    """Install packages of the system as root; False where that cannot be done."""
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    print(f"== apt-get install {' '.join(packages)}", flush=True)
    _apt_update()
    return _apt_get("install", "--no-install-recommends", *packages)


@functools.cache
def _apt_update() -> bool:
    """Fetch the lists of packages, once a run."""
    return _apt_get("update")


def _apt_get(*words: str) -> bool:
    """Run apt-get without questions and wait for another one to end; False if it failed."""
    command = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120", *words]
    unasked = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=unasked, stdout=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def _is_system_python() -> bool:
    """Whether the system's packages extend this Python (not so for pyenv, conda, uv)."""
    return sys.platform == "linux" and Path(sys.base_prefix) == Path("/usr")


def _ensure_tkinter() -> bool:
    """Whether the environment's Python has tkinter; installs it where that is one package."""
    if _output([PYTHON, "-c", "import tkinter"]) is not None:
        return True
    if _is_system_python() and _apt_install("python3-tk"):
        return _output([PYTHON, "-c", "import tkinter"]) is not None
    print(
        "this Python has no tkinter, which the window needs (all else works): Debian, Ubuntu:"
        " apt-get install python3-tk; pyenv: install tk-dev, then build Python again;"
        " Homebrew: brew install python-tk",
        flush=True,
    )
    return False


def _ensure_xvfb() -> bool:
    """Whether a virtual display can be had (or is not needed); installs it where it can."""
    if sys.platform != "linux" or shutil.which("Xvfb"):
        return True
    if _apt_install("xvfb") and shutil.which("Xvfb"):
        return True
    print("Xvfb is missing; install it (Debian, Ubuntu: apt-get install xvfb)", flush=True)
    return False


if __name__ == "__main__":
    if sys.version_info < PYTHON_MIN:
        sys.exit("Hubbub needs Python {}.{} or later".format(*PYTHON_MIN))
    sys.exit(main(sys.argv[1:]))
