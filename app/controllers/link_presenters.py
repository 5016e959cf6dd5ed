"""What the connection pill, its details, and the one line under the header say."""

from __future__ import annotations

from math import ceil
from typing import Final

from app.client_config import DEFAULT_PORT
from app.controllers.waiting_words import Waiting, messages_text, waiting_shortly, waiting_words
from app.models.events import NO_ANSWER, NO_NETWORK, LinkState
from app.models.signals import CatchUp, DiskTrouble, LinkStatus
from app.translation import N_, _, ngettext
from app.views.rows import BannerKind, BannerRow, LinkDetailsRow, LinkQuality, StatusRow
from app.views.wording import ms_text, number_text, percent_text

#: Quality, round trip in seconds and share lost up to which it holds; best first.
_QUALITIES: Final = (
    (LinkQuality.GOOD, 0.060, 0.01),
    (LinkQuality.FAIR, 0.150, 0.03),
    (LinkQuality.WEAK, 0.400, 0.10),
)
LOCK: Final = N_("Encrypted up to the server. The server can read messages.")
#: Clocks that differ less are none of anybody's business.
CLOCK_WRONG_S: Final = 120.0
_MINUTE_S: Final = 60.0
_HOUR_S: Final = 3600.0


def status_row(
    link: LinkStatus,
    catch_up: CatchUp,
    address: str,
    left_s: float | None,
    silent_s: float | None = None,
    *,
    is_slow: bool = False,
) -> StatusRow:
    """The connection pill.

    ``is_slow`` is whether catching up lasts long enough to be mentioned, ``left_s`` how long it
    may take, None if unknown; ``silent_s`` is how long it has been since the server was asked
    without an answer, None where that is not what is wrong.
    """
    if silent_s is not None and link.state is not LinkState.STOPPED:
        words = short = _("No answer")
        if silent_s >= 1:
            words = _("No answer for {time}").format(time=age_text(silent_s))
        reason = link.reason or _(NO_ANSWER)
        return StatusRow(LinkQuality.NO_ANSWER, words, short, f"{address}\n{reason}")
    if link.state is LinkState.CONNECTING:
        words = _("Connecting…")
        return StatusRow(LinkQuality.CONNECTING, words, words, address)
    if link.state is not LinkState.ONLINE:
        words = _("Offline")
        return StatusRow(LinkQuality.OFFLINE, words, words, link.reason)
    tooltip = _tooltip(link, catch_up, address)
    if catch_up.missing and is_slow:
        words = short = _("{count} behind").format(count=number_text(catch_up.missing))
        if left_s is not None:
            left = _("{seconds}\N{NO-BREAK SPACE}s left").format(seconds=ceil(left_s))
            words = f"{short} · {left}"
        return StatusRow(LinkQuality.CATCHING_UP, words, short, tooltip)
    if not link.round_trip_s:
        words = _("Connected")
        return StatusRow(LinkQuality.GOOD, words, words, tooltip)
    trip = _round_trip(link)
    return StatusRow(_quality(link), f"{trip} · {_lost(link)}", trip, tooltip)


def details_row(
    link: LinkStatus, catch_up: CatchUp, status: StatusRow, *, server: str, address: str,
    fingerprint: str, age_s: float,
) -> LinkDetailsRow:  # fmt: skip
    """Everything that is known of the connection; ``age_s`` is how old the session is now."""
    answers = link.state is LinkState.ONLINE and not link.silent_s
    facts = [(_("Address"), address)]
    if link.state is LinkState.ONLINE:
        if link.round_trip_s:
            facts += [
                (_("Round trip"), _round_trip(link)),
                (_("Lost on the way"), percent_text(round(link.loss * 100))),
            ]
        rate = _("{received} in, {sent} out").format(
            received=_per_second(link.received_per_s), sent=_per_second(link.sent_per_s)
        )
        facts += [
            (_("Packets a second"), rate),
            (_("Lost, then fetched"), messages_text(link.repaired)),
            (_("Connected for"), age_text(age_s)),
        ]
    return LinkDetailsRow(
        server=server,
        status=status,
        facts=tuple(facts),
        fingerprint=fingerprint,
        lock=_(LOCK),
        holding=_holding(catch_up) if answers else link.reason or _(NO_ANSWER),
        is_complete=answers and not catch_up.missing,
    )


