"""The hard stop: the server has not the key it should have. There is no "Continue anyway"."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views import fonts
from app.views.images import Icon
from app.views.page_card import CARD_INSIDE, Card
from app.views.push_button import PushButton
from app.views.safe_text import fingerprint_groups, safe_line
from app.views.server_rows import KeyChangedRow
from app.views.surface import Surface, Words
from app.views.theme import Look
from app.views.widgets import Label


class KeyPage(Surface):
    """Both fingerprints and one way out."""

    def __init__(self, master: tk.Misc, look: Look, *, on_leave: Callable[[], None]) -> None:
        super().__init__(master, look, "danger_surface")
        card = Card(self, look)
        px = look.px
        icon = Label(card.body)
        icon.pack(pady=(0, px(10)))
        look.watch(
            icon,
            lambda: icon.configure(
                image=look.images.get(Icon("shield-exclamation", 44, "danger")),
                background=look.tokens.bg,
            ),
        )
        self.title = Words(card.body, look, font=fonts.TITLE, role="danger")
        self.title.configure(anchor="center", wraplength=px(CARD_INSIDE))
        self.title.pack(fill="x")
        self.about = Words(card.body, look, font=fonts.BODY)
        self.about.configure(wraplength=px(CARD_INSIDE), justify="left")
        self.about.pack(fill="x", pady=(px(10), px(8)))
        self._known_title, self.known = self._fingerprint(card.body, look)
        self._offered_title, self.offered = self._fingerprint(card.body, look)
        self.button = PushButton(card.body, look, kind="danger", command=on_leave)
        self.button.configure(text=_("Back to connect"))
        self.button.pack(fill="x", pady=(px(18), 0))

    def show(self, row: KeyChangedRow) -> None:
        """Say which of the two it is: a known server with another key, or a link that is wrong."""
        if row.is_first_contact:
            title = _("Not the server of the invite link")
            about = _(
                "{server} does not have the key that the link names. The link may be old or"
                " damaged, or somebody stands between you and the server. Nothing was sent. Ask"
                " whoever invited you for a new link, and put it in on the connect page."
            )
            known = _("In the invite link")
        else:
            title = _("The key of this server has changed")
            about = _(
                "{server} does not have the key it had before. It may have been set up anew, or"
                " somebody stands between you and it. Nothing was sent. Ask whoever runs the server"
                " what happened, and for a new invite link; put that in on the connect page."
            )
            known = _("Known until now")
        self.title.configure(text=title)
        self.about.configure(text=about.format(server=safe_line(row.server, 80)))
        self._known_title.configure(text=known)
        self.known.configure(text=fingerprint_groups(row.known_fingerprint))
        self._offered_title.configure(text=_("Offered now"))
        self.offered.configure(text=fingerprint_groups(row.offered_fingerprint))

    def take_focus(self) -> None:
        self.button.focus_set()

    def _fingerprint(self, master: tk.Misc, look: Look) -> tuple[Words, Words]:
        title = Words(master, look, font=fonts.SMALL_BOLD, role="muted")
        title.pack(fill="x", pady=(look.px(8), look.px(2)))
        words = Words(master, look, font=fonts.MONO)
        words.configure(wraplength=look.px(CARD_INSIDE), justify="left")
        words.pack(fill="x")
        return title, words
