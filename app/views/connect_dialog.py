"""The page over everything at the first start: nick and server."""

import tkinter as tk
from collections.abc import Callable

from app import structs
from app.translation import _
from app.views import fonts
from app.views.images import Logo
from app.views.key_bindings import put_keys_first
from app.views.page_card import CARD_INSIDE, Card
from app.views.problem_words import ProblemWords
from app.views.push_button import PushButton
from app.views.safe_text import safe_line, safe_name
from app.views.server_list_view import ServerListView
from app.views.server_rows import ConnectRow
from app.views.surface import FlatButton, Surface, Words
from app.views.text_entry import TextEntry
from app.views.theme import Look
from app.views.widgets import Entry, Label

#: Rows of both lists by the height of the page in logical pixels: the questions come first.
_ROWS = ((800, 4, 3), (680, 2, 2), (0, 1, 1))
#: A lower page goes without logo and welcome.
_WELCOMING = 680


class ConnectPage(Surface):
    """Two questions, nick and server; an error is said in place and keeps what was typed.

    A server is chosen from those found on this network or used before, or typed. While one is
    waited for, another can be chosen instead.
    """

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_connect: Callable[[str, str], None],
        on_cancel: Callable[[], None],
        on_try_now: Callable[[], None],
        on_forget: Callable[[str], None],
        on_test_network: Callable[[str], None],
    ) -> None:
        super().__init__(master, look, "side")
        self._on_connect, self._on_cancel, self._on_try_now = on_connect, on_cancel, on_try_now
        self._row: ConnectRow | None = None
        #: Chosen in a list, while nothing is typed.
        self._picked = ""
        self._rows_max = [1, 1]
        card = Card(self, look)
        self._head = self._make_head(card.body, look)
        self._nick_title, self.nick = self._field(card.body, look, _("Nick"))
        self._nick_error = ProblemWords(card.body, look, width=CARD_INSIDE)
        self._found_title = Surface(card.body, look)
        self._found_title.pack(fill="x", pady=(look.px(8), look.px(2)))
        words = Words(self._found_title, look, font=fonts.SMALL_BOLD, role="muted")
        words.configure(text=_("On this network"))
        words.pack(side="left")
        self.test_button = FlatButton(
            self._found_title,
            look,
            on_press=lambda: on_test_network(self._wanted_server()),
            text=_("Test the network"),
            font=fonts.SMALL,
            role="link",
            pad=(3, 4),
        )
        self.test_button.pack(side="right")
        self._search = Words(card.body, look, font=fonts.BODY, role="muted")
        self._search.configure(wraplength=look.px(CARD_INSIDE), justify="left")
        self.found = ServerListView(
            card.body, look, on_choose=self._choose_server, on_forget=on_forget
        )
        _title, self.server = self._field(card.body, look, _("Other address"))
        self._server_hint = Words(card.body, look, font=fonts.SMALL, role="muted")
        self._server_hint.configure(text=_("host, host:port or an invite link"))
        self._saved_title = self._title(card.body, look, _("Saved"))
        self.saved = ServerListView(
            card.body, look, on_choose=self._choose_server, on_forget=on_forget
        )
        self._make_end(card.body, look)
        for entry in (self.nick, self.server):
            entry.bind("<Return>", self._enter)
            entry.bind("<KP_Enter>", self._enter)
            put_keys_first(entry)
        self.nick.bind("<KeyRelease>", lambda _event: self._nick_typed(), add="+")
        self.server.bind("<KeyRelease>", lambda _event: self._address_typed(), add="+")
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
        title.configure(text=_("Join the conversation"), anchor="center")
        title.pack(fill="x")
        about = Words(head, look, font=fonts.BODY, role="muted")
        about.configure(text=_("Say who you are and where your team meets."), anchor="center")
        about.configure(wraplength=look.px(CARD_INSIDE), justify="center")
        about.pack(fill="x", pady=(px(4), px(8)))
        return head

    def _make_end(self, master: tk.Misc, look: Look) -> None:
        px = look.px
        self._end = Surface(master, look)
        self._end.pack(fill="x", pady=(px(12), 0))
        self._error = ProblemWords(self._end, look, width=CARD_INSIDE, font=fonts.BODY)
        self._status = Words(self._end, look, font=fonts.BODY, role="muted")
        self._status.configure(wraplength=px(CARD_INSIDE), justify="left")
        self._buttons = Surface(self._end, look)
        self._buttons.pack(fill="x")
        self.try_button = PushButton(
            self._buttons, look, text=_("Try now"), command=self._on_try_now
        )
        self.button = PushButton(self._buttons, look, text=_("Connect"))
        self.button.configure(command=self._press)
        self.button.pack(side="left", fill="x", expand=True)
        self.back_button = PushButton(self._buttons, look, kind="quiet", command=self._on_cancel)

    def show(self, row: ConnectRow) -> None:
        """Show `row`; what the person typed meanwhile stays when the row did not change it."""
        before = self._row if self.winfo_manager() else None  # what was typed back then is over
        self._row = row
        if row.server != self._picked and (before is None or not _is_same_question(before, row)):
            self._picked = ""
        for entry, old, new in (
            (self.nick, before and before.nick, row.nick),
            (self.server, before and self._typed(before), self._typed(row)),
        ):
            if new != old:
                entry.delete(0, "end")
                entry.insert(0, safe_line(new))
        lists = (row.found, row.saved, row.search)
        if before is None or lists != (before.found, before.saved, before.search):
            self._show_servers(row)
            self._write_out_the_vanished(row)
        self._mark_wanted()
        if before is None or (row.error, row.is_busy) != (before.error, before.is_busy):
            # Else what the page itself says stays.
            self._say(self._error, "" if row.is_about_nick else row.error)
            self._show_nick_error(row.error if row.is_about_nick else "")
        self._say(self._status, row.status)
        self.button.configure(text=_("Cancel") if row.is_busy else _("Connect"))
        self.button.restyle("quiet" if row.is_busy else "main")
        if row.back_to and not row.is_busy:
            name = fonts.shortened(self, fonts.BODY, safe_name(row.back_to), self.look.px(140))
            self.back_button.configure(text=_("Back to {server}").format(server=name))
            self.back_button.pack(side="right", padx=(self.look.px(8), 0))
        else:
            self.back_button.pack_forget()
        if row.can_try_now:
            gap = (0, self.look.px(8))
            self.try_button.pack(
                side="left", fill="x", expand=True, padx=gap, before=self.button,
            )  # fmt: skip
        else:
            self.try_button.pack_forget()

    def _show_nick_error(self, text: str) -> None:
        self._nick_error.say(text)
        if text:
            self._nick_error.pack(fill="x", pady=(self.look.px(4), 0), after=self.nick)
        else:
            self._nick_error.pack_forget()

    def _nick_typed(self) -> None:
        nick = self.nick.get().strip()
        if nick and (self._row is None or nick != self._row.nick):
            self._show_nick_error("")

    def _typed(self, row: ConnectRow) -> str:
        """What belongs into the field for an address: nothing for one that is marked in a list."""
        return "" if row.server == self._picked else row.server

    def _address_typed(self) -> None:
        if self.server.get().strip():
            self._picked = ""
        self._mark_wanted()

    def _say(self, words: Words, text: str) -> None:
        words.say(text)
        if text:
            words.pack(fill="x", pady=(0, self.look.px(8)), before=self._buttons)
        else:
            words.pack_forget()

    def _show_servers(self, row: ConnectRow) -> None:
        self.found.show_servers(row.found)
        self.saved.show_servers(row.saved)
        self._share_rows()
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
            self._saved_title.pack(fill="x", pady=(px(10), px(4)), before=self._end)
            self.saved.pack(fill="x", before=self._end)

    def _write_out_the_vanished(self, row: ConnectRow) -> None:
        """The chosen server is in no list any more: its address is typed, as it were."""
        ways = {way for each in (*row.found, *row.saved) for way in (each.way, *each.addresses)}
        if self._picked and self._picked not in ways:
            self.server.delete(0, "end")
            self.server.insert(0, safe_line(self._picked))
            self._picked = ""

    def _choose_server(self, address: str) -> None:
        self.server.delete(0, "end")
        self._picked = address
        self._mark_wanted()
        self._connect()

    def _wanted_server(self) -> str:
        """What is typed or was chosen, else the server that was left or the only one there is, if
        that may be meant, else ""."""
        row, typed = self._row, self.server.get().strip() or self._picked
        if typed or row is None or not row.has_default:
            return typed
        # Nobody is sent to a mere claim without having chosen it.
        servers = [server for server in (*row.found, *row.saved) if not server.link]
        chosen = next((server for server in servers if row.chosen in server.addresses), None)
        if chosen is None and len(servers) == 1:
            chosen = servers[0]
        return chosen.address if chosen is not None else ""

    def _mark_wanted(self) -> None:
        wanted = self._wanted_server()
        self.found.show_selected(wanted)
        self.saved.show_selected(wanted)

    def _fit(self, height: int) -> None:
        px = self.look.px
        self._rows_max = next(rows for least, *rows in _ROWS if height >= px(least))
        self._share_rows()
        if height >= px(_WELCOMING):
            self._head.pack(fill="x", before=self._nick_title)
            self._server_hint.pack(fill="x", pady=(px(4), 0), after=self.server)
        else:
            self._head.pack_forget()
            self._server_hint.pack_forget()

    def _share_rows(self) -> None:
        """What one list leaves over of its rows is the other's."""
        found, saved = self._rows_max
        found_left = max(0, found - len(self.found.items))
        saved_left = max(0, saved - len(self.saved.items))
        self.found.set_rows_max(found + saved_left)
        self.saved.set_rows_max(saved + found_left)

    def take_focus(self) -> None:
        """Into the first field that is empty, else onto the button."""
        if not self.nick.get().strip():
            self.nick.focus_set()
        elif not self._wanted_server():
            self.server.focus_set()
        else:
            self.button.focus_set()

    def _field(self, master: tk.Misc, look: Look, label: str) -> tuple[Words, Entry]:
        title = self._title(master, look, label)
        entry = TextEntry(master, look, font=fonts.BODY)
        entry.pack(fill="x")
        return title, entry

    def _title(self, master: tk.Misc, look: Look, text: str) -> Words:
        title = Words(master, look, font=fonts.SMALL_BOLD, role="muted")
        title.configure(text=text)
        title.pack(fill="x", pady=(look.px(10), look.px(4)))
        return title

    def _enter(self, _event: "tk.Event[tk.Misc]") -> str:
        self._connect()
        return "break"

    def cancel(self) -> bool:
        """Stop waiting for the server, or go back to the one of before; False where there is
        neither."""
        can_cancel = self._row is not None and (self._row.is_busy or bool(self._row.back_to))
        if can_cancel:
            self._on_cancel()
        return can_cancel

    def _press(self) -> None:
        if self._row is not None and self._row.is_busy:
            self._on_cancel()
        else:
            self._connect()

    def _connect(self) -> None:
        nick, server = self.nick.get().strip(), self._wanted_server()
        row = self._row
        self._say(self._error, "" if row is None or row.is_about_nick else row.error)
        self._show_nick_error("" if nick else _("Type a nick."))
        if not nick:
            self.nick.focus_set()
            return
        if not server:
            is_choice = self.found.items or self.saved.items
            words = _("Choose a server above, or type an address.")
            self._say(self._error, words if is_choice else _("Type the address of a server."))
            self.server.focus_set()
            return
        if row is not None and row.is_busy and (nick, server) == (row.nick, row.server):
            return  # it is waited for already
        if not self.server.get().strip():
            self._picked = server  # the only one there is as well: it is marked in its list
        self._on_connect(nick, server)


def _is_same_question(before: ConnectRow, row: ConnectRow) -> bool:
    """Whether nothing but the lists of servers is another one."""
    return structs.replace(before, found=row.found, saved=row.saved, search=row.search) == row
