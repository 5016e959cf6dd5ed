"""Above the composer: what one should know before one goes on writing, in words that stay."""

import tkinter as tk

from app.views import fonts
from app.views.images import Icon
from app.views.pictured_text import PicturedText
from app.views.safe_text import system_line
from app.views.surface import Surface
from app.views.theme import Look
from app.views.widgets import Label


class WritingHint(Surface):
    """A tinted strip; whoever packs it shows it only while there are words. They are never cut:
    in a narrow window they take more lines."""

    def __init__(self, master: tk.Misc, look: Look) -> None:
        super().__init__(master, look, "warn_surface")
        px = look.px
        self.words = PicturedText(
            self, look, font=fonts.SMALL, role="warn_text", on="warn_surface", wraps=True
        )
        self._icon = Label(self)
        self._icon.pack(side="left", padx=(px(12), px(8)))
        self.words.pack(side="left", fill="x", expand=True, padx=(0, px(12)), pady=px(5))
        look.watch(self._icon, self._mark)

    def say(self, text: str) -> None:
        self.words.show(system_line(text), 1)

    def _mark(self) -> None:
        icon = self.look.images.get(Icon("clock", 14, "warn_text"))
        self._icon.configure(image=icon, background=self.look.tokens.warn_surface)
