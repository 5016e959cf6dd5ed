"""What this program is made of: versions, and optional packages that are not installed."""

from __future__ import annotations

import platform
import tomllib
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from app.translation import N_, _

#: Import name of an optional package, and what is absent without it.
OPTIONAL: Final = (
    ("desktop_notifier", N_("Pop-ups need the package desktop-notifier, which is not installed.")),
    ("bidi", N_("Hebrew and Arabic names need the package python-bidi to be in order.")),
)
_TREE: Final = Path(__file__).resolve().parent.parent
_PACKAGES: Final = ("ttkbootstrap", "cryptography", "zeroconf")


def versions() -> tuple[tuple[str, str], ...]:
    """(name, version) pairs, this program first."""
    found = [("Hubbub", own_version()), ("Python", platform.python_version())]
    found += [(name, _version(name)) for name in _PACKAGES]
    found.append((platform.system(), platform.release()))
    return tuple(found)


def missing() -> tuple[str, ...]:
    """A sentence for each optional package that is not there."""
    return tuple(_(words) for package, words in OPTIONAL if find_spec(package) is None)


def popups_problem() -> str:
    """Why there are no pop-ups on the desktop, empty if there may be some."""
    package, words = OPTIONAL[0]
    return "" if find_spec(package) else _(words)


def own_version(tree: Path = _TREE) -> str:
    """The version as installed, else that of the `tree` this runs from."""
    try:
        return version("hubbub")
    except PackageNotFoundError:
        return tree_version(tree) or _("not installed")


def tree_version(tree: Path) -> str:
    """What the pyproject.toml in a folder says, "" if it says nothing."""
    try:
        with (tree / "pyproject.toml").open("rb") as file:
            project = tomllib.load(file).get("project", {})
    except (OSError, ValueError):
        return ""
    return str(project.get("version", "")) if isinstance(project, dict) else ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return _("not installed")
