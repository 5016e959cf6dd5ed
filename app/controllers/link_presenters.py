"""What the connection pill and the one line under the header say."""

from __future__ import annotations

from math import ceil
from typing import Final

from app.models.events import LinkState
from app.models.signals import CatchUp, LinkStatus
from app.translation import N_, _, ngettext
from app.views.rows import BannerKind, BannerRow, LinkQuality, StatusRow
from app.views.wording import ms_text, number_text

#: Quality, round trip in seconds and share lost up to which it holds; best first.
_QUALITIES: Final = (
    (LinkQuality.GOOD, 0.060, 0.01),
    (LinkQuality.FAIR, 0.150, 0.03),
    (LinkQuality.WEAK, 0.400, 0.10),
)
LOCK: Final = N_("Encrypted up to the server. The server can read messages.")


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
            words = short = _("No answer")
            if silent_s >= 1:
                words = _("No answer for {seconds}\N{NO-BREAK SPACE}s").format(
                    seconds=int(silent_s)
                )
            return StatusRow(LinkQuality.NO_ANSWER, words, short, link.reason)
        words = _("Connecting…")
        return StatusRow(LinkQuality.CONNECTING, words, words, address)
    if link.state is not LinkState.ONLINE:
        words = _("Offline")
        return StatusRow(LinkQuality.OFFLINE, words, words, link.reason)
    if catch_up.missing:
        words = short = _("{count} behind").format(count=number_text(catch_up.missing))
        if left_s is not None:
            left = _("{seconds}\N{NO-BREAK SPACE}s left").format(seconds=ceil(left_s))
            words = f"{short} · {left}"
        return StatusRow(LinkQuality.CATCHING_UP, words, short, _tooltip(link, catch_up, address))
    if not link.round_trip_s:
        words = _("Connected")
        return StatusRow(LinkQuality.GOOD, words, words, _tooltip(link, catch_up, address))
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
        text = _("Connection lost. Trying again now…")
        if retry_in_s > 0:
            text = _("Connection lost. Trying again in {seconds}\N{NO-BREAK SPACE}s…")
        text = text.format(seconds=ceil(retry_in_s)) + _waiting(unsent)
        return BannerRow(BannerKind.LINK_LOST, text, _("Try now"))
    if link.state is LinkState.STOPPED:
        return BannerRow(BannerKind.ERROR, link.reason or _("The connection was ended."))
    if link.state is LinkState.CONNECTING:
        if link.reason:
            return BannerRow(BannerKind.LINK_LOST, f"{link.reason}{_waiting(unsent)}")
        text = _("Connecting to {server}…").format(server=server)
        return BannerRow(BannerKind.CONNECTING, text, _("Cancel"))
    if trouble:
        return BannerRow(BannerKind.ERROR, trouble)
    if catch_up.missing and is_slow:
        done = catch_up.total - catch_up.missing
        text = _("Catching up: {done} of {total} messages").format(
            done=number_text(done), total=number_text(catch_up.total)
        )
        return BannerRow(BannerKind.CATCHING_UP, text, progress=done / catch_up.total)
    return None


def _waiting(unsent: int) -> str:
    """A sentence that follows another one, or nothing."""
    if not unsent:
        return ""
    sentence = ngettext(
        "{count} message waits and goes out by itself.",
        "{count} messages wait and go out by themselves.",
        unsent,
    )
    return " " + sentence.format(count=number_text(unsent))


def _quality(link: LinkStatus) -> LinkQuality:
    for quality, round_trip_s, loss in _QUALITIES:
        if link.round_trip_s <= round_trip_s and (
            link.loss < loss if quality is LinkQuality.GOOD else link.loss <= loss
        ):
            return quality
    return LinkQuality.POOR


def _round_trip(link: LinkStatus) -> str:
    ms = max(1, round(link.round_trip_s * 1000))
    return ms_text(ms)


def _lost(link: LinkStatus) -> str:
    return _("{percent}\N{NO-BREAK SPACE}% lost").format(percent=round(link.loss * 100))


def _tooltip(link: LinkStatus, catch_up: CatchUp, address: str) -> str:
    lines = [address]
    if link.round_trip_s:
        lines.append(
            _("Round trip {time}, {lost}").format(time=_round_trip(link), lost=_lost(link))
        )
    if catch_up.missing:
        words = ngettext(
            "{count} message is still on its way",
            "{count} messages are still on their way",
            catch_up.missing,
        )
        lines.append(words.format(count=number_text(catch_up.missing)))
    else:
        lines.append(_("You have every message"))
    lines.append(_(LOCK))
    return "\n".join(line for line in lines if line)
