"""All keys of the window in one table: bound from it, and listed for people from it.

Theory: the keys of the window are bound to a bind tag that stands first in every text field,
because the classes of Tk take Ctrl+W (cut), Ctrl+Y (paste) or Ctrl+/ for themselves on X11, and
to the window for everything else; those of the field for messages to a tag in front of that.
With Caps Lock on the key symbol of a letter is the capital, so each letter is bound in both
cases. With a Cyrillic or Greek layout it is another letter altogether: then the place of the key
on the keyboard says which Latin one it is.
"""

import tkinter as tk
from collections.abc import Callable, Mapping
from enum import Enum
from unicodedata import category

from app.structs import Struct
from app.translation import N_

KEY_TAG = "ChatKeys"
FIELD_TAG = "ChatFieldKeys"
# Bits of an event's state; Alt has another one where Tk knows no key map.
_SHIFT, _CONTROL, _SYSTEM = 0x1, 0x4, 0x40
_ALT = 0x8 | 0x10000 | 0x20000
#: What Return or an arrow sends: of no category in which people write.
_UNWRITTEN = frozenset(("Cc", "Co", "Cs"))


class KeyCommand(Enum):
    NEXT_ROOM = "next room"
    PREVIOUS_ROOM = "previous room"
    NEXT_UNREAD = "next unread room"
    PREVIOUS_UNREAD = "previous unread room"
    ROOM_BACK = "back in visited rooms"
    ROOM_FORWARD = "forward in visited rooms"
    ROOM_UP = "room up"
    ROOM_DOWN = "room down"
    ROOM_1 = "room 1"
    ROOM_2 = "room 2"
    ROOM_3 = "room 3"
    ROOM_4 = "room 4"
    ROOM_5 = "room 5"
    ROOM_6 = "room 6"
    ROOM_7 = "room 7"
    ROOM_8 = "room 8"
    ROOM_9 = "room 9"
    NEXT_PART = "next part"
    PREVIOUS_PART = "previous part"
    TOGGLE_PEOPLE = "toggle people"
    QUICK_SWITCHER = "quick switcher"
    FIND = "find"
    SEARCH = "search all rooms"
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
    OLDEST_UNREAD = "oldest unread"
    NEWEST = "newest message"
    OLDEST = "oldest message"
    MENU = "context menu"
    ESCAPE = "escape"
    ALL_READ = "all read"
    QUIT = "quit"
    NOTHING = "nothing"
    # in the field for messages
    ENTER = "enter"
    SEND = "send"
    NEW_LINE = "new line"
    COMPLETE = "complete"
    COMPLETE_BACK = "complete backwards"
    ABOVE = "above"
    BELOW = "below"
    ANSWER = "answer"
    OLDER_LINE = "older own line"
    NEWER_LINE = "newer own line"
    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"
    UNDO = "undo"
    REDO = "redo"
    SELECT_ALL = "select all"
    DELETE_BACK = "delete back"
    DELETE_FORWARD = "delete forward"
    DELETE_WORD_BACK = "delete word back"
    DELETE_WORD = "delete word"


#: One for each of Ctrl+1 to Ctrl+9.
ROOM_COMMANDS = tuple(KeyCommand(f"room {place}") for place in range(1, 10))


class Where(Enum):
    """Where a key does what it does; the same key may do another thing elsewhere."""

    WINDOW = "window"
    FIELD = "field"


class KeyBinding(Struct, frozen=True):
    """Keys for one command; `keys` and `words` are for people, "" keeps it off the key list."""

    sequences: tuple[str, ...]
    command: KeyCommand
    keys: str = ""
    words: str = ""
    where: Where = Where.WINDOW


def _letter(modifiers: str, letter: str) -> tuple[str, ...]:
    return (f"<{modifiers}-{letter.lower()}>", f"<{modifiers}-{letter.upper()}>")


