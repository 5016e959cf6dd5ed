"""How much one person, and one place that strangers come from, may do in a time.

Theory. A person who is known is bound by rates of his own, wherever he comes from. A new key costs
nothing, so those that the server has not known before also share the rates of the place they come
from: sized for a classroom behind one address. Rates delay, they never refuse for good; the bytes
of a day are a rate too, with a large bucket.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from protocol.cookie import Address
from protocol.rate_limit import RateLimit
from server.server_config import ServerLimits

_DAY_S: Final = 86_400.0
#: Each comes three times while it connects.
_HOSTS_REMEMBERED: Final = 1024


class Rates:
    """The buckets of one server; see ``ServerLimits`` for their sizes."""

    def __init__(self, bounds: ServerLimits, *, enabled: bool) -> None:
        self._enabled = enabled
        self._posts = RateLimit(bounds.posts_burst, bounds.posts_per_s)
        self._asked = RateLimit(bounds.asked_burst, bounds.asked_per_s)
        self._bytes = RateLimit(bounds.bytes_per_day, bounds.bytes_per_day / _DAY_S)
        self._source_posts = RateLimit(bounds.source_posts_burst, bounds.source_posts_per_s)
        self._new_people = RateLimit(bounds.new_people_burst, bounds.new_people_per_s)

    def post_wait_s(self, person: int, source: str, size_bytes: int, now: float) -> float:
        """Takes what a post costs and returns 0, or takes nothing and returns how many seconds
        it has to wait. ``source`` is where the person comes from while the server has not known
        him before, else empty."""
        if not self._enabled:
            return 0.0
        buckets: list[tuple[RateLimit, int | str, int]] = [
            (self._posts, person, 1),
            (self._bytes, person, size_bytes),
        ]
        if source:
            buckets.append((self._source_posts, source, 1))
        wait_s = max(rate.missing_s(key, now, cost) for rate, key, cost in buckets)
        if not wait_s:
            for rate, key, cost in buckets:
                rate.take(key, now, cost)
        return wait_s

    def may_change(self, person: int, now: float) -> bool:
        """Whether a person may change something else than a room's log now, like a post."""
        return not self._enabled or self._posts.allow(person, now)

    def may_ask(self, person: int, rows: int, now: float) -> bool:
        """Whether a person may have so many rows looked for now."""
        if self._enabled and self._asked.missing_s(person, now, rows):
            return False
        self._asked.take(person, now, rows)
        return True

    def may_come(self, source: str, now: float) -> bool:
        """Whether one more person that nobody knows may come from there now."""
        return not self._enabled or self._new_people.allow(source, now)


def source_of(bounds: ServerLimits) -> Callable[[Address], str]:
    """Whom limits of a place count: addresses of the same network prefix together, but each
    address of private ranges and of the own link for itself, for there they are single people's
    machines; its port never."""

    @lru_cache(maxsize=_HOSTS_REMEMBERED)
    def source_of_host(host: str) -> str:
        try:
            ip = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return host
        if not ip.is_global:
            return host
        bits = bounds.ipv4_prefix_bits if ip.version == 4 else bounds.ipv6_prefix_bits
        return str(ipaddress.ip_network((int(ip), min(bits, ip.max_prefixlen)), strict=False))

    return lambda address: source_of_host(address[0])
