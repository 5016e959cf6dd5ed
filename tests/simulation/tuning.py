"""Bounds made tiny for a run, so that what is rare in life happens all the time (BUGGIFY)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from protocol import cookie, limits
from protocol.server_handshakes import HandshakeLimits
from server.server_config import ServerConfig, ServerLimits


@dataclass(frozen=True, slots=True)
class Tuning:
    """Bounds of both sides; the defaults are the real ones."""

    rekey_after_s: float = limits.REKEY_AFTER_S
    old_keys_kept_s: float = limits.OLD_KEYS_KEPT_S
    posts_ahead_max: int = limits.POSTS_AHEAD_MAX
    window_max: int = limits.WINDOW_MAX
    ranges_in_hand_max: int = limits.RANGES_IN_HAND_MAX
    cookie_secret_s: float = cookie.COOKIE_SECRET_S
    recent_entries: int = 512
    staged_bytes_max: int = 96 * 1024
    writes_waiting_max: int = 20_000
    half_open_max: int = 1000
    is_rate_limited: bool = False

    def server_config(self) -> ServerConfig:
        """The server's part of it. Rates are high, or people would still talk at the end."""
        return ServerConfig(
            limits=ServerLimits(
                recent_entries=self.recent_entries,
                staged_bytes_max=self.staged_bytes_max,
                writes_waiting_max=self.writes_waiting_max,
                posts_burst=20,
                posts_per_s=20.0,
            ),
            handshakes=HandshakeLimits(
                half_open_max=self.half_open_max, half_open_per_source_max=self.half_open_max
            ),
            rate_limits=self.is_rate_limited,
        )


ORDINARY = Tuning()


@contextmanager
def tuned(tuning: Tuning) -> Iterator[None]:
    """Put the bounds that both sides share in force, in the one place where they are."""
    shared = {
        "REKEY_AFTER_S": tuning.rekey_after_s,
        "OLD_KEYS_KEPT_S": tuning.old_keys_kept_s,
        "POSTS_AHEAD_MAX": tuning.posts_ahead_max,
        "WINDOW_MAX": tuning.window_max,
        "WINDOW_INITIAL": min(limits.WINDOW_INITIAL, tuning.window_max),
        "RANGES_IN_HAND_MAX": tuning.ranges_in_hand_max,
    }
    before = {name: getattr(limits, name) for name in shared}
    secret_before = cookie.COOKIE_SECRET_S
    try:
        for name, value in shared.items():
            setattr(limits, name, value)
        cookie.COOKIE_SECRET_S = tuning.cookie_secret_s  # type: ignore[misc]
        yield
    finally:
        for name, value in before.items():
            setattr(limits, name, value)
        cookie.COOKIE_SECRET_S = secret_before  # type: ignore[misc]
