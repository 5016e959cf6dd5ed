"""Whatever happened before, the widget shows what a pane painted anew would show."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.structs import replace
from app.views.rows import (
    HoleRow,
    MessageKind,
    MessageRow,
    MessageState,
    RowDetails,
    TimelineRow,
    TimelineRows,
)
from app.views.timeline_view import TimelineView
from tests.app.views.conftest import START, TODAY, Stage, message

STATES = tuple(MessageState)
TEXTS = (
    "short",
    "two\nlines",
    "**bold** and *italic* ~~gone~~ `code`",
    "> quoted\n> twice\nanswered",
    "see https://example.org/x and #dev",
    "```python\nx = 1\ny = 2\n```",
    "before ```\n```\nplain\nblock\n```",
    "a ||secret|| thing",
    "ok :tada: 👍🏽",
    "👍",
    "",
    "words " * 30,
    "word" * 200,
)
STEPS = 60
ROWS_MAX = 150

Shown = list[tuple[str, frozenset[str]]]


def view_of(stage: Stage) -> TimelineView:
    view = stage.window.panes.current
    assert view is not None
    return view


def shown_by(view: TimelineView) -> Shown:
    """All characters and pictures with their tags; the running numbers of tags made comparable."""
    names = {}
    for place, drawn in enumerate(view.sheet.drawn):
        names[drawn.tag] = f"block {place}"
        names |= {tag: f"link {place}.{n}" for n, tag in enumerate(drawn.links)}
        names |= {tag: f"code {place}.{n}" for n, tag in enumerate(drawn.codes)}
    on: set[str] = set()
    shown: Shown = []
    for kind, value, _index in view.text.dump("1.0", "end-1c", text=True, image=True, tag=True):
        if kind == "tagon":
            on.add(names.get(value, value))
        elif kind == "tagoff":
            on.discard(names.get(value, value))
        elif kind == "image":
            shown.append((re.sub(r"#\d+$", "", value), frozenset(on)))
        else:
            shown += [(char, frozenset(on)) for char in value]
    return shown


def painted_anew(view: TimelineView) -> Shown:
    """What another pane shows of the same rows, when it draws them for the first time."""
    fresh = TimelineView(
        view.master,
        view.look,
        on_need_newer=lambda: None,
        on_newest=lambda: None,
        on_need_older=lambda: None,
        on_seen=lambda _key: None,
        on_retry=lambda _key: None,
        on_delete=lambda _key: None,
        on_open_link=lambda _link: None,
        on_room_name=lambda _name: None,
        on_mark_unread=lambda _key: None,
        on_show_earlier=lambda: None,
        on_author=lambda _row, _spot: None,
        on_person_name=lambda _name, _spot: None,
        on_done=lambda: None,
        quoting=view._menu._quoting,
        is_looked_at=lambda: True,
        today=lambda: TODAY,
    )
    try:
        fresh.place(x=0, y=0, relwidth=1.0, relheight=1.0)
        fresh.lower()
        while fresh._window != view._window:
            fresh._window = view._window
            fresh.update_idletasks()
        fresh._rows = view._rows
        fresh.sheet.light(view.sheet._light._words, view.sheet._light._current)
        fresh.sheet._painter.bodies.revealed.update(view.sheet._painter.bodies.revealed)
        fresh._render()
        return shown_by(fresh)
    finally:
        fresh.destroy()


def assert_painted_right(view: TimelineView) -> None:
    while view.sheet._outdated:
        view.update()
    wanted = painted_anew(view)  # lets the pane do first what it planned
    shown = shown_by(view)
    if shown == wanted:
        return
    place = next(
        (at for at, (one, two) in enumerate(zip(shown, wanted, strict=False)) if one != two),
        min(len(shown), len(wanted)),
    )
    near = "".join(char for char, _tags in wanted[max(0, place - 40) : place + 40])
    raise AssertionError(
        f"near {near!r}: shown {shown[place : place + 1]}, painted anew {wanted[place : place + 1]}"
    )


class Chat:
    """A room in which anything may happen."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.dice = stage, random.Random(seed)
        self.log: list[TimelineRow] = []
        self.pending: list[MessageRow] = []
        self.clock, self.next_key, self.older_key = START, 1, -1
        self.has_older = True
        self.new_from: object = None
        for _ in range(30):
            self.others_write()

    @property
    def rows(self) -> tuple[TimelineRow, ...]:
        return (*self.log, *self.pending)

    def show(self) -> None:
        del self.log[:-ROWS_MAX]
        self.stage.window.show_timeline(
            TimelineRows(
                self.stage.room_key,
                "dev",
                self.rows,
                has_older=self.has_older,
                new_from=self.new_from,
            )
        )

    def _made(self, **more: object) -> MessageRow:
        self.next_key += 1
        gap = self.dice.choice((1, 20, 300, 419, 420, 5000))
        self.clock += timedelta(seconds=gap)
        kind = MessageKind.NOTICE if self.dice.random() < 0.1 else MessageKind.MESSAGE
        author = self.dice.choice(("anna", "ben"))
        values = {"kind": kind, "author_id": author, "author_name": author, "time": self.clock}
        text = self.dice.choice(TEXTS)
        mention = self.dice.random() < 0.15
        return message(self.next_key, text, is_mention=mention, **(values | more))

    def others_write(self) -> None:
        self.log.append(self._made())

    def many_write(self) -> None:
        for _ in range(20):
            self.others_write()

    def own_post(self) -> None:
        for _ in range(self.dice.randrange(1, 11)):
            own = {"author_id": "me", "author_name": "me", "is_own": True}
            self.pending.append(
                self._made(kind=MessageKind.MESSAGE, state=MessageState.PENDING, **own)
            )

    def acknowledged(self) -> None:
        """Some of the pending ones, in any order, with the time of the server."""
        if self.pending:
            row = self.pending.pop(self.dice.randrange(len(self.pending)))
            moved = row.time + timedelta(seconds=self.dice.choice((-1, 0, 2)))
            self.log.append(replace(row, state=MessageState.ACCEPTED, time=moved))

    def failed(self) -> None:
        if self.pending:
            at = self.dice.randrange(len(self.pending))
            self.pending[at] = replace(
                self.pending[at], state=MessageState.FAILED, details=RowDetails(failed_reason="no")
            )

    def deleted(self) -> None:
        if self.pending:
            del self.pending[self.dice.randrange(len(self.pending))]

    def state_changed(self) -> None:
        for at, row in enumerate(self.log):
            if isinstance(row, MessageRow) and row.is_own and self.dice.random() < 0.5:
                self.log[at] = replace(row, state=self.dice.choice(STATES))

    def text_changed(self) -> None:
        at = self.dice.randrange(len(self.log))
        row = self.log[at]
        if isinstance(row, MessageRow):
            self.log[at] = replace(row, text=self.dice.choice(TEXTS))

    def renamed(self) -> None:
        name = self.dice.choice(("anna", "Anna B"))
        self.log = [
            replace(row, author_name=name)
            if isinstance(row, MessageRow) and row.author_id == "anna"
            else row
            for row in self.log
        ]

    def older_came(self) -> None:
        for _ in range(self.dice.choice((1, 7, 30))):
            self.older_key -= 1
            first = self.log[0]
            time = first.time if isinstance(first, MessageRow) else START
            row = replace(self._made(), key=self.older_key, time=time - timedelta(minutes=3))
            self.log.insert(0, row)

    def trimmed(self) -> None:
        if len(self.log) > 60:
            del self.log[: self.dice.randrange(1, len(self.log) - 40)]

    def hole_came(self) -> None:
        at = self.dice.randrange(len(self.log))
        self.log.insert(at, HoleRow(("hole", self.next_key), 2))
        self.next_key += 1

    def hole_filled(self) -> None:
        holes = [at for at, row in enumerate(self.log) if isinstance(row, HoleRow)]
        if holes:
            at = self.dice.choice(holes)
            self.log[at : at + 1] = [self._made(), self._made()]

    def messages_vanished(self) -> None:
        if len(self.log) > 40:
            at = self.dice.randrange(len(self.log) - 5)
            del self.log[at : at + self.dice.randrange(1, 5)]

    def new_line_moved(self) -> None:
        self.new_from = self.dice.choice((None, self.dice.choice(self.log).key))

    def beginning_found(self) -> None:
        self.has_older = not self.has_older

    def theme_changed(self) -> None:
        self.stage.window.look.use(self.dice.choice(("light", "dark", "contrast")))

    def text_size_changed(self) -> None:
        self.stage.window.look.scale_messages(self.dice.choice((80, 100, 150)))

    def resized(self) -> None:
        self.stage.resize(self.dice.choice((700, 960, 1100)))

    def scrolled(self) -> None:
        view = view_of(self.stage)
        self.dice.choice(
            (view.scroll_to_oldest, view.scroll_to_newest, lambda: view.scroll_pages(-1))
        )()

    def revealed(self) -> None:
        view = view_of(self.stage)
        hidden = [
            each
            for each in view.sheet.drawn
            if isinstance(each.block.row, MessageRow) and "||" in each.block.row.text
        ]
        if hidden:
            view.sheet.turn(self.dice.choice(hidden))

    def found(self) -> None:
        words = self.dice.choice(("", "gone", "line"))
        view_of(self.stage).sheet.light(words, self.dice.choice(self.log).key)

    def deeds(self) -> list[Callable[[], None]]:
        return [
            *3 * [self.others_write, self.own_post, self.acknowledged, self.acknowledged],
            self.many_write,
            self.failed,
            self.deleted,
            self.state_changed,
            self.text_changed,
            self.renamed,
            self.older_came,
            self.trimmed,
            self.hole_came,
            self.hole_filled,
            self.messages_vanished,
            self.new_line_moved,
            self.beginning_found,
            self.theme_changed,
            self.text_size_changed,
            self.resized,
            self.scrolled,
            self.scrolled,
            self.revealed,
            self.found,
        ]


