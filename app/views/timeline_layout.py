"""What a timeline looks like, without Tk: groups, dividers and differences.

Theory: rows become blocks. A block is a row and everything that its neighbours decide: whether
it starts a group, and what stands above it. Two lists of blocks are compared from both ends, so
an appended message, a changed mark and a prepended page each cost what they change, not what is
shown.
"""

from collections.abc import Hashable, Sequence
from datetime import date, timedelta
from difflib import SequenceMatcher

from app.structs import Struct
from app.views.rows import Key, MessageKind, MessageRow, TimelineRow
from app.views.wording import day_text

GROUP_GAP = timedelta(minutes=7)


class BeginningRow(Struct, frozen=True, gc=False):
    """Stands above the very first row of a room."""

    key: Key
    room_name: str
    #: It is not the first one there is: what came before is out of view.
    is_cleared: bool = False


class Block(Struct, frozen=True, gc=False):
    """One row and how it is drawn; equal blocks look equal."""

    row: TimelineRow | BeginningRow
    starts_group: bool
    day: str = ""  # a day divider above, "" draws none
    is_new_above: bool = False


def blocks_of(
    rows: Sequence[TimelineRow], *, today: date, new_from: Key | None = None
) -> list[Block]:
    """Blocks of consecutive rows; the first always starts a group and names its day. An action
    ("* Ben waves") says who it is, so it stands without a head, between groups."""
    blocks: list[Block] = []
    previous: MessageRow | None = None
    shown_day: date | None = None
    after_message = False
    for row in rows:
        is_new = new_from is not None and row.key == new_from
        if not isinstance(row, MessageRow):
            blocks.append(Block(row, starts_group=False, is_new_above=is_new))
            after_message = False
            continue
        day = row.time.date()
        divider = ""
        if shown_day is None or day > shown_day:  # never back: the order is not a clock's
            divider, shown_day = day_text(day, today), day
        grouped = (
            after_message
            and not divider
            and not is_new
            and previous is not None
            and _continues(previous, row)
        )
        starts_group = not (grouped or row.details.is_action)
        blocks.append(Block(row, starts_group, divider, is_new))
        previous, after_message = row, True
    return blocks


def _continues(previous: MessageRow, row: MessageRow) -> bool:
    if previous.kind is not row.kind:
        return False
    if row.kind is not MessageKind.MESSAGE:
        return True
    if previous.details.is_action:
        return False
    # The order is the log's, and clocks differ: a post that waits may look older than its echo.
    gap = abs(row.time - previous.time)
    return previous.author_id == row.author_id and gap < GROUP_GAP


class Edit(Struct, frozen=True, gc=False):
    """Replace `old_start:old_end` of the old list by `new_start:new_end` of the new one."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def edits_between(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Edit]:
    """The edits, last first, so that each leaves the places of those to come alone."""
    head = _common(old, new, range(min(len(old), len(new))))
    rest = min(len(old), len(new)) - head
    tail = _common(old, new, range(-1, -rest - 1, -1))
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if not old_middle and not new_middle:
        return []
    one, many = sorted((old_middle, new_middle), key=len)
    if not one or (len(one) == 1 and one[0] not in many):
        return [Edit(head, head + len(old_middle), head, head + len(new_middle))]
    matcher = SequenceMatcher(None, old_middle, new_middle, autojunk=False)
    return [
        Edit(head + i1, head + i2, head + j1, head + j2)
        for tag, i1, i2, j1, j2 in reversed(matcher.get_opcodes())
        if tag != "equal"
    ]


def _common(old: Sequence[object], new: Sequence[object], places: range) -> int:
    count = 0
    for place in places:
        if old[place] is not new[place] and old[place] != new[place]:
            break
        count += 1
    return count


def last_writers(rows: Sequence[TimelineRow], most: int = 60) -> list[str]:
    """Ids of the people who wrote the newest rows, the last one first."""
    newest = (row for row in reversed(rows[-most:]) if isinstance(row, MessageRow))
    return list(dict.fromkeys(row.author_id for row in newest if row.author_id))
