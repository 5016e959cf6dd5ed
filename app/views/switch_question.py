"""The question before an invite link leads to another server."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views import fonts
from app.views.invite_row import InviteRow
from app.views.popups import Popup
from app.views.push_button import PushButton
from app.views.safe_text import fingerprint_groups, safe_line, safe_name
from app.views.surface import Surface, Words
from app.views.theme import Look
from app.views.widgets import Button

_WIDTH = 460
_INSIDE = _WIDTH - 42
#: The longest address is shown whole: its end may be what tells it from another.
_ADDRESS_LENGTH_MAX = 300


class SwitchQuestion(Popup):
    """A frame placed in the window. The keys are at "Stay here": an Enter too many goes nowhere."""

    width_wanted = _WIDTH
    is_dialog = True

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_connect: Callable[[str], None],
        on_close: Callable[[], None],
    ) -> None:
        """`on_connect` is given the link; the question has closed by then."""
        super().__init__(master, look, "popup_border")
        self._on_connect, self._on_close = on_connect, on_close
        self._link = ""
        px = look.px
        body = Surface(self, look, "popup")
        body.pack(fill="both", expand=True, padx=1, pady=1)
        self.title = Words(body, look, font=fonts.TITLE, role="popup_fg", on="popup")
        self.title.pack(fill="x", padx=px(20), pady=(px(16), px(8)))
        self.about = Words(body, look, font=fonts.BODY, role="popup_fg", on="popup")
        self.about.pack(fill="x", padx=px(20))
        self.key_title = Words(body, look, font=fonts.SMALL_BOLD, role="popup_muted", on="popup")
        self.key_title.pack(fill="x", padx=px(20), pady=(px(10), px(2)))
        self.key = Words(body, look, font=fonts.MONO, role="popup_fg", on="popup")
        for words in (self.title, self.about, self.key_title, self.key):
            words.configure(justify="left")
        foot = self._foot = Surface(body, look, "popup")
        foot.pack(fill="x", padx=px(20), pady=(px(14), px(16)))
        self.connect_button = PushButton(foot, look, on="popup", text=_("Connect"))
        self.connect_button.configure(command=self._connect)
        self.connect_button.pack(side="right")
        self.stay_button = PushButton(foot, look, kind="quiet", on="popup", text=_("Stay here"))
        self.stay_button.configure(command=on_close)
        self.stay_button.pack(side="right", padx=(0, px(8)))
        for button in (self.connect_button, self.stay_button):
            for sequence in ("<Return>", "<KP_Enter>"):
                button.bind(sequence, _press)

    def begin(self, row: InviteRow, width: int) -> None:
        """Ask about this link; `width` is that of the frame, in real pixels."""
        self._link, px = row.link, self.look.px
        title = _("Leave {server} and connect to {address}?")
        address = safe_line(row.address, _ADDRESS_LENGTH_MAX)
        self.title.configure(text=title.format(server=safe_line(row.server, 80), address=address))
        self.about.configure(text="\n".join(_about(row)))
        if row.fingerprint:
            self.key_title.configure(text=_("Its key, as the link names it"))
            self.key.configure(text=fingerprint_groups(row.fingerprint))
            self.key.pack(fill="x", padx=px(20), before=self._foot)
        else:
            self.key_title.configure(text=_("The link does not say which key it has."))
            self.key.pack_forget()
        for words in (self.title, self.about, self.key_title, self.key):
            words.configure(wraplength=width - px(42))
        self.stay_button.focus_set()

    def _connect(self) -> None:
        self._on_close()
        self._on_connect(self._link)


def _about(row: InviteRow) -> list[str]:
    """What else is known of where it leads, and what becomes of here."""
    lines = []
    if row.known_as:
        lines.append(_("You know it as {server}.").format(server=safe_line(row.known_as, 80)))
    if row.room:
        words = _("The link leads into #{room}. You are {nick} there.")
        lines.append(words.format(room=safe_name(row.room), nick=safe_name(row.nick)))
    else:
        lines.append(_("You are {nick} there.").format(nick=safe_name(row.nick)))
    lines.append(_("The server menu brings you back here."))
    return lines


def _press(event: "tk.Event[Button]") -> str:
    event.widget.invoke()
    return "break"
