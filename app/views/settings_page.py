"""Settings: what the window looks like, and what it is. A change works at once."""

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial

import ttkbootstrap as ttk

from app.translation import LANGUAGES, N_, _
from app.views import fonts
from app.views.popups import Popup
from app.views.rows import AppearanceRow
from app.views.surface import FlatButton, Line, Surface, Words
from app.views.theme import Look
from app.views.wording import percent_text

WIDTH = 520
TEXT_PERCENTS = (80, 90, 100, 110, 125, 150, 175, 200)
_SYSTEM = N_("Like the system")
WINDOW_PERCENTS = (100, 125, 150, 175, 200, 250, 300)

_THEMES = (
    ("light", N_("Light")),
    ("dark", N_("Dark")),
    ("system", _SYSTEM),
    ("contrast", N_("High contrast")),
)


class SettingsPage(Popup):
    """Shows an `AppearanceRow` and tells what was chosen; it changes nothing by itself."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        about: str,
        on_theme: Callable[[str], None],
        on_text_percent: Callable[[int], None],
        on_window_percent: Callable[[int], None],
        on_language: Callable[[str], None],
        on_keys: Callable[[], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "popup_border")
        px = look.px
        self._body = Surface(self, look, "popup")
        self._body.pack(fill="both", expand=True, padx=1, pady=1)
        head = Surface(self._body, look, "popup")
        head.pack(fill="x", padx=px(20), pady=(px(14), px(2)))
        self._words(head, _("Settings"), fonts.TITLE, "popup_fg").pack(side="left")
        close = FlatButton(
            head, look, on_press=on_close, icon="x-lg", icon_size=14, on="popup", hint=_("Close")
        )
        close.pack(side="right")
        self._heading(_("Appearance"))
        line = self._line(_("Theme"))
        self.themes = {
            name: self._button(line, _(label), lambda name=name: on_theme(name))  # type: ignore[misc]
            for name, label in _THEMES
        }
        self.text_size = _Stepper(
            self._line(_("Size of the messages")), look, TEXT_PERCENTS, on_text_percent
        )
        self.window_size = _Stepper(
            self._line(_("Size of everything")), look, WINDOW_PERCENTS, on_window_percent
        )
        self.language = _LanguageButton(self._line(_("Language")), look, on_language)
        self._note(_("The language and the size of everything change after a restart."))
        self._heading(_("Keys"))
        self.keys_button = self._button(self._line(_("All keys")), _("Show"), on_keys)
        self._heading(_("About"))
        self._note(about)
        Surface(self._body, look, "popup").pack(pady=px(6))

    def show(self, row: AppearanceRow) -> None:
        """What is chosen now."""
        for name, button in self.themes.items():
            is_chosen = name == row.theme
            button.paint("selected_fg" if is_chosen else "popup_fg", _ground(is_chosen))
        self.text_size.show(row.text_percent)
        self.window_size.show(row.window_percent)
        self.language.show(row.language)

    def begin(self) -> None:
        next(iter(self.themes.values())).focus_set()

    def _heading(self, text: str) -> None:
        px = self.look.px
        words = self._words(self._body, text, fonts.SMALL_BOLD, "popup_muted")
        words.pack(fill="x", padx=px(20), pady=(px(14), px(2)))
        Line(self._body, self.look).pack(fill="x", padx=px(20), pady=(0, px(4)))

    def _line(self, label: str) -> Surface:
        px = self.look.px
        line = Surface(self._body, self.look, "popup")
        line.pack(fill="x", padx=px(20), pady=px(3))
        self._words(line, label, fonts.BODY, "popup_fg").pack(side="left")
        return line

    def _note(self, text: str) -> None:
        words = self._words(self._body, text, fonts.SMALL, "popup_muted")
        words.configure(justify="left", wraplength=self.look.px(WIDTH - 44))
        words.pack(fill="x", padx=self.look.px(20), pady=self.look.px(3))

    def _words(self, master: tk.Misc, text: str, font: str, role: str) -> Words:
        words = Words(master, self.look, font=font, role=role, on="popup")
        words.configure(text=text)
        return words

    def _button(self, line: Surface, text: str, on_press: Callable[[], None]) -> FlatButton:
        button = FlatButton(
            line, self.look, on_press=on_press, text=text, role="popup_fg", on="popup_field"
        )
        button.configure(padx=self.look.px(8))
        # Packed from the right, the last one first: so each goes in front of the others.
        others = [w for w in line.pack_slaves() if isinstance(w, FlatButton)]
        if others:
            button.pack(side="right", padx=(0, self.look.px(4)), before=others[0])
        else:
            button.pack(side="right")
        return button


class _Stepper:
    """A value of a few, with a button to each side."""

    def __init__(
        self, line: Surface, look: Look, steps: Sequence[int], on_change: Callable[[int], None]
    ) -> None:
        self._steps, self._on_change, self._percent = steps, on_change, 100
        self.larger = self._button(line, look, "plus-lg", _("Larger"), 1)
        self.value = Words(line, look, font=fonts.BODY, role="popup_fg", on="popup")
        self.value.configure(width=6, anchor="center")
        self.value.pack(side="right", padx=look.px(6))
        self.smaller = self._button(line, look, "dash-lg", _("Smaller"), -1)

    def show(self, percent: int) -> None:
        self._percent = percent
        self.value.configure(text=percent_text(percent))

    def _button(self, line: Surface, look: Look, icon: str, hint: str, by: int) -> FlatButton:
        button = FlatButton(
            line,
            look,
            on_press=lambda: self._on_change(stepped(self._percent, self._steps, by)),
            icon=icon,
            icon_size=14,
            icon_role="popup_fg",
            on="popup_field",
            hint=hint,
        )
        button.configure(padx=look.px(7), pady=look.px(7))  # no target under 28 px
        button.pack(side="right")
        return button


class _LanguageButton:
    """Says which language is chosen, and opens the list of them."""

    def __init__(self, line: Surface, look: Look, on_choose: Callable[[str], None]) -> None:
        self.button = FlatButton(
            line,
            look,
            on_press=self._open,
            icon="chevron-expand",
            icon_size=12,
            icon_role="popup_fg",
            text=" ",
            role="popup_fg",
            on="popup_field",
        )
        self.button.configure(padx=look.px(8), compound="right")
        self.button.pack(side="right")
        self._chosen = tk.StringVar(line)
        self.menu = ttk.Menu(line, tearoff=False)
        for code, name in (("", _(_SYSTEM)), *LANGUAGES.items()):
            self.menu.add_radiobutton(
                label=name, variable=self._chosen, value=code, command=partial(on_choose, code)
            )

    def show(self, language: str) -> None:
        self._chosen.set(language)
        self.button.configure(text=f"{LANGUAGES.get(language, _(_SYSTEM))}  ")

    def _open(self) -> None:
        button = self.button
        self.menu.tk_popup(button.winfo_rootx(), button.winfo_rooty() + button.winfo_height())


def stepped(percent: int, steps: Sequence[int], by: int) -> int:
    """The next larger (+1) or smaller (-1) of the steps; the last one stays."""
    if by > 0:
        return next((step for step in steps if step > percent), steps[-1])
    return next((step for step in reversed(steps) if step < percent), steps[0])


def _ground(is_chosen: bool) -> str:
    return "selected" if is_chosen else "popup_field"
