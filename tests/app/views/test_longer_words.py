"""Nothing is cut when words are 40 % longer than in English, at each width; in its own process."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = '''
import gettext, re, sys, tkinter as tk
from datetime import UTC, date, datetime

from app import translation

class Longer(gettext.NullTranslations):
    """Each sentence with 40 % more letters behind it, its places kept."""

    def gettext(self, text):
        letters = len(re.sub(r"{\\w+}", "", text))
        return text + "ëïöü"[: max(1, letters * 2 // 5)] if letters < 11 else (
            text + " " + "ëïöüß ñá" * (letters // 20 + 1))[: len(text) + letters * 2 // 5]

    def ngettext(self, one, many, number):
        return self.gettext(one if number == 1 else many)

    def pgettext(self, context, text):
        return self.gettext(text) if text.strip() else text

translation._chosen = Longer()

from app.controllers.slash_commands import command_list
from app.views.callbacks import MainWindowCallbacks
from app.views.main_window import MainWindow
from app.views.rows import (AppearanceRow, BannerKind, BannerRow, CommandRow, HeaderRow,
                             PersonRow, Presence, RoomRow, TextRow, TimelineRows)
from app.views.server_rows import (ConnectRow, KeyChangedRow, ServerRow)
from app.views.widgets import Button, Canvas, Label
from app.translation import _

problems = []
def fail(error):
    raise SystemExit(repr(error))
window = MainWindow(
    MainWindowCallbacks(on_callback_error=fail), scaling=4 / 3, today=lambda: date(2026, 11, 23)
)
root = window.root

def settle():
    for _round in range(6):
        root.update()

def look(where, widget):
    if not widget.winfo_viewable():
        return
    name = f"{where}: {str(widget)}"
    width, parent = widget.winfo_width(), widget.master
    text = str(widget.cget("text")) if isinstance(widget, (Label, Button)) else ""
    if text and widget.winfo_reqwidth() > width + 1:
        problems.append(f"{name} needs {widget.winfo_reqwidth()} of {width}: {text!r}")
    if text and widget.winfo_x() + width > parent.winfo_width() + 1:
        problems.append(f"{name} leaves its place: {text!r}")
    if isinstance(widget, Canvas):
        for item in widget.find_all():
            if widget.type(item) == "text" and widget.bbox(item):
                left, _top, right, _bottom = widget.bbox(item)
                if left < -1 or right > width + 1:
                    problems.append(f"{name} cuts {widget.itemcget(item, 'text')!r}")
    for child in widget.winfo_children():
        is_packed = child.winfo_manager() == "pack"
        if is_packed and isinstance(child, (Label, Button)) and not child.winfo_ismapped():
            problems.append(f"{where}: no place for {str(child)}: {child.cget('text')!r}")
        look(where, child)

rooms = [RoomRow(str(n), "a-room-with-a-long-name-" + str(n), unread=n * 40) for n in range(6)]
people = [PersonRow("1", "Priya Raman", Presence.AWAY, status_text=_("Do not disturb"))]
people += [PersonRow("2", "Anna", Presence.OFFLINE)]
server = ServerRow("192.168.1.20:48228", "Harbour", _("{count} online").format(count=12))
connect = ConnectRow(
    "Anna", "", _("{name} is taken. Use {suggestion}?").format(name="Anna", suggestion="Anna_"),
    found=(server,), saved=(server,), search=_("Looking for servers on this network…"),
)
banner = BannerRow(
    BannerKind.LINK_LOST, _("Connection lost.") + " " + _("Trying again now…"), _("Try now")
)
changed = KeyChangedRow("studio.local:48228", "7QK2MV5DXA3HWPZ6RB4NTYJC8EGFLSU9", "P4XN8CZK" * 4)
window.show_self(PersonRow("1", "Anna", Presence.ONLINE, is_self=True))
window.show_rooms(rooms)
window.show_people(people)
window.show_commands([CommandRow(*row) for row in command_list()])
window.show_reminders([TextRow(1, _("Reminder"), _("Reminders") * 20)])
window.show_header(HeaderRow("dev", "What we build, and when, and with whom"))
window.show_timeline(TimelineRows("1", "dev", ()))
window.set_banner(banner)
window.set_typing(["Anna", "Ben"])
popups = window.popups
for width in (480, 640, 960, 1100):
    root.geometry(f"{width}x720+0+0")
    settle()
    look(f"main {width}", root)
    window.show_connect(connect)
    settle()
    look(f"connect {width}", window.connect_page)
    window.show_key_changed(changed)
    settle()
    look(f"key {width}", window.key_page)
    window.show_chat()
    popups.toggle_settings()
    popups.settings().show(AppearanceRow())
    for section in popups.settings().tabs:
        popups.settings().show_section(section)
        settle()
        look(f"settings {type(section).__name__} {width}", popups.settings())
    popups.stack.close_all()
    for name, toggle in (
        ("switcher", window.toggle_switcher), ("keys", popups.lists.toggle_keys),
        ("join", window.open_join_dialog), ("emoji", window.toggle_emoji_picker),
        ("commands", window.open_command_list), ("reminders", window.open_reminders),
    ):
        toggle()
        settle()
        look(f"{name} {width}", root)
        popups.stack.close_all()
    if width < 640:
        window.toggle_rooms_overlay()
        settle()
        look(f"rooms {width}", root)
        window.toggle_rooms_overlay()
window.close()
print(*dict.fromkeys(problems), sep="\\n")
'''


def test_nothing_is_cut_when_words_are_longer(display: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.strip() == ""
