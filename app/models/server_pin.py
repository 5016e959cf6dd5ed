"""Who the server must prove to be."""

from __future__ import annotations

from app.structs import Struct


class Pin(Struct, frozen=True):
    """What the server must show: its key, or a fingerprint from a link, or nothing yet."""

    key: bytes | None = None
    fingerprint: str | None = None
    #: What the server announced inside a session: as good as its key.
    next_key: bytes | None = None