@pytest.fixture
def usual_size(stage: Stage) -> Iterator[None]:
    yield
    stage.window.look.scale_messages(100)


@pytest.mark.usefixtures("usual_size")
class TestPaintedAnew:
    @pytest.mark.parametrize("seed", range(3))
    def test_after_anything(self, stage: Stage, seed: int) -> None:
        chat = Chat(stage, seed)
        chat.show()
        done = []
        deeds = chat.deeds()
        for _ in range(STEPS):
            deed = chat.dice.choice(deeds)
            done.append(deed.__name__)
            deed()
            chat.show()
            if chat.dice.random() < 0.5:
                stage.settle()
            try:
                assert_painted_right(view_of(stage))
            except AssertionError as error:
                raise AssertionError(f"after {', '.join(done[-6:])}: {error}") from None

    def test_after_ten_posts_and_some_acknowledgements(self, stage: Stage) -> None:
        own: dict[str, Any] = {"author_id": "me", "author_name": "Me", "is_own": True}
        before = message(1, "hello")
        posts = [
            message(n, state=MessageState.PENDING, time=START + timedelta(seconds=n), **own)
            for n in range(2, 12)
        ]
        stage.show_rows((before, *posts))
        late = timedelta(seconds=2)
        numbered = [
            replace(posts[at], state=MessageState.ACCEPTED, time=posts[at].time + late)
            for at in (4, 0, 7)
        ]
        for count in range(1, 4):
            accepted = numbered[:count]
            keys = {row.key for row in accepted}
            waiting = [row for row in posts if row.key not in keys]
            stage.show_rows((before, *accepted, *waiting))
            assert_painted_right(view_of(stage))
            assert sum(char == "M" for char, _tags in shown_by(view_of(stage))) == 1


