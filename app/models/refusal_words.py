"""Sentences for the codes with which a server refuses, or ends a session."""

from __future__ import annotations

from typing import Final

from app.translation import N_, _
from protocol.errors import Refusal
from protocol.frames import CloseReason

#: What ``protocol.text_rules.canonical_name`` asks of a name, in short; marked for translation.
NAME_RULE: Final = N_("A name cannot begin with #, @ or /, mix alphabets or have hidden signs.")

_POSTS: Final[dict[int, str]] = {
    Refusal.NO_SUCH_ROOM: N_("There is no such room."),
    Refusal.NOT_A_MEMBER: N_("Join the room first to write in it."),
    Refusal.NAME_TAKEN: N_("This name is taken."),
    Refusal.NAME_NOT_ALLOWED: NAME_RULE,
    Refusal.TEXT_NOT_ALLOWED: N_("The server does not take this text."),
    Refusal.TOO_MANY_ROOMS: N_("There are too many rooms already."),
    Refusal.TOO_MANY_MEMBERS: N_("The room is full."),
    Refusal.SERVER_FULL: N_("The server has no space left."),
    Refusal.WITHDRAWN: N_("It was taken back."),
    Refusal.UNKNOWN_KIND: N_("The server is too old for this."),
}
_SIGN_INS: Final[dict[int, str]] = {
    Refusal.NAME_NOT_ALLOWED: NAME_RULE,
    Refusal.SERVER_FULL: N_("The server is full. Try again later."),
    Refusal.TOO_MANY_SESSIONS: N_("The server is full. Try again later."),
    Refusal.TOO_MANY_PEOPLE: N_("The server takes no new people."),
}
_ENDS: Final[dict[int, str]] = {
    CloseReason.SERVER_STOPS: N_("The server stops."),
    CloseReason.SIGNED_IN_ELSEWHERE: N_("This device signed in from another window."),
}


def connection_ended(reason: int) -> str:
    """Why the server ended the session."""
    words = _ENDS.get(reason)
    return _(words) if words else _("The server ended the connection.")


def is_about_name(code: int) -> bool:
    """Whether another name would not have been refused."""
    return code in (Refusal.NAME_TAKEN, Refusal.NAME_NOT_ALLOWED)


def post_refused(code: int) -> str:
    """Why a post was refused."""
    words = _POSTS.get(code)
    return _(words) if words else _("The server refused it (code {code}).").format(code=code)


def sign_in_refused(code: int, name: str, suggestion: str) -> str:
    """Why the server does not let the person in."""
    if code == Refusal.NAME_TAKEN:
        if suggestion:
            words = _("{name} is taken. Use {suggestion}?")
            return words.format(name=name, suggestion=suggestion)
        return _("{name} is taken.").format(name=name)
    known = _SIGN_INS.get(code)
    return (
        _(known) if known else _("The server did not let you in (code {code}).").format(code=code)
    )
