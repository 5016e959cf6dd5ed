"""The ledger itself: what is lost or doubled is counted, and a skip can be made a failure."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.faults.ledger import REQUIRE, Ledger, compare
from tests.server.log_fixtures import LogUnderTest, entry

pytestmark = pytest.mark.quick


@pytest.fixture
def under_test() -> LogUnderTest:
    """Entries 1 to 3 of room 1, by device 4; the last one said the same as the first."""
    under_test = LogUnderTest(None)
    under_test.log.create_room("a", "a", 0)
    texts = ["one", "two", "one"]
    entries = [entry(text, client_seq=place) for place, text in enumerate(texts, 1)]
    under_test.log.append(1, entries)
    under_test.commit()
    return under_test


@pytest.mark.parametrize(
    ("receipts", "lost"),
    [
        ({1: (1, 1), 2: (1, 2), 3: (1, 3)}, 0),
        ({4: (1, 4)}, 1),
        ({1: (2, 1)}, 1),
        ({1: (1, 2), 2: (1, 1)}, 2),
    ],
    ids=["all there", "beyond the end", "no such room", "somebody else's places"],
)
def test_receipts_without_their_entry_are_lost(
    under_test: LogUnderTest, receipts: dict[int, tuple[int, int]], lost: int
) -> None:
    with closing(under_test.log) as log:
        assert compare(log, {"anna": 4}, {"anna": receipts}) == (lost, 1)


def test_entries_of_another_device_are_no_proof(under_test: LogUnderTest) -> None:
    with closing(under_test.log) as log:
        assert compare(log, {"anna": 5}, {"anna": {1: (1, 1)}})[0] == 1


def test_missing_tool_is_named_and_may_be_made_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REQUIRE, raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"R5: no-such-tool-here: .*No such file"):
        Ledger("R5").attempt("no-such-tool-here", "--version")
    with pytest.raises(pytest.skip.Exception, match="R5: false: exit code 1"):
        Ledger("R5").attempt("false")
    monkeypatch.setenv(REQUIRE, "1")
    with pytest.raises(pytest.fail.Exception, match="R5: false: exit code 1"):
        Ledger("R5").attempt("false")