def banner_row(
    link: LinkStatus,
    catch_up: CatchUp,
    *,
    server: str,
    retry_in_s: float,
    waiting: Waiting,
    is_slow: bool,
    trouble: DiskTrouble,
    was_online: bool = True,
    failure: str = "",
    clock_ahead_s: float = 0.0,
) -> BannerRow | None:
    """The most important line, if there is one.

    ``retry_in_s`` counts down while offline; ``is_slow`` is whether catching up lasts long enough
    to be mentioned; ``trouble`` is what the disk said; ``was_online`` whether there was a
    connection that could be lost. If not, ``failure`` is why that came to nothing yet.
    ``clock_ahead_s`` is how far this computer's clock is ahead.
    """
    server, address = _shortly(server), _shortly(link.address)
    if link.state is LinkState.OFFLINE:
        return _offline_banner(link, server, retry_in_s, waiting, was_online=was_online)
    if link.state is LinkState.STOPPED:
        reason = link.reason or _("The connection was ended.")
        return BannerRow(BannerKind.STOPPED, reason, _("Connect again"))
    if link.state is LinkState.CONNECTING:
        if link.reason:
            text = _joined(link.reason, waiting_shortly(waiting))
            return BannerRow(BannerKind.LINK_LOST, text, _("Try now"))
        if was_online:
            trying = trying_again(0)
            if address:
                trying = _("Trying {address}…").format(address=address)
            text = _joined(_("Connection lost."), trying, waiting_shortly(waiting))
            return BannerRow(BannerKind.LINK_LOST, text)
        if failure:
            return _unanswered_banner(failure, server, address, waiting)
        text = _("Connecting to {server}…").format(server=server)
        if address:
            text = _("Connecting to {server} at {address}…").format(server=server, address=address)
        return BannerRow(BannerKind.CONNECTING, text, _("Cancel"))
    if trouble.has_texts:
        return BannerRow(BannerKind.KEPT_TEXTS, trouble.reason, _("Show"))
    if trouble.reason:
        return BannerRow(BannerKind.ERROR, trouble.reason, _("Dismiss"))
    if catch_up.missing and is_slow:
        done = catch_up.total - catch_up.missing
        text = _("Catching up: {done} of {total} messages").format(
            done=number_text(done), total=number_text(catch_up.total)
        )
        return BannerRow(BannerKind.CATCHING_UP, text, progress=done / catch_up.total)
    if abs(clock_ahead_s) >= CLOCK_WRONG_S:
        text = _("This computer's clock is {time} ahead.")
        if clock_ahead_s < 0:
            text = _("This computer's clock is {time} behind.")
        text = text.format(time=age_text(abs(clock_ahead_s)))
        return BannerRow(BannerKind.CLOCK_WRONG, text, _("Dismiss"))
    return None


def _shortly(place: str) -> str:
    """An address as one would type it: in one line there is little room."""
    return place.removesuffix(f":{DEFAULT_PORT}")


def _offline_banner(
    link: LinkStatus, server: str, retry_in_s: float, waiting: Waiting, *, was_online: bool
) -> BannerRow:
    if link.reason == _(NO_NETWORK):
        # There is no use in counting down to a try that cannot succeed.
        what, short = _("You are offline."), waiting_shortly(waiting)
        text, short_text = _joined(what, waiting_words(waiting)), _joined(what, short)
        return BannerRow(BannerKind.UNSENT, text, _("Try now"), short_text=short_text)
    if was_online:
        what = _("Connection lost.")
    elif link.reason == _(NO_ANSWER):
        what = _("No answer from {server}.").format(server=server)
    else:
        what = link.reason
    text = _joined(what, trying_again(retry_in_s), waiting_shortly(waiting))
    return BannerRow(BannerKind.LINK_LOST, text, _("Try now"), can_test=not was_online)


