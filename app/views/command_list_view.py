"""The slash commands in groups; a click or Enter begins one in the field."""

import tkinter as tk
from collections.abc import Callable, Sequence
from itertools import groupby

from app.translation import _
from app.views import fonts
from app.views.canvas_list import CanvasList, ListItem
from app.views.images import Rounded
from app.views.rows import CommandRow
from app.views.sheet import Sheet
from app.views.surface import Line, Words
from app.views.theme import Look
from app.views.typing_on import TypingOn

_HEADING_HEIGHT = 36
_ROW_HEIGHT = 30
#: Where the meaning has no room beside the command, it stands below.
_TWO_LINES_HEIGHT = 48
_GAP = 20


class CommandListView(Sheet):
    """Scrolls when the window is low."""

    width_wanted = 600

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_choose: Callable[[str], None],
        on_text: Callable[[str], None],
        on_close: Callable[[], None],
    ) -> None:
        """`on_choose` is given the name of a command, `on_text` what is typed meanwhile."""
        super().__init__(master, look, _("Commands"), on_close)
        self._rows: Sequence[CommandRow] = ()
        px = look.px
        self.foot = Words(self.body, look, font=fonts.SMALL, role="popup_muted", on="popup")
        self.foot.configure(text=_("To send a text that begins with a slash, begin it with two."))
        self.foot.configure(justify="left")
        self.foot.pack(side="bottom", fill="x", padx=px(20), pady=(px(8), px(12)))
        Line(self.body, look).pack(side="bottom", fill="x")
        self.listing = _Commands(self.body, look, on_choose)
        self.listing.pack(fill="both", expand=True, padx=px(8))
        self._typing = TypingOn(self, on_text)

    def show_commands(self, rows: Sequence[CommandRow]) -> None:
        """The commands there are; those of a group stand together."""
        self._rows = [row for row in rows if row.group]

    def begin(self, width: int, height_max: int) -> None:
        """Show all from the first; `width` is that of the card, in real pixels as the height."""
        px = self.look.px
        self.foot.configure(wraplength=width - px(42))
        inside = width - px(16) - 2
        items = self.listing.arrange(self._rows, inside)
        self.listing.show_items(items)
        self.listing.configure(height=min(self.listing.content_height, height_max))
        self.listing.make_current(items[1].key)
        self.listing.scroll_by(-self.listing.content_height)
        self._typing.begin()
        self.listing.focus_set()


class _Commands(CanvasList[CommandRow]):
    shows_current = True
    ground_inset = 6

    def __init__(self, master: tk.Misc, look: Look, on_choose: Callable[[str], None]) -> None:
        super().__init__(master, look, role="popup")
        self._on_choose = on_choose
        #: Real pixels of the widest command; 0 where the meanings stand below.
        self._usage_width = 0

    def arrange(self, rows: Sequence[CommandRow], width: int) -> list[ListItem[CommandRow]]:
        """The items for a list of this width, in real pixels."""
        px = self.look.px
        usages = max(fonts.text_width(self, fonts.MONO, row.usage) for row in rows)
        meanings = max(fonts.text_width(self, fonts.BODY, row.what) for row in rows)
        fits = px(12) + usages + px(_GAP) + meanings + px(16) <= width
        self._usage_width = usages if fits else 0
        height = _ROW_HEIGHT if fits else _TWO_LINES_HEIGHT
        items: list[ListItem[CommandRow]] = []
        for group, members in groupby(rows, key=lambda row: row.group):
            items.append(ListItem(("heading", group), _HEADING_HEIGHT, heading=group))
            items += [ListItem(row.name, height, row) for row in members]
        return items

    def item_name(self, item: ListItem[CommandRow]) -> str:
        return item.row.name if item.row is not None else ""

    def item_chosen(self, item: ListItem[CommandRow]) -> None:
        if item.row is not None:
            self._on_choose(item.row.name)

    def draw_item(
        self, item: ListItem[CommandRow], top: int, tag: str, *, is_hovered: bool
    ) -> None:
        px, tokens, row = self.look.px, self.look.tokens, item.row
        left, bottom = px(12), top + px(item.height)
        if row is None:
            self.create_text(
                left,
                bottom - px(6),
                anchor="sw",
                text=item.heading,
                font=fonts.SMALL_BOLD,
                fill=tokens.popup_muted,
                tags=(tag,),
            )
            return
        if is_hovered:
            inset = px(self.ground_inset)
            width = self.winfo_width() - 2 * inset
            ground = self.look.images.get(Rounded(width, bottom - top, 6, "popup_field"))
            self.create_image(inset, top, anchor="nw", image=ground, tags=(tag,))
        middle = (top + bottom) // 2
        beside = left + self._usage_width + px(_GAP) if self._usage_width else 0
        room = self.winfo_width() - px(16) - (beside or left)
        self.create_text(
            left,
            middle if beside else top + px(15),
            anchor="w",
            text=row.usage,
            font=fonts.MONO,
            fill=tokens.popup_fg,
            tags=(tag,),
        )
        self.create_text(
            beside or left,
            middle if beside else top + px(34),
            anchor="w",
            text=fonts.shortened(self, fonts.BODY if beside else fonts.SMALL, row.what, room),
            font=fonts.BODY if beside else fonts.SMALL,
            fill=tokens.popup_muted,
            tags=(tag,),
        )
