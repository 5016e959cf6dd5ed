"""The quiet lines between the messages as rows: who came and went, and what only this computer
tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Final

from app.controllers.presenters import UNKNOWN_NAME, moment
from app.models.joins_and_leaves import JOINS_AND_LEAVES
from app.models.message import (
    ForkNotice,
    Gap,
    LocalNotice,
    Message,
    MessageKind,
    RenameNotice,
    TimelineItem,
)
from app.models.name_book import NameBook
from app.translation import _, ngettext
from app.views.rows import MessageKind as RowKind
from app.views.rows import MessageRow, RowDetails
from app.views.wording import clock_text, number_text

#: An unfolded line names so many people; the others are only counted.
NAMES_MAX: Final = 100


#: Things of one kind that happened one after the other on the same day.
Run = list[Message | RenameNotice]


def runs(
    items: Sequence[TimelineItem], start: int, zone: tzinfo | None
) -> Iterator[tuple[TimelineItem | Run, int]]:
    """The items from ``start`` on, each with the place after it; people who joined (or left, or
    have a new nick) one after the other on the same day are taken together."""
    run: Run = []
    kind: object = None
    for place in range(start, len(items)):
        item = items[place]
        if isinstance(item, Message):
            kind_here: object = item.kind if item.kind in JOINS_AND_LEAVES else None
        else:
            kind_here = RenameNotice if isinstance(item, RenameNotice) else None
        if run and not (
            kind_here is kind
            and not isinstance(item, Gap)
            and moment(item.time_ms, zone).date() == moment(run[0].time_ms, zone).date()
        ):
            yield run, place
            run = []
        kind = kind_here
        if kind is not None and isinstance(item, Message | RenameNotice):
            run.append(item)
        else:
            yield item, place + 1
    if run:
        yield run, len(items)


def run_row(names: NameBook, run: Run, zone: tzinfo | None) -> MessageRow:
    """People who joined, or left, or have a new nick, one after the other."""
    renames = [item for item in run if isinstance(item, RenameNotice)]
    moves = [item for item in run if isinstance(item, Message)]
    if renames:
        text, unfolded = _renamed(renames)
    else:
        people = dict.fromkeys(message.author for message in moves)
        called = [names.of(person) or _(UNKNOWN_NAME) for person in people]
        came = moves[0].kind is MessageKind.JOINED
        text = _came(called) if came else _went(called)
        unfolded = _unfolded(called, came) if len(called) > 2 else ""
    until = moment(run[-1].time_ms, zone) if len(run) > 1 else None
    return MessageRow(
        key=run[0].key,
        author_id="",
        author_name="",
        is_own=False,
        time=moment(run[0].time_ms, zone),
        text=text,
        kind=RowKind.NOTICE,
        details=RowDetails(until=until, unfolded=unfolded),
    )


def _renamed(renames: Sequence[RenameNotice]) -> tuple[str, str]:
    """ "Ann is now called Anna", or how many have other nicks; and then all of them."""
    words = _("{before} is now called {name}")
    each = [words.format(before=one.before, name=one.name) for one in renames]
    if len(each) == 1:
        return each[0], ""
    counted = ngettext("{count} nick was changed", "{count} nicks were changed", len(each)).format(
        count=number_text(len(each))
    )
    return counted, " · ".join(each)


def notice_row(notice: LocalNotice | ForkNotice, zone: tzinfo | None) -> MessageRow:
    """A line that only this person sees."""
    text = notice.text if isinstance(notice, LocalNotice) else _fork_text(notice, zone)
    return MessageRow(
        key=notice.key,
        author_id="",
        author_name="",
        is_own=False,
        time=moment(notice.time_ms, zone),
        text=text,
        kind=RowKind.LOCAL_NOTICE,
        is_mention=isinstance(notice, LocalNotice) and notice.is_reminder,
    )


def _came(names: Sequence[str]) -> str:
    """ "Anna joined", "Anna and Ben joined", "Anna, Ben and 3 others joined"."""
    match names:
        case [name]:
            return _("{name} joined").format(name=name)
        case [first, second]:
            return _("{first} and {second} joined").format(first=first, second=second)
        case [first, second, *others]:
            words = ngettext(
                "{first}, {second} and {count} other joined",
                "{first}, {second} and {count} others joined",
                len(others),
            )
            return words.format(first=first, second=second, count=number_text(len(others)))
    return ""


def _went(names: Sequence[str]) -> str:
    """The same for those who left."""
    match names:
        case [name]:
            return _("{name} left").format(name=name)
        case [first, second]:
            return _("{first} and {second} left").format(first=first, second=second)
        case [first, second, *others]:
            words = ngettext(
                "{first}, {second} and {count} other left",
                "{first}, {second} and {count} others left",
                len(others),
            )
            return words.format(first=first, second=second, count=number_text(len(others)))
    return ""


def _unfolded(names: Sequence[str], came: bool) -> str:
    """All of them by name, as far as that can be read."""
    if len(names) <= NAMES_MAX:
        words = _("{names} and {last} joined") if came else _("{names} and {last} left")
        return words.format(names=", ".join(names[:-1]), last=names[-1])
    others = len(names) - NAMES_MAX
    if came:
        words = ngettext(
            "{names} and {count} other joined", "{names} and {count} others joined", others
        )
    else:
        words = ngettext(
            "{names} and {count} other left", "{names} and {count} others left", others
        )
    return words.format(names=", ".join(names[:NAMES_MAX]), count=number_text(others))


def _fork_text(notice: ForkNotice, zone: tzinfo | None) -> str:
    if notice.since_ms:
        words = ngettext(
            "The server came back from an older copy: {count} message after {time} is only on"
            " this computer. You find it below the rooms.",
            "The server came back from an older copy: {count} messages after {time} are only"
            " on this computer. You find them below the rooms.",
            notice.lost,
        )
    else:
        words = ngettext(
            "The server came back from an older copy: {count} message is only on this"
            " computer. You find it below the rooms.",
            "The server came back from an older copy: {count} messages are only on this"
            " computer. You find them below the rooms.",
            notice.lost,
        )
    since = clock_text(moment(notice.since_ms, zone))
    return words.format(count=number_text(notice.lost), time=since)
