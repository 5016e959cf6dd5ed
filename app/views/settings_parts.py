"""What the sections of the settings are made of: lines, notes, switches, steppers."""

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from app.translation import _, is_right_to_left
from app.views import fonts
from app.views.steps import stepped
from app.views.surface import FlatButton, Line, Surface, Words
from app.views.theme import Look

WIDTH = 560
INSIDE = WIDTH - 44


class Section(Surface):
    """A page of the settings; lines are added from the top."""

    def __init__(self, master: tk.Misc, look: Look) -> None:
        super().__init__(master, look, "popup")
        self._notes: list[Words] = []
        self.bind("<Configure>", lambda event: self._fit(event.width), add="+")

    def first(self) -> tk.Misc:
        """What takes the keys when the section is shown."""
        return self

    def heading(self, text: str) -> None:
        px = self.look.px
        words = self.words(self, text, fonts.SMALL_BOLD, "popup_muted")
        words.pack(fill="x", padx=px(20), pady=(px(12), px(2)))
        Line(self, self.look).pack(fill="x", padx=px(20), pady=(0, px(4)))

    def line(self, label: str) -> Surface:
        line = Surface(self, self.look, "popup")
        self.put_line(line)
        words = self.words(line, label, fonts.BODY, "popup_fg")
        words.configure(justify="left")
        words.pack(side="left")
        line.bind("<Configure>", lambda event: self._fit_label(words, event.width), add="+")
        return line

    def put_line(self, line: Surface) -> None:
        """Show a line as the last part, also one that was taken away."""
        px = self.look.px
        line.pack(fill="x", padx=px(20), pady=(px(7), px(3)))

    def _fit_label(self, words: Words, width: int) -> None:
        """Break a long label into lines: the buttons beside it stay."""
        px = self.look.px
        beside = [each for each in words.master.pack_slaves() if each is not words]
        room = width - sum(each.winfo_reqwidth() + px(8) for each in beside)
        words.configure(wraplength=max(px(80), room))

    def note(self, text: str) -> Words:
        words = self.words(self, text, fonts.SMALL, "popup_muted")
        words.configure(justify="left", wraplength=self.look.px(INSIDE))
        self.put_note(words)
        self._notes.append(words)
        return words

    def put_note(self, words: Words, **where: Any) -> None:
        """Show a note as the last part or, say, ``after`` another, also one that was taken away."""
        words.pack(fill="x", padx=self.look.px(20), pady=(0, self.look.px(3)), **where)

    def words(self, master: tk.Misc, text: str, font: str, role: str) -> Words:
        words = Words(master, self.look, font=font, role=role, on="popup")
        words.configure(text=text)
        return words

    def _fit(self, width: int) -> None:
        for words in self._notes:
            words.configure(wraplength=width - self.look.px(40))

    def button(self, line: Surface, text: str, on_press: Callable[[], None]) -> FlatButton:
        button = FlatButton(
            line, self.look, on_press=on_press, text=text, role="popup_fg", on="popup_field",
            is_focused_by_click=True, pad=(10, 5),
        )  # fmt: skip
        # Packed from the right, the last one first: so each goes in front of the others.
        others = [w for w in line.pack_slaves() if isinstance(w, FlatButton)]
        if others:
            button.pack(side="right", padx=(0, self.look.px(4)), before=others[0])
        else:
            button.pack(side="right")
        return button


class Flow(Surface):
    """Its children side by side, in as many rows as they need."""

    def __init__(self, master: tk.Misc, look: Look) -> None:
        super().__init__(master, look, "popup")
        self.configure(height=look.px(28))
        self.bind("<Configure>", lambda _event: self.arrange(), add="+")

    def arrange(self) -> None:
        """Put each child where it belongs at this width."""
        width, gap = self.winfo_width(), self.look.px(4)
        x = y = height = 0
        for child in self.winfo_children():
            assert isinstance(child, tk.Widget)
            if x and x + child.winfo_reqwidth() > width:
                x, y, height = 0, y + height + gap, 0
            right = width - x - child.winfo_reqwidth()
            child.place_configure(x=right if is_right_to_left() else x, y=y)
            x += child.winfo_reqwidth() + gap
            height = max(height, child.winfo_reqheight())
        if height:
            self.configure(height=y + height)


