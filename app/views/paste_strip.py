"""Asks, above the field, what to do with a paste of many lines."""

import tkinter as tk
from collections.abc import Callable

from app.structs import replace
from app.translation import _, ngettext
from app.views import fonts
from app.views.key_words import with_keys
from app.views.surface import FlatButton, Surface, Words
from app.views.text_edits import Pasted
from app.views.theme import Look
from app.views.wording import number_text

#: More lines than these are asked about.
LINES_UNASKED_MAX = 10
_FENCE = "```"


class PasteStrip(Surface):
    """Two buttons and a way out; `on_choice` gets what to insert, None for nothing."""

    def __init__(
        self, master: tk.Misc, look: Look, *, on_choice: Callable[[Pasted | None], None]
    ) -> None:
        super().__init__(master, look, "field")
        self._pasted = Pasted("", 0, 0)
        px = look.px
        self._words = Words(self, look, font=fonts.SMALL, role="muted", on="field")
        self._words.pack(side="left", padx=(px(12), px(6)))
        self.as_text = self._button(_("Paste as text"), lambda: on_choice(self._pasted))
        self.as_code = self._button(_("As a code block"), lambda: on_choice(_block(self._pasted)))
        for button in (self.as_text, self.as_code):
            button.pack(side="left", pady=px(4))
        cancel = FlatButton(
            self,
            look,
            on_press=lambda: on_choice(None),
            icon="x-lg",
            icon_size=12,
            on="field",
            hint=with_keys(_("Do not paste"), "Esc"),
        )
        cancel.pack(side="right", padx=px(8))

    def ask(self, pasted: Pasted) -> None:
        """Ask about this text; the focus goes to the first answer."""
        self._pasted, count = pasted, pasted.lines
        words = ngettext("Paste {count} line:", "Paste {count} lines:", count)
        self._words.configure(text=words.format(count=number_text(count)))
        self.as_text.focus_set()

    def _button(self, text: str, on_press: Callable[[], None]) -> FlatButton:
        return FlatButton(
            self,
            self.look,
            on_press=on_press,
            text=text,
            font=fonts.SMALL_BOLD,
            role="link",
            on="field",
        )


def _block(pasted: Pasted) -> Pasted:
    body = pasted.text.strip("\n")
    return replace(pasted, text=f"{_FENCE}\n{body}\n{_FENCE}\n")