def _unanswered_banner(failure: str, server: str, address: str, waiting: Waiting) -> BannerRow:
    """The pill beside it says for how long; with the buttons there is room for one short line."""
    text = _joined(failure, _("Still trying…"), waiting_shortly(waiting))
    if failure == _(NO_ANSWER):
        what = _("No answer from {server} yet…").format(server=server)
        if address:
            what = _("No answer from {server} yet. Trying {address}…")
            what = what.format(server=server, address=address)
        text = _joined(what, waiting_shortly(waiting))
    return BannerRow(BannerKind.NO_ANSWER, text, _("Cancel"), can_test=True)


def asking_words(
    link: LinkStatus, place: str, *, failure: str, waited_s: float, retry_in_s: float
) -> tuple[str, str]:
    """What the connect page says while a server is waited for: what went wrong, with the next
    step, and what is going on. ``failure`` is the reason of the last try that failed."""
    error = ""
    if failure == _(NO_ANSWER):
        error = _("No answer from {place}. Check the address, or test the network.")
        error = error.format(place=place)
    elif failure:
        error = failure
    if failure:  # what is said of it is not taken back by waiting once more
        return error, trying_again(retry_in_s if link.state is LinkState.OFFLINE else 0)
    if waited_s < 2:
        return error, _("Waiting for {place}…").format(place=place)
    words = _("Waiting for {place}… {seconds}\N{NO-BREAK SPACE}s")
    return error, words.format(place=place, seconds=int(waited_s))


def trying_again(retry_in_s: float) -> str:
    """The countdown to the next try."""
    wait_s = max(0, ceil(retry_in_s))
    if not wait_s:
        return _("Trying again now…")
    return _("Trying again in {seconds}\N{NO-BREAK SPACE}s…").format(seconds=wait_s)


def age_text(seconds: float) -> str:
    """ "40 s", "7 min" or "3 h 5 min"."""
    if seconds < _MINUTE_S:
        return _("{seconds}\N{NO-BREAK SPACE}s").format(seconds=int(seconds))
    minutes = int(seconds // _MINUTE_S)
    if seconds < _HOUR_S:
        return _("{minutes}\N{NO-BREAK SPACE}min").format(minutes=minutes)
    words = _("{hours}\N{NO-BREAK SPACE}h {minutes}\N{NO-BREAK SPACE}min")
    return words.format(hours=number_text(minutes // 60), minutes=minutes % 60)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _quality(link: LinkStatus) -> LinkQuality:
    for quality, round_trip_s, loss in _QUALITIES:
        if link.round_trip_s <= round_trip_s and (
            link.loss < loss if quality is LinkQuality.GOOD else link.loss <= loss
        ):
            return quality
    return LinkQuality.POOR


def _round_trip(link: LinkStatus) -> str:
    return ms_text(max(1, round(link.round_trip_s * 1000)))


def _lost(link: LinkStatus) -> str:
    return _("{percent}\N{NO-BREAK SPACE}% lost").format(percent=round(link.loss * 100))


def _per_second(rate: float) -> str:
    return f"{rate:.1f}" if rate < 10 else number_text(round(rate))


def _holding(catch_up: CatchUp) -> str:
    if not catch_up.missing:
        return _("You have every message")
    text = ngettext(
        "{count} message is still on its way",
        "{count} messages are still on their way",
        catch_up.missing,
    )
    return text.format(count=number_text(catch_up.missing))


def _tooltip(link: LinkStatus, catch_up: CatchUp, address: str) -> str:
    lines = [address]
    if link.round_trip_s:
        lines.append(
            _("Round trip {time}, {lost}").format(time=_round_trip(link), lost=_lost(link))
        )
    if link.repaired:
        lines.append(_("Lost, then fetched: {what}").format(what=messages_text(link.repaired)))
    lines += [_holding(catch_up), _(LOCK)]
    return "\n".join(line for line in lines if line)
