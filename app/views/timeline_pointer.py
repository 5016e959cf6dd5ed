"""What the pointer and the keys do in the messages: hover, links, marks, scrolling, copying."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Protocol

from app.translation import _
from app.views import clipboard, wording
from app.views.drawn_block import AVATAR_X, Drawn
from app.views.emoji_text import text_with_emoji
from app.views.hint import attach_hint, hint_of
from app.views.late import Late
from app.views.message_time import MessageTime
from app.views.message_toolbar import MessageToolbar
from app.views.person_cards import Spot
from app.views.rows import Key, MessageKind, MessageRow
from app.views.safe_text import safe_line
from app.views.surface import FlatButton
from app.views.theme import Look
from app.views.timeline_menu import TimelineMenu
from app.views.timeline_sheet import TimelineSheet

_STEP = 60  # logical pixels of one turn of the wheel
#: What a click on text does something with.
_TURNING = frozenset(("spoiler", "spoiler_open", "unfold"))
_ACTIVE = _TURNING | {"pressable", "action", "name"}
#: The same, and what has a tooltip.
_ANSWERING = _ACTIVE | {"mark", "meta"}


class PointedView(Protocol):
    """What of a timeline the pointer moves."""

    look: Look

    def scroll_pixels(self, pixels: int) -> None: ...
    def show_earlier(self) -> None: ...
    def scroll_pages(self, pages: int) -> None: ...
    def scroll_to_oldest(self) -> None: ...
    def scroll_to_newest(self) -> None: ...
    def scrolled(self) -> None: ...


class TimelinePointer:
    """Binds the Text of one `TimelineView` and remembers what is under the pointer."""

    def __init__(
        self,
        view: PointedView,
        sheet: TimelineSheet,
        menu: TimelineMenu,
        *,
        choose: Callable[[Drawn], bool],
        on_retry: Callable[[Key], None],
        on_delete: Callable[[Key], None],
        on_room_name: Callable[[str], None],
        on_author: Callable[[MessageRow, Spot], None],
        on_person_name: Callable[[str, Spot], None],
        on_done: Callable[[], None],
    ) -> None:
        """`choose` takes a message that was clicked for the keys, or does not; `on_done` is called
        when a click has selected nothing and chosen none: the keys belong elsewhere."""
        self._view, self._sheet, self._text, self._menu = view, sheet, sheet.text, menu
        self._hint = hint_of(sheet.text)
        self._choose, self._on_done = choose, on_done
        self._on_room_name = on_room_name
        self._on_author, self._on_person_name = on_author, on_person_name
        self._on_retry, self._on_delete = on_retry, on_delete
        self._hovered: Drawn | None = None
        self._is_active = False  # what a click does something with is under the pointer
        self._code = ""
        # A room is opened faster than somebody points at what is in it.
        self._time = Late(self._made_time)
        self._copy_button = Late(self._made_copy_button)
        self._toolbar = Late(self._made_toolbar)
        self._bind_events()

    def unhover(self) -> None:
        """Take the band, the time and the bar beside it and the tooltip away."""
        if self._hovered is not None:
            self._hide_beside()
        self._unmark()

    def _unmark(self) -> None:
        """The same, but for what only moves from message to message."""
        if self._hovered is not None:
            tag = self._hovered.tag
            self._text.tag_remove(_band_of(self._hovered), f"{tag}.first", f"{tag}.last")
            if self._copy_button.made is not None:
                self._copy_button.made.place_forget()
            self._hovered = None
        self._hint.hide()

    def selected_text(self) -> str:
        """What is selected, with emoji as characters and without break points."""
        if not self._text.tag_ranges("sel"):
            return ""
        return text_with_emoji(self._text, "sel.first", "sel.last")

    def _bind_events(self) -> None:
        text, view = self._text, self._view
        self._bind_wheel(text)
        text.bind("<Prior>", _calling(view.scroll_pages, -1))
        text.bind("<Next>", _calling(view.scroll_pages, 1))
        # Comes often: so with the two numbers that are needed, not with all that an event has.
        text.tk.call("bind", str(text), "<Motion>", f"{text.register(self._moved)} %x %y")
        text.bind("<Leave>", self._left)
        text.bind("<ButtonPress-1>", lambda _event: text.focus_set(), add="+")
        text.bind("<ButtonRelease-1>", self._released, add="+")
        text.bind("<<Copy>>", lambda _event: _break(self._copy))

    def _made_time(self) -> MessageTime:
        time = MessageTime(self._text, self._view.look)
        attach_hint(time, self._moment_words)
        self._bind_wheel(time)
        return time

    def _made_copy_button(self) -> FlatButton:
        button = FlatButton(
            self._text,
            self._view.look,
            on_press=self._copy_code,
            icon="copy",
            icon_size=14,
            on="field",
            hint=_("Copy the code"),
        )
        self._bind_wheel(button)
        return button

    def _made_toolbar(self) -> MessageToolbar:
        look = self._view.look
        bar = MessageToolbar(
            self._text,
            look,
            on_quote=self._quote,
            on_more=self._open_menu,
            on_wheel=self._wheel,
        )
        bar.bind("<Leave>", self._left)
        return bar

    def _bind_wheel(self, beside: tk.Misc) -> None:
        for sequence in ("<Button-4>", "<Button-5>", "<MouseWheel>"):
            beside.bind(sequence, self._wheel, add="+")

    def _hide_beside(self) -> None:
        """Take what stands beside a message away."""
        if self._toolbar.made is not None:
            self._toolbar.made.hide()
        self._hide_time()

    def _hide_time(self) -> None:
        if self._time.made is not None:
            self._time.made.hide()

    def _wheel(self, event: tk.Event[tk.Misc]) -> str:
        step = self._view.look.px(_STEP)
        is_up = event.num == 4 or event.delta > 0
        self._view.scroll_pixels(-step if is_up else step)
        return "break"

    def _left(self, event: tk.Event[tk.Misc]) -> None:
        """Over what stands in the messages, the pointer is over them still."""
        x = event.x_root - self._text.winfo_rootx()
        y = event.y_root - self._text.winfo_rooty()
        if not (0 <= x < self._text.winfo_width() and 0 <= y < self._text.winfo_height()):
            self.unhover()

    def _open_menu(self, x_root: int, y_root: int) -> None:
        if self._hovered is not None:
            self._menu.open_of(self._hovered, x_root, y_root)

    def _quote(self) -> None:
        if self._hovered is not None:
            self._menu.quote(self._hovered)

    def _moved(self, x_in_text: str, y_in_text: str) -> None:
        x, y = int(x_in_text), int(y_in_text)
        index = f"@{x},{y}"
        tags = self._text.tag_names(index)
        drawn = self._sheet.drawn_of(tags)
        author = self._author_at(x, y, tags)
        if drawn is not None and self._is_on_mark(drawn, index, x):
            tags = (*tags, "mark")
        hit = tags if not _ANSWERING.isdisjoint(tags) and self._is_on_text(index, x) else ()
        is_active = author is not None or not _ACTIVE.isdisjoint(hit)
        if is_active != self._is_active:
            self._is_active = is_active
            self._sheet.show_hand(is_active)
        if drawn is not self._hovered:
            self._unmark()
            self._hover(drawn)
            if self._hovered is None:
                self._hide_beside()
        self._offer_copy(drawn, tags)
        self._plan_hint(drawn, hit)

    def _is_on_text(self, index: str, x: int) -> bool:
        """Beside a line Tk names the nearest character; only the line itself counts as hit."""
        box = self._text.bbox(index)
        return box is not None and box[0] <= x <= box[0] + box[2]

    def _is_beside(self, index: str, y: int) -> bool:
        """Below the last line Tk names that line; only what is as high as it counts."""
        line = self._text.dlineinfo(index)
        return line is not None and y < line[1] + line[3]

    def _is_on_mark(self, drawn: Drawn, index: str, x: int) -> bool:
        """It hangs beyond the last word, where Tk names the newline."""
        row, mark = drawn.block.row, f"{index} - 1 indices"
        if not isinstance(row, MessageRow) or not row.is_own:
            return False
        if "mark" not in self._text.tag_names(mark):
            return False
        box = self._text.bbox(mark)
        return box is not None and box[0] + box[2] // 2 <= x <= box[0] + box[2]

    def _hover(self, drawn: Drawn | None) -> None:
        row = drawn.block.row if drawn is not None else None
        if drawn is None or not isinstance(row, MessageRow) or row.kind is not MessageKind.MESSAGE:
            return
        self._hovered = drawn
        start = f"{drawn.tag}.first + {drawn.lines_above} lines"
        self._text.tag_add(_band_of(drawn), start, f"{drawn.tag}.last")
        info = self._text.dlineinfo(start)
        top = info[1] if info is not None else 0
        self._toolbar().show(top, can_quote=self._menu.can_quote(drawn))
        if drawn.block.starts_group or info is None:
            self._hide_time()
        else:
            tokens = self._view.look.tokens
            ground = tokens.band_hovered if row.is_mention else tokens.hovered
            self._time().show(wording.clock_text(row.time), ground, info[1])

    def _offer_copy(self, drawn: Drawn | None, tags: tuple[str, ...]) -> None:
        """A button at the upper right of the code under the pointer."""
        tag = next((tag for tag in tags if drawn is not None and tag in drawn.codes), "")
        if not tag or drawn is None:
            return
        info = self._text.dlineinfo(f"{tag}.first")
        self._code = drawn.codes[tag]
        px = self._view.look.px
        y = max(info[1] if info is not None else 0, 0)
        margin = int(float(self._text.tag_cget("body", "rmargin") or 0))
        x = self._text.winfo_width() - margin - px(4)
        button = self._copy_button()
        beside = self._toolbar().left_of(y + px(2), button.winfo_reqheight())
        x = min(x, beside - px(4)) if beside is not None else x
        button.place(x=x, y=y + px(2), anchor="ne")

    def _copy_code(self) -> None:
        clipboard.copy(self._text, self._code)

    def _moment_words(self) -> str:
        row = self._hovered.block.row if self._hovered is not None else None
        return wording.moment_text(row.time) if isinstance(row, MessageRow) else ""

    def _plan_hint(self, drawn: Drawn | None, tags: tuple[str, ...]) -> None:
        words = self._hint_words(drawn, tags) if drawn is not None else ""
        if words:
            self._hint.plan(self._text, lambda: words)
        else:
            self._hint.hide()

    def _hint_words(self, drawn: Drawn, tags: tuple[str, ...]) -> str:
        row = drawn.block.row
        if not isinstance(row, MessageRow):
            return ""
        titled = next((tag for tag in tags if tag in drawn.titled), "")
        if titled:
            return safe_line(drawn.links[titled])
        if "unfold" in tags:
            return safe_line(self._sheet.folded_words(drawn))
        if "mark" in tags:
            return wording.state_text(row)
        return wording.moment_text(row.time) if "meta" in tags else ""

    def _released(self, event: tk.Event[tk.Misc]) -> None:
        if self._text.tag_ranges("sel"):
            self._view.scrolled()  # selecting beyond the edge scrolls
            return
        index = f"@{event.x},{event.y}"
        tags = self._text.tag_names(index)
        drawn = self._sheet.drawn_of(tags)
        author = self._author_at(event.x, event.y, tags)
        is_idle = author is None and _ACTIVE.isdisjoint(tags) and self._is_beside(index, event.y)
        if drawn is not None and is_idle and self._choose(drawn):
            return
        self._on_done()
        if drawn is None:
            return
        spot = Spot(event.x_root, event.y_root - self._view.look.px(10), 1, 1)
        if author is not None:
            self._on_author(author, spot)
            return
        for tag in tags:
            if tag in _TURNING and drawn.links.keys().isdisjoint(tags):
                self._sheet.turn(drawn)
                return
            if tag in drawn.links:
                target = drawn.links[tag]
                if target.startswith("#"):
                    self._on_room_name(target[1:])
                elif target.startswith("@"):
                    self._on_person_name(target[1:], spot)
                else:
                    self._menu.open_link(drawn, tag, spot)
            elif tag == "whole":
                self._menu.turn_whole(drawn)
            elif tag == "retry":
                self._on_retry(drawn.block.row.key)
            elif tag == "earlier":
                self._view.show_earlier()
            elif tag == "delete":
                self._on_delete(drawn.block.row.key)

    def _author_at(self, x: int, y: int, tags: tuple[str, ...]) -> MessageRow | None:
        """Whose name or avatar is there, where these tags are."""
        drawn, px = self._sheet.drawn_of(tags), self._view.look.px
        row = drawn.block.row if drawn is not None else None
        if drawn is None or not isinstance(row, MessageRow) or not drawn.block.starts_group:
            return None
        if "name" in tags:
            box = self._text.bbox(f"@{x},{y}")
            return row if box is not None and box[0] <= x <= box[0] + box[2] else None
        if not px(AVATAR_X) <= x < px(AVATAR_X + 40):
            return None
        head = self._text.dlineinfo(f"{drawn.tag}.first + {drawn.lines_above} lines")
        if head is None:
            return None
        # Its middle lies where the line of the name ends.
        return row if abs(y - head[1] - head[3]) <= px(20) else None

    def _copy(self) -> None:
        if self._text.tag_ranges("sel"):
            clipboard.copy(self._text, self.selected_text())


def _band_of(drawn: Drawn) -> str:
    """The tag that lights the message under the pointer."""
    row = drawn.block.row
    return "hover_band" if isinstance(row, MessageRow) and row.is_mention else "hover"


def _calling(action: Callable[[int], None], by: int) -> Callable[[tk.Event[tk.Misc]], str]:
    return lambda _event: _break(lambda: action(by))


def _break(action: Callable[[], None]) -> str:
    action()
    return "break"