_FIELD = Where.FIELD
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
    KeyBinding(
        ("<Alt-Shift-Down>",), KeyCommand.NEXT_UNREAD, "Alt+Shift+Down", N_("Next unread room")
    ),
    KeyBinding(
        ("<Alt-Shift-Up>",), KeyCommand.PREVIOUS_UNREAD, "Alt+Shift+Up", N_("Previous unread room")
    ),
    KeyBinding(("<Control-Key-1>",), KeyCommand.ROOM_1, "Ctrl+1 … 9", N_("Room by its place")),
    *(KeyBinding((f"<Control-Key-{place}>",), ROOM_COMMANDS[place - 1]) for place in range(2, 10)),
    KeyBinding(("<Alt-Left>",), KeyCommand.ROOM_BACK, "Alt+Left", N_("Back to the room before")),
    KeyBinding(("<Alt-Right>",), KeyCommand.ROOM_FORWARD, "Alt+Right", N_("Forward again")),
    KeyBinding(
        ("<Control-Shift-Up>",), KeyCommand.ROOM_UP, "Ctrl+Shift+Up", N_("Room up in the list")
    ),
    KeyBinding(
        ("<Control-Shift-Down>",),
        KeyCommand.ROOM_DOWN,
        "Ctrl+Shift+Down",
        N_("Room down in the list"),
    ),
    KeyBinding(
        _letter("Control", "k"),
        KeyCommand.QUICK_SWITCHER,
        "Ctrl+K",
        N_("Jump to a room or a person"),
    ),
    KeyBinding(_letter("Control-Shift", "e"), KeyCommand.EMOJI_PICKER, "Ctrl+Shift+E", N_("Emoji")),
    KeyBinding(_letter("Control", "f"), KeyCommand.FIND, "Ctrl+F", N_("Find in this room")),
    KeyBinding(
        _letter("Control-Shift", "f"), KeyCommand.SEARCH, "Ctrl+Shift+F", N_("Find in all rooms")
    ),
    KeyBinding(
        (*_letter("Control", "g"), "<F3>"),
        KeyCommand.FIND_OLDER,
        "Ctrl+G · F3 · Enter",
        N_("The next older hit"),
    ),
    KeyBinding(
        (*_letter("Control-Shift", "g"), "<Shift-F3>"),
        KeyCommand.FIND_NEWER,
        "Ctrl+Shift+G · Shift+F3 · Shift+Enter",
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
        ("<Control-Key-0>",),
        KeyCommand.TEXT_USUAL,
        "Ctrl+0",
        N_("Messages of the usual size"),
    ),
    KeyBinding(("<F11>",), KeyCommand.FULL_SCREEN, "F11", N_("Full screen on or off")),
    KeyBinding(("<F6>",), KeyCommand.NEXT_PART, "F6", N_("Next part of the window")),
    KeyBinding(("<Shift-F6>",), KeyCommand.PREVIOUS_PART, "Shift+F6", N_("Previous part")),
    KeyBinding(
        ("<Control-period>", "<F7>"),
        KeyCommand.TOGGLE_PEOPLE,
        "Ctrl+. · F7",
        N_("People column on or off"),
    ),
    KeyBinding(("<Prior>",), KeyCommand.PAGE_UP, "PgUp", N_("Scroll the messages up")),
    KeyBinding(("<Next>",), KeyCommand.PAGE_DOWN, "PgDn", N_("Scroll the messages down")),
    KeyBinding(
        ("<Shift-Prior>",), KeyCommand.OLDEST_UNREAD, "Shift+PgUp", N_("The oldest unread message")
    ),
    KeyBinding(
        ("<Control-End>",),
        KeyCommand.NEWEST,
        "Ctrl+End",
        N_("To the newest message"),
    ),
    KeyBinding(
        ("<Control-Home>",),
        KeyCommand.OLDEST,
        "Ctrl+Home",
        N_("To the oldest message here"),
    ),
    KeyBinding(
        ("<Shift-F10>", "<Key-Menu>", "<Key-App>"),
        KeyCommand.MENU,
        "Shift+F10 · Menu",
        N_("Menu of what has the focus"),
    ),
    KeyBinding(("<Escape>",), KeyCommand.ESCAPE, "Esc", N_("Close; to the newest message")),
    KeyBinding(("<Shift-Escape>",), KeyCommand.ALL_READ, "Shift+Esc", N_("Mark all rooms as read")),
    KeyBinding(_letter("Control", "q"), KeyCommand.QUIT, "Ctrl+Q", N_("Quit")),
    # Kept from the Text class, where it cuts.
    KeyBinding(_letter("Control", "w"), KeyCommand.NOTHING),
    KeyBinding(("<Return>", "<KP_Enter>"), KeyCommand.ENTER, "Enter", N_("Send"), _FIELD),
    KeyBinding(
        ("<Control-Return>", "<Control-KP_Enter>"),
        KeyCommand.SEND,
        "Ctrl+Enter",
        N_("Send in any case"),
        _FIELD,
    ),
    KeyBinding(
        ("<Shift-Return>", "<Shift-KP_Enter>"),
        KeyCommand.NEW_LINE,
        "Shift+Enter",
        N_("Begin a new line"),
        _FIELD,
    ),
    KeyBinding(("<Tab>",), KeyCommand.COMPLETE, "Tab", N_("Complete, or the next one"), _FIELD),
    KeyBinding(
        ("<Shift-Tab>", "<ISO_Left_Tab>"),
        KeyCommand.COMPLETE_BACK,
        "Shift+Tab",
        N_("Complete, or the one before"),
        _FIELD,
    ),
    KeyBinding(("<Up>",), KeyCommand.ABOVE, where=_FIELD),
    KeyBinding(("<Down>",), KeyCommand.BELOW, where=_FIELD),
    KeyBinding(
        ("<Shift-Up>",),
        KeyCommand.ANSWER,
        "Shift+Up",
        N_("Quote the newest, in an empty field"),
        _FIELD,
    ),
    KeyBinding(
        ("<Control-Up>",), KeyCommand.OLDER_LINE, "Ctrl+Up", N_("An earlier line of yours"), _FIELD
    ),
    KeyBinding(
        ("<Control-Down>",), KeyCommand.NEWER_LINE, "Ctrl+Down", N_("A later one again"), _FIELD
    ),
    KeyBinding(_letter("Control", "b"), KeyCommand.BOLD, "Ctrl+B", N_("Bold"), _FIELD),
    KeyBinding(_letter("Control", "i"), KeyCommand.ITALIC, "Ctrl+I", N_("Italic"), _FIELD),
    KeyBinding(_letter("Control", "e"), KeyCommand.CODE, "Ctrl+E", N_("Code"), _FIELD),
    KeyBinding(_letter("Control", "z"), KeyCommand.UNDO, "Ctrl+Z", N_("Undo"), _FIELD),
    KeyBinding(
        (*_letter("Control", "y"), *_letter("Control-Shift", "z")),
        KeyCommand.REDO,
        "Ctrl+Y · Ctrl+Shift+Z",
        N_("Redo"),
        _FIELD,
    ),
    KeyBinding(_letter("Control", "a"), KeyCommand.SELECT_ALL, "Ctrl+A", N_("Select all"), _FIELD),
    KeyBinding(("<BackSpace>", "<Shift-BackSpace>"), KeyCommand.DELETE_BACK, where=_FIELD),
    KeyBinding(("<Delete>", "<KP_Delete>"), KeyCommand.DELETE_FORWARD, where=_FIELD),
    KeyBinding(
        ("<Control-BackSpace>",),
        KeyCommand.DELETE_WORD_BACK,
        "Ctrl+BackSpace",
        N_("Delete the word before"),
        _FIELD,
    ),
    KeyBinding(
        ("<Control-Delete>",),
        KeyCommand.DELETE_WORD,
        "Ctrl+Delete",
        N_("Delete the word behind"),
        _FIELD,
    ),
)

