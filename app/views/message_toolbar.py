"""The small bar at the upper right of the message under the pointer: what can be done with it."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views.key_words import with_keys
from app.views.surface import FlatButton, Surface
from app.views.theme import Look

#: Logical pixels that it stands above the first line of its message, and from the right edge.
ABOVE = 14
RIGHT = 20
_LINE = 1  # around it, in real pixels


class MessageToolbar(Surface):
    """Placed over the messages; `on_more` is given where the menu should open on the screen.

    It is for the pointer alone: the keyboard has
    the keys of the pane and the menu.
    """

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_quote: Callable[[], None],
        on_more: Callable[[int, int], None],
        on_wheel: Callable[["tk.Event[tk.Misc]"], object],
    ) -> None:
        super().__init__(master, look, "popup_border")
        self._inside = inside = Surface(self, look, "popup")
        inside.pack(fill="both", expand=True, padx=_LINE, pady=_LINE)
        self.quote_button = FlatButton(
            inside,
            look,
            on_press=on_quote,
            icon="reply",
            icon_size=16,
            on="popup",
            hint=with_keys(_("Quote"), "R"),
        )
        self.more_button = FlatButton(
            inside,
            look,
            on_press=lambda: on_more(
                self.more_button.winfo_rootx(),
                self.more_button.winfo_rooty() + self.more_button.winfo_height(),
            ),
            icon="three-dots",
            icon_size=16,
            on="popup",
            hint=with_keys(_("More"), "Shift+F10"),
        )
        for button in (self.quote_button, self.more_button):
            button.configure(takefocus=False)
        self.more_button.pack(side="right")
        for widget in (self, inside, self.quote_button, self.more_button):
            for sequence in ("<Button-4>", "<Button-5>", "<MouseWheel>"):
                widget.bind(sequence, on_wheel, add="+")

    def show(self, line_top: int, *, can_quote: bool) -> None:
        """Stand beside a line of this top, in real pixels."""
        px = self.look.px
        if can_quote:
            self.quote_button.pack(side="left")
        else:
            self.quote_button.pack_forget()
        self.place(relx=1.0, x=-px(RIGHT), y=max(0, line_top - px(ABOVE)), anchor="ne")

    def hide(self) -> None:
        self.place_forget()

    def left_of(self, top: int, height: int) -> int | None:
        """Its left edge, if it stands at this height; in real pixels."""
        if not self.winfo_manager():
            return None
        # Not its own size, which it has only when Tk was idle since it was made.
        buttons = self._inside.pack_slaves()
        own_height = max(button.winfo_reqheight() for button in buttons) + 2 * _LINE
        own_width = sum(button.winfo_reqwidth() for button in buttons) + 2 * _LINE
        own_top = int(self.place_info()["y"])
        if own_top >= top + height or own_top + own_height <= top:
            return None
        return self.master.winfo_width() - self.look.px(RIGHT) - own_width
