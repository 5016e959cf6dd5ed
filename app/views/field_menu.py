"""The context menu of a field people write in: undo, cut, copy, paste, select all."""

import tkinter as tk

from app.translation import _
from app.views.key_words import key_text
from app.views.text_editor import TextEditor
from app.views.widgets import Menu


class FieldMenu(Menu):
    """What cannot be done now is greyed."""

    def __init__(self, master: tk.Misc, editor: TextEditor) -> None:
        super().__init__(master)
        self._editor = editor

    def open(self, x_root: int, y_root: int) -> None:
        """At a place of the screen, for the field as it is now."""
        self.fill()
        self.tk_popup(x_root, y_root)

    def fill(self) -> None:
        """Write its lines."""
        edit = self._editor
        self.delete(0, "end")
        is_on, has_selection = edit.is_enabled, bool(edit.selected)
        for label, keys, action, can_do in (
            (_("Undo"), "Ctrl+Z", edit.undo, is_on and edit.can_undo),
            (_("Redo"), "Ctrl+Y", edit.redo, is_on and edit.can_redo),
            ("", "", None, True),
            (_("Cut"), "Ctrl+X", edit.cut, is_on and has_selection),
            (_("Copy"), "Ctrl+C", edit.copy, has_selection),
            (_("Paste"), "Ctrl+V", edit.paste, is_on and bool(edit.clipboard)),
            ("", "", None, True),
            (_("Select all"), "Ctrl+A", edit.select_all, bool(edit.value)),
        ):
            if action is None:
                self.add_separator()
                continue
            self.add_command(label=label, accelerator=key_text(keys), command=action)
            if not can_do:
                # Tk would draw dots over the picture that gives a row its height.
                self.entryconfigure("end", state="disabled", image="")