Actions = Mapping[KeyCommand, Callable[[], bool]]


def bind_keys(top: tk.Misc, actions: Actions) -> None:
    """Bind the keys of the window; an action returns whether it took the key (else Tk goes on)."""
    table = _actions_by_sequence(actions, Where.WINDOW)
    for target in (top.bind, lambda *what: top.bind_class(KEY_TAG, *what)):
        _bind(target, table)


def bind_field_keys(field: tk.Misc, actions: Actions) -> None:
    """Bind the keys of the field for messages, with those of the window.

    To one tag: `<Down>` fits Alt+Down as well, unless the same tag has something closer.
    """
    table = _actions_by_sequence(actions, Where.WINDOW, Where.FIELD)
    _bind(lambda *what: field.bind_class(FIELD_TAG, *what), table)
    if FIELD_TAG not in field.bindtags():
        field.bindtags((FIELD_TAG, *field.bindtags()))


def put_keys_first(widget: tk.Misc) -> None:
    """Let the keys of the window come before the class of `widget`."""
    tags = widget.bindtags()
    if KEY_TAG not in tags:
        widget.bindtags((KEY_TAG, *tags))


Handler = Callable[["tk.Event[tk.Misc]"], str | None]


def _actions_by_sequence(actions: Actions, *places: Where) -> dict[str, Callable[[], bool]]:
    """What each sequence does; what comes later in `places` wins."""
    return {
        sequence: actions[binding.command]
        for where in places
        for binding in KEY_TABLE
        if binding.where is where
        for sequence in binding.sequences
    }


