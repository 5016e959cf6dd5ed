"""The button of dialogs and pages, whose words, focus and rest are seen in each theme."""

import tkinter as tk
from tkinter import ttk
from typing import Any, Literal

from app.structs import Struct
from app.views import fonts
from app.views.round_styles import Face, Parts, round_style
from app.views.theme import Look
from app.views.widgets import Button

#: The one that is meant, one that warns, and the others.
Kind = Literal["main", "danger", "quiet"]

_PARTS: Parts = [("Button.padding", {"sticky": "nswe", "children": [("Button.label", {})]})]
_PADDING = (14, 9)  # logical pixels; with the words 36 high, as fields are


class _Colors(Struct, frozen=True):
    """Roles of tokens; a face without a fill has that of the ground."""

    words: str
    rest: Face
    hovered: Face
    #: Whose border shows the keys.
    focused: Face


_COLORS: dict[Kind, _Colors] = {
    "main": _Colors("accent_text", Face("accent"), Face("accent_hovered"), Face("accent", "fg", 2)),
    "danger": _Colors("alert_text", Face("alert"), Face("alert_hovered"), Face("alert", "fg", 2)),
    "quiet": _Colors(
        "popup_fg",
        Face("", "popup_border"),
        Face("popup_field", "popup_border"),
        Face("", "accent", 2),
    ),
}


class PushButton(Button):
    """Which button has the keys is to be seen, and which cannot be pressed."""

    def __init__(
        self, master: tk.Misc, look: Look, *, kind: Kind = "main", on: str = "bg", **options: Any
    ) -> None:
        """`on` is the role of the ground that it lies on."""
        super().__init__(master, **options)
        self._look, self._kind, self._on = look, kind, on
        look.watch(self, self._repaint)

    def restyle(self, kind: Kind) -> None:
        """Become one of another kind."""
        self._kind = kind
        self._repaint()

    def _repaint(self) -> None:
        look, on, colors = self._look, self._on, _COLORS[self._kind]
        tokens, name = look.tokens, f"{on}.{self._kind}.Push.TButton"
        focused, hovered, rest = (
            Face(face.fill or on, face.border, face.line)
            for face in (colors.focused, colors.hovered, colors.rest)
        )
        # One that cannot be pressed has nothing of the accent.
        faces = {"disabled": Face("popup_field"), "focus": focused, "active": hovered, "": rest}
        round_style(look, name, _PARTS, faces, radius=8)
        style = ttk.Style()
        style.configure(
            name,
            font=fonts.BODY,
            padding=tuple(map(look.px, _PADDING)),
            anchor="center",
            background=tokens.named(on),
            foreground=tokens.named(colors.words),
        )
        style.map(name, foreground=[("disabled", tokens.popup_muted)], background=[])
        self.configure(style=name)
