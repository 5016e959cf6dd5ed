"""Settings: pop-ups, sound, the words that call the reader, and when nothing is to be heard."""

import tkinter as tk
from collections.abc import Callable
from typing import Any

from app.structs import replace
from app.translation import _
from app.views.line_field import FramedField
from app.views.rows import NotificationSettingsRow
from app.views.settings_days import DaysOfWeek
from app.views.settings_parts import Section, Stepper, Switch
from app.views.theme import Look
from app.views.wording import minute_text

#: Quiet hours begin and end at half hours.
MINUTES = tuple(range(0, 24 * 60, 30))


class NotificationSection(Section):
    """Shows a `NotificationSettingsRow`; each change tells the row as it should be."""

    def __init__(
        self, master: tk.Misc, look: Look, *, on_change: Callable[[NotificationSettingsRow], None]
    ) -> None:
        super().__init__(master, look)
        self._row = NotificationSettingsRow()
        self._on_change = on_change

        def switch(label: str, name: str) -> Switch:
            return Switch(self.line(label), look, lambda is_on: self._change(**{name: is_on}))

        def stepper(label: str, name: str) -> Stepper:
            return Stepper(
                self.line(label), look, MINUTES, lambda minute: self._change(**{name: minute}),
                text_of=minute_text, wraps=True,
            )  # fmt: skip

        self.popups = switch(_("Pop-ups on the desktop"), "has_popups")
        self._problem = self.note("")
        self.sound = switch(_("Sound"), "has_sound")
        self.do_not_disturb = switch(_("Do not disturb"), "do_not_disturb")
        self.quiet_hours = switch(_("Quiet hours"), "has_quiet_hours")
        self.quiet_from = stepper(_("From"), "quiet_from")
        self.quiet_to = stepper(_("To"), "quiet_to")
        self.quiet_days = DaysOfWeek(self, look, lambda days: self._change(quiet_days=days))
        # Their boxes stand under the words above, so their own margin is taken off.
        self.quiet_days.pack(fill="x", padx=look.px(16), pady=look.px(3))
        self._night = self.note("")
        # The field is below the words, where it has the whole width in each language.
        self.line(_("Words that notify me, besides my nick"))
        self.words_field = FramedField(
            self,
            look,
            placeholder=_("deploy, on call"),
            on_change=lambda text: self._change(words=text),
            on_enter=lambda: None,
        )
        self.words_field.frame.pack(fill="x", padx=look.px(20), pady=look.px(3))
        self.note(_("What each room notifies you of is chosen in its menu."))

    def first(self) -> tk.Misc:
        return self.popups.button if self.popups.is_enabled else self.sound.button

    def show(self, row: NotificationSettingsRow) -> None:
        """What is chosen now."""
        self._row = row
        self.popups.show(row.has_popups and not row.problem)
        self.popups.set_enabled(not row.problem)
        self.sound.show(row.has_sound)
        self.do_not_disturb.show(row.do_not_disturb)
        self.quiet_hours.show(row.has_quiet_hours)
        self.quiet_from.show(row.quiet_from)
        self.quiet_to.show(row.quiet_to)
        self.quiet_days.show(row.quiet_days)
        self._night.configure(text=_quiet_words(row))
        self._problem.configure(text=row.problem)
        if row.problem:
            self.put_note(self._problem, after=self.popups.button.master)
        else:
            self._problem.pack_forget()
        if self.words_field.value != row.words and self.focus_get() is not self.words_field:
            self.words_field.set_value(row.words)
            self.words_field.tag_remove("sel", "1.0", "end")

    def _change(self, **changes: Any) -> None:
        row = replace(self._row, **changes)
        if row != self._row:
            self._on_change(row)


def _quiet_words(row: NotificationSettingsRow) -> str:
    """What the hours and days mean together, where that is not plain."""
    if not row.has_quiet_hours:
        return ""
    if row.quiet_from == row.quiet_to or not row.quiet_days:
        return _("So there are no quiet hours.")
    if row.quiet_from > row.quiet_to:
        return _("They begin on these days and end on the day after.")
    return ""
