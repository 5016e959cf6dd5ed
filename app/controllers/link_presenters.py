"""What the connection pill and the one line under the header say."""

from __future__ import annotations

from math import ceil
from typing import Final

from app.models.events import LinkState
from app.models.signals import CatchUp, LinkStatus
from app.views.rows import BannerKind, BannerRow, LinkQuality, StatusRow
from app.views.wording import NO_BREAK_SPACE, number_text

#: Quality, round trip in seconds and share lost up to which it holds; best first.
_QUALITIES: Final = (
    (LinkQuality.GOOD, 0.060, 0.01),
    (LinkQuality.FAIR, 0.150, 0.03),
    (LinkQuality.WEAK, 0.400, 0.10),
)
LOCK: Final = "Encrypted up to the server. The server can read messages."


def status_row(
    link: LinkStatus,
    catch_up: CatchUp,
    address: str,
    left_s: float | None,
    silent_s: float = 0.0,
) -> StatusRow:
    """The connection pill.

    ``left_s`` is how long catching up may take, None if unknown; ``silent_s`` how long it has
    been since the server was asked, or last heard.
    """
    if link.state is LinkState.CONNECTING:
        if link.reason:
            since = f"No answer for {int(silent_s)}{NO_BREAK_SPACE}s" if silent_s >= 1 else ""
            words = since or "No answer"
            return StatusRow(LinkQuality.NO_ANSWER, words, "No answer", link.reason)
        return StatusRow(LinkQuality.CONNECTING, "Connecting…", "Connecting…", address)
    if link.state is not LinkState.ONLINE:
        return StatusRow(LinkQuality.OFFLINE, "Offline", "Offline", link.reason)
    if catch_up.missing:
        behind = f"{number_text(catch_up.missing)} behind"
        left = "" if left_s is None else f" · {ceil(left_s)}{NO_BREAK_SPACE}s left"
        return StatusRow(
            LinkQuality.CATCHING_UP, behind + left, behind, _tooltip(link, catch_up, address)
        )
    if not link.round_trip_s:
        return StatusRow(
            LinkQuality.GOOD, "Connected", "Connected", _tooltip(link, catch_up, address)
        )
    return StatusRow(
        _quality(link),
        f"{_round_trip(link)} · {_lost(link)}",
        _round_trip(link),
        _tooltip(link, catch_up, address),
    )


def banner_row(
    link: LinkStatus,
    catch_up: CatchUp,
    *,
    server: str,
    retry_in_s: float,
    unsent: int,
    is_slow: bool,
    trouble: str,
) -> BannerRow | None:
    """The most important line, if there is one.

    ``retry_in_s`` counts down while offline; ``is_slow`` is whether catching up lasts long enough
    to be mentioned; ``trouble`` is what the disk said.
    """
    if link.state is LinkState.OFFLINE:
        wait_s = max(0, ceil(retry_in_s))
        when = f"in {wait_s}{NO_BREAK_SPACE}s…" if wait_s else "now…"
        text = f"Connection lost. Trying again {when}{_waiting(unsent)}"
        return BannerRow(BannerKind.LINK_LOST, text, "Try now")
    if link.state is LinkState.STOPPED:
        return BannerRow(BannerKind.ERROR, link.reason or "The connection was ended.")
    if link.state is LinkState.CONNECTING:
        if link.reason:
            return BannerRow(BannerKind.LINK_LOST, f"{link.reason}{_waiting(unsent)}")
        return BannerRow(BannerKind.CONNECTING, f"Connecting to {server}…", "Cancel")
    if trouble:
        return BannerRow(BannerKind.ERROR, trouble)
    if catch_up.missing and is_slow:
        done = catch_up.total - catch_up.missing
        text = f"Catching up: {number_text(done)} of {number_text(catch_up.total)} messages"
        return BannerRow(BannerKind.CATCHING_UP, text, progress=done / catch_up.total)
    return None


def _waiting(unsent: int) -> str:
    if not unsent:
        return ""
    what = (
        "1 message waits and goes" if unsent == 1 else f"{number_text(unsent)} messages wait and go"
    )
    return f" {what} out by themselves." if unsent > 1 else f" {what} out by itself."


def _quality(link: LinkStatus) -> LinkQuality:
    for quality, round_trip_s, loss in _QUALITIES:
        if link.round_trip_s <= round_trip_s and (
            link.loss < loss if quality is LinkQuality.GOOD else link.loss <= loss
        ):
            return quality
    return LinkQuality.POOR


def _round_trip(link: LinkStatus) -> str:
    ms = max(1, round(link.round_trip_s * 1000))
    return f"{number_text(ms)}{NO_BREAK_SPACE}ms"


def _lost(link: LinkStatus) -> str:
    return f"{round(link.loss * 100)}{NO_BREAK_SPACE}% lost"


def _tooltip(link: LinkStatus, catch_up: CatchUp, address: str) -> str:
    lines = [address]
    if link.round_trip_s:
        lines.append(f"Round trip {_round_trip(link)}, {_lost(link)}")
    missing = f"{number_text(catch_up.missing)} messages are still on their way"
    lines += [missing if catch_up.missing else "You have every message", LOCK]
    return "\n".join(line for line in lines if line)