def _bind(bind: Callable[..., object], table: Mapping[str, Callable[[], bool]]) -> None:
    def handler(action: Callable[[], bool]) -> Handler:
        return lambda _event: "break" if action() else None

    for sequence, action in table.items():
        try:
            bind(sequence, handler(action))
        except tk.TclError:
            continue  # a key symbol this window system does not know
    bind("<Control-Key>", lambda event: act_by_place(event, table))


def writes_text(event: "tk.Event[tk.Misc]") -> bool:
    """Whether the key stands for a character, and not for a command. What an input method has
    settled comes as one key with all of it: words, wide blanks, signs joined without a width."""
    state = event.state if isinstance(event.state, int) else 0
    # Control and Alt together are how Windows tells of AltGr.
    is_command = state & _SYSTEM or bool(state & _CONTROL) != bool(state & _ALT)
    return not is_command and any(category(char) not in _UNWRITTEN for char in event.char)


# --- keyboards whose letters are not Latin

#: What Tk itself does with these letters.
_TK_LETTERS = {"a": "<<SelectAll>>", "c": "<<Copy>>", "v": "<<Paste>>", "x": "<<Cut>>"}
_X11_ROWS = ((24, "qwertyuiop"), (38, "asdfghjkl"), (52, "zxcvbnm"))
_X11_LETTERS = {first + at: letter for first, row in _X11_ROWS for at, letter in enumerate(row)}


def latin_letter(key_code: int, window_system: str) -> str:
    """The letter at this place of a keyboard with Latin letters, "" where there is none."""
    if window_system == "x11":
        return _X11_LETTERS.get(key_code, "")
    if window_system == "win32" and ord("A") <= key_code <= ord("Z"):
        return chr(key_code).lower()
    return ""


def act_by_place(event: "tk.Event[tk.Misc]", table: Mapping[str, Callable[[], bool]]) -> str | None:
    """Control with a letter that is not Latin: what the Latin one at its place would do."""
    state = event.state if isinstance(event.state, int) else 0
    if (event.keysym.isascii() and len(event.keysym) == 1) or state & _ALT:
        return None
    letter = latin_letter(event.keycode, event.widget.tk.call("tk", "windowingsystem"))
    modifiers = "Control-Shift" if state & _SHIFT else "Control"
    action = table.get(f"<{modifiers}-{letter}>") if letter else None
    if action is not None:
        return "break" if action() else None
    if letter in _TK_LETTERS and not state & _SHIFT:
        event.widget.event_generate(_TK_LETTERS[letter])
        return "break"
    return None
