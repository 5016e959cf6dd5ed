"""A backslash in front of a sign of markup: it goes, and the sign is a sign like any other.

Theory: only where the sign would mean something does the backslash mean something, as nothing else
may be lost of what people write: `C:\\_data`, `\\o/`, `¯\\_(ツ)_/¯`. So an underscore needs the
neighbours it would begin or end with, a bracket a link behind it, a colon a shortcode, and what
makes a quote or an item of a list the start of the line.
"""

import re

#: One escaped sign; see `markup` for what the neighbours of an underscore may be.
PATTERN = (
    r"\\(?:[*~|`]|\[(?=[^\[\]\n]{1,200}\]\(https?://)|:(?=[\w+\-]{2,40}:)"
    r"|(?<![\w/\\.:@#$%&=+-]\\)_(?=[^\s_(])"
    r"|(?<=[^\s_]\\)_(?![\w/\\@#$%&=+(\[]|[.:-][\w/\\]))"
)
#: What would make a line a quote or an item, with the backslash as its last character.
_AT_START = re.compile(r"(?: {0,12}\\(?=- +\S)|\\(?=>>?(?: |$))| {0,12}\d{1,3}\\(?=\. +\S))")


def as_code(line: str) -> str:
    """The line between backticks; its own, which code in a line cannot have, stand beside."""
    return "\\`".join(f"`{words}`" if words else "" for words in line.split("`"))


def escaped_start(line: str) -> str:
    """What stands in front of the sign that else made the line a quote or an item, the backslash
    at its end; "" if there is none."""
    match = _AT_START.match(line) if "\\" in line[:16] else None
    return match.group() if match is not None else ""
