"""The test of the network: its steps as they are tried, what each found, and what to do."""

import tkinter as tk
from collections.abc import Callable

from app.translation import N_, _
from app.views import fonts
from app.views.images import Icon
from app.views.safe_text import safe_line
from app.views.server_rows import NetworkTestRow, StepMark
from app.views.sheet import Sheet
from app.views.surface import FlatButton, Line, Surface, Words
from app.views.theme import Look
from app.views.widgets import Label, grid_column

_WIDTH = 460
_INSIDE = _WIDTH - 42

# mark: icon, token of its colour, and the word for whoever cannot see it
_MARKS = {
    StepMark.WAITING: ("circle", "popup_muted", N_("waiting")),
    StepMark.RUNNING: ("arrow-right-circle", "accent", N_("running…")),
    StepMark.GOOD: ("check-circle-fill", "good_text", N_("works")),
    StepMark.FAILED: ("x-circle-fill", "danger", N_("fails")),
    StepMark.SKIPPED: ("dash-circle", "popup_muted", N_("not tried")),
}


class NetworkTestView(Sheet):
    """A frame placed in the window; Esc closes it and ends the test."""

    width_wanted = _WIDTH
    is_dialog = True

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_again: Callable[[], None],
        on_stop: Callable[[], None],
        on_copy: Callable[[str], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__(master, look, _("Test of the network"), on_close)
        self._on_again, self._on_stop = on_again, on_stop
        self._row = NetworkTestRow()
        px = look.px
        self._server = self._words(self.body, fonts.SMALL, "popup_muted")
        self._server.pack(fill="x", padx=px(20))
        Line(self.body, look).pack(fill="x", padx=px(20), pady=(px(8), px(4)))
        self._steps = Surface(self.body, look, "popup")
        self._steps.pack(fill="x", padx=px(20))
        self._steps.grid_columnconfigure(grid_column(2, 3), weight=1)
        self._lines: list[tuple[Label, Words, Words]] = []
        self.summary = self._words(self.body, fonts.BODY, "popup_fg")
        self.summary.configure(wraplength=px(_INSIDE), justify="left")
        self.summary.pack(fill="x", padx=px(20), pady=(px(8), px(4)))
        foot = Surface(self.body, look, "popup")
        foot.pack(fill="x", padx=px(20), pady=(px(4), px(16)))
        self.button = self._button(foot, self._press)
        self.button.pack(side="left")
        self.copy_button = self._button(foot, lambda: on_copy(self.text))
        self.copy_button.configure(text=_("Copy the result"))
        look.watch(self._steps, self._repaint)

    @property
    def text(self) -> str:
        """What it found, for pasting it to somebody who can help."""
        row = self._row
        lines = [
            f"{step.name}: {_(_MARKS[step.mark][2])}{f' · {step.detail}' if step.detail else ''}"
            for step in row.steps
        ]
        return "\n".join(line for line in (row.server, *lines, row.summary) if line)

    def begin(self) -> None:
        self.button.focus_set()

    def closed_by_person(self) -> None:
        self._on_stop()

    def show(self, row: NetworkTestRow) -> None:
        """The steps as they now are."""
        self._row = row
        self._server.configure(text=safe_line(row.server, 300))
        self.summary.configure(text=safe_line(row.summary))
        self.button.configure(text=_("Stop") if row.is_running else _("Test again"))
        if row.is_running:
            self.copy_button.pack_forget()
        else:
            self.copy_button.pack(side="left", padx=(self.look.px(8), 0))
        self._repaint()

    def _repaint(self) -> None:
        px, look = self.look.px, self.look
        background = look.tokens.popup
        for at, step in enumerate(self._row.steps):
            if at == len(self._lines):
                self._add_line(at)
            icon, name, detail = self._lines[at]
            glyph, role, word = _MARKS[step.mark]
            icon.configure(image=look.images.get(Icon(glyph, 15, role)), background=background)
            name.configure(text=safe_line(step.name, 60))
            is_open = step.mark in (StepMark.WAITING, StepMark.SKIPPED)
            name.paint("popup_muted" if is_open else "popup_fg", "popup")
            detail.configure(text=safe_line(step.detail, 200) or _(word))
            detail.configure(wraplength=px(_INSIDE - 150))

    def _add_line(self, at: int) -> None:
        px = self.look.px
        icon = Label(self._steps)
        icon.grid(row=at, column=grid_column(0, 3), sticky="nw", padx=(0, px(8)), pady=px(5))
        name = self._words(self._steps, fonts.BODY, "popup_fg")
        name.grid(row=at, column=grid_column(1, 3), sticky="nw", pady=px(3))
        detail = self._words(self._steps, fonts.SMALL, "popup_muted")
        detail.configure(anchor="e", justify="right")
        detail.grid(row=at, column=grid_column(2, 3), sticky="e", pady=px(3), padx=(px(12), 0))
        self._lines.append((icon, name, detail))

    def _press(self) -> None:
        if self._row.is_running:
            self._on_stop()
        else:
            self._on_again()

    def _words(self, master: tk.Misc, font: str, role: str) -> Words:
        return Words(master, self.look, font=font, role=role, on="popup")

    def _button(self, master: tk.Misc, on_press: Callable[[], None]) -> FlatButton:
        return FlatButton(
            master, self.look, on_press=on_press, text=" ", role="popup_fg", on="popup_field",
            pad=(12, 5),
        )  # fmt: skip
