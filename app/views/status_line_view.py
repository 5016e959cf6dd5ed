"""The quiet line under the composer: who is typing, keys, and what went wrong."""

import tkinter as tk
from collections.abc import Sequence

from app.translation import N_, _
from app.views import fonts
from app.views.safe_text import safe_line
from app.views.surface import Surface, Words
from app.views.theme import Look
from app.views.wording import typing_text

KEY_HINT = N_("Enter sends · Shift+Enter new line")
CONTROL_KEY_HINT = N_("Ctrl+Enter sends · Enter new line")
NOTICE_MS = 8_000
#: Longer notices stay longer: so fast people read.
_READING_MS = 90  # per character
_NOTICE_CHARACTERS_MAX = 400
_HEIGHT = 24


class StatusLineView(Surface):
    """24 px high; the left side tells, the right side counts or helps. A notice is never cut: what
    is too long for one line takes more of them while it is shown."""

    def __init__(self, master: tk.Misc, look: Look) -> None:
        super().__init__(master, look)
        px = look.px
        self.configure(height=px(_HEIGHT))
        self.pack_propagate(False)
        self._typing, self._notice, self._wait, self._counter = "", "", "", ""
        self._is_mishap = False
        self._has_key_hint, self._is_wide, self._is_over = True, True, False
        self._control_sends = self._is_in_block = False
        self._is_writable = True
        self._notice_timer: str | None = None
        self.right = Words(self, look, font=fonts.SMALL, role="muted")
        self.right.pack(side="right", padx=(0, px(18)))
        self.left = Words(self, look, font=fonts.SMALL, role="muted")
        self.left.configure(justify="left")
        self.left.pack(side="left", fill="x", expand=True, padx=(px(24), px(8)))
        self.bind("<Configure>", lambda _event: self._show(), add="+")

    def set_typing(self, names: Sequence[str]) -> None:
        self._typing = typing_text(names)
        self._show()

    def set_notice(self, text: str, *, is_mishap: bool = True) -> None:
        """A sentence about a mishap, or that something is done; gone after some seconds."""
        self._is_mishap = is_mishap
        self._notice = safe_line(text, _NOTICE_CHARACTERS_MAX)
        if self._notice_timer is not None:
            self.after_cancel(self._notice_timer)
        time_ms = max(NOTICE_MS, _READING_MS * len(self._notice))
        self._notice_timer = self.after(time_ms, self._end_notice)
        self._show()

    def end_mishap(self) -> None:
        """Its person goes on: what went wrong before is no news any more."""
        if self._is_mishap and self._notice:
            self._end_notice()

    def set_wait(self, text: str) -> None:
        """One line about something that is waited for; "" when it is over."""
        self._wait = safe_line(text, 120)
        self._show()

    def set_counter(self, words: str, is_over: bool) -> None:
        self._counter, self._is_over = words, is_over
        self._show()

    def set_key_hint(self, is_shown: bool) -> None:
        self._has_key_hint = is_shown
        self._show()

    def set_writable(self, is_writable: bool) -> None:
        """Whether keys send anything now."""
        self._is_writable = is_writable
        self._show()

    def set_control_sends(self, is_on: bool) -> None:
        """Whether Ctrl+Enter sends, or Enter."""
        self._control_sends = is_on
        self._show()

    def set_in_block(self, is_in_block: bool) -> None:
        """Whether code is written, where Enter breaks the line: who knows the keys is told, too."""
        if is_in_block != self._is_in_block:
            self._is_in_block = is_in_block
            self._show()

    def set_wide(self, is_wide: bool) -> None:
        self._is_wide = is_wide
        self._show()

    def _end_notice(self) -> None:
        if self._notice_timer is not None:
            self.after_cancel(self._notice_timer)
            self._notice_timer = None
        self._notice = ""
        self._show()

    def _show(self) -> None:
        words, counter = self._notice or self._wait or self._typing, self._counter
        room = self.winfo_width() - self.look.px(64)
        has_hint = self._is_writable and (self._has_key_hint or self._is_in_block)
        if not counter and has_hint and self._is_wide:
            is_control = self._control_sends or self._is_in_block
            hint = _(CONTROL_KEY_HINT if is_control else KEY_HINT)
            # What is said matters more than the keys, where there is no room for both.
            taken = fonts.text_width(self, fonts.SMALL, words + hint)
            counter = hint if not words or taken < room else ""
        wrap = 0
        if words and self.winfo_width() > 1:
            room = max(0, room - fonts.text_width(self, fonts.SMALL, counter))
            if self._notice:
                wrap = room
            else:
                words = fonts.shortened(self, fonts.SMALL, words, room)
        self.left.configure(text=words, wraplength=wrap)
        self.left.paint("danger" if self._notice and self._is_mishap else "muted", "bg")
        height = max(self.look.px(_HEIGHT), self.left.winfo_reqheight() + self.look.px(6))
        if int(self.cget("height")) != height:
            self.configure(height=height)
        self.right.configure(text=counter)
        self.right.paint("danger" if self._is_over else "muted", "bg")
