"""Asks, above the field, what to do with a paste of many lines, or with one that is too long.

The answers stand beside the question; where there is no room for all of it, below: in a narrow
window none is cut.
"""

import tkinter as tk
from collections.abc import Callable

from app.translation import _, ngettext
from app.views import fonts
from app.views.key_words import with_keys
from app.views.surface import FlatButton, Surface, Words
from app.views.text_edits import Pasted, as_block
from app.views.theme import Look
from app.views.wording import number_text, too_long_text

#: More lines than these are asked about, where they may become a block of code.
LINES_UNASKED_MAX = 10


def is_asked_about(pasted: Pasted) -> bool:
    """Whether there is something to choose, or some of it would be lost."""
    has_choice = pasted.lines > LINES_UNASKED_MAX and not pasted.is_code
    return has_choice or pasted.left_out > 0


class PasteStrip(Surface):
    """Up to two buttons and a way out; `on_choice` gets what to insert, None for nothing."""

    def __init__(
        self, master: tk.Misc, look: Look, *, on_choice: Callable[[Pasted | None], None]
    ) -> None:
        super().__init__(master, look, "field")
        self._pasted = Pasted("", 0, 0, 0)
        px = look.px
        self._words = Words(self, look, font=fonts.SMALL, role="muted", on="field")
        self.as_text = self._button(_("Paste as text"), lambda: on_choice(self._pasted))
        self.as_code = self._button(_("As a code block"), lambda: on_choice(as_block(self._pasted)))
        self.cancel = FlatButton(
            self,
            look,
            on_press=lambda: on_choice(None),
            icon="x-lg",
            icon_size=12,
            on="field",
            hint=with_keys(_("Do not paste"), "Esc"),
        )
        self.cancel.pack(side="right", padx=px(8))
        self._answers = list[FlatButton]()
        self.bind("<Configure>", lambda _event: self._arrange(), add="+")

    def ask(self, pasted: Pasted) -> None:
        """Ask about this text; the focus goes to the first answer."""
        self._pasted = pasted
        self._words.configure(text=_question(pasted))
        is_whole = not pasted.left_out
        self.as_text.configure(text=_("Paste as text") if is_whole else _("Paste what fits"))
        self._answers = [self.as_text] * bool(pasted.text)
        self._answers += [self.as_code] * (bool(pasted.text) and not pasted.is_code)
        self._arrange()
        (self.as_text if pasted.text else self.cancel).focus_set()

    def _arrange(self) -> None:
        px, answers, gap = self.look.px, self._answers, self.look.px(6)
        for part in (self._words, self.as_text, self.as_code):
            part.pack_forget()
        wanted = px(12) + self._words.winfo_reqwidth() + self.cancel.winfo_reqwidth() + 2 * px(8)
        wanted += sum(gap + button.winfo_reqwidth() for button in answers) + gap
        if answers and wanted > self.winfo_width() > 1:  # it is 1 until it has a place
            self._words.pack(side="top", anchor="w", padx=(px(12), gap), pady=(px(5), 0))
        else:
            self._words.pack(side="left", anchor="w", padx=(px(12), gap))
        for button in answers:
            button.pack(side="left", padx=(gap, 0), pady=px(4))

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


def _question(pasted: Pasted) -> str:
    if not pasted.text:
        return _("The message is as long as it can be.")
    if pasted.left_out:
        return f"{too_long_text(pasted.left_out)}:"
    words = ngettext("Paste {count} line:", "Paste {count} lines:", pasted.lines)
    return words.format(count=number_text(pasted.lines))
