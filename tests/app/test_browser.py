"""Handing an address to the desktop: what fails is known, and the terminal hears nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.browser import Opening, ask_program

WAIT_S = 20.0


def outcome(opening: Opening) -> bool:
    end = time.monotonic() + WAIT_S
    while (has_failed := opening.has_failed()) is None:
        assert time.monotonic() < end
        time.sleep(0.005)
    return has_failed


def program(folder: Path, script: str) -> str:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


def test_program_gets_the_address_as_one_word(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    opening = ask_program(
        [program(tmp_path, f'printf "%s" "$#:$1" > {seen}')], "https://a.b/?c=d&e"
    )
    assert not outcome(opening)
    assert seen.read_text() == "1:https://a.b/?c=d&e"


def test_failure_is_known_and_its_complaint_is_not_heard(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    opening = ask_program(
        [program(tmp_path, "echo no browser >&2; echo none; exit 3")], "https://a.b"
    )
    assert outcome(opening)
    assert capfd.readouterr() == ("", "")


def test_the_first_program_that_is_there_is_asked(tmp_path: Path) -> None:
    assert not outcome(
        ask_program(["/nowhere/browser", program(tmp_path, "exit 0")], "https://a.b")
    )


def test_without_a_program_it_fails_at_once() -> None:
    assert ask_program(["/nowhere/browser"], "https://a.b").has_failed() is True


def test_one_that_cannot_be_started_fails(tmp_path: Path) -> None:
    path = tmp_path / "program"
    path.write_bytes(b"\x7fELF nonsense")
    path.chmod(0o700)
    assert outcome(ask_program([str(path)], "https://a.b"))
