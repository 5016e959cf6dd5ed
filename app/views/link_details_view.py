"""Everything about the connection, opened by the pill: for people who want to know."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views import fonts
from app.views.facts_table import FactsTable
from app.views.images import Icon
from app.views.pictured_text import PicturedText
from app.views.popups import Popup
from app.views.rows import LinkDetailsRow, LinkQuality, StatusRow
from app.views.safe_text import fingerprint_groups, safe_line
from app.views.surface import FlatButton, Line, Surface, Words
from app.views.theme import Look
from app.views.widgets import Label

_WIDTH = 380
_INSIDE = _WIDTH - 42


class LinkDetailsView(Popup):
    """A frame placed in the window; Esc closes it. It follows what `show` says while open."""

    width_wanted = _WIDTH

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_test_network: Callable[[], None],
        on_copy: Callable[[str], None],
        on_open: Callable[[bool], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "popup_border")
        self._on_open, self._on_copy = on_open, on_copy
        self._row = LinkDetailsRow("", StatusRow(LinkQuality.OFFLINE, ""))
        px = look.px
        self._body = Surface(self, look, "popup")
        self._body.pack(fill="both", expand=True, padx=1, pady=1)
        head = Surface(self._body, look, "popup")
        head.pack(fill="x", padx=px(20), pady=(px(12), px(4)))
        self.close_button = FlatButton(
            head, look, on_press=on_close, icon="x-lg", icon_size=14, on="popup", hint=_("Close")
        )
        # Packed before the title: however long that is, there is room for the cross.
        self.close_button.pack(side="right", padx=(px(8), 0))
        self._title = PicturedText(head, look, font=fonts.TITLE, role="popup_fg", on="popup")
        self._title.pack(side="left", fill="x", expand=True)
        self._holding_icon, self.holding = self._icon_line()
        self._facts = FactsTable(self._body, look, width=_INSIDE)
        self._facts.pack(fill="x", padx=px(20), pady=(px(6), 0))
        Line(self._body, look).pack(fill="x", padx=px(20), pady=px(10))
        self._lock_icon, self._lock = self._icon_line()
        key = Surface(self._body, look, "popup")
        self._key = key
        key.pack(fill="x", padx=px(20), pady=(px(6), 0))
        key_title = self._words(key, fonts.SMALL_BOLD, "popup_muted")
        key_title.configure(text=_("Key of the server"))
        key_title.pack(side="left")
        self.copy_button = self._button(key, _("Copy"), lambda: on_copy(self._row.fingerprint))
        self.copy_button.pack(side="right")
        self.fingerprint = self._words(self._body, fonts.MONO, "popup_fg")
        self.fingerprint.configure(wraplength=px(_INSIDE), justify="left")
        self.fingerprint.pack(fill="x", padx=px(20))
        foot = Surface(self._body, look, "popup")
        foot.pack(fill="x", padx=px(20), pady=(px(12), px(16)))
        self.test_button = self._button(foot, _("Test the network"), on_test_network)
        self.test_button.pack(side="left")
        look.watch(self._holding_icon, self._repaint)

    def begin(self) -> None:
        """It was opened: say so, and take the keys."""
        self._on_open(True)
        self.close_button.focus_set()

    def ended(self) -> None:
        """It was closed."""
        self._on_open(False)

    def closed_by_person(self) -> None:
        self.ended()

    def show(self, row: LinkDetailsRow) -> None:
        """What is known now; only what differs is drawn."""
        self._row = row
        self._title.show(row.server or _("Connection"), 1)  # it has what the cross leaves
        self.holding.configure(text=safe_line(row.holding) or safe_line(row.status.text, 60))
        self._facts.show(row.facts)
        self._lock.configure(text=safe_line(row.lock))
        self.fingerprint.configure(
            text=fingerprint_groups(row.fingerprint) if row.fingerprint else _("not known yet")
        )
        if row.fingerprint:
            self.copy_button.pack(side="right")
        else:
            self.copy_button.pack_forget()
        self._repaint()

    def _icon_line(self) -> tuple[Label, Words]:
        px = self.look.px
        line = Surface(self._body, self.look, "popup")
        line.pack(fill="x", padx=px(20), pady=px(2))
        icon = Label(line)
        icon.pack(side="left", anchor="n", padx=(0, px(8)), pady=px(2))
        words = self._words(line, fonts.BODY, "popup_fg")
        words.configure(justify="left", wraplength=px(_INSIDE - 24))
        words.pack(side="left", fill="x", expand=True)
        return icon, words

    def _words(self, master: tk.Misc, font: str, role: str) -> Words:
        return Words(master, self.look, font=font, role=role, on="popup")

    def _button(self, master: tk.Misc, text: str, on_press: Callable[[], None]) -> FlatButton:
        return FlatButton(
            master, self.look, on_press=on_press, text=text, role="popup_fg", on="popup_field",
            pad=(10, 5),
        )  # fmt: skip

    def _repaint(self) -> None:
        look = self.look
        glyph, role = ("check2", "popup_fg") if self._row.is_complete else ("info", "popup_muted")
        background = look.tokens.named("popup")
        icon = look.images.get(Icon(glyph, 16, role))
        self._holding_icon.configure(image=icon, background=background)
        lock = look.images.get(Icon("lock-fill", 14, "popup_muted"))
        self._lock_icon.configure(image=lock, background=background)
