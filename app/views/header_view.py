"""The line above the messages: room, topic, connection pill, people button."""

import tkinter as tk
from collections.abc import Callable

from app.shortcodes import with_emoji
from app.translation import _
from app.views import fonts
from app.views.hint import attach_hint
from app.views.images import Badge, Icon, Rounded
from app.views.key_words import with_keys
from app.views.pictured_text import PicturedText
from app.views.pictured_words import line_width
from app.views.rows import HeaderRow, LinkQuality, StatusRow
from app.views.safe_text import safe_line, system_line
from app.views.surface import FlatButton, Line, Surface
from app.views.theme import Look
from app.views.widgets import Canvas, Label
from app.views.wording import badge_text

# quality: icon, start of the token names "…_surface" and "…_text"
_PILLS = {
    LinkQuality.GOOD: ("reception-4", "good"),
    LinkQuality.FAIR: ("reception-3", "good"),
    LinkQuality.WEAK: ("reception-2", "warn"),
    LinkQuality.POOR: ("reception-1", "warn"),
    LinkQuality.NO_ANSWER: ("reception-0", "warn"),
    LinkQuality.CONNECTING: ("reception-0", "neutral"),
    LinkQuality.CATCHING_UP: ("arrow-down", "info"),
    LinkQuality.OFFLINE: ("wifi-off", "warn"),
}
#: Logical pixels: all that is left free between the parts, and what a topic should have.
_GAPS = 20 + 7 + 2 * 13 + 1 + 2 * 12 + 8
_TOPIC_MIN = 240
#: With less room there is no topic to divide from the name.
_TOPIC_LEAST = 40