class Choice:
    """One of several, said by shape: the ring of the focus may be on another one.

    It changes only when `show` says so.
    """

    def __init__(
        self,
        section: Section,
        look: Look,
        words: Sequence[tuple[str, str]],
        on_choose: Callable[[str], None],
    ) -> None:
        """`words` are (name, what people read) of each."""
        flow = Flow(section, look)
        flow.pack(fill="x", padx=look.px(20), pady=look.px(3))
        self.buttons = {
            name: FlatButton(
                flow, look, on_press=partial(on_choose, name), icon="circle", icon_size=13,
                icon_role="popup_muted", text=f" {label}", role="popup_fg", on="popup_field",
                is_focused_by_click=True,
            )
            for name, label in words
        }  # fmt: skip
        self.chosen = words[0][0]

    def show(self, chosen: str) -> None:
        if chosen in self.buttons:
            self.chosen = chosen
        for name, button in self.buttons.items():
            is_chosen = name == chosen
            button.show_icon("record-circle" if is_chosen else "circle")
            button.paint(
                "popup_fg",
                "selected_popup" if is_chosen else "popup_field",
                "popup_fg" if is_chosen else "popup_muted",
            )


class Switch:
    """On or off, said by shape and word; it changes only when `show` says so."""

    def __init__(self, line: Surface, look: Look, on_change: Callable[[bool], None]) -> None:
        self.is_on, self.is_enabled = False, True
        self._on_change = on_change
        self.button = FlatButton(
            line,
            look,
            on_press=self._pressed,
            icon="toggle-off",
            icon_size=20,
            icon_role="popup_muted",
            text=" ",
            font=fonts.SMALL,
            role="popup_muted",
            on="popup",
            pad=(6, 5),
            is_focused_by_click=True,
        )
        self.button.configure(compound="right")
        self.button.pack(side="right")
        self.show(False)

    def show(self, is_on: bool) -> None:
        self.is_on = is_on
        role = "accent" if is_on else "popup_muted"
        self.button.configure(text=_("On") + "  " if is_on else _("Off") + "  ")
        self.button.show_icon("toggle-on" if is_on else "toggle-off", role)

    def set_enabled(self, is_enabled: bool) -> None:
        """Off the keys' way, and deaf to a click, while there is nothing to switch."""
        self.is_enabled = is_enabled
        self.button.configure(takefocus=is_enabled, cursor="hand2" if is_enabled else "")

    def _pressed(self) -> None:
        if self.is_enabled:
            self._on_change(not self.is_on)

    def invoke(self) -> None:
        """Press it, as a click does."""
        self.button.invoke()


class Stepper:
    """A value of a few, with a button to each side."""

    def __init__(
        self,
        line: Surface,
        look: Look,
        steps: Sequence[int],
        on_change: Callable[[int], None],
        *,
        text_of: Callable[[int], str],
        wraps: bool = False,
    ) -> None:
        """``wraps``: after the last step comes the first one, as on a clock."""
        self._steps, self._on_change, self._text_of = steps, on_change, text_of
        self._wraps, self._value = wraps, steps[0]
        self.larger = self._button(line, look, "plus-lg", _("Larger"), 1)
        self.value = Words(line, look, font=fonts.BODY, role="popup_fg", on="popup")
        self.value.configure(width=6, anchor="center")
        self.value.pack(side="right", padx=look.px(6))
        self.smaller = self._button(line, look, "dash-lg", _("Smaller"), -1)

    def show(self, value: int) -> None:
        self._value = value
        self.value.configure(text=self._text_of(value))

    def _step(self, by: int) -> None:
        value = stepped(self._value, self._steps, by)
        if self._wraps and value == self._value:
            value = self._steps[0] if by > 0 else self._steps[-1]
        self._on_change(value)

    def _button(self, line: Surface, look: Look, icon: str, hint: str, by: int) -> FlatButton:
        button = FlatButton(
            line,
            look,
            on_press=lambda: self._step(by),
            icon=icon,
            icon_size=14,
            icon_role="popup_fg",
            on="popup_field",
            hint=hint,
            is_focused_by_click=True,
        )
        button.pack(side="right")
        return button
