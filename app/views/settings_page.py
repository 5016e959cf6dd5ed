"""The settings: a row of sections, one of them shown. A change works at once.

The box has one size and place for all sections, so that the row of their names stays under the
pointer; a section that is higher is scrolled.
"""

import tkinter as tk
from collections.abc import Callable
from functools import partial

from app.translation import _
from app.views.rows import AboutRow, AppearanceRow, NotificationSettingsRow
from app.views.scroll_area import ScrollArea
from app.views.settings_about import AboutSection, KeysSection
from app.views.settings_appearance import AppearanceSection
from app.views.settings_network import NetworkSection
from app.views.settings_notifications import NotificationSection
from app.views.settings_parts import WIDTH, Flow, Section, Stepper
from app.views.sheet import Sheet
from app.views.surface import FlatButton, Line
from app.views.theme import Look


class SettingsPage(Sheet):
    """Tells what was chosen, and changes only when somebody shows what is so now."""

    width_wanted = WIDTH
    #: Logical pixels; the longest section, in the longest language, as a rule.
    height_wanted = 520

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        about: AboutRow,
        on_theme: Callable[[str], None],
        on_text_percent: Callable[[int], None],
        on_window_percent: Callable[[int], None],
        on_language: Callable[[str], None],
        on_restart: Callable[[], None],
        on_notifications: Callable[[NotificationSettingsRow], None],
        on_control_sends: Callable[[bool], None],
        on_room_order: Callable[[str], None],
        on_joins: Callable[[str], None],
        on_keys: Callable[[], None],
        on_discovery: Callable[[bool], None],
        on_switch: Callable[[str], None],
        on_rename_server: Callable[[str, str], None],
        on_forget: Callable[[str], None],
        on_test_network: Callable[[], None],
        on_copy: Callable[[str], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__(master, look, _("Settings"), on_close)
        px = look.px
        self.area = ScrollArea(self.body, look, "popup")
        inside = self.area.inside
        self.appearance = AppearanceSection(
            inside, look, on_theme=on_theme, on_text_percent=on_text_percent,
            on_window_percent=on_window_percent, on_language=on_language, on_restart=on_restart,
            on_room_order=on_room_order, on_joins=on_joins,
        )  # fmt: skip
        self.notifications = NotificationSection(inside, look, on_change=on_notifications)
        self.key_section = KeysSection(
            inside, look, on_control_sends=on_control_sends, on_keys=on_keys
        )
        self.network = NetworkSection(
            inside, look, on_discovery=on_discovery, on_switch=on_switch,
            on_rename=on_rename_server, on_forget=on_forget, on_test_network=on_test_network,
        )  # fmt: skip
        self.about = AboutSection(inside, look, about=about, on_copy=on_copy)
        self._sections: dict[str, Section] = {
            _("Appearance"): self.appearance,
            _("Notifications"): self.notifications,
            _("Keys"): self.key_section,
            _("Network"): self.network,
            _("About"): self.about,
        }
        tabs = Flow(self.body, look)
        tabs.pack(fill="x", padx=px(16))
        self.tabs: dict[Section, FlatButton] = {}
        for name, section in self._sections.items():
            tab = FlatButton(
                tabs, look, on_press=partial(self.show_section, section), text=name, on="popup",
                role="popup_muted", is_focused_by_click=True,
            )  # fmt: skip
            self.tabs[section] = tab
        Line(self.body, look).pack(fill="x", padx=px(20), pady=(px(4), px(8)))
        self.area.pack(fill="both", expand=True, pady=(0, px(10)))
        self.area.adopt()
        self._shown: Section = self.appearance
        self.show_section(self.appearance)

    @property
    def text_size(self) -> Stepper:
        """The stepper that keys turn too."""
        return self.appearance.text_size

    def show_section(self, section: Section) -> None:
        """Bring one section to the front."""
        self._shown.pack_forget()
        self._shown = section
        section.pack(fill="x")
        self.area.to_top()
        for each, tab in self.tabs.items():
            is_shown = each is section
            ground = "selected_popup" if is_shown else "popup"
            tab.paint("popup_fg" if is_shown else "popup_muted", ground)

    def show(self, row: AppearanceRow) -> None:
        """What the window looks like now."""
        self.appearance.show(row)

    def begin(self) -> None:
        self.area.to_top()
        self._shown.first().focus_set()
