"""The tables of threats and of RFC 8085 are whole, and each test they name exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: Rows that each table has; the first cell of a row is its number.
TABLES = {"docs/threats.md": 66, "docs/rfc8085.md": 36}
_NAMED = re.compile(r"`([\w/]+\.py(?:::\w+)+)`")
_FILE = re.compile(r"`((?:app|server|protocol|tests)/[\w/.]+)`")


def rows(document: str) -> list[list[str]]:
    lines = (ROOT / document).read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0].isdigit()]


@cache
def functions_of(path: Path) -> set[str]:
    """``TestClass::test_name`` and ``test_name`` of a file."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found |= {node.name} if node.name.startswith("test_") else set()
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{m.name}" for m in node.body if isinstance(m, ast.FunctionDef)}
    return found


@pytest.mark.parametrize("document", TABLES)
def test_each_row_is_there_once(document: str) -> None:
    assert [int(row[0]) for row in rows(document)] == list(range(1, TABLES[document] + 1))


@pytest.mark.parametrize("document", TABLES)
def test_each_test_and_file_that_is_named_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = _NAMED.findall(text)
    assert len(named) > TABLES[document]
    missing = [file for file in _FILE.findall(text) if not (ROOT / file).exists()]
    for name in named:
        file, _, test = name.partition("::")
        path = ROOT / "tests" / file
        if not path.exists() or test not in functions_of(path):
            missing.append(name)
    assert not missing


@pytest.mark.parametrize("document", TABLES)
def test_each_row_names_a_test_or_says_why_there_is_none(document: str) -> None:
    bare = [
        row[0] for row in rows(document) if not _NAMED.search(row[-1]) and not row[-1].strip("- ")
    ]
    assert not bare


def test_a_name_that_is_wrong_is_found() -> None:
    assert "test_a_name_that_is_wrong_is_found" in functions_of(Path(__file__))
    assert "test_there_is_none" not in functions_of(Path(__file__))
