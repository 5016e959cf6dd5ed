"""The words of a topic in its card: emoji as pictures, addresses as links."""

import tkinter as tk
from collections.abc import Callable

from app.addresses import with_scheme
from app.markup import segments_of
from app.markup_parts import SegmentKind
from app.views import fonts
from app.views.emoji_text import insert_with_emoji
from app.views.safe_text import safe_message
from app.views.theme import Look
from app.views.widgets import Text

_LENGTH_MAX = 1_000


class TopicWords(Text):
    """As tall as its words; a click on an address calls `on_link`."""

    def __init__(self, master: tk.Misc, look: Look, *, on_link: Callable[[str], None]) -> None:
        super().__init__(master, wrap="word", height=1, width=1, cursor="arrow")
        self.configure(font=fonts.BODY, relief="flat", highlightthickness=0, padx=0, pady=0)
        self.configure(takefocus=False, state="disabled")
        self._look, self._on_link = look, on_link
        self.bind("<Configure>", lambda _event: self._fit(), add="+")
        self.tag_bind("link", "<Enter>", lambda _event: self._point("hand2"))
        self.tag_bind("link", "<Leave>", lambda _event: self._point("arrow"))
        self.tag_bind("link", "<ButtonRelease-1>", self._released)
        look.watch(self, self._repaint)

    def show(self, topic: str) -> None:
        """Show this topic, in one line as far as there is room."""
        words = " ".join(safe_message(topic[:_LENGTH_MAX]).split())
        self.configure(state="normal")
        self.delete("1.0", "end")
        for segment in segments_of(words):
            start = self.index("end-1c")
            is_emoji = segment.kind is SegmentKind.EMOJI
            shown = segment.visible if is_emoji else segment.text
            insert_with_emoji(self, "end-1c", shown, self._look.images)
            if segment.kind is SegmentKind.LINK and not segment.target:
                self.tag_add("link", start, "end-1c")
        self.configure(state="disabled")
        self._fit()

    def _point(self, cursor: str) -> None:
        self.configure(cursor=cursor)

    def _fit(self) -> None:
        if self.winfo_width() > 1:
            counted = self.count("1.0", "end", "displaylines")
            height = max(1, counted[0] if counted else 1)
            if int(str(self.cget("height"))) != height:
                self.configure(height=height)

    def _released(self, event: "tk.Event[tk.Misc]") -> None:
        place = self.tag_prevrange("link", f"@{event.x},{event.y} + 1 chars")
        if place and not self.tag_ranges("sel"):
            self._on_link(with_scheme(str(self.get(*place)).replace("\u200b", "")))

    def _repaint(self) -> None:
        tokens = self._look.tokens
        self.configure(background=tokens.popup, foreground=tokens.popup_fg)
        self.configure(selectbackground=tokens.selection, selectforeground=tokens.popup_fg)
        self.tag_configure("link", foreground=tokens.link)
