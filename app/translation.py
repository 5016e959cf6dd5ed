"""The window's language: marks what people read, and gives it in the language that was chosen.

``_("Text")`` where a sentence is used, ``ngettext`` where a number decides about its form,
``pgettext`` where one word means two things, and ``N_("Text")`` in a table that is made before
the language is known: whoever shows it says ``_(table[key])``. Whole sentences with named places,
never glued parts.

The catalogues lie in ``app/locales``, compiled, so that a copy of the tree or an installed wheel
speaks all languages without a further step. docs/translating.md says how to add one.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

DOMAIN: Final = "hubbub"
FOLDER: Final = Path(__file__).with_name("locales")
#: What the sentences in the source are written in.
SOURCE_LANGUAGE: Final = "en"
#: Every language there is a catalogue for, by its own name.
LANGUAGES: Final[Mapping[str, str]] = {
    SOURCE_LANGUAGE: "English",
    "de": "Deutsch",
    "he": "עברית",
}
RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur"})

_SOURCE: Final = _gettext.NullTranslations()
_chosen: _gettext.NullTranslations = _SOURCE
_language: str = SOURCE_LANGUAGE


def _(text: str) -> str:
    """The sentence in the chosen language; as it is written here where nobody translated it."""
    return _chosen.gettext(text) if text else ""


def ngettext(one: str, many: str, number: int) -> str:
    """The form of the sentence that the language uses for ``number`` things."""
    return _chosen.ngettext(one, many, number)


def pgettext(context: str, text: str) -> str:
    """The sentence in the chosen language, where the context decides about its meaning."""
    return _chosen.pgettext(context, text)


def N_(text: str) -> str:  # noqa: N802 - the name that extraction tools look for
    """Mark a sentence of a table; it stays as it is until ``_`` shows it."""
    return text


def use_language(wanted: Sequence[str]) -> str:
    """Speak the first of the languages that is known, as "de"; else the source's; returns it.

    Takes names as systems write them: "de", "de_AT.UTF-8", "he-IL". Call it before anything is
    shown and before other threads start: what is shown already stays as it is.
    """
    global _chosen, _language  # one language for the whole program, as gettext means it
    _language = next((code for code in map(_code, wanted) if code in LANGUAGES), SOURCE_LANGUAGE)
    _chosen = _SOURCE
    if _language != SOURCE_LANGUAGE:
        _chosen = _gettext.translation(DOMAIN, FOLDER, [_language], fallback=True)
    return _language


def language() -> str:
    """The language that is spoken now."""
    return _language


def is_right_to_left() -> bool:
    """Whether the chosen language is written from the right."""
    return _language in RIGHT_TO_LEFT


def _code(name: str) -> str:
    """ "de" of "de_AT.UTF-8"; "C" and "POSIX" ask for what the source is written in."""
    code = name.replace("-", "_").split(".")[0].split("@")[0].split("_")[0].lower()
    return {"c": SOURCE_LANGUAGE, "posix": SOURCE_LANGUAGE, "iw": "he"}.get(code, code)