class HeaderView(Surface):
    """52 px high; the topic takes what room, pill and buttons leave."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_menu: Callable[[], None],
        on_toggle_people: Callable[[], None],
        on_pill: Callable[[], None],
        on_topic: Callable[[], None],
        on_find: Callable[[], None],
    ) -> None:
        super().__init__(master, look)
        px = look.px
        self.configure(height=px(52))
        self.pack_propagate(False)
        self._row = HeaderRow("")
        self._is_narrow = False
        self._status = StatusRow(LinkQuality.CONNECTING, _("Connecting…"))
        Line(self, look).pack(side="bottom", fill="x")
        self.menu_button = FlatButton(
            self, look, on_press=on_menu, icon="list", icon_size=19, hint=_("Rooms")
        )
        #: What the hidden rooms have to say.
        self.news_badge = Label(self, cursor="hand2")
        self.news_badge.bind("<ButtonRelease-1>", lambda _event: on_menu())
        self._news = (0, 0)
        self._hash = Label(self)
        self._hash.pack(side="left", padx=(px(20), px(7)))
        self._name = PicturedText(self, look, font=fonts.TITLE)
        self._name.pack(side="left")
        self.divider = Line(self, look, vertical=True)
        self.people_button = FlatButton(
            self,
            look,
            on_press=on_toggle_people,
            icon="people-fill",
            icon_size=18,
            hint=with_keys(_("People"), "F7"),
        )
        self.people_button.pack(side="right", padx=(0, px(8)))
        self.find_button = FlatButton(
            self,
            look,
            on_press=on_find,
            icon="search",
            icon_size=17,
            hint=with_keys(_("Find in this room"), "Ctrl+F"),
        )
        self.find_button.pack(side="right")
        self.pill = _Pill(self, look, on_press=on_pill)
        self.pill.pack(side="right", padx=px(12))
        self.topic = _Topic(self, look, on_press=on_topic)
        self.topic.pack(side="left", fill="x", expand=True)
        attach_hint(self.topic, self._topic_hint)
        self.bind("<Configure>", lambda _event: self._share(), add="+")
        look.watch(self._hash, self._repaint)

    def show(self, row: HeaderRow) -> None:
        self._row = row
        self._name.paint("fg" if row.room_name else "muted", "bg")
        self._show_name()
        self._repaint()
        self.topic.show(self._topic_words())
        self._share()

    def set_status(self, row: StatusRow) -> None:
        self._status = row
        self._share()

    def set_narrow(self, is_narrow: bool) -> None:
        """Narrow: a menu button for the hidden rooms, and the short form of the pill."""
        self._is_narrow = is_narrow
        if is_narrow:
            self.menu_button.pack(side="left", padx=(self.look.px(8), 0), before=self._hash)
        else:
            self.menu_button.pack_forget()
        self.set_news(*self._news)
        self._hash.pack_configure(padx=(self.look.px(8 if is_narrow else 20), self.look.px(7)))
        self._show_name()
        self._share()

    def set_news(self, mentions: int, unread: int) -> None:
        """Mentions and unread messages of the other rooms, told while the rooms are hidden."""
        self._news = (mentions, unread)
        badge: Badge | None = None
        if mentions:
            badge = Badge("@" + badge_text(mentions), "alert", "alert_text")
        elif unread:
            badge = Badge(badge_text(unread), "badge", "badge_text")
        if badge is None or not self._is_narrow:
            self.news_badge.pack_forget()
            return
        self.news_badge.configure(image=self.look.images.get(badge))
        self.news_badge.pack(side="left", padx=(self.look.px(2), 0), after=self.menu_button)

    def set_people_shown(self, is_shown: bool) -> None:
        self.people_button.show_icon("people-fill" if is_shown else "people", "fg")

    def _topic_words(self) -> str:
        """The topic; without one, where somebody may set one, what a click does."""
        row = self._row
        return with_emoji(row.topic) or (_("Add a topic") if row.key is not None else "")

    def _share(self) -> None:
        """The pill says less where the topic would be cut for it, or has little room."""
        px, topic = self.look.px, self._topic_words()
        beside = [self._hash, self._name, self.find_button, self.people_button]
        beside += [each for each in (self.menu_button, self.news_badge) if each.winfo_manager()]
        taken = sum(widget.winfo_reqwidth() for widget in beside) + px(_GAPS)
        wanted = line_width(self, self.look, topic, fonts.BODY)
        left = self.winfo_width() - taken
        room = left - self.pill.width_of(self._status, is_short=False)
        most = left - self.pill.width_of(self._status, is_short=True)
        is_cut = bool(topic) and (room < wanted <= most or room < min(wanted, px(_TOPIC_MIN)))
        is_short = self._is_narrow or is_cut
        self.pill.show(self._status, is_short=is_short)
        if topic and (most if is_short else room) >= px(_TOPIC_LEAST):
            self.divider.pack(side="left", fill="y", padx=px(13), pady=px(16), after=self._name)
        else:
            self.divider.pack_forget()

    def _show_name(self) -> None:
        width = self.look.px(140 if self._is_narrow else 240)
        self._name.show(self._row.room_name or self._row.waiting, width)

    @property
    def row(self) -> HeaderRow:
        """What is shown."""
        return self._row

    def _topic_hint(self) -> str:
        parts = system_line(with_emoji(self._row.topic)), system_line(self._row.topic_tooltip)
        return "\n".join(part for part in parts if part)

    def _repaint(self) -> None:
        icon = self.look.images.get(Icon("hash", 19, "muted")) if self._row.room_name else ""
        for label in (self._hash, self.news_badge):
            label.configure(background=self.look.tokens.bg)
        self._hash.configure(image=icon)


class _Topic(PicturedText):
    """The topic in one line; a click, Space or Enter opens its card, when there are words here."""

    def __init__(self, master: tk.Misc, look: Look, *, on_press: Callable[[], None]) -> None:
        super().__init__(master, look, font=fonts.BODY, role="muted")
        self._on_press = on_press
        self.configure(highlightthickness=look.px(2), takefocus=False)
        self.bind("<ButtonRelease-1>", lambda _event: self.invoke())
        for sequence in ("<Return>", "<KP_Enter>", "<Key-space>"):
            self.bind(sequence, self._pressed)
        look.watch(self, lambda: self.configure(highlightcolor=look.tokens.accent))

    def show(self, text: str, width_max: int | None = 1) -> None:
        """It takes the width that is left."""
        super().show(text, width_max)
        self.configure(takefocus=bool(text), cursor="hand2" if text else "")

    def invoke(self) -> None:
        """Press it, as a click does."""
        if self.text:
            self._on_press()

    def _pressed(self, _event: "tk.Event[tk.Misc]") -> str:
        self.invoke()
        return "break"


class _Pill(Canvas):
    """The state of the connection: an icon and a word on a tinted, rounded ground; a button."""

    def __init__(self, master: tk.Misc, look: Look, *, on_press: Callable[[], None]) -> None:
        super().__init__(master)
        self.configure(height=look.px(28), width=1, takefocus=True, cursor="hand2")
        self._look, self._on_press = look, on_press
        for sequence in ("<Return>", "<KP_Enter>", "<Key-space>"):
            self.bind(sequence, self._pressed)
        self.bind("<ButtonRelease-1>", lambda _event: on_press())
        self.bind("<FocusIn>", lambda _event: self._show_keys(True))
        self.bind("<FocusOut>", lambda _event: self._show_keys(False))
        self._has_keys = False
        self._row = StatusRow(LinkQuality.CONNECTING, _("Connecting…"))
        self._is_short = False
        self.shown_text = ""
        attach_hint(self, lambda: self._row.tooltip or self._row.text)
        look.watch(self, self._draw)

    def show(self, row: StatusRow, *, is_short: bool) -> None:
        if (row, is_short) == (self._row, self._is_short):
            return
        self._row, self._is_short = row, is_short
        self._draw()

    def width_of(self, row: StatusRow, *, is_short: bool) -> int:
        """Real pixels that it takes to say so."""
        words, px = _pill_words(row, is_short=is_short), self._look.px
        return px(32) + fonts.text_width(self, fonts.SMALL_BOLD, words) + px(12)

    def invoke(self) -> None:
        """Press it, as a click does."""
        self._on_press()

    def _pressed(self, _event: "tk.Event[tk.Misc]") -> str:
        self.invoke()
        return "break"

    def _show_keys(self, has_keys: bool) -> None:
        self._has_keys = has_keys
        self._draw()

    def _draw(self) -> None:
        look, px, row = self._look, self._look.px, self._row
        glyph, tone = _PILLS[row.quality]
        self.shown_text = _pill_words(row, is_short=self._is_short)
        width = self.width_of(row, is_short=self._is_short)
        height = px(28)
        self.configure(width=width, background=look.tokens.bg)
        self.delete("all")
        border = "accent" if self._has_keys else ""
        ground = look.images.get(Rounded(width, height, 7, f"{tone}_surface", border, 2))
        self.create_image(0, 0, anchor="nw", image=ground)
        icon = look.images.get(Icon(glyph, 15, f"{tone}_text"))
        self.create_image(px(18), height // 2, image=icon)
        self.create_text(
            px(32),
            height // 2,
            anchor="w",
            text=self.shown_text,
            font=fonts.SMALL_BOLD,
            fill=look.tokens.named(f"{tone}_text"),
        )


def _pill_words(row: StatusRow, *, is_short: bool) -> str:
    full = safe_line(row.text, 60)
    return (safe_line(row.short_text, 30) or full) if is_short else full
