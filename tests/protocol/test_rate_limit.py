"""A burst, then a rate, for each key apart, in a table that stays small."""

from __future__ import annotations

from protocol import rate_limit
from protocol.rate_limit import RateLimit


def test_a_burst_passes_and_no_more() -> None:
    limit = RateLimit(burst=5, per_s=2.0)
    assert [limit.allow("a", 0.0) for _ in range(7)] == [True] * 5 + [False] * 2


def test_then_the_rate_passes() -> None:
    limit = RateLimit(burst=5, per_s=2.0)
    passed = [limit.allow("a", tick / 10) for tick in range(101)]
    assert sum(passed) == 5 + 2 * 10


def test_silence_fills_the_bucket_and_not_more() -> None:
    limit = RateLimit(burst=5, per_s=2.0)
    for _ in range(5):
        limit.allow("a", 0.0)
    assert sum(limit.allow("a", 1000.0) for _ in range(20)) == 5


def test_keys_do_not_share() -> None:
    limit = RateLimit(burst=1, per_s=1.0)
    assert limit.allow("a", 0.0)
    assert limit.allow("b", 0.0)
    assert not limit.allow("a", 0.5)


def test_refusals_cost_nothing() -> None:
    limit = RateLimit(burst=1, per_s=1.0)
    assert limit.allow("a", 0.0)
    for tick in range(1, 10):
        assert not limit.allow("a", tick / 10)
    assert limit.allow("a", 1.0)


def test_the_table_stays_small_under_many_keys() -> None:
    limit = RateLimit(burst=1, per_s=0.001)
    for key in range(rate_limit.KEYS_MAX + 100):
        assert limit.allow(key, 0.0)
    assert len(limit) == rate_limit.KEYS_MAX


def test_the_table_forgets_full_buckets() -> None:
    limit = RateLimit(burst=1, per_s=1.0)
    for key in range(100):
        limit.allow(key, 0.0)
    for _ in range(100):
        limit.allow("later", 10.0)
    assert len(limit) == 1
