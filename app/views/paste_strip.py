"""Asks, above the field, what to do with a paste of many lines, or with one that is too long."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _, ngettext
from app.views import fonts
from app.views.key_words import with_keys
from app.views.surface import FlatButton, Surface, Words
from app.views.text_edits import Pasted, as_block
from app.views.theme import Look
from app.views.wording import number_text, too_long_text

#: More lines than these are asked about.
LINES_UNASKED_MAX = 10


class PasteStrip(Surface):
    """Two buttons and a way out; `on_choice` gets what to insert, None for nothing."""

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

    def ask(self, pasted: Pasted) -> None:
        """Ask about this text; the focus goes to the first answer."""
        self._pasted, px = pasted, self.look.px
        for part in (self._words, self.as_text, self.as_code):
            part.pack_forget()
        self._words.configure(text=_question(pasted))
        # The longer words have a line of their own: in a narrow window no answer is cut.
        side, gap = ("top", (px(5), 0)) if pasted.left_out else ("left", (0, 0))
        self._words.pack(side=side, anchor="w", padx=(px(12), px(6)), pady=gap)  # type: ignore[arg-type]
        is_whole = not pasted.left_out
        self.as_text.configure(text=_("Paste as text") if is_whole else _("Paste what fits"))
        for button, is_offered in ((self.as_text, True), (self.as_code, not pasted.is_code)):
            if pasted.text and is_offered:
                button.pack(side="left", padx=(px(6), 0), pady=px(4))
        (self.as_text if pasted.text else self.cancel).focus_set()

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
