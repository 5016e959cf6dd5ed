"""What text and names may be. The server checks and refuses; it never alters.

A message is any text without control characters. A name must look like what it is, so that
nobody can pass for another: no invisible characters, one script, and two names that fold to the
same canonical form are the same name. Only the server decides this; clients show its answer.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from protocol import limits

#: Not letters, but not caught by their category either: variation selectors, joiners that are
#: marks, and letters that draw nothing.
_INVISIBLE: Final = frozenset(
    [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x1810)]
    + [0x034F, 0x17B4, 0x17B5, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800]
)
_FORBIDDEN_IN_NAMES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Blanks at the ends, and these, would make a name look like a room, a mention or a command.
_FORBIDDEN_FIRST: Final = "#@/"
#: Folded Cyrillic and Greek letters which, small or capital, look like a Latin one.
_LOOKS_LATIN: Final = str.maketrans(
    "авекмнорстухіјѕӏһԁԛԝү" + "αβεζηικμνορτυχϲ",
    "abekmhopctyxijslhdqwy" + "abezhikmnoptyxc",
)
#: Folding once can make something that folds again; real text is stable after two rounds.
_FOLDS_MAX: Final = 8


def is_text(text: str, bytes_max: int = limits.BODY_BYTES_MAX) -> bool:
    """Whether ``text`` may stand in a log: short enough as UTF-8, and no control character but
    line feed and tab."""
    if len(text) > bytes_max:
        return False
    try:
        if len(text.encode()) > bytes_max:
            return False
    except UnicodeEncodeError:
        return False
    if text.isprintable():
        return True
    return not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text)


def is_status(text: str) -> bool:
    """Whether ``text`` may stand beside a person's presence: one short line, perhaps empty."""
    if len(text) > limits.STATUS_CODE_POINTS_MAX or "\n" in text or "\t" in text:
        return False
    return is_text(text, limits.STATUS_BYTES_MAX)


def canonical_name(name: str) -> str | None:
    """The form under which a nick or room name is unique; None if it may not be a name.

    The length is checked before anything else: normalising is quadratic (cpython#149079).
    """
    if not 0 < len(name) <= limits.NICK_CODE_POINTS_MAX or name != name.strip():
        return None
    if not is_text(name, limits.NAME_BYTES_MAX) or name[0] in _FORBIDDEN_FIRST:
        return None
    marks = 0
    for character in name:
        category = unicodedata.category(character)
        if category in _FORBIDDEN_IN_NAMES or ord(character) in _INVISIBLE:
            return None
        if category == "Zs" and character != " ":
            return None
        marks = marks + 1 if category.startswith("M") else 0
        if marks > 1:
            return None
    folded = _folded(name)
    if not folded or folded[0] in _FORBIDDEN_FIRST or len(_scripts(folded)) > 1:
        return None
    # A name in another script all of whose letters look Latin is the Latin name it looks like.
    # Its accents may then be those of a Latin letter that has them in one character.
    looks = unicodedata.normalize("NFKC", folded.translate(_LOOKS_LATIN))
    return looks if _is_latin(looks) else folded


def _is_latin(name: str) -> bool:
    return all(c.isascii() or not c.isalpha() for c in unicodedata.normalize("NFD", name))


def _folded(name: str) -> str:
    for _ in range(_FOLDS_MAX):
        folded = unicodedata.normalize("NFKC", name).casefold()
        if folded == name:
            break
        name = folded
    return " ".join(name.split())


def _scripts(name: str) -> set[str]:
    """The scripts of a name's letters, as the first words of their Unicode names.

    Chinese, Japanese and Korean writing mixes its scripts, and any of them with Latin.
    """
    scripts = set()
    for character in name:
        if character.isascii():
            if character.isalpha():
                scripts.add("LATIN")
        elif unicodedata.category(character).startswith("L"):
            word = unicodedata.name(character, "?").split()[0]
            scripts.add(_ASIAN.get(word, word))
    if "ASIAN" in scripts:
        scripts.discard("LATIN")
    return scripts


_ASIAN: Final = dict.fromkeys(
    ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "KATAKANA-HIRAGANA"),
    "ASIAN",
)


def split_text(text: str, bytes_max: int = limits.BODY_BYTES_MAX) -> list[str]:
    """A long text as parts of at most ``bytes_max`` bytes each, cut between code points."""
    data = text.encode()
    parts = []
    start = 0
    while len(data) - start > bytes_max:
        end = start + bytes_max
        while data[end] & 0xC0 == 0x80:  # in the middle of a code point
            end -= 1
        parts.append(data[start:end].decode())
        start = end
    parts.append(data[start:].decode())
    return parts
