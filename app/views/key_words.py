"""The names of keys as the person's keyboard has them: "Ctrl+K" is "Strg+K" in German."""

import re

from app.translation import pgettext

_WORD = re.compile(r"[A-Za-z]{2,}")


def key_text(keys: str) -> str:
    """Keys as the source writes them, in the chosen language."""
    names = {
        "BackSpace": pgettext("key", "BackSpace"),
        "Alt": pgettext("key", "Alt"),
        "Ctrl": pgettext("key", "Ctrl"),
        "Delete": pgettext("key", "Delete"),
        "Down": pgettext("key", "Down"),
        "End": pgettext("key", "End"),
        "Enter": pgettext("key", "Enter"),
        "Esc": pgettext("key", "Esc"),
        "Home": pgettext("key", "Home"),
        "Left": pgettext("key", "Left"),
        "Menu": pgettext("key", "Menu"),
        "PgDn": pgettext("key", "PgDn"),
        "PgUp": pgettext("key", "PgUp"),
        "Right": pgettext("key", "Right"),
        "Shift": pgettext("key", "Shift"),
        "Tab": pgettext("key", "Tab"),
        "Up": pgettext("key", "Up"),
        "minus": pgettext("key", "minus"),
        "plus": pgettext("key", "plus"),
    }
    return _WORD.sub(lambda word: names.get(word[0], word[0]), keys)


def with_keys(words: str, keys: str) -> str:
    """What a button does, and the keys that do it too."""
    return f"{words} · {key_text(keys)}"
