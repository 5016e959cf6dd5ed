"""Puts words and pictures into a Text, one piece after the other, at a place that moves along."""

import tkinter as tk
from typing import Literal

from app.views.images import Recipe
from app.views.theme import Look

_AT = "chat_at"  # where the next piece goes
_LINE = "chat_line"  # where the line being drawn starts
_SPAN = "chat_span"  # where the span being drawn starts

Align = Literal["top", "center", "bottom", "baseline"]


class TimelinePen:
    """Draws into `text`."""

    def __init__(self, text: tk.Text, look: Look) -> None:
        self.text, self.look = text, look
        for mark in (_AT, _LINE, _SPAN):
            text.mark_set(mark, "1.0")
        for mark in (_LINE, _SPAN):
            text.mark_gravity(mark, "left")

    def go_to(self, place: str) -> None:
        """The next piece goes in front of the index `place`."""
        self.text.mark_set(_AT, place)

    @property
    def place(self) -> str:
        """Where the next piece goes, as an index that is true now."""
        return str(self.text.index(_AT))

    def start_line(self) -> None:
        self.text.mark_set(_LINE, _AT)

    def end_line(self, *line_tags: str) -> None:
        """End the line; the tags of its first character decide how it lies."""
        self.text.insert(_AT, "\n")
        for tag in line_tags:
            self.text.tag_add(tag, _LINE, _AT)

    def start_span(self) -> None:
        """What is drawn from now on gets the tags of the next `end_span`."""
        self.text.mark_set(_SPAN, _AT)

    def end_span(self, *tags: str) -> None:
        for tag in tags:
            self.text.tag_add(tag, _SPAN, _AT)

    def write(self, words: str, *tags: str) -> None:
        self.text.insert(_AT, words, tags)

    def picture(self, recipe: Recipe, align: Align = "center", name: str = "") -> None:
        """Draw a picture; `name` is what it stands for when the line is copied."""
        image = self.look.images.get(recipe)
        if name:
            self.text.image_create(_AT, image=image, align=align, name=name)
        else:
            self.text.image_create(_AT, image=image, align=align)
