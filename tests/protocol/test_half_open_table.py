"""Few handshakes, few from each source, and the oldest gives way."""

from __future__ import annotations

from protocol.half_open_table import HalfOpen, HalfOpenTable
from protocol.noise import KeyPair, NoiseXX

KEY = KeyPair(bytes(range(32)))
NOISE = NoiseXX(initiator=False, static=KEY, ephemeral=KEY, prologue=b"")


def entry(index: int, host: str = "a") -> HalfOpen:
    m1_hash = b"%d" % index
    return HalfOpen(NOISE, 0, index, m1_hash, b"m2", (host, 1), host, float(index))


def test_is_found_by_index_and_by_m1_until_removed() -> None:
    table, one = HalfOpenTable(10, 10), entry(1)
    table.add(one)
    assert table.by_index(1) is table.by_m1(b"1") is table.oldest() is one
    assert 1 in table
    table.remove(one)
    assert table.by_index(1) is table.by_m1(b"1") is table.oldest() is None
    assert len(table) == 0
    assert not table._by_source


def test_the_oldest_of_all_gives_way() -> None:
    table = HalfOpenTable(3, 10)
    for index in range(5):
        table.add(entry(index, host=str(index)))
    assert [index for index in range(5) if index in table] == [2, 3, 4]
    assert len(table._by_source) == 3


def test_the_oldest_of_a_full_source_gives_way_and_no_other() -> None:
    table = HalfOpenTable(100, 2)
    table.add(entry(0, host="quiet"))
    for index in range(1, 10):
        table.add(entry(index, host="loud"))
    assert [index for index in range(10) if index in table] == [0, 8, 9]
