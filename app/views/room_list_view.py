"""The rooms column: server name, the list of rooms with badges, and a way to join another."""

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence

from app.shortcodes import with_emoji
from app.translation import _, is_right_to_left
from app.views import fonts
from app.views.canvas_list import CanvasList, ListItem
from app.views.flat_picture import Flat
from app.views.images import Badge, Icon, Logo, Rounded
from app.views.jump_field import JumpField
from app.views.key_bindings import put_keys_first
from app.views.pictured_text import PicturedText
from app.views.pictured_words import draw_line
from app.views.room_menu import RoomMenu
from app.views.row_drag import RowDrag
from app.views.rows import Key, RoomRow, RoomRuleRow
from app.views.safe_text import NAME_LENGTH_MAX, system_line
from app.views.server_menu import ServerMenu
from app.views.surface import FlatButton, Surface
from app.views.theme import Look
from app.views.widgets import Label
from app.views.wording import badge_text

_ROW_HEIGHT = 34
_HEADING_HEIGHT = 34


class RoomListView(Surface):
    """Shows `RoomRow`s in the order given, silent ones last, and tells what was chosen."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_open: Callable[[Key], None],
        on_leave: Callable[[Key], None],
        on_mark_read: Callable[[Key], None],
        on_drop: Callable[[Key], None],
        on_join: Callable[[], None],
        on_invite: Callable[[Key], None],
        on_level: Callable[[Key, str], None],
        on_mute: Callable[[Key, str], None],
        on_arrange: Callable[[Sequence[Key], Sequence[Key]], None],
        server_menu: ServerMenu,
        on_jump: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "side")
        self._server_menu = server_menu
        head = Surface(self, look, "side")
        head.configure(height=look.px(52))
        head.pack(fill="x")
        head.pack_propagate(False)
        logo = Label(head)
        logo.pack(side="left", padx=(look.px(16), look.px(10)))
        look.watch(
            logo,
            lambda: logo.configure(image=look.images.get(Logo(28)), background=look.tokens.side),
        )
        self.menu_button = FlatButton(
            head,
            look,
            on_press=self._show_server_menu,
            icon="chevron-down",
            icon_size=14,
            icon_role="icon_side",
            on="side",
            hint=_("Server menu"),
        )
        self.menu_button.pack(side="right", padx=(0, look.px(8)))
        self._name = PicturedText(head, look, font=fonts.TITLE, role="row_text", on="side")
        self._name.pack(side="left", fill="x", expand=True)
        # The button beside it has the keys: two stops for one menu would be one too many.
        for widget in (head, logo, self._name):
            widget.configure(cursor="hand2")
            widget.bind("<ButtonRelease-1>", self._head_clicked)
            widget.bind("<Enter>", lambda _event: self.menu_button.light(True), add="+")
            widget.bind("<Leave>", lambda _event: self.menu_button.light(False), add="+")
        self.jump_field = JumpField(self, look, on_press=on_jump)
        self.jump_field.pack(fill="x", padx=look.px(12), pady=(look.px(4), 0))
        self.rooms = _Rooms(
            self,
            look,
            on_open=on_open,
            on_leave=on_leave,
            on_mark_read=on_mark_read,
            on_drop=on_drop,
            on_join=on_join,
            on_invite=on_invite,
            on_level=on_level,
            on_mute=on_mute,
            on_arrange=on_arrange,
        )
        self.rooms.pack(fill="both", expand=True, pady=(look.px(8), 0))

    def show_server(self, name: str) -> None:
        self._name.show(name or "?", 1)  # it has what the button leaves

    def show_rooms(self, rows: Sequence[RoomRow]) -> None:
        self.rooms.show_rooms(rows)

    def _show_server_menu(self) -> None:
        button = self.menu_button
        self._server_menu.open(button.winfo_rootx(), button.winfo_rooty() + button.winfo_height())

    def _head_clicked(self, event: "tk.Event[tk.Misc]") -> None:
        widget = event.widget
        if 0 <= event.x < widget.winfo_width() and 0 <= event.y < widget.winfo_height():
            self._show_server_menu()


class _Rooms(CanvasList[RoomRow]):
    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_open: Callable[[Key], None],
        on_leave: Callable[[Key], None],
        on_mark_read: Callable[[Key], None],
        on_drop: Callable[[Key], None],
        on_join: Callable[[], None],
        on_invite: Callable[[Key], None],
        on_level: Callable[[Key, str], None],
        on_mute: Callable[[Key, str], None],
        on_arrange: Callable[[Sequence[Key], Sequence[Key]], None],
    ) -> None:
        super().__init__(master, look, role="side")
        # Alt+Down is for another room, as everywhere; the list takes Down for itself.
        put_keys_first(self)
        self._on_open, self._on_arrange = on_open, on_arrange
        self._given: Sequence[RoomRow] = ()
        self._has_pointer = False
        self._rows: Sequence[RoomRow] = ()
        self._rules: Mapping[Key, RoomRuleRow] = {}
        self._room_menu = menu = RoomMenu(
            self,
            on_open=on_open,
            on_mark_read=on_mark_read,
            on_leave=on_leave,
            on_drop=on_drop,
            on_invite=on_invite,
            on_move=lambda by, key: self.move_room(by, key),
            on_level=on_level,
            on_mute=on_mute,
        )
        self.menu, self.drop_menu = menu.menu, menu.drop_menu
        self.notification_menu = menu.notifications
        self._join = FlatButton(
            self,
            look,
            on_press=on_join,
            icon="plus",
            icon_size=16,
            icon_role="icon_side",
            on="side",
            hint=_("Join or create a room"),
        )
        #: A room can be dragged to another place.
        self.drag = RowDrag(self, places_of=self._places_of, on_drop=self._put)
        self.bind("<Enter>", lambda _event: self._pointer_is(True), add="+")
        self.bind("<Leave>", lambda _event: self._pointer_is(False), add="+")
        self.show_rooms(())

    def _pointer_is(self, is_here: bool) -> None:
        self._has_pointer = is_here
        if not is_here:
            self.show_rooms(self._given)

    def show_rooms(self, rows: Sequence[RoomRow]) -> None:
        """In this order, the silent ones last; under the pointer the rooms keep their places."""
        self._given = rows
        places: dict[Key, int] = {}
        if self._has_pointer:
            places = {row.key: place for place, row in enumerate(self._rows)}
        self._rows = sorted(
            rows,
            key=lambda row: (
                row.is_waiting,
                self._is_silent(row),
                places.get(row.key, len(places)),
            ),
        )
        items: list[ListItem[RoomRow]] = [ListItem("rooms", _HEADING_HEIGHT, heading=_("Rooms"))]
        kept = [row for row in self._rows if row.is_kept]
        items += (
            ListItem(("room", row.key), _ROW_HEIGHT, row) for row in self._rows if not row.is_kept
        )
        if kept:
            items.append(ListItem("kept", _HEADING_HEIGHT, heading=_("Only on this computer")))
            items += (ListItem(("room", row.key), _ROW_HEIGHT, row) for row in kept)
        self.show_items(items)
        # Whoever comes here with the keys begins at the open room.
        self.start_at(next((("room", row.key) for row in rows if row.is_selected), None))

    def move_room(self, by: int, key: Key | None = None) -> None:
        """A room one place up (-1) or down (+1): this one, or the one at the keyboard's place."""
        row = self.current_row
        at = self._place_in_list(key if key is not None else row and row.key)
        if at is not None and at + by in self._places_of(at):
            self._put(at, at + by)
            self.make_current(self.items[at + by].key)

    def _place_in_list(self, key: Key) -> int | None:
        places = (at for at, item in enumerate(self.items) if item.key == ("room", key))
        return next(places, None)

    def _places_of(self, at: int) -> range:
        """Where among the items the room at this one may stand: the silent ones stay below."""
        rows = [item.row for item in self.items]
        moved = rows[at]
        if moved is None or not moved.is_joined:
            return range(0)
        is_silent = self._is_silent(moved)
        places = [
            place
            for place, row in enumerate(rows)
            if row is not None and row.is_joined and self._is_silent(row) == is_silent
        ]
        return range(places[0], places[-1] + 1)

    def _put(self, at: int, to: int) -> None:
        """Show the room at another place, and tell how they all stand now."""
        items = list(self.items)
        items.insert(to, items.pop(at))
        # At once and by itself: under the pointer the rows would not follow what is given.
        self._rows = [item.row for item in items if item.row is not None]
        self.show_rooms(self._rows)
        joined = [row for row in self._rows if row.is_joined]
        heard = [row.key for row in joined if not self._is_silent(row)]
        self._on_arrange(heard, [row.key for row in joined if self._is_silent(row)])

    def draw_over(self) -> None:
        # Placed, not drawn: it would go and come back with each redraw.
        (top, height), px = self.span(0), self.look.px
        is_left = is_right_to_left()
        self._join.place(
            relx=0.0 if is_left else 1.0,
            x=px(8) if is_left else -px(8),
            y=top + height // 2,
            anchor="w" if is_left else "e",
        )
        self.drag.draw()

    @property
    def room_keys(self) -> list[Key]:
        """The rooms one is in, in the order shown."""
        return [row.key for row in self._rows if row.is_joined]

    def open_neighbour(self, by: int, *, unread: bool = False) -> None:
        """Open the next (+1) or previous (-1) room, around the ends; or the next unread one."""
        rows = [row for row in self._rows if row.is_joined]
        places = [at for at, row in enumerate(rows) if row.is_selected]
        start = places[0] if places else (-1 if by > 0 else 0)
        for distance in range(1, len(rows) + 1):
            row = rows[(start + by * distance) % len(rows)]
            is_wanted = not row.is_selected and (row.unread or row.mentions)
            if is_wanted or not unread:
                self._on_open(row.key)
                return

    @property
    def news(self) -> tuple[int, int]:
        """Mentions and unread messages of the rooms that are not open and not silent."""
        rows = [row for row in self._rows if row.is_joined and not row.is_selected]
        heard = [row for row in rows if not self._is_silent(row)]
        return sum(row.mentions for row in heard), sum(row.unread for row in heard)

    def set_rules(self, rules: Mapping[Key, RoomRuleRow]) -> None:
        """What the rooms may notify of."""
        if rules != self._rules:
            self._rules = rules
            self.show_rooms(self._given)
            self.mark_dirty()

    def _is_silent(self, row: RoomRow) -> bool:
        rule = self._rules.get(row.key, RoomRuleRow())
        return rule.is_muted or rule.level == "nothing"

    def item_chosen(self, item: ListItem[RoomRow]) -> None:
        if item.row is not None:
            self._on_open(item.row.key)

    def item_menu(self, item: ListItem[RoomRow], x_root: int, y_root: int) -> None:
        if item.row is not None and not item.row.is_waiting:
            self.fill_menu(item.row)
            self.menu.tk_popup(x_root, y_root)

    def fill_menu(self, row: RoomRow) -> None:
        """Write the lines for this room."""
        at = self._place_in_list(row.key)
        places = self._places_of(at) if at is not None else range(0)
        moves = [by for by in (-1, 1) if at is not None and at + by in places]
        self._room_menu.fill(row, self._rules.get(row.key, RoomRuleRow()), moves)

    def item_name(self, item: ListItem[RoomRow]) -> str:
        return item.row.name if item.row is not None else ""

    def item_hint(self, item: ListItem[RoomRow]) -> str:
        if item.row is None:
            return ""
        return (
            _("Messages wait here to be sent")
            if item.row.has_unsent
            else system_line(with_emoji(item.row.topic))
        )

    def draw_item(self, item: ListItem[RoomRow], top: int, tag: str, *, is_hovered: bool) -> None:
        if item.row is None:
            self._draw_heading(item.heading, top, tag)
        else:
            self._draw_room(item.row, top, tag, is_hovered)

    def _draw_heading(self, text: str, top: int, tag: str) -> None:
        look, middle = self.look, top + self.look.px(_HEADING_HEIGHT) // 2
        self.create_text(
            look.px(18),
            middle,
            text=fonts.shortened(self, fonts.SMALL_BOLD, text, self.winfo_width() - look.px(54)),
            anchor="w",
            font=fonts.SMALL_BOLD,
            fill=look.tokens.muted_side,
            tags=(tag,),
        )

    def light_item(self, at: int, top: int, tag: str, *, is_lit: bool) -> None:
        row = self.items[at].row
        if row is not None and not row.is_selected:  # its words stay as they are
            self.delete(f"{tag}_pictures")
            self._draw_pictures(row, top, tag, is_lit)
            self.tag_lower(f"{tag}_pictures")

    def _draw_room(self, row: RoomRow, top: int, tag: str, is_hovered: bool) -> None:
        look, px = self.look, self.look.px
        right, role = self._draw_pictures(row, top, tag, is_hovered), self._role_of(row)
        font = fonts.BODY if role == "muted_side" else fonts.BOLD
        draw_line(
            self, look, row.name or "?", room=right - px(44), x=px(44),
            y=top + px(_ROW_HEIGHT) // 2, font=font, fill=look.tokens.named(role),
            ground="selected" if row.is_selected else "side", tag=tag, length_max=NAME_LENGTH_MAX,
        )  # fmt: skip

    def _draw_pictures(self, row: RoomRow, top: int, tag: str, is_lit: bool) -> int:
        """What lies around the name of a room; where the name has to end, in real pixels."""
        images, px, width = self.look.images, self.look.px, self.winfo_width()
        middle, tags = top + px(_ROW_HEIGHT) // 2, (tag, f"{tag}_pictures")
        ground = "selected" if row.is_selected else "row_hovered" if is_lit else "side"
        if ground != "side":
            field = Rounded(width - px(16), px(_ROW_HEIGHT) - px(2), 6, ground)
            image = images.get(Flat(field, "side"))
            self.create_image(px(8), top + px(1), image=image, anchor="nw", tags=tags)
        shape = "archive" if row.is_kept else "clock" if row.is_waiting else "hash"
        sign = Icon(shape, 17, self._role_of(row))
        self.create_image(px(26), middle, image=images.get(Flat(sign, ground)), tags=tags)
        right = width - px(18)
        badges: list[Badge | Icon | None] = [self._badge_of(row)]
        if row.has_unsent:
            badges.append(Icon("clock", 13, "muted_side"))
        for badge in badges:
            if badge is None:
                continue
            image = images.get(Flat(badge, ground))
            self.create_image(right, middle, image=image, anchor="e", tags=tags)
            right -= int(self.tk.call("image", "width", image)) + px(8)
        return right

    def _role_of(self, row: RoomRow) -> str:
        """The token of its words."""
        if row.is_selected:
            return "selected_fg"
        has_news = row.is_joined and (row.mentions > 0 or row.unread > 0)
        return "row_text" if has_news and not self._is_silent(row) else "muted_side"

    def _badge_of(self, row: RoomRow) -> Badge | Icon | None:
        """What stands at the right of a room."""
        if not row.is_joined:
            return None
        if self._is_silent(row):
            return Icon("bell-slash", 13, "muted_side")
        if row.mentions > 0:
            return Badge("@" + badge_text(row.mentions), "alert", "alert_text")
        if row.unread > 0:
            return Badge(badge_text(row.unread), "badge", "badge_text")
        if row.has_draft and not row.is_selected:
            return Icon("pencil", 13, "muted_side")
        return None
