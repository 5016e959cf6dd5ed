"""The pages over everything: first start (nick and server), and the hard stop of a changed key."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from app.views import fonts
from app.views.images import Icon, Logo
from app.views.key_bindings import put_keys_first
from app.views.rows import ConnectRow, KeyChangedRow
from app.views.safe_text import fingerprint_groups, safe_line
from app.views.server_list_view import ServerListView
from app.views.surface import Surface, Words
from app.views.theme import Look
from app.views.tokens import text_on
from app.views.widgets import Button, Entry, Label

_WIDTH = 420
#: Rows of both lists by the height of the page in logical pixels: the questions come first.
_ROWS = ((800, 4, 3), (680, 2, 2), (0, 1, 1))
#: A lower page goes without logo and welcome.
_WELCOMING = 680


class ConnectPage(Surface):
    """Two questions, nick and server; an error is said in place and keeps what was typed.

    A server is chosen from those found on this network or used before, or typed.
    """

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_connect: Callable[[str, str], None],
        on_cancel: Callable[[], None],
        on_forget: Callable[[str], None],
    ) -> None:
        super().__init__(master, look, "side")
        self._on_connect, self._on_cancel = on_connect, on_cancel
        self._row: ConnectRow | None = None
        card = _Card(self, look)
        self._head = self._make_head(card.body, look)
        self._nick_title, self.nick = self._field(card.body, look, "Nick")
        self._found_title = self._title(card.body, look, "On this network")
        self._search = Words(card.body, look, font=fonts.BODY, role="muted")
        self._search.configure(wraplength=look.px(_WIDTH - 64), justify="left")
        self.found = ServerListView(card.body, look, on_choose=self._choose_server)
        _, self.server = self._field(card.body, look, "Other address")
        self._server_hint = Words(card.body, look, font=fonts.SMALL, role="muted")
        self._server_hint.configure(text="host, host:port or an invite link")
        self._saved_title = self._title(card.body, look, "Saved")
        self.saved = ServerListView(
            card.body, look, on_choose=self._choose_server, on_forget=on_forget
        )
        self._make_end(card.body, look)
        for entry in (self.nick, self.server):
            entry.bind("<Return>", self._enter)
            entry.bind("<KP_Enter>", self._enter)
            put_keys_first(entry)
        self.bind("<Configure>", lambda event: self._fit(event.height))

    def _make_head(self, master: tk.Misc, look: Look) -> Surface:
        head, px = Surface(master, look), look.px
        head.pack(fill="x")
        logo = Label(head)
        logo.pack(pady=(0, px(10)))
        look.watch(
            logo, lambda: logo.configure(image=look.images.get(Logo(48)), background=look.tokens.bg)
        )
        title = Words(head, look, font=fonts.TITLE)
        title.configure(text="Join the conversation", anchor="center")
        title.pack(fill="x")
        about = Words(head, look, font=fonts.BODY, role="muted")
        about.configure(text="Say who you are and where your team meets.", anchor="center")
        about.pack(fill="x", pady=(px(4), px(8)))
        return head

    def _make_end(self, master: tk.Misc, look: Look) -> None:
        px = look.px
        self._error = Words(master, look, font=fonts.BODY, role="danger")
        self._error.configure(wraplength=px(_WIDTH - 64), justify="left")
        self._error.pack(fill="x", pady=(px(10), 0))
        self.button = Button(master, text="Connect", bootstyle="primary")
        self.button.configure(command=self._press)
        self.button.pack(fill="x", pady=(px(12), 0), ipady=px(4))
        look.watch(self.button, lambda: _make_readable(self.button, look))

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
        self._show_servers(row)
        self._error.configure(text=safe_line(row.error))
        self.button.configure(
            text="Cancel" if row.is_busy else "Connect",
            bootstyle="secondary" if row.is_busy else "primary",
        )

    def _show_servers(self, row: ConnectRow) -> None:
        self.found.show_servers(row.found)
        self.saved.show_servers(row.saved)
        self._search.configure(text=safe_line(row.search))
        px = self.look.px
        self.found.pack_forget()
        self._search.pack_forget()
        if row.found:
            self.found.pack(fill="x", after=self._found_title)
        elif row.search:
            self._search.pack(fill="x", pady=(px(2), px(4)), after=self._found_title)
        self.saved.pack_forget()
        self._saved_title.pack_forget()
        if row.saved:
            self._saved_title.pack(fill="x", pady=(px(10), px(4)), before=self._error)
            self.saved.pack(fill="x", before=self._error)

    def _choose_server(self, address: str) -> None:
        if self._row is not None and self._row.is_busy:
            return
        self.server.delete(0, "end")
        self.server.insert(0, address)
        self._press()

    def _fit(self, height: int) -> None:
        px = self.look.px
        found, saved = next(rows for least, *rows in _ROWS if height >= px(least))
        self.found.set_rows_max(found)
        self.saved.set_rows_max(saved)
        if height >= px(_WELCOMING):
            self._head.pack(fill="x", before=self._nick_title)
            self._server_hint.pack(fill="x", pady=(px(4), 0), after=self.server)
        else:
            self._head.pack_forget()
            self._server_hint.pack_forget()

    def take_focus(self) -> None:
        """Into the first field that is empty, else onto the button."""
        for entry in (self.nick, self.server):
            if not entry.get().strip():
                entry.focus_set()
                return
        self.button.focus_set()

    def _field(self, master: tk.Misc, look: Look, label: str) -> tuple[Words, Entry]:
        title = self._title(master, look, label)
        entry = Entry(master, font=fonts.BODY)
        entry.pack(fill="x", ipady=look.px(2))
        return title, entry

    def _title(self, master: tk.Misc, look: Look, text: str) -> Words:
        title = Words(master, look, font=fonts.SMALL_BOLD, role="muted")
        title.configure(text=text)
        title.pack(fill="x", pady=(look.px(10), look.px(4)))
        return title

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
