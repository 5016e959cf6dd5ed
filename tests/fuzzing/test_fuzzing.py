"""The inputs that fuzzing kept are replayed: what was reached once is reached in every run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzzing.fuzz import CORPUS, read_corpus
from tests.fuzzing.targets import TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_each_kept_input_still_holds(target: str) -> None:
    inputs = read_corpus(target)
    assert len(inputs) >= 5
    for data in inputs:
        TARGETS[target](data)


def test_every_corpus_belongs_to_a_target() -> None:
    assert {path.stem for path in CORPUS.iterdir()} == set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_any_bytes_hold(target: str) -> None:
    @given(st.binary(max_size=80))
    def holds(data: bytes) -> None:
        TARGETS[target](data)

    holds()
