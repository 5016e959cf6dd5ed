"""All keys of the window in one table: bound from it, and listed for people from it.

Theory: the table is bound to a bind tag that stands first in every text field, because the
classes of Tk take Ctrl+W (cut), Ctrl+Y (paste) or Ctrl+/ for themselves on X11, and to the
window for everything else. With another keyboard layout or Caps Lock the key symbol of a letter
differs, so each letter is bound in both cases.
"""

import tkinter as tk
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from app.translation import N_, _
from app.views.key_words import key_text

KEY_TAG = "ChatKeys"


class KeyCommand(Enum):
    NEXT_ROOM = "next room"
    PREVIOUS_ROOM = "previous room"
    NEXT_PART = "next part"
    PREVIOUS_PART = "previous part"
    TOGGLE_PEOPLE = "toggle people"
    QUICK_SWITCHER = "quick switcher"
    FIND = "find"
    FIND_OLDER = "find older"
    FIND_NEWER = "find newer"
    KEY_LIST = "key list"
    SETTINGS = "settings"
    TEXT_LARGER = "text larger"
    TEXT_SMALLER = "text smaller"
    TEXT_USUAL = "text usual"
    FULL_SCREEN = "full screen"
    EMOJI_PICKER = "emoji picker"
    PAGE_UP = "page up"
    PAGE_DOWN = "page down"
    ESCAPE = "escape"
    QUIT = "quit"
    REDO = "redo"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class KeyBinding:
    """Keys for one command; `keys` and `words` are for people, "" keeps it off the key list."""

    sequences: tuple[str, ...]
    command: KeyCommand
    keys: str = ""
    words: str = ""


def _letter(modifiers: str, letter: str) -> tuple[str, ...]:
    return (f"<{modifiers}-{letter.lower()}>", f"<{modifiers}-{letter.upper()}>")


KEY_TABLE = (
    KeyBinding(
        ("<Alt-Down>", "<Control-Next>", "<Control-Tab>"),
        KeyCommand.NEXT_ROOM,
        "Alt+Down · Ctrl+PgDn · Ctrl+Tab",
        N_("Next room"),
    ),
    KeyBinding(
        ("<Alt-Up>", "<Control-Prior>", "<Control-Shift-Tab>", "<Control-ISO_Left_Tab>"),
        KeyCommand.PREVIOUS_ROOM,
        "Alt+Up · Ctrl+PgUp · Ctrl+Shift+Tab",
        N_("Previous room"),
    ),
    KeyBinding(_letter("Control", "k"), KeyCommand.QUICK_SWITCHER, "Ctrl+K", N_("Jump to a room")),
    KeyBinding(_letter("Control-Shift", "e"), KeyCommand.EMOJI_PICKER, "Ctrl+Shift+E", N_("Emoji")),
    KeyBinding(_letter("Control", "f"), KeyCommand.FIND, "Ctrl+F", N_("Find in this room")),
    KeyBinding(
        ("<Control-g>", "<F3>"),
        KeyCommand.FIND_OLDER,
        "Ctrl+G · F3 · Enter",
        N_("The next older hit"),
    ),
    KeyBinding(
        (*_letter("Control-Shift", "g"), "<Shift-F3>"),
        KeyCommand.FIND_NEWER,
        "Ctrl+Shift+G · Shift+F3",
        N_("The next newer hit"),
    ),
    KeyBinding(("<Control-slash>", "<F1>"), KeyCommand.KEY_LIST, "Ctrl+/ · F1", N_("This list")),
    KeyBinding(("<Control-comma>",), KeyCommand.SETTINGS, "Ctrl+,", N_("Settings")),
    KeyBinding(
        ("<Control-plus>", "<Control-equal>", "<Control-KP_Add>"),
        KeyCommand.TEXT_LARGER,
        "Ctrl+plus",
        N_("Larger messages"),
    ),
    KeyBinding(
        ("<Control-minus>", "<Control-KP_Subtract>"),
        KeyCommand.TEXT_SMALLER,
        "Ctrl+minus",
        N_("Smaller messages"),
    ),
    KeyBinding(
        ("<Control-Key-0>",), KeyCommand.TEXT_USUAL, "Ctrl+0", N_("Messages of the usual size")
    ),
    KeyBinding(("<F11>",), KeyCommand.FULL_SCREEN, "F11", N_("Full screen on or off")),
    KeyBinding(("<F6>",), KeyCommand.NEXT_PART, "F6", N_("Rooms, messages, field, people")),
    KeyBinding(("<Shift-F6>",), KeyCommand.PREVIOUS_PART, "Shift+F6", N_("The same, backwards")),
    KeyBinding(
        ("<Control-period>", "<F7>"),
        KeyCommand.TOGGLE_PEOPLE,
        "Ctrl+. · F7",
        N_("People column on or off"),
    ),
    KeyBinding(("<Prior>",), KeyCommand.PAGE_UP, "PgUp", N_("Scroll the messages up")),
    KeyBinding(("<Next>",), KeyCommand.PAGE_DOWN, "PgDn", N_("Scroll the messages down")),
    KeyBinding(("<Escape>",), KeyCommand.ESCAPE, "Esc", N_("Close; to the newest message")),
    KeyBinding(_letter("Control", "q"), KeyCommand.QUIT, "Ctrl+Q", N_("Quit")),
    KeyBinding(_letter("Control", "y"), KeyCommand.REDO, "Ctrl+Y · Ctrl+Shift+Z", N_("Redo")),
    # Kept from the Text class, where they cut, select all or delete; their commands come later.
    KeyBinding(
        _letter("Control", "w"),
        KeyCommand.NOTHING,
    ),
)


def bind_keys(top: tk.Misc, actions: Mapping[KeyCommand, Callable[[], bool]]) -> None:
    """Bind the table; an action returns whether it took the key (else Tk goes on with it)."""

    def handler(action: Callable[[], bool]) -> Callable[["tk.Event[tk.Misc]"], str | None]:
        return lambda _event: "break" if action() else None

    for binding in KEY_TABLE:
        action = actions[binding.command]
        for sequence in binding.sequences:
            try:
                top.bind(sequence, handler(action))
                top.bind_class(KEY_TAG, sequence, handler(action))
            except tk.TclError:
                continue  # a key symbol this window system does not know


def put_keys_first(widget: tk.Misc) -> None:
    """Let the table come before the class of `widget`."""
    tags = widget.bindtags()
    if KEY_TAG not in tags:
        widget.bindtags((KEY_TAG, *tags))


#: What the field for messages does by itself; bound there, listed here.
_FIELD_KEYS = (
    ("Enter", N_("Send the message")),
    ("Shift+Enter", N_("Begin a new line")),
    ("Tab", N_("Complete a name; again: the next one")),
    ("@  #  :  /", N_("Offer people, rooms, emoji, commands")),
    ("Ctrl+Z", N_("Undo")),
)


def key_list() -> list[tuple[str, str]]:
    """(keys, what they do) for people."""
    of_window = [(binding.keys, binding.words) for binding in KEY_TABLE if binding.keys]
    return [(key_text(keys), _(words)) for keys, words in (*of_window, *_FIELD_KEYS)]
