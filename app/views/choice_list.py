"""Rows of a popup to choose one from: rooms, people, commands or emoji, with one always current.

The focus stays in the field the popup belongs to, so that an input method goes on working; the
field moves the current row.
"""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.shortcodes import with_emoji
from app.structs import Struct
from app.views import fonts
from app.views.canvas_list import CanvasList, ListItem
from app.views.emoji_pictures import has_picture
from app.views.images import Avatar, Badge, EmojiPicture, Icon, Recipe, Rounded
from app.views.pictured_words import draw_line, line_width
from app.views.rows import Key, PersonRow, Presence
from app.views.safe_text import NAME_LENGTH_MAX, initials
from app.views.theme import Look
from app.views.tokens import nick_index

_HEADING_HEIGHT = 28


class Choice(Struct, frozen=True):
    """One row: in front an icon, an avatar or an emoji; the detail below or at the right; what
    kind of thing it is at the right end."""

    key: Key
    name: str
    detail: str = ""
    icon: str = ""
    person: PersonRow | None = None
    emoji: str = ""
    badge: Badge | None = None
    kind: str = ""


class ChoiceList(CanvasList[Choice]):
    """`row_height` 48 shows the detail below the name, less shows it beside."""

    shows_current = True

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        row_height: float,
        rows_max: int,
        on_choose: Callable[[Choice], None],
    ) -> None:
        super().__init__(master, look, role="popup")
        self.configure(takefocus=False)
        self._row_height, self._rows_max, self._on_choose = row_height, rows_max, on_choose

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Show these, the first as current one."""
        self.show_groups([("", choices)])

    def show_groups(
        self, groups: Sequence[tuple[str, Sequence[Choice]]], *, keeps_current: bool = False
    ) -> None:
        """The same under headings; with `keeps_current` the current one stays if it is there."""
        before = self.current_row.key if self.current_row is not None else None
        items: list[ListItem[Choice]] = []
        for heading, choices in groups:
            if heading and choices:
                items.append(ListItem(("heading", heading), _HEADING_HEIGHT, heading=heading))
            items += [ListItem(choice.key, self._row_height, choice) for choice in choices]
        self.show_items(items)
        most = self.look.px(self._row_height) * self._rows_max
        self.configure(height=max(1, min(self.content_height, most)))
        keys = [item.key for item in items if item.row is not None]
        if keys:
            is_kept = keeps_current and before in keys
            self.make_current(before if is_kept and before is not None else keys[0])

    def _go_to(self, at: int) -> None:
        super()._go_to(at)
        if all(item.row is None for item in self.items[:at]):
            self.scroll_by(-self.content_height)  # the heading above the first is seen, too

    @property
    def wanted_width(self) -> int:
        """So many pixels show every name and detail whole, where they stand side by side."""
        return max((self._words_width(item.row) for item in self.items if item.row), default=0)

    def _words_width(self, choice: Choice) -> int:
        px, detail = self.look.px, with_emoji(choice.detail)
        width = line_width(self, self.look, choice.name or "?", fonts.BODY, NAME_LENGTH_MAX)
        if detail:
            width += px(10) + line_width(self, self.look, detail, fonts.SMALL)
        return px(50) + width + px(20)

    def choose_current(self) -> bool:
        """Choose the current row; False if there is none."""
        choice = self.current_row
        if choice is None:
            return False
        self._on_choose(choice)
        return True

    def item_chosen(self, item: ListItem[Choice]) -> None:
        if item.row is not None:
            self._on_choose(item.row)

    def draw_item(self, item: ListItem[Choice], top: int, tag: str, *, is_hovered: bool) -> None:
        choice, look, px = item.row, self.look, self.look.px
        if choice is None:
            self.create_text(
                px(18),
                top + px(_HEADING_HEIGHT - 5),
                anchor="sw",
                text=item.heading,
                font=fonts.SMALL_BOLD,
                fill=look.tokens.popup_muted,
                tags=(tag,),
            )
            return
        width, height = self.winfo_width(), px(self._row_height)
        middle = top + height // 2
        if is_hovered:
            field = look.images.get(Rounded(width - px(12), height, 6, "selected_popup"))
            self.create_image(px(6), top, anchor="nw", image=field, tags=(tag,))
        picture = _picture(choice)
        if picture is not None:
            self.create_image(px(28), middle, image=look.images.get(picture), tags=(tag,))
        right = width - px(18)
        if choice.badge is not None:
            badge = look.images.get(choice.badge)
            self.create_image(right, middle, image=badge, anchor="e", tags=(tag,))
            right -= int(self.tk.call("image", "width", badge)) + px(8)
        if choice.kind:
            self._draw_kind(choice.kind, right, middle, tag)
            right -= fonts.text_width(self, fonts.SMALL, choice.kind) + px(12)
        self._draw_words(choice, top, right, tag, "selected_popup" if is_hovered else self.role)

    def _draw_kind(self, kind: str, right: int, middle: int, tag: str) -> None:
        self.create_text(
            right,
            middle,
            anchor="e",
            text=kind,
            font=fonts.SMALL,
            fill=self.look.tokens.popup_muted,
            tags=(tag,),
        )

    def _draw_words(self, choice: Choice, top: int, right: int, tag: str, ground: str) -> None:
        look, px = self.look, self.look.px
        is_tall, left = self._row_height >= 44, px(50)
        detail = with_emoji(choice.detail)
        font = fonts.BOLD if is_tall else fonts.BODY
        y = top + px(self._row_height) // 2
        name_width = draw_line(
            self, look, choice.name or "?", room=right - left, length_max=NAME_LENGTH_MAX,
            x=left, y=y - (px(9) if is_tall and detail else 0), font=font,
            fill=look.tokens.popup_fg, ground=ground, tag=tag,
        )  # fmt: skip
        if not detail:
            return
        if not is_tall:
            left += name_width + px(10)
        draw_line(
            self, look, detail, room=max(0, right - left), x=left,
            y=y + (px(10) if is_tall else 0), font=fonts.SMALL,
            fill=look.tokens.popup_muted, ground=ground, tag=tag,
        )  # fmt: skip


def _picture(choice: Choice) -> Recipe | None:
    person = choice.person
    if person is not None:
        return Avatar(
            nick_index(person.person_id),
            initials(person.name),
            24,
            None if person.is_elsewhere else person.presence,
            is_dimmed=person.presence in (Presence.OFFLINE, Presence.UNKNOWN),
            behind="popup",
        )
    if choice.emoji:
        return EmojiPicture(choice.emoji, 20) if has_picture(choice.emoji) else None
    return Icon(choice.icon, 17, "popup_muted") if choice.icon else None
