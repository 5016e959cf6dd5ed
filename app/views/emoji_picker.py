"""The emoji picker: search, a grid by category, those used last, and the name to type."""

import tkinter as tk
from collections.abc import Callable, Iterable

from app.translation import _
from app.views import fonts
from app.views.emoji_catalogue import (
    CATEGORIES,
    TONES,
    search_emoji,
    shortcode_of,
    toned,
    tones_of,
)
from app.views.emoji_grid import CELL, COLUMNS, EmojiGrid, Section
from app.views.images import EmojiPicture
from app.views.line_field import LineField, search_sign
from app.views.popups import Popup
from app.views.round_frame import RoundFrame
from app.views.round_styles import Face
from app.views.surface import Line, Surface, Words
from app.views.theme import Look
from app.views.used_emoji import UsedEmoji
from app.views.widgets import Canvas, Label

WIDTH = COLUMNS * CELL + 24
_ROWS = 5
_FOUND_MAX = 90
_CLOCK = "🕘"


class EmojiPicker(Popup):
    """Tells what was chosen, and that it is done; with Shift it stays open, for several."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_choose: Callable[[str], None],
        on_done: Callable[[], None],
        used: UsedEmoji,
    ) -> None:
        super().__init__(master, look, "popup_border")
        self._on_choose, self._on_done, self._used = on_choose, on_done, used
        #: The tones of one emoji are shown: the one that is chosen is for all from then on.
        self._is_toning = False
        px = look.px
        body = Surface(self, look, "popup")
        body.pack(fill="both", expand=True, padx=1, pady=1)
        head = RoundFrame(body, look, Face("popup_field"), on="popup")
        head.pack(fill="x", padx=px(11), pady=px(11))
        glass = search_sign(head, look, 13, on="popup_field")
        glass.pack(side="left", padx=px(9), pady=px(7))
        self.field = LineField(
            head,
            look,
            placeholder=_("Search emoji, or type :tada: in the message"),
            on_change=self._search,
            on_enter=lambda: self.grid_view.choose_current(),
            on_step=lambda by: self.grid_view.move(0, by),
            on="popup_field",
            font=fonts.SMALL,
        )
        self.field.pack(side="left", fill="x", expand=True, padx=(0, px(8)))
        for sequence in ("<Shift-Return>", "<Shift-KP_Enter>"):
            self.field.bind(sequence, self._choose_and_stay)
        self.field.bind("<Left>", lambda _event: self._move(-1))
        self.field.bind("<Right>", lambda _event: self._move(1))
        self.grid_view = EmojiGrid(
            body,
            look,
            rows=_ROWS,
            on_choose=self._chosen,
            on_current=self._show_name,
            on_more=self._show_tones,
        )
        self.field.bind("<<ContextMenu>>", self._menu_asked)
        self.grid_view.pack(padx=px(11))
        Line(body, look).pack(fill="x", pady=(px(6), 0))
        self._categories = _Categories(body, look, on_press=self._go_to_category)
        self._categories.pack(padx=px(11), pady=px(4))
        Line(body, look).pack(fill="x")
        foot = Surface(body, look, "popup")
        foot.pack(fill="x", padx=px(14), pady=px(6))
        self._picture = Label(foot)
        self._picture.pack(side="left")
        look.watch(self._picture, lambda: self._picture.configure(background=look.tokens.popup))
        self._name = Words(foot, look, font=fonts.SMALL, role="popup_muted", on="popup")
        self._name.pack(side="left", padx=px(10), fill="x", expand=True)

    def begin(self) -> None:
        """Start with all of them, the recent ones first."""
        self.field.set_value("")
        self._show_all()
        self.field.focus_set()

    def _show_all(self) -> None:
        self._is_toning = False
        sections = [Section(_(title), self._toned(emoji)) for _icon, title, emoji in CATEGORIES]
        if self._used.recent:
            sections.insert(0, Section(_("Used last"), tuple(self._used.recent)))
        self.grid_view.show(sections)

    def _search(self, typed: str) -> None:
        if typed.strip():
            found = search_emoji(typed, _FOUND_MAX)
            title = _("Found") if found else _("No emoji of that name")
            self._is_toning = False
            self.grid_view.show([Section(title, self._toned(found))])
        else:
            self._show_all()

    def _go_to_category(self, place: int) -> None:
        """0 is those used last."""
        self.field.set_value("")
        self._show_all()
        self.grid_view.show_section(place if self._used.recent else max(0, place - 1))

    def _move(self, columns: int) -> str | None:
        if self.field.value and not self.field.tag_ranges("sel") and not self._is_toning:
            return None  # the caret moves in what was typed
        self.grid_view.move(columns, 0)
        return "break"

    def _show_name(self, emoji: str) -> None:
        image = self.look.images.get(EmojiPicture(emoji, 24)) if emoji else ""
        self._picture.configure(image=image)
        self._name.configure(text=shortcode_of(emoji) if emoji else "")

    def _toned(self, emoji: Iterable[str]) -> tuple[str, ...]:
        return tuple(toned(each, self._used.skin_tone) for each in emoji)

    def _show_tones(self, emoji: str) -> None:
        tones = tones_of(emoji)
        if tones:
            self.grid_view.show([Section(_("Skin tone, from now on for all"), tones)])
            self._is_toning = True

    def _menu_asked(self, _event: "tk.Event[tk.Misc]") -> str:
        self._show_tones(self.grid_view.current)
        return "break"

    def _choose_and_stay(self, _event: "tk.Event[tk.Misc]") -> str:
        self.grid_view.choose_current(is_shifted=True)
        return "break"

    def _chosen(self, emoji: str, is_one_of_several: bool) -> None:
        if self._is_toning:
            self._used.skin_tone = next((char for char in emoji if char in TONES), "")
            self.field.set_value("")
        self._used.note(emoji)
        if self._is_toning:
            self._show_all()
        self._on_choose(emoji)
        if not is_one_of_several:
            self._on_done()


class _Categories(Canvas):
    """One small picture for each category, and a clock for those used last."""

    def __init__(self, master: tk.Misc, look: Look, *, on_press: Callable[[int], None]) -> None:
        super().__init__(master)
        self._look, self._on_press = look, on_press
        self.configure(width=look.px(COLUMNS * CELL), height=look.px(28))
        self.configure(takefocus=False, cursor="hand2")
        self.bind("<ButtonRelease-1>", self._clicked)
        # Its pictures are drawn when somebody sees them: they would hold up the start.
        self.bind("<Map>", lambda _event: self._draw())
        look.watch(self, self._repaint)

    def _repaint(self) -> None:
        self.configure(background=self._look.tokens.popup)

    def _draw(self) -> None:
        cell, look = self._look.px(CELL), self._look
        self.delete("all")
        for place, emoji in enumerate((_CLOCK, *(icon for icon, _title, _emoji in CATEGORIES))):
            image = look.images.get(EmojiPicture(emoji, 17))
            self.create_image(cell * place + cell // 2, look.px(14), image=image)

    def _clicked(self, event: "tk.Event[tk.Misc]") -> None:
        place = event.x // self._look.px(CELL)
        if 0 <= place <= len(CATEGORIES):
            self._on_press(place)
