"""How a text says that it is an action, and how another that only looks like one says it is not.

A message that begins with ``/me `` is an action. A plain text that begins with slashes, ``me`` and
a space gets one more slash on its way, and loses it where it is shown.
"""

from __future__ import annotations

import re
from typing import Final

ACTION: Final = "/me "
_ESCAPED: Final = re.compile(r"//+me ")


def is_action(text: str) -> bool:
    """Whether the text of a message says what its author does."""
    return text.startswith(ACTION)


def plain_text(text: str) -> str:
    """The text to send, so that it is shown as it is."""
    return f"/{text}" if is_action(text) or _ESCAPED.match(text) else text


def shown_text(text: str, name: str) -> str:
    """What people read of a message by ``name``."""
    if is_action(text):
        return f"* {name} {text.removeprefix(ACTION)}"
    return text[1:] if _ESCAPED.match(text) else text
