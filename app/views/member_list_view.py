"""The people column: who is in the room, online first, with the shape of their presence."""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.translation import _
from app.views import fonts
from app.views.canvas_list import CanvasList, ListItem
from app.views.flat_picture import Flat
from app.views.images import Avatar, Icon, Rounded
from app.views.key_bindings import put_keys_first
from app.views.person_cards import Spot
from app.views.pictured_words import draw_line
from app.views.presence_words import presence_text
from app.views.rows import PersonRow, Presence
from app.views.safe_text import NAME_LENGTH_MAX, initials, system_line, title_name
from app.views.surface import Surface, Words
from app.views.theme import Look
from app.views.tokens import nick_index
from app.views.wording import number_text

_ROW_HEIGHT = 44
_HEADING_HEIGHT = 36

_ORDER = {Presence.ONLINE: 0, Presence.AWAY: 1, Presence.OFFLINE: 2, Presence.UNKNOWN: 2}


def people_items(rows: Sequence[PersonRow]) -> list[ListItem[PersonRow]]:
    """Groups "Online — 5" and "Offline — 3"; in a group moderators, online, away, by name.

    While that is not known of somebody there is one group of all, "People — 8".
    """
    here = [row for row in rows if row.presence is not Presence.OFFLINE]
    gone = [row for row in rows if row.presence is Presence.OFFLINE]
    groups = [(_("Online — {count}"), here), (_("Offline — {count}"), gone)]
    if any(row.presence is Presence.UNKNOWN for row in rows):
        groups = [(_("People — {count}"), list(rows))]
    items: list[ListItem[PersonRow]] = []
    for title, group in groups:
        if not group:
            continue
        heading = title.format(count=number_text(len(group)))
        items.append(ListItem(("group", title), _HEADING_HEIGHT, heading=heading))
        ordered = sorted(
            group,
            key=lambda row: (not row.is_moderator, _ORDER[row.presence], row.name.casefold()),
        )
        items += (ListItem(("person", row.person_id), _ROW_HEIGHT, row) for row in ordered)
    return items


class MemberListView(Surface):
    """Shows `PersonRow`s of the open room, and tells which one was chosen, and where it stands."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_open: Callable[[PersonRow, Spot], None],
        on_menu: Callable[[PersonRow, Spot, int, int], None],
    ) -> None:
        super().__init__(master, look, "side")
        head = Surface(self, look, "side")
        head.configure(height=look.px(52))
        head.pack(fill="x")
        head.pack_propagate(False)
        title = Words(head, look, font=fonts.BOLD, role="row_text", on="side")
        title.configure(text=_("People"))
        title.pack(side="left", padx=(look.px(18), 0))
        self._total = Words(head, look, font=fonts.SMALL, role="muted_side", on="side")
        self._total.pack(side="right", padx=(0, look.px(18)))
        self.people = _People(self, look, on_open=on_open, on_menu=on_menu)
        self.people.pack(fill="both", expand=True, pady=(look.px(10), 0))

    def show_people(self, rows: Sequence[PersonRow]) -> None:
        self._total.configure(text=number_text(len(rows)))
        self.people.show_items(people_items(rows))


class _People(CanvasList[PersonRow]):
    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_open: Callable[[PersonRow, Spot], None],
        on_menu: Callable[[PersonRow, Spot, int, int], None],
    ) -> None:
        super().__init__(master, look, role="side")
        put_keys_first(self)
        self._on_open, self._on_menu = on_open, on_menu

    def item_chosen(self, item: ListItem[PersonRow]) -> None:
        if item.row is not None:
            self._on_open(item.row, self._spot(item))

    def item_menu(self, item: ListItem[PersonRow], x_root: int, y_root: int) -> None:
        if item.row is not None:
            self._on_menu(item.row, self._spot(item), x_root, y_root)

    def _spot(self, item: ListItem[PersonRow]) -> Spot:
        top, height = self.place_of(item)
        return Spot(self.winfo_rootx(), self.winfo_rooty() + top, self.winfo_width(), height)

    def item_name(self, item: ListItem[PersonRow]) -> str:
        return item.row.name if item.row is not None else ""

    def item_hint(self, item: ListItem[PersonRow]) -> str:
        row = item.row
        if row is None:
            return ""
        words = [title_name(row.name), presence_text(row.presence)]
        if row.status_text:
            words.append(system_line(row.status_text))
        if row.is_moderator:
            words.append(_("moderator"))
        if row.is_ignored:
            words.append(_("hidden on this computer"))
        return " · ".join(words)

    def draw_item(self, item: ListItem[PersonRow], top: int, tag: str, *, is_hovered: bool) -> None:
        look = self.look
        if item.row is None:
            self.create_text(
                look.px(18),
                top + look.px(_HEADING_HEIGHT) - look.px(8),
                text=fonts.shortened(
                    self, fonts.SMALL_BOLD, item.heading, self.winfo_width() - look.px(28)
                ),
                anchor="sw",
                font=fonts.SMALL_BOLD,
                fill=look.tokens.muted_side,
                tags=(tag,),
            )
            return
        self._draw_person(item.row, top, tag, is_hovered)

    def _draw_person(self, row: PersonRow, top: int, tag: str, is_hovered: bool) -> None:
        look, px, images = self.look, self.look.px, self.look.images
        width, height = self.winfo_width(), px(_ROW_HEIGHT)
        ground = "row_hovered" if is_hovered else "side"
        if is_hovered:
            field = images.get(Flat(Rounded(width - px(16), height - px(2), 6, ground), "side"))
            self.create_image(px(8), top + px(1), image=field, anchor="nw", tags=(tag,))
        is_offline = row.presence in (Presence.OFFLINE, Presence.UNKNOWN)
        color = nick_index(row.person_id)
        avatar = Avatar(
            color, initials(row.name), 32, row.presence, is_dimmed=is_offline, behind=ground
        )
        image = images.get(Flat(avatar, ground))
        self.create_image(px(16), top + px(6), image=image, anchor="nw", tags=(tag,))
        nick = look.tokens.nicks_side[color]
        status = system_line(row.status_text)
        right = width - px(12)
        for has_it, glyph in (
            (row.is_moderator, "shield-fill-check"),
            (row.is_ignored, "eye-slash"),
        ):
            if has_it:
                icon = images.get(Flat(Icon(glyph, 14, "muted_side"), ground))
                self.create_image(right, top + height // 2, image=icon, anchor="e", tags=(tag,))
                right -= px(20)
        draw_line(
            self, look, row.name or "?", room=right - px(58), length_max=NAME_LENGTH_MAX,
            x=px(58), y=top + (px(13) if status else height // 2), font=fonts.BODY,
            fill=look.tokens.muted_side if is_offline else nick, ground=ground, tag=tag,
        )  # fmt: skip
        if status:
            draw_line(
                self, look, status, room=right - px(58), x=px(58), y=top + px(31),
                font=fonts.SMALL, fill=look.tokens.muted_side, ground=ground, tag=tag,
            )  # fmt: skip
