"""A field of one line for popups and bars: no frame of its own, a placeholder, safe paste."""

import tkinter as tk
from collections.abc import Callable
from typing import Any

from app.views import fonts
from app.views.images import Icon
from app.views.key_bindings import put_keys_first
from app.views.line_directions import align_lines
from app.views.round_frame import RoundFrame
from app.views.round_styles import Face
from app.views.safe_text import safe_line
from app.views.theme import Look
from app.views.widgets import Label, Text, place_hint

_LENGTH_MAX = 200
_BLANKS = (" ", "\t", "\N{NO-BREAK SPACE}")


class LineField(Text):
    """Return calls `on_enter`, Up and Down `on_step`; `on_change` gets each new text."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        placeholder: str,
        on_change: Callable[[str], None],
        on_enter: Callable[[], None],
        on_step: Callable[[int], None] | None = None,
        on: str = "bg",
        font: str = fonts.BODY,
        length_max: int = _LENGTH_MAX,
    ) -> None:
        """`length_max` code points of what is typed or pasted count."""
        super().__init__(master, wrap="none", height=1, width=1)
        self.configure(font=font, relief="flat", highlightthickness=0, padx=0, pady=0)
        self.configure(undo=True, maxundo=100, insertwidth=look.px(2))
        self._look, self._on, self._on_change = look, on, on_change
        self._told = ""
        self._length_max = length_max
        self._hint, self._hint_font = placeholder, font
        self._placeholder = Label(self, font=font, text=placeholder, padx=0, pady=0)
        self.bind("<Configure>", lambda event: self._fit_hint(event.width), add="+")
        self._placeholder.configure(cursor="xterm")
        self._placeholder.bind("<ButtonPress-1>", lambda _event: self.focus_set())
        put_keys_first(self)
        for sequence in ("<Return>", "<KP_Enter>"):
            self.bind(sequence, lambda _event: _break(on_enter))
        self.bind("<Tab>", self._leave)
        if on_step is not None:
            self.bind("<Up>", lambda _event: _break(lambda: on_step(-1)))
            self.bind("<Down>", lambda _event: _break(lambda: on_step(1)))
        self.bind("<<Paste>>", self._paste)
        self.bind("<<PasteSelection>>", lambda _event: "break")
        self.bind("<<Modified>>", self._modified)
        look.watch(self, self._repaint)
        self._settle()

    @property
    def value(self) -> str:
        typed = str(self.get("1.0", "end-1c"))
        clean = typed.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return clean.replace("\n", " ")[: self._length_max]

    def set_value(self, text: str) -> None:
        """Replace the text, select it all, and tell no change."""
        self.delete("1.0", "end")
        self.insert("1.0", plain_line(text, self._length_max))
        self.edit_reset()
        self.edit_modified(False)
        self._told = self.value
        self.tag_add("sel", "1.0", "end-1c")
        self._settle()

    def _repaint(self) -> None:
        tokens = self._look.tokens
        ground = tokens.named(self._on)
        self.configure(
            background=ground,
            foreground=tokens.fg,
            insertbackground=tokens.fg,
            selectbackground=tokens.selection,
            selectforeground=tokens.fg,
            inactiveselectbackground=tokens.selection,
        )
        self._placeholder.configure(background=ground, foreground=tokens.muted)

    def _fit_hint(self, width: int) -> None:
        shown = fonts.shortened(self, self._hint_font, self._hint, max(1, width - 4))
        self._placeholder.configure(text=shown)

    def _settle(self) -> None:
        if self.value:
            self._placeholder.place_forget()
        else:
            place_hint(self._placeholder, in_=self)
        align_lines(self, self.value)

    def _paste(self, _event: "tk.Event[tk.Misc]") -> str:
        try:
            pasted = str(self.clipboard_get(type="UTF8_STRING"))
        except tk.TclError:
            return "break"
        if self.tag_ranges("sel"):
            self.delete("sel.first", "sel.last")
        self.insert("insert", self._joined(pasted))
        return "break"

    def _joined(self, pasted: str) -> str:
        """What is pasted, with a blank where it begins or ends with one; none begins the field, and
        what ends a line is none."""
        line = plain_line(pasted, self._length_max)
        lead = " " if pasted[:1] in _BLANKS and self.compare("insert", ">", "1.0") else ""
        return f"{lead}{line}{' ' if line and pasted[-1:] in _BLANKS else ''}"

    def _leave(self, event: "tk.Event[tk.Misc]") -> str:
        event.widget.event_generate("<<NextWindow>>")
        return "break"

    def _modified(self, _event: "tk.Event[tk.Misc]") -> None:
        if not self.edit_modified():
            return
        self.edit_modified(False)
        self._settle()
        if self.value != self._told:
            self._told = self.value
            self._on_change(self._told)


class FramedField(LineField):
    """In a popup, with a border that says that it can be typed in, and has the accent while it has
    the keys. What is packed is its `frame`."""

    def __init__(self, master: tk.Misc, look: Look, **options: Any) -> None:
        """`options` are those of a `LineField`."""
        at_rest, with_keys = Face("popup", "popup_border"), Face("popup", "accent", 2)
        self.frame = RoundFrame(master, look, at_rest, on="popup")
        super().__init__(self.frame, look, on="popup", **options)
        self.pack(fill="x", padx=look.px(10), pady=look.px(5))
        self.bind("<FocusIn>", lambda _event: self.frame.show_face(with_keys), add="+")
        self.bind("<FocusOut>", lambda _event: self.frame.show_face(at_rest), add="+")


def plain_line(text: str, length_max: int = _LENGTH_MAX) -> str:
    """One safe line in which emoji are written by their names: Tk draws none."""
    return safe_line(text, length_max)


def _break(action: Callable[[], None]) -> str:
    action()
    return "break"


def search_sign(master: tk.Misc, look: Look, size: float, *, on: str) -> Label:
    """The magnifying glass in front of a field for searching; `on` is the role of the ground."""
    sign = Label(master)
    look.watch(
        sign,
        lambda: sign.configure(
            image=look.images.get(Icon("search", size, "popup_muted")),
            background=look.tokens.named(on),
        ),
    )
    return sign
