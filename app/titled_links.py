"""Links that are drawn as other words than their address: `[the handbook](https://example.org)`.

Theory: who reads such words trusts them. So they may not look like an address of another place,
whatever letters they are made of, and the address has to be plain: of one host, without a name in
front of it, in ASCII. What is not so is no link; it is shown as it was written.
"""

import re
import unicodedata

_CHAR = r"[!#-&*-;=?-_a-~]"  # of an address: no blank, quote, bracket of its own, or letter beyond
#: One piece of what is found; each part has an end, so no text is slow to look through.
PATTERN = rf"\[[^\[\]\n]{{1,200}}\]\(https?://(?:{_CHAR}|\({_CHAR}{{0,200}}\)){{2,1000}}\)"
_HOST = re.compile(r"https?://([a-z0-9.-]+)(?::\d{1,5})?(?=[/?#]|$)", re.IGNORECASE)
#: What could be taken for the name of a host or for an address with a scheme.
_LOOKS_LIKE_HOST = re.compile(r"(?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)|\d+(?:\.\d+){3}|\w+:\S*/")
#: Dots and slashes that NFKC leaves as they are.
_LOOKALIKES = str.maketrans({"。": ".", "·": ".", "∙": ".", "⁄": "/", "∕": "/", "꞉": ":", "ː": ":"})


def parted(written: str) -> tuple[str, str]:
    """The words and the address of what `PATTERN` found."""
    words, _, address = written[1:-1].partition("](")
    return words, address


def may_stand_for(words: str, address: str) -> bool:
    """Whether these words may be shown in place of the address."""
    host = _HOST.match(address)
    if host is None:
        return False
    # Letters that look the same are one, and what is not seen does not part words.
    seen = unicodedata.normalize("NFKC", words).translate(_LOOKALIKES)
    seen = "".join(c for c in seen if unicodedata.category(c) not in ("Cf", "Mn", "Me"))
    named = host.group(1).casefold()
    return bool(seen.strip()) and all(
        _is_of(found.group(), named) for found in _LOOKS_LIKE_HOST.finditer(seen)
    )


def _is_of(words: str, host: str) -> bool:
    """Whether what looks like an address is one of that host."""
    named = re.sub(r"^https?://", "", words.casefold()).split("/", 1)[0]
    return named.removeprefix("www.") == host.removeprefix("www.")
