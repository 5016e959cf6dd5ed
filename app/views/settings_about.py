"""Settings: the keys, and what this program is made of."""

import tkinter as tk
from collections.abc import Callable

from app.translation import N_, _
from app.views.rows import AboutRow
from app.views.settings_parts import Section, Switch
from app.views.theme import Look

LICENCES = N_(
    "Hubbub is free software under the MIT licence. Emoji are pictures of Twemoji by"
    " Twitter, Inc and other contributors, under the licence CC BY 4.0; the icons are Bootstrap"
    " Icons."
)


class KeysSection(Section):
    """Which key sends, and the list of all."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_control_sends: Callable[[bool], None],
        on_keys: Callable[[], None],
    ) -> None:
        super().__init__(master, look)
        self.control_sends = Switch(
            self.line(_("Ctrl+Enter sends, Enter begins a new line")), look, on_control_sends
        )
        self.keys_button = self.button(self.line(_("All keys")), _("Show"), on_keys)

    def first(self) -> tk.Misc:
        return self.control_sends.button


class AboutSection(Section):
    """Versions, licences, and which optional packages are missing."""

    def __init__(
        self, master: tk.Misc, look: Look, *, about: AboutRow, on_copy: Callable[[str], None]
    ) -> None:
        super().__init__(master, look)
        versions = "\n".join(f"{name} {version}" for name, version in about.versions)
        self.versions = self.note(versions)
        self.note(_(LICENCES))
        for text in about.missing:
            self.note(text)
        self.copy_button = self.button(
            self.line(_("For a report of a fault")), _("Copy the versions"),
            lambda: on_copy(versions),
        )  # fmt: skip

    def first(self) -> tk.Misc:
        return self.copy_button
