"""Links that are drawn as other words than their address: `[the handbook](https://example.org)`.

Theory: who reads such words trusts them. So they may not look like an address of another place,
whatever letters they are made of, and the address has to be plain: of one host, without a name in
front of it, in ASCII, and short enough to be read whole before it opens. What is not so is no link;
it is shown as it was written.
"""

import re
import unicodedata

#: Of an address: no blank, quote, bracket of its own, or letter beyond; the last is a place where a
#: long word may be broken (`safe_text`).
_CHAR = r"[!#-&*-;=?-_a-~\u200b]"
#: One piece of what is found; each part has an end, so no text is slow to look through.
PATTERN = rf"\[[^\[\]\n]{{1,200}}\]\(https?://(?:{_CHAR}|\({_CHAR}{{0,200}}\)){{2,1000}}\)"
_HOST = re.compile(r"https?://([a-z0-9.-]{1,60})(?::\d{1,5})?(?=[/?#]|$)", re.IGNORECASE)
#: What could be taken for the name of a host or for an address with a scheme.
_LOOKS_LIKE_HOST = re.compile(r"(?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)|\d+(?:\.\d+){3}|\w+:\S*/")
#: Letters, digits and marks that look like dots and colons; punctuation beyond ASCII that no word
#: has in it is taken for a dot as well.
_LOOKALIKES = str.maketrans(
    dict.fromkeys("\ua4f8\ua78f\u0660\u06f0\U0001d16d", ".") | {"⁄": "/", "∕": "/", "⧸": "/"}
    | dict.fromkeys("\ua789\u02d0", ":")
)  # fmt: skip
_IN_WORDS = frozenset("’‘‐‑–—־״׳")
#: Drawn as nothing, or as a blank that is not one.
_UNSEEN = re.compile("[\u00a0\u1680\u2000-\u200f\u202f\u205f\u2800\u3000\u115f\u1160\u3164\uffa0]")


def parted(written: str) -> tuple[str, str]:
    """The words and the address of what `PATTERN` found."""
    words, _, address = written[1:-1].partition("](")
    return words, address.replace("\u200b", "")


def may_stand_for(words: str, address: str) -> bool:
    """Whether these words may be shown in place of the address."""
    host = _HOST.match(address)
    if host is None:
        return False
    # Letters that look the same are one, and what is not seen does not part words.
    seen = _UNSEEN.sub("", words)
    seen = unicodedata.normalize("NFKC", seen.translate(_LOOKALIKES)).translate(_LOOKALIKES)
    seen = "".join(map(_as_seen, seen))
    named = host.group(1).casefold()
    return any(map(str.isalnum, seen)) and all(
        _is_of(found.group(), named) for found in _LOOKS_LIKE_HOST.finditer(seen)
    )


def _as_seen(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in ("Cf", "Mn", "Me"):
        return ""
    is_like_a_dot = not sign.isascii() and kind in ("Po", "Sm", "Sk") and sign not in _IN_WORDS
    return "." if is_like_a_dot else sign


def _is_of(words: str, host: str) -> bool:
    """Whether what looks like an address is one of that host."""
    named = re.sub(r"^https?://", "", words.casefold()).split("/", 1)[0]
    return named.removeprefix("www.") == host.removeprefix("www.")
