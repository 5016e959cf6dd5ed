"""Frame to handler, with what must be true before it is called, as data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from protocol import frames
from server import post_handlers, session_handlers, stream_handlers

#: A handler gets the context, the session, the frame, and the time.
Handler = Callable[..., Any]


class Row(NamedTuple):
    """``signed_in``: frames of sessions that have not signed in are ignored."""

    handler: Handler
    signed_in: bool = True


HANDLERS: Final[dict[type[frames.Frame], Row]] = {
    frames.SignIn: Row(session_handlers.handle_sign_in, signed_in=False),
    frames.Close: Row(session_handlers.handle_close, signed_in=False),
    frames.Report: Row(session_handlers.handle_report),
    frames.SetPresence: Row(session_handlers.handle_presence),
    frames.Who: Row(session_handlers.handle_who),
    frames.Subscribe: Row(stream_handlers.handle_subscribe),
    frames.Unsubscribe: Row(stream_handlers.handle_unsubscribe),
    frames.Range: Row(stream_handlers.handle_range),
    frames.Post: Row(post_handlers.handle_post),
}
