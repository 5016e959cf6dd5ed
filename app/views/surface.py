"""Plain surfaces, labels and flat buttons that take their colours from tokens.

They are the classic widgets with the theme's own painting switched off: it would overwrite
their colours. In dialogs real ttk widgets are used; here a header full of them would cost more
at each theme change.
"""

import tkinter as tk
from collections.abc import Callable

from app.views import fonts
from app.views.hint import attach_hint
from app.views.images import Icon, Rounded
from app.views.theme import Look
from app.views.widgets import Frame, Label

#: No target is smaller than so many logical pixels.
TARGET_MIN = 28
#: Grounds that say what is chosen; the pointer over them does not hide it.
_CHOSEN = frozenset(("selected_popup",))


class Surface(Frame):
    """A frame in the colour of a token."""

    def __init__(self, master: tk.Misc, look: Look, role: str = "bg") -> None:
        super().__init__(master, highlightthickness=0)
        self.look = look
        self.role = role
        look.watch(self, lambda: self.configure(background=look.tokens.named(role)))


class Line(Frame):
    """A thin line between two surfaces."""

    def __init__(self, master: tk.Misc, look: Look, *, vertical: bool = False) -> None:
        thickness = look.px(1)
        super().__init__(master)
        if vertical:
            self.configure(width=thickness)
        else:
            self.configure(height=thickness)
        look.watch(self, lambda: self.configure(background=look.tokens.line))


class Words(Label):
    """Text in the colour of a token on the surface of another."""

    def __init__(
        self, master: tk.Misc, look: Look, *, font: str, role: str = "fg", on: str = "bg"
    ) -> None:
        super().__init__(master, font=font, padx=0, pady=0)
        self.configure(anchor="w")
        self._look, self._role, self._on = look, role, on
        look.watch(self, self._repaint)

    def paint(self, role: str, on: str) -> None:
        self._role, self._on = role, on
        self._repaint()

    def _repaint(self) -> None:
        tokens = self._look.tokens
        self.configure(foreground=tokens.named(self._role), background=tokens.named(self._on))


class FlatButton(Label):
    """A button without a frame: an icon, a word or both; Space, Enter and a click press it.

    It takes part in the Tab order, shows a ring with the focus and a tint under the pointer. A
    click leaves the focus where it is, so that typing goes on there; with `is_focused_by_click`
    it takes it.
    """

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_press: Callable[[], None],
        icon: str = "",
        icon_size: float = 18,
        icon_role: str = "icon",
        text: str = "",
        font: str = fonts.BODY,
        role: str = "fg",
        on: str = "bg",
        hint: str = "",
        is_focused_by_click: bool = False,
    ) -> None:
        super().__init__(master, cursor="hand2", font=font)
        self.configure(takefocus=True, highlightthickness=look.px(2), padx=look.px(5))
        self._look, self._on_press = look, on_press
        self._is_focused_by_click = is_focused_by_click
        self._icon, self._icon_size, self._icon_role = icon, icon_size, icon_role
        self._role, self._on, self._is_hovered = role, on, False
        self.configure(text=text, compound="left" if text else "center")
        self.configure(pady=look.px(3))
        if icon and not text:  # words have a width of their own, when they come
            # Around a picture alone Tk leaves no room; here it is counted in pixels.
            inside = max(look.px(icon_size), look.px(TARGET_MIN) - 2 * look.px(2))
            self.configure(width=inside, height=inside)
        self.hint = hint
        attach_hint(self, lambda: self.hint)
        for sequence in ("<Return>", "<KP_Enter>", "<Key-space>"):
            self.bind(sequence, self._pressed)
        self.bind("<ButtonRelease-1>", self._released)
        self.bind("<Enter>", lambda _event: self.light(True), add="+")
        self.bind("<Leave>", lambda _event: self.light(False), add="+")
        look.watch(self, self._repaint)

    def invoke(self) -> None:
        """Press the button, as a click does."""
        self._on_press()

    def show_icon(self, icon: str, role: str | None = None) -> None:
        self._icon, self._icon_role = icon, role or self._icon_role
        self._repaint()

    def paint(self, role: str, on: str, icon_role: str | None = None) -> None:
        self._role, self._on, self._icon_role = role, on, icon_role or self._icon_role
        self._repaint()

    def _pressed(self, _event: "tk.Event[tk.Misc]") -> str:
        self.invoke()
        return "break"

    def _released(self, event: "tk.Event[tk.Misc]") -> None:
        if 0 <= event.x < self.winfo_width() and 0 <= event.y < self.winfo_height():
            if self._is_focused_by_click:
                self.focus_set()  # first: what is pressed may put the focus elsewhere
            self.invoke()

    def light(self, is_hovered: bool) -> None:
        """Look as under the pointer, or not."""
        self._is_hovered = is_hovered
        self._repaint()

    def _repaint(self) -> None:
        tokens = self._look.tokens
        base = tokens.named(self._on)
        surface = base
        if self._is_hovered and self._on not in _CHOSEN:
            surface = tokens.row_hovered if self._on in ("side", "own_card") else tokens.field
        self.configure(
            background=surface,
            foreground=tokens.named(self._role),
            highlightbackground=base,
            highlightcolor=tokens.accent,
        )
        if self._icon:
            icon = Icon(self._icon, self._icon_size, self._icon_role)
            self.configure(image=self._look.images.get(icon))


class PillButton(Label):
    """A rounded button that floats over the messages."""

    def __init__(self, master: tk.Misc, look: Look, *, on_press: Callable[[], None]) -> None:
        super().__init__(master, compound="center", cursor="hand2", font=fonts.SMALL_BOLD)
        self.configure(padx=0, pady=0, takefocus=False)
        self._look = look
        self.bind("<ButtonRelease-1>", lambda _event: on_press())
        look.watch(self, self._repaint)

    def show(self, text: str) -> None:
        if text == self.cget("text"):
            return
        px = self._look.px
        width = fonts.text_width(self, fonts.SMALL_BOLD, text) + px(28)
        image = self._look.images.get(Rounded(width, px(28), 14, "accent"))
        self.configure(text=text, image=image)

    def _repaint(self) -> None:
        tokens = self._look.tokens
        self.configure(background=tokens.bg, foreground=tokens.accent_text)
