"""Settings: what the window looks like, and its language."""

import tkinter as tk
from collections.abc import Callable
from functools import partial

from app.translation import LANGUAGES, N_, _
from app.views.key_words import key_text
from app.views.rows import AppearanceRow
from app.views.settings_parts import Choice, Section, Stepper
from app.views.steps import TEXT_PERCENTS
from app.views.surface import FlatButton, Surface
from app.views.theme import Look
from app.views.widgets import Menu
from app.views.wording import percent_text

WINDOW_PERCENTS = (100, 125, 150, 175, 200, 250, 300)
_SYSTEM = N_("Like the system")
_THEMES = (
    ("light", N_("Light")),
    ("dark", N_("Dark")),
    ("system", _SYSTEM),
    ("contrast", N_("High contrast")),
)
_ORDERS = (
    ("name", N_("By name")),
    ("newest", N_("Newest message first")),
    ("own", N_("My own")),
)
_JOINS = (
    ("lately", N_("Of people who wrote lately (30 min)")),
    ("all", N_("Of everybody")),
    ("none", N_("Of nobody")),
)


class AppearanceSection(Section):
    """Shows an `AppearanceRow` and tells what was chosen; it changes nothing by itself."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_theme: Callable[[str], None],
        on_text_percent: Callable[[int], None],
        on_window_percent: Callable[[int], None],
        on_language: Callable[[str], None],
        on_restart: Callable[[], None],
        on_room_order: Callable[[str], None],
        on_joins: Callable[[str], None],
    ) -> None:
        super().__init__(master, look)
        self.line(_("Theme"))
        self.theme = Choice(self, look, [(name, _(label)) for name, label in _THEMES], on_theme)
        self.text_size = Stepper(
            self.line(_("Message size")), look, TEXT_PERCENTS, on_text_percent,
            text_of=percent_text,
        )  # fmt: skip
        self.window_size = Stepper(
            self.line(_("Interface size")), look, WINDOW_PERCENTS, on_window_percent,
            text_of=percent_text,
        )  # fmt: skip
        self.line(_("Order of rooms"))
        orders = [(name, _(label)) for name, label in _ORDERS]
        self.room_order = Choice(self, look, orders, on_room_order)
        words = _("Drag the rooms, or press {keys} in their list.")
        self.note(words.format(keys=key_text("Ctrl+Shift+Up · Down")))
        self.line(_("Joins, leaves and new nicks in the messages"))
        joins = [(name, _(label)) for name, label in _JOINS]
        self.joins = Choice(self, look, joins, on_joins)
        self.language = LanguageButton(self.line(_("Language")), look, on_language)
        self.note(_("The language and the interface size change after a restart."))
        self._restart_line = self.line(_("Nothing is lost: what you began to write is kept."))
        self.restart_button = self.button(self._restart_line, _("Restart Hubbub now"), on_restart)
        self._restart_line.pack_forget()

    def first(self) -> tk.Misc:
        return self.theme.buttons[self.theme.chosen]

    def show(self, row: AppearanceRow) -> None:
        """What is chosen now."""
        self.theme.show(row.theme)
        self.text_size.show(row.text_percent)
        self.window_size.show(row.window_percent)
        self.joins.show(row.joins)
        self.language.show(row.language)
        if row.needs_restart:
            self.put_line(self._restart_line)
        else:
            self._restart_line.pack_forget()


class LanguageButton:
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
            pad=(10, 5),
            is_focused_by_click=True,
        )
        self.button.configure(compound="right")
        self.button.pack(side="right")
        # The place of what is chosen: of an empty value Tk would compare the label.
        self._chosen = tk.IntVar(line)
        self.menu = Menu(line)
        self._language, self._on_choose = "", on_choose
        for place, (code, name) in enumerate((("", _(_SYSTEM)), *LANGUAGES.items())):
            self.menu.add_radiobutton(
                label=name, variable=self._chosen, value=place, command=partial(self._choose, code)
            )

    def show(self, language: str) -> None:
        self._language = language
        codes = ["", *LANGUAGES]
        self._chosen.set(codes.index(language) if language in codes else 0)
        self.button.configure(text=f"{LANGUAGES.get(language, _(_SYSTEM))}  ")

    def _choose(self, language: str) -> None:
        # Tk has moved the mark; whether it stays there is decided elsewhere.
        self.show(self._language)
        self._on_choose(language)

    def _open(self) -> None:
        button = self.button
        self.menu.tk_popup(button.winfo_rootx(), button.winfo_rooty() + button.winfo_height())
