"""Boundaries that hold at run time: what a package must be able to do without.

The import contracts in pyproject.toml say who may import whom; here each pure package is imported
in a fresh process in which the forbidden modules do not exist.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

IMPORT_WITHOUT = """
import importlib, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in blocked:
            raise ImportError(f"{name} is blocked here")

blocked = set(sys.argv[1].split(","))
for name in blocked & set(sys.modules):
    del sys.modules[name]
sys.meta_path.insert(0, Blocker())
for name in sys.argv[2:]:
    importlib.import_module(name)
"""


def modules_of(package: str) -> list[str]:
    """Names of all modules below a package, `__main__` excepted: it runs a program."""
    names = []
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[-1] != "__main__":
            names.append(".".join(parts).removesuffix(".__init__"))
    return names


def import_without(blocked: set[str], modules: list[str]) -> subprocess.CompletedProcess[str]:
    """Import modules in a process in which others cannot be found."""
    command = [sys.executable, "-c", IMPORT_WITHOUT, ",".join(sorted(blocked)), *modules]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


class TestImportsWithout:
    @pytest.mark.parametrize(
        ("package", "blocked"),
        [
            ("protocol", {"socket", "asyncio", "sqlite3", "tkinter", "psygnal", "ttkbootstrap"}),
            ("server", {"tkinter", "_tkinter", "psygnal", "ttkbootstrap", "PIL", "emoji", "app"}),
            ("app/models", {"tkinter", "_tkinter", "ttkbootstrap", "PIL", "server"}),
        ],
    )
    def test_package_imports_without_what_it_must_not_need(
        self, package: str, blocked: set[str]
    ) -> None:
        done = import_without(blocked, modules_of(package))

        assert done.returncode == 0, done.stderr

    def test_command_line_imports_without_tk(self) -> None:
        if not (ROOT / "app" / "__main__.py").exists():
            pytest.skip("app/__main__.py is not written yet")

        done = import_without({"tkinter", "_tkinter", "ttkbootstrap", "PIL"}, ["app.__main__"])

        assert done.returncode == 0, done.stderr

    def test_blocked_module_is_noticed(self) -> None:
        done = import_without({"msgspec"}, ["msgspec"])

        assert done.returncode != 0
        assert "msgspec is blocked here" in done.stderr


class TestOutsidePackages:
    @pytest.mark.parametrize(
        ("package", "allowed"),
        [
            ("protocol", {"protocol", "msgspec", "cryptography"}),
            ("server", {"protocol", "server", "msgspec", "platformdirs", "zeroconf", "ifaddr"}),
            ("app/models", {"protocol", "app", "msgspec", "psygnal", "platformdirs", "emoji"}),
            ("app/controllers", {"app", "psygnal"}),
            (
                "app/views",
                {"app", "ttkbootstrap", "PIL", "emoji", "pygments", "arabic_reshaper", "bidi"},
            ),
        ],
    )
    def test_package_uses_only_the_dependencies_it_was_given(
        self, package: str, allowed: set[str]
    ) -> None:
        known = allowed | sys.stdlib_module_names
        strangers = {
            f"{path.relative_to(ROOT)}: {name}"
            for path in (ROOT / package).rglob("*.py")
            for name in imported_names(ast.parse(path.read_text(encoding="utf-8")))
            if name not in known
        }

        assert not strangers, f"{package} may import {sorted(allowed)} and the standard library"


def imported_names(tree: ast.Module) -> set[str]:
    """Top-level names of everything that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names
