"""Builds the native parts, if it can: C files beside Python that does the same, only slower.

``pip install`` runs this as a build hook, and ``dev.py`` in the source tree, each with the compiler
that Python itself was built with. Without one, or on another system than Linux, nothing is built
and nothing is missing but speed: see ``protocol/sealing.py`` and ``server/batch_socket.py``.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("protocol/_sealing.c", "server/_sending.c")
WARNINGS = ("-Wall", "-Wextra", "-Wno-cast-function-type", "-Wno-missing-field-initializers")


class NativeParts(BuildHookInterface[Any]):
    """Puts each part beside its source, and into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the wheel is filled."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        try:
            built = [_build(root, root / source) for source in SOURCES]
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            self.app.display_warning(f"no native parts, the server will need more CPU: {error}")
            return
        build_data["force_include"] |= {str(p): str(p.relative_to(root)) for p in built}
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def _build(root: Path, source: Path) -> Path:
    """Compile one part, unless it is newer than its source; returns its path.

    Raises:
        OSError: there is no compiler, or none is wanted here.
        ValueError: ``CC`` makes no sense.
        CalledProcessError: it failed; it has said why.
    """
    if sys.platform != "linux" or sys.implementation.name != "cpython":
        raise OSError("they are for CPython on Linux")
    target = source.with_suffix(sysconfig.get_config_var("EXT_SUFFIX"))
    if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
        return target
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    fresh = target.with_suffix(f".{os.getpid()}")
    command = [*compiler, "-O2", "-shared", "-fPIC", "-fvisibility=hidden", *WARNINGS]
    command += [f"-I{sysconfig.get_path('include')}", str(source), "-o", str(fresh)]
    try:
        subprocess.run(command, cwd=root, check=True)
        fresh.replace(target)  # whoever runs the one before keeps it whole
    finally:
        fresh.unlink(missing_ok=True)
    return target
