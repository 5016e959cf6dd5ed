"""Sentences for the codes with which a server refuses."""

from __future__ import annotations

from typing import Final

from protocol.errors import Refusal

_POSTS: Final[dict[int, str]] = {
    Refusal.NO_SUCH_ROOM: "There is no such room.",
    Refusal.NOT_A_MEMBER: "Join the room first to write in it.",
    Refusal.NAME_TAKEN: "This name is taken.",
    Refusal.NAME_NOT_ALLOWED: "This name is not allowed here.",
    Refusal.TEXT_NOT_ALLOWED: "The server does not take this text.",
    Refusal.TOO_MANY_ROOMS: "There are too many rooms already.",
    Refusal.TOO_MANY_MEMBERS: "The room is full.",
    Refusal.SERVER_FULL: "The server has no space left.",
    Refusal.WITHDRAWN: "It was taken back.",
    Refusal.UNKNOWN_KIND: "The server is too old for this.",
}
_SIGN_INS: Final[dict[int, str]] = {
    Refusal.NAME_NOT_ALLOWED: "This nick is not allowed here.",
    Refusal.SERVER_FULL: "The server is full. Try again later.",
    Refusal.TOO_MANY_SESSIONS: "The server is full. Try again later.",
    Refusal.TOO_MANY_PEOPLE: "The server takes no new people.",
}


def post_refused(code: int) -> str:
    """Why a post was refused."""
    return _POSTS.get(code, f"The server refused it (code {code}).")


def sign_in_refused(code: int, name: str, suggestion: str) -> str:
    """Why the server does not let the person in."""
    if code == Refusal.NAME_TAKEN:
        question = f" Use {suggestion}?" if suggestion else ""
        return f"{name} is taken.{question}"
    return _SIGN_INS.get(code, f"The server did not let you in (code {code}).")
