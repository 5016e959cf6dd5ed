"""Join or create a room: a field, and the rooms of the server one is not in yet."""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.translation import _, ngettext
from app.views import fonts
from app.views.canvas_list import CanvasList, ListItem
from app.views.images import Icon, Rounded
from app.views.key_bindings import put_keys_first
from app.views.popups import Popup
from app.views.rows import RoomChoiceRow
from app.views.safe_text import safe_line, safe_name
from app.views.surface import FlatButton, Surface, Words
from app.views.theme import Look
from app.views.widgets import Button, Entry
from app.views.wording import number_text

WIDTH = 420
_ROW_HEIGHT = 44
_ROWS_SHOWN = 6


class JoinRoomDialog(Popup):
    """A frame placed in the window; Esc closes it, Enter joins what is typed."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_join: Callable[[str], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "line")
        self._on_join, self._on_close = on_join, on_close
        self._rows: Sequence[RoomChoiceRow] = ()
        px = look.px
        body = Surface(self, look)
        body.pack(fill="both", expand=True, padx=1, pady=1)
        head = Surface(body, look)
        head.pack(fill="x", padx=px(20), pady=(px(14), 0))
        title = Words(head, look, font=fonts.TITLE)
        title.configure(text=_("Join or create a room"))
        title.pack(side="left")
        close = FlatButton(
            head, look, on_press=on_close, icon="x-lg", icon_size=14, hint=_("Close")
        )
        close.pack(side="right")
        label = Words(body, look, font=fonts.SMALL_BOLD, role="muted")
        label.configure(text=_("Room name"))
        label.pack(fill="x", padx=px(20), pady=(px(12), px(4)))
        line = Surface(body, look)
        line.pack(fill="x", padx=px(20))
        self.button = Button(line, text=_("Join room"), bootstyle="primary", command=self._press)
        self.button.pack(side="right", padx=(px(8), 0))
        self.name = Entry(line, font=fonts.BODY)
        self.name.pack(side="left", fill="x", expand=True)
        self._note = Words(body, look, font=fonts.SMALL, role="muted")
        self._note.configure(wraplength=px(WIDTH - 40), justify="left")
        self._note.pack(fill="x", padx=px(20), pady=(px(6), px(8)))
        self.choices = _Choices(body, look, on_choose=on_join)
        self.choices.configure(height=px(_ROW_HEIGHT * _ROWS_SHOWN))
        self.choices.pack(fill="both", expand=True, padx=px(8), pady=(0, px(10)))
        for sequence in ("<Return>", "<KP_Enter>"):
            self.name.bind(sequence, self._enter)
        self.name.bind("<KeyRelease>", lambda _event: self._filter(), add="+")
        put_keys_first(self.name)

    def begin(self) -> None:
        """Start with an empty field."""
        self._rows = ()
        self.name.delete(0, "end")
        self._filter()
        self.name.focus_set()

    def show_choices(self, rows: Sequence[RoomChoiceRow]) -> None:
        self._rows = rows
        self._filter()

    def _typed(self) -> str:
        return self.name.get().strip().removeprefix("#").strip()

    def _filter(self) -> None:
        typed = self._typed()
        wanted = typed.casefold()
        shown = [row for row in self._rows if wanted in row.name.casefold()]
        self.choices.show_items([ListItem(row.name, _ROW_HEIGHT, row) for row in shown])
        is_known = any(row.name.casefold() == wanted for row in self._rows)
        if typed and not is_known:
            self._note.configure(
                text=_("Enter joins #{room}, or creates it.").format(room=safe_name(typed))
            )
            self.button.configure(text=_("Join or create"))
        else:
            self._note.configure(text=_("Everybody on this server can read an open room."))
            self.button.configure(text=_("Join room"))

    def _enter(self, _event: "tk.Event[tk.Misc]") -> str:
        self._press()
        return "break"

    def _press(self) -> None:
        typed = self._typed()
        if not typed:
            self.name.focus_set()
            return
        self._on_close()
        self._on_join(typed)


class _Choices(CanvasList[RoomChoiceRow]):
    def __init__(self, master: tk.Misc, look: Look, *, on_choose: Callable[[str], None]) -> None:
        super().__init__(master, look, role="bg")
        self._on_choose = on_choose

    def item_chosen(self, item: ListItem[RoomChoiceRow]) -> None:
        if item.row is not None:
            self._on_choose(item.row.name)

    def draw_item(
        self, item: ListItem[RoomChoiceRow], top: int, tag: str, *, is_hovered: bool
    ) -> None:
        row, look, px = item.row, self.look, self.look.px
        if row is None:
            return
        width, height = self.winfo_width(), px(_ROW_HEIGHT)
        if is_hovered:
            field = look.images.get(Rounded(width - px(8), height - px(2), 6, "field"))
            self.create_image(px(4), top + px(1), anchor="nw", image=field, tags=(tag,))
        icon = look.images.get(Icon("hash", 17, "muted"))
        self.create_image(px(22), top + height // 2, image=icon, tags=(tag,))
        count = ngettext("{count} person", "{count} people", row.people_count).format(
            count=number_text(row.people_count)
        )
        right = width - px(14)
        self.create_text(
            right,
            top + height // 2,
            anchor="e",
            text=count,
            font=fonts.SMALL,
            fill=look.tokens.muted,
            tags=(tag,),
        )
        room = right - px(50) - fonts.text_width(self, fonts.SMALL, count)
        topic = safe_line(row.topic)
        self.create_text(
            px(40),
            top + (px(14) if topic else height // 2),
            anchor="w",
            text=fonts.shortened(self, fonts.BODY, safe_name(row.name), room),
            font=fonts.BODY,
            fill=look.tokens.fg,
            tags=(tag,),
        )
        if topic:
            self.create_text(
                px(40),
                top + px(31),
                anchor="w",
                text=fonts.shortened(self, fonts.SMALL, topic, room),
                font=fonts.SMALL,
                fill=look.tokens.muted,
                tags=(tag,),
            )