#: What happens while somebody reads further up, without their doing.
ELSEWHERE = (
    "others_write",
    "many_write",
    "own_post",
    "acknowledged",
    "failed",
    "deleted",
    "state_changed",
    "older_came",
    "hole_came",
    "hole_filled",
    "new_line_moved",
    "theme_changed",
    "found",
    "renamed",
    "text_changed",
)


def lines_in_view(view: TimelineView) -> dict[object, int]:
    """The y of the text of each message that is wholly in view."""
    found = {}
    for drawn in view.sheet.drawn:
        start = f"{drawn.tag}.first + {drawn.lines_above} lines"
        info = view.text.dlineinfo(start)
        if info is not None and info[1] >= 0:
            found[drawn.block.row.key] = info[1]
    return found


class TestReading:
    @pytest.mark.parametrize("seed", range(2))
    def test_nothing_moves_who_reads_further_up(self, stage: Stage, seed: int) -> None:
        chat = Chat(stage, seed)
        for _ in range(3):
            chat.many_write()
        chat.show()
        stage.settle()
        view = view_of(stage)
        view.scroll_pages(-2)
        stage.settle()
        assert not view.is_at_newest
        for _ in range(30):
            name = chat.dice.choice(ELSEWHERE)
            before = lines_in_view(view)
            getattr(chat, name)()
            chat.show()
            stage.settle()
            after = lines_in_view(view)
            moved = {after[key] - y for key, y in before.items() if key in after}
            assert 0 in moved, f"{name} moved the view by {moved}"
            assert not view.is_at_newest, name
