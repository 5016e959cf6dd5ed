"""What the system says about languages."""

from __future__ import annotations

import sys

import pytest

from app.system_language import system_languages


@pytest.mark.parametrize(
    ("environ", "languages"),
    [
        ({}, []),
        ({"LANG": "de_DE.UTF-8"}, ["de_DE.UTF-8"]),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "he_IL"}, ["he_IL"]),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "he_IL", "LC_ALL": "fr_FR"}, ["fr_FR"]),
        ({"LANG": "de_DE", "LC_ALL": ""}, ["de_DE"]),
        ({"LANG": "de_DE", "LANGUAGE": "fr:he"}, ["fr", "he", "de_DE"]),
        ({"LANG": "C.UTF-8", "LANGUAGE": "fr:he"}, ["C.UTF-8"]),
        ({"LC_ALL": "POSIX", "LANG": "de_DE"}, ["POSIX"]),
    ],
)
def test_the_environment_is_read_as_gettext_does(
    environ: dict[str, str], languages: list[str]
) -> None:
    assert system_languages(environ, "linux") == languages


def test_the_environment_goes_first_on_each_system() -> None:
    assert system_languages({"LANG": "de_DE"}, "darwin") == ["de_DE"]


@pytest.mark.skipif(sys.platform == "darwin", reason="there it has an answer")
def test_no_word_of_the_system_is_no_language() -> None:
    assert system_languages({}, "darwin") == []  # there is no such command here
