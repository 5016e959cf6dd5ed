"""The window's language: marks what people read, and gives it in the language that was chosen.

``_("Text")`` where a sentence is used, ``ngettext`` where a number decides about its form, and
``N_("Text")`` in a table that is made before the language is known: whoever shows it says
``_(table[key])``. Whole sentences with named places, never glued parts.
"""

from __future__ import annotations

import gettext as _gettext
from typing import Final

_SOURCE: Final = _gettext.NullTranslations()
_chosen: _gettext.NullTranslations = _SOURCE


def _(text: str) -> str:
    """The sentence in the chosen language; as it is written here where nobody translated it."""
    return _chosen.gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """The form of the sentence that the language uses for ``number`` things."""
    return _chosen.ngettext(one, many, number)


def N_(text: str) -> str:  # noqa: N802 - the name that extraction tools look for
    """Mark a sentence of a table; it stays as it is until ``_`` shows it."""
    return text
