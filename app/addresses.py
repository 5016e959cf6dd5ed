"""Addresses in what people write: where one begins and ends, and what a click does with it.

Theory: a click on a web address hands it to the browser, one on an invite link stays in the window,
which asks before it connects anywhere. The words of an invite link are all ASCII, as the program
writes it: letters of other alphabets could look like another host. Without a scheme only what
begins with "www." is an address: a file or the end of a sentence may look like any other.
"""

_INVITE = "hubbub://"
_OPENABLE = ("http://", "https://", "mailto:", _INVITE)
#: Longer than any link that the program makes.
INVITE_LENGTH_MAX = 600
_BARE = "www."
#: Only these schemes, or none before "www.", only where a word starts; \u200b is a place where a
#: long word may be broken (`safe_text`). Each begins with a letter of `FIRST_LETTERS`.
PATTERN = (
    r"(?:(?<![\w/])|(?<=(?<!\w)_))(?:"
    r"(?:https?://|mailto:)[^\s<>\"'`]{2,2000}"
    rf"|{_INVITE}[!#-&(-;=?-_a-~\u200b]{{2,{INVITE_LENGTH_MAX}}}"
    # With two names behind, and no part of a name, a path or an address of mail.
    r"|(?<![.@\\-])www\.(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}(?![^\W_])"
    r"(?::\d{1,5})?(?:[/?#][^\s<>\"'`]{0,2000})?)"
)
FIRST_LETTERS = "hmw"
_TRAILING = ".,;:!?…*_~|"
_CLOSERS = {")": "(", "]": "[", "}": "{"}


def with_scheme(written: str) -> str:
    """The address that is meant by one as it may be written."""
    return f"https://{written}" if written[: len(_BARE)].lower() == _BARE else written


def is_openable(address: str) -> bool:
    """Whether a click may open `address`: http, https, mailto, an invite link and nothing else."""
    return address.lower().startswith(_OPENABLE)


def is_invite(address: str) -> bool:
    """Whether it leads to a room or a server of Hubbub."""
    return address.lower().startswith(_INVITE)


def without_trailing(address: str) -> str:
    """The address without the punctuation of the sentence that it stands in."""
    while address:
        last = address[-1]
        opener = _CLOSERS.get(last)
        unbalanced = opener is not None and address.count(last) > address.count(opener)
        if last not in _TRAILING and not unbalanced:
            break
        address = address[:-1]
    return address
