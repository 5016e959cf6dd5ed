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
from app.views.round_styles import Face, Parts, round_style
from app.views.safe_text import safe_line
from app.views.theme import Look
from app.views.widgets import Frame, Label, StyledLabel

#: No target is smaller than so many logical pixels.
TARGET_MIN = 28


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

    def say(self, text: str) -> None:
        """Show one line of text, whoever wrote it."""
        self.configure(text=safe_line(text))

    def paint(self, role: str, on: str) -> None:
        self._role, self._on = role, on
        self._repaint()

    def _repaint(self) -> None:
        tokens = self._look.tokens
        self.configure(foreground=tokens.named(self._role), background=tokens.named(self._on))


#: What the pointer makes of a ground; others become what the last one says.
_HOVERED = {
    "bg": Face("field"),
    "field": Face("bg"),
    "side": Face("row_hovered"),
    "own_card": Face("row_hovered"),
    "popup": Face("popup_field"),
    "popup_field": Face("popup_field", "popup_border"),
}
#: Grounds that lie on another one themselves.
_BEHIND = {"popup_field": "popup", "selected_popup": "popup"}
_LABEL: Parts = [("Label.padding", {"sticky": "nswe", "children": [("Label.label", {})]})]


class FlatButton(StyledLabel):
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
        pad: tuple[float, float] = (7, 5),
        is_focused_by_click: bool = False,
    ) -> None:
        """`pad` is what lies beside and above words, in logical pixels."""
        super().__init__(master, cursor="hand2", font=font, takefocus=True, anchor="center")
        self._look, self._on_press = look, on_press
        self._is_focused_by_click = is_focused_by_click
        self._icon, self._icon_size, self._icon_role = icon, icon_size, icon_role
        self._role, self._on = role, on
        self.configure(text=text, compound="left" if text else "image")
        if icon and not text:  # words have a width of their own, when they come
            rest = max(0, look.px(TARGET_MIN) - look.px(icon_size))
            before, after = rest // 2, rest - rest // 2
            self.configure(padding=(before, before, after, after))
        else:
            self.configure(padding=(look.px(pad[0]), look.px(pad[1])))
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
        self.state(["active" if is_hovered else "!active"])

    def _repaint(self) -> None:
        tokens, on = self._look.tokens, self._on
        name = f"{on}.Flat.TLabel"
        rest = Face(on, "button_border" if on == "popup_field" else "")
        hovered = _HOVERED.get(on) or Face(on, on.replace("_surface", "_text"))
        faces = {
            "active focus": Face(hovered.fill, "accent", 2),
            "focus": Face(on, "accent", 2),
            "active": hovered,
            "": rest,
        }
        round_style(self._look, name, _LABEL, faces)
        self.configure(
            style=name,
            background=tokens.named(_BEHIND.get(on, on)),
            foreground=tokens.named(self._role),
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
