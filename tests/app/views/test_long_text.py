"""Text made to hurt, through the whole path and within a time: models, presenters, every list.

They are shown in processes of their own: a text that kills Tk or freezes it is a failing test,
not the end of the run.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

TIME_MAX_S = 120.0  # a start of Python and of Tk on a busy machine, and some
STEP_MAX_S = 3.0  # of this thread's own time, for any one step; typical is a tenth of it
GROUPS = 3

#: name -> the text, as Python writes it: a million characters fit on no command line.
TEXTS = {
    "lone surrogates": r"'a\ud83d b\udc4d \ud800' * 200",
    "nul": r"'a\0b' * 1000",
    "a million characters without a blank": "'x' * 1_000_000",
    "a million wide characters": r"'\u6f22' * 1_000_000",
    "combining marks": r"'o' + '\u0301' * 40_000",
    "direction overrides": r"'\u202egpj.exe\u2066' * 2000",
    "families": r"'\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466' * 2000",
    "joiners alone": r"'\u200d' * 20_000",
    "flags": r"'\U0001f1f3\U0001f1f4' * 4000",
    "tcl": r"'[exit] $x {a \\ }; exec rm ' * 500",
    "newlines": r"'\n' * 16_000",
    "delimiters": "'**_~~||`' * 4000",
    "quotes": r"'> a\n' * 8000",
    "fences": r"'```\n' * 8000",
    "links": "'https://a.b/' * 3000",
    "names": "'@anna #dev ' * 3000",
    "shortcodes": "':tada:' * 3000",
}

_PROGRAM = """
import time
from datetime import UTC
from app.controllers.conversation_controller import ConversationController
from app.controllers.room_list_controller import RoomListController
from app.models.chat_model import ChatModel
from app.models.events import (EntriesReceived, MembershipChanged, RoomEntry, RoomFollowed,
                               RoomListed, RoomsComplete, SignedIn)
from app.views.callbacks import MainWindowCallbacks
from app.views.main_window import MainWindow
from app.views.rows import PersonRow

errors = []
window = MainWindow(MainWindowCallbacks(on_callback_error=errors.append), scaling=4 / 3)
window.show_chat()
model = ChatModel(lambda _command: True, lambda: 0)
rooms = RoomListController(model, window, window.root, time.monotonic)
talk = ConversationController(model, window, window.root, time.monotonic,
                              join_room=rooms.join_room, on_drafts=lambda: None, zone=UTC)
model.apply(SignedIn(7, 3, "anna", "Harbour", (), 0, 0), RoomsComplete())

def step(text, name, act):
    begun = time.thread_time()
    act()
    for _ in range(6):
        window.root.update()
    took = time.thread_time() - begun
    assert took < {limit}, f"{{text}}: {{name}} took {{took:.1f}} s"

def receive(room, bad):
    model.apply(RoomListed(room, bytes(8), bad, bad, 2), MembershipChanged(room, True),
                RoomFollowed(room, bytes(8), 1, 1, 1, 0, 0))
    model.reading.show_room(room)
    entries = (RoomEntry(1, 1, 1, 1, 1, 0, bad, 1, 1), RoomEntry(2, 1, 1, 2, 2, 0, "after", 1, 2))
    model.apply(EntriesReceived(room, entries, b""))
    talk.refresh()

def paste(bad):
    window.composer.text.focus_force()
    window.root.update()
    window.copy_text(bad.encode("utf-8", "replace").decode().replace(chr(0), ""))
    window.composer.text.event_generate("<<Paste>>")

def complete():
    window.composer.set_value("")
    window.composer.insert("@a")

def seek():
    window.popups.stack.close_all()
    window.toggle_switcher()
    window.popups.switcher().field.insert("end", "a")

def find():
    window.popups.stack.close_all()
    window.open_find_bar()
    window.find_bar.field.insert("end", "x")

for room, (text, bad) in enumerate({texts}.items(), 1):
    step(text, "receiving", lambda: receive(room, bad))
    pane = window.panes.current
    assert pane.text.search("after", "1.0"), f"{{text}}: the message after it is not shown"
    step(text, "people", lambda: window.show_people([PersonRow("1", bad, status_text=bad)]))
    step(text, "scrolling", lambda: [pane.scroll_pixels(-60) for _ in range(10)])
    step(text, "the theme", lambda: window.look.use(("dark", "light")[room % 2]))
    step(text, "the width", lambda: window.root.geometry(("480x480", "900x600")[room % 2]))
    step(text, "pasting", lambda: paste(bad))
    step(text, "typing", lambda: window.composer.text.event_generate("<x>"))
    step(text, "completing", complete)
    step(text, "seeking", seek)
    step(text, "finding", find)
    window.close_find_bar()
    assert not errors, (text, errors)
window.close()
print("alive")
"""


@pytest.mark.usefixtures("display")
@pytest.mark.parametrize("group", range(GROUPS))
def test_the_window_lives(group: int) -> None:
    texts = ", ".join(f"{name!r}: {TEXTS[name]}" for name in list(TEXTS)[group::GROUPS])
    program = _PROGRAM.format(texts=f"{{{texts}}}", limit=STEP_MAX_S)
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=TIME_MAX_S,
        check=False,
    )
    assert done.stdout.strip().endswith("alive"), done.stderr[-2000:]
