"""What the system says of dark windows, with its programs replaced by small ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.system_theme import SystemTheme, ask_system

pytestmark = pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for the programs")


@pytest.mark.parametrize(
    ("platform", "program", "script", "answer"),
    [
        ("linux", "gsettings", "echo \"'prefer-dark'\"", True),
        ("linux", "gsettings", "echo \"'default'\"", False),
        ("linux", "gsettings", "exit 1", None),
        ("darwin", "defaults", "echo Dark", True),
        ("darwin", "defaults", "exit 1", False),
        ("plan9", "defaults", "echo Dark", None),
    ],
)
def test_answers(
    platform: str,
    program: str,
    script: str,
    answer: bool | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / program
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ask_system(platform) is answer


def test_a_system_without_the_program_has_no_wish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ask_system("linux") is None


def test_the_thread_ends() -> None:
    system = SystemTheme()
    system.is_dark()
    system.close()
    assert system._thread is not None
    system._thread.join(10)
    assert not system._thread.is_alive()
