"""Which version this is, installed or run from a copy of the tree."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from app.about import own_version, tree_version

TREE = Path(__file__).resolve().parents[2]


def test_a_copy_of_the_tree_tells_its_version() -> None:
    said = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))
    assert own_version() == tree_version(TREE) == said["project"]["version"]


@pytest.mark.parametrize("text", [b"", b"project = 5", b"[project]\n", b"[", b"\xff"])
def test_a_tree_that_says_nothing_has_none(tmp_path: Path, text: bytes) -> None:
    assert tree_version(tmp_path) == ""
    (tmp_path / "pyproject.toml").write_bytes(text)
    assert tree_version(tmp_path) == ""
