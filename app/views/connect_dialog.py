"""The pages over everything: first start (nick and server), and the hard stop of a changed key."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from app.views import fonts
from app.views.images import Icon, Logo
from app.views.key_bindings import put_keys_first
from app.views.rows import ConnectRow, KeyChangedRow
from app.views.safe_text import fingerprint_groups, safe_line
from app.views.surface import Surface, Words
from app.views.theme import Look
from app.views.tokens import text_on
from app.views.widgets import Button, Entry, Label

_WIDTH = 400


class ConnectPage(Surface):
    """Two questions, nick and server; an error is said in place and keeps what was typed."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_connect: Callable[[str, str], None],
        on_cancel: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "side")
        self._on_connect, self._on_cancel = on_connect, on_cancel
        self._row: ConnectRow | None = None
        card = _Card(self, look)
        px = look.px
        logo = Label(card.body)
        logo.pack(pady=(0, px(12)))
        look.watch(
            logo, lambda: logo.configure(image=look.images.get(Logo(48)), background=look.tokens.bg)
        )
        title = Words(card.body, look, font=fonts.TITLE)
        title.configure(text="Join the conversation", anchor="center")
        title.pack(fill="x")
        about = Words(card.body, look, font=fonts.BODY, role="muted")
        about.configure(text="Say who you are and where your team meets.", anchor="center")
        about.pack(fill="x", pady=(px(4), px(16)))
        self.nick = self._field(card.body, look, "Nick", "")
        self.server = self._field(
            card.body, look, "Server", "An address like 192.168.1.20, or host:port"
        )
        self._error = Words(card.body, look, font=fonts.BODY, role="danger")
        self._error.configure(wraplength=px(_WIDTH - 64), justify="left")
        self._error.pack(fill="x", pady=(px(10), 0))
        self.button = Button(card.body, text="Connect", bootstyle="primary")
        self.button.configure(command=self._press)
        self.button.pack(fill="x", pady=(px(12), 0), ipady=px(4))
        look.watch(self.button, lambda: _make_readable(self.button, look))
        for entry in (self.nick, self.server):
            entry.bind("<Return>", self._enter)
            entry.bind("<KP_Enter>", self._enter)
            put_keys_first(entry)

    def show(self, row: ConnectRow) -> None:
        """Show `row`; what the person typed meanwhile stays when the row did not change it."""
        before, self._row = self._row, row
        for entry, old, new in (
            (self.nick, before and before.nick, row.nick),
            (self.server, before and before.server, row.server),
        ):
            if new != old:
                entry.configure(state="normal")
                entry.delete(0, "end")
                entry.insert(0, safe_line(new))
        for entry in (self.nick, self.server):
            entry.configure(state="disabled" if row.is_busy else "normal")
        self._error.configure(text=safe_line(row.error))
        self.button.configure(
            text="Cancel" if row.is_busy else "Connect",
            bootstyle="secondary" if row.is_busy else "primary",
        )

    def take_focus(self) -> None:
        """Into the first field that is empty, else onto the button."""
        for entry in (self.nick, self.server):
            if not entry.get().strip():
                entry.focus_set()
                return
        self.button.focus_set()

    def _field(self, master: tk.Misc, look: Look, label: str, help_text: str) -> Entry:
        title = Words(master, look, font=fonts.SMALL_BOLD, role="muted")
        title.configure(text=label)
        title.pack(fill="x", pady=(look.px(10), look.px(4)))
        entry = Entry(master, font=fonts.BODY)
        entry.pack(fill="x", ipady=look.px(2))
        if help_text:
            hint = Words(master, look, font=fonts.SMALL, role="muted")
            hint.configure(text=help_text)
            hint.pack(fill="x", pady=(look.px(4), 0))
        return entry

    def _enter(self, _event: "tk.Event[tk.Misc]") -> str:
        self._press()
        return "break"

    def _press(self) -> None:
        if self._row is not None and self._row.is_busy:
            self._on_cancel()
            return
        nick, server = self.nick.get().strip(), self.server.get().strip()
        if not nick or not server:
            missing = self.nick if not nick else self.server
            self._error.configure(text=f"The {'nick' if not nick else 'server'} is missing.")
            missing.focus_set()
            return
        self._on_connect(nick, server)


class KeyChangedPage(Surface):
    """A hard stop: both fingerprints and one way out. There is no "Continue anyway"."""

    def __init__(self, master: tk.Misc, look: Look, *, on_disconnect: Callable[[], None]) -> None:
        super().__init__(master, look, "danger_surface")
        card = _Card(self, look)
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
        self._title = Words(card.body, look, font=fonts.TITLE, role="danger")
        self._title.configure(
            text="The key of this server has changed", anchor="center", wraplength=px(_WIDTH - 64)
        )
        self._title.pack(fill="x")
        self._about = Words(card.body, look, font=fonts.BODY)
        self._about.configure(wraplength=px(_WIDTH - 64), justify="left")
        self._about.pack(fill="x", pady=(px(10), px(8)))
        self.known = self._fingerprint(card.body, look, "Known until now")
        self.offered = self._fingerprint(card.body, look, "Offered now")
        self.button = Button(
            card.body, text="Disconnect", bootstyle="danger", command=on_disconnect
        )
        self.button.pack(fill="x", pady=(px(18), 0), ipady=px(4))
        look.watch(self.button, lambda: _make_readable(self.button, look))

    def show(self, row: KeyChangedRow) -> None:
        self._about.configure(
            text=f"{safe_line(row.server, 80)} does not have the key it had before. It may have "
            "been set up anew, or somebody stands between you and it. Nothing was sent. Ask "
            "whoever runs the server before you go on."
        )
        self.known.configure(text=fingerprint_groups(row.known_fingerprint))
        self.offered.configure(text=fingerprint_groups(row.offered_fingerprint))

    def take_focus(self) -> None:
        self.button.focus_set()

    def _fingerprint(self, master: tk.Misc, look: Look, label: str) -> Words:
        title = Words(master, look, font=fonts.SMALL_BOLD, role="muted")
        title.configure(text=label)
        title.pack(fill="x", pady=(look.px(8), look.px(2)))
        words = Words(master, look, font=fonts.MONO)
        words.configure(wraplength=look.px(_WIDTH - 64), justify="left")
        words.pack(fill="x")
        return words


def _make_readable(button: Button, look: Look) -> None:
    """The theme writes white on every accent; on the pale accents of dark themes it is too weak."""
    style = ttk.Style()
    name = str(button.cget("style"))
    ground = str(style.lookup(name, "background"))
    if ground.startswith("#") and len(ground) == 7:
        color = text_on(ground)
        style.configure(name, foreground=color)
        style.map(name, foreground=[("disabled", look.tokens.muted), ("", color)])


class _Card(Surface):
    """A bordered card in the middle of the page; `body` is its inside."""

    def __init__(self, master: tk.Misc, look: Look) -> None:
        super().__init__(master, look, "line")
        px = look.px
        self.place(relx=0.5, rely=0.48, anchor="center", width=px(_WIDTH))
        inside = Surface(self, look)
        inside.pack(fill="both", expand=True, padx=1, pady=1)
        self.body = Surface(inside, look)
        self.body.pack(fill="both", expand=True, padx=px(32), pady=px(28))
