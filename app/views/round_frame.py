"""A frame with round corners: what is packed into it lies on a picture as big as the frame."""

import tkinter as tk

from app.views.images import Rounded
from app.views.round_styles import Face
from app.views.surface import Surface
from app.views.theme import Look
from app.views.widgets import Label


class RoundFrame(Surface):
    """Its size is that of what is packed into it, or what it is given."""

    def __init__(
        self, master: tk.Misc, look: Look, face: Face, *, on: str, radius: float = 8
    ) -> None:
        """`on` is the role of the ground around it."""
        super().__init__(master, look, on)
        self._face, self._radius = face, radius
        # Not packed, so that it takes part in no size; the first child lies below the others.
        self._picture = Label(self, padx=0, pady=0)
        self._picture.place(relwidth=1.0, relheight=1.0)
        self.bind("<Configure>", lambda _event: self._draw(), add="+")
        look.watch(self._picture, lambda: self._picture.configure(background=look.tokens.named(on)))

    def show_face(self, face: Face) -> None:
        """Look like this from now on."""
        self._face = face
        self._draw()

    def _draw(self) -> None:
        width, height = self.winfo_width(), self.winfo_height()
        if width > 1 and height > 1:
            face = self._face
            border = face.border or face.fill
            rounded = Rounded(width, height, self._radius, face.fill, border, face.line)
            self._picture.configure(image=self.look.images.get(rounded))
