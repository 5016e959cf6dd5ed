"""The one table of keys."""

from __future__ import annotations

import pytest

from app.views.key_bindings import KEY_TABLE, KEY_TAG, KeyCommand, bind_keys, key_list
from tests.app.views.conftest import Stage


def test_no_key_occurs_twice() -> None:
    sequences = [sequence for binding in KEY_TABLE for sequence in binding.sequences]
    assert len(sequences) == len(set(sequences))


def test_every_command_has_a_key() -> None:
    assert {binding.command for binding in KEY_TABLE} == set(KeyCommand)


def test_the_list_for_people_has_words_for_every_key() -> None:
    assert ("Alt+Down · Ctrl+PgDn · Ctrl+Tab", "Next room") in key_list()
    assert all(keys and words for keys, words in key_list())


@pytest.mark.parametrize(
    ("command", "sequence"),
    [(binding.command, sequence) for binding in KEY_TABLE for sequence in binding.sequences],
)
def test_each_key_runs_its_command_in_the_composer(
    stage: Stage, command: KeyCommand, sequence: str
) -> None:
    window, ran = stage.window, []

    def noting(which: KeyCommand) -> bool:
        ran.append(which)
        return True

    top = window.root
    kept = {each: (top.bind(each), top.bind_class(KEY_TAG, each)) for each in _sequences()}
    try:
        bind_keys(top, {each: lambda which=each: noting(which) for each in KeyCommand})  # type: ignore[misc]
        stage.press(window.composer.text, sequence)
    finally:
        for each, (on_top, on_class) in kept.items():
            top.bind(each, on_top)
            top.bind_class(KEY_TAG, each, on_class)
    assert ran == [command]


def _sequences() -> list[str]:
    return [sequence for binding in KEY_TABLE for sequence in binding.sequences]
