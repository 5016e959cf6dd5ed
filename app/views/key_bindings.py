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

KEY_TAG = "ChatKeys"


class KeyCommand(Enum):
    NEXT_ROOM = "next room"
    PREVIOUS_ROOM = "previous room"
    NEXT_PART = "next part"
    PREVIOUS_PART = "previous part"
    TOGGLE_PEOPLE = "toggle people"
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
        "Next room",
    ),
    KeyBinding(
        ("<Alt-Up>", "<Control-Prior>", "<Control-Shift-Tab>", "<Control-ISO_Left_Tab>"),
        KeyCommand.PREVIOUS_ROOM,
        "Alt+Up · Ctrl+PgUp · Ctrl+Shift+Tab",
        "Previous room",
    ),
    KeyBinding(("<F6>",), KeyCommand.NEXT_PART, "F6", "Rooms, messages, field, people"),
    KeyBinding(("<Shift-F6>",), KeyCommand.PREVIOUS_PART, "Shift+F6", "The same, backwards"),
    KeyBinding(
        ("<Control-period>", "<F7>"),
        KeyCommand.TOGGLE_PEOPLE,
        "Ctrl+. · F7",
        "People column on or off",
    ),
    KeyBinding(("<Prior>",), KeyCommand.PAGE_UP, "PgUp", "Scroll the messages up"),
    KeyBinding(("<Next>",), KeyCommand.PAGE_DOWN, "PgDn", "Scroll the messages down"),
    KeyBinding(("<Escape>",), KeyCommand.ESCAPE, "Esc", "Close what is open; newest message"),
    KeyBinding(_letter("Control", "q"), KeyCommand.QUIT, "Ctrl+Q", "Quit"),
    KeyBinding(_letter("Control", "y"), KeyCommand.REDO, "Ctrl+Y · Ctrl+Shift+Z", "Redo"),
    # Kept from the Text class, where they cut, select all or delete; their commands come later.
    KeyBinding(
        (*_letter("Control", "w"), *_letter("Control", "k"), "<Control-slash>"),
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


def key_list() -> list[tuple[str, str]]:
    """(keys, what they do) for people."""
    return [(binding.keys, binding.words) for binding in KEY_TABLE if binding.keys]
