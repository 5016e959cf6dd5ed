"""Frames out of any bytes: each byte is a choice, so that a fuzzer gets past the decoder.

A byte picks a kind of frame; then each of its numbers, texts and lists takes its bytes, numbers
mostly small ones that lead to something, sometimes the edges of their range. What the decoder would
refuse even so is left out: it is a target of its own.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from protocol import frames, limits
from protocol.errors import RemoteProtocolError
from protocol.frame_codec import decode_frames
from protocol.frames import AnyFrame, Entry, Frame

_EDGES: Final = (0, 1, 2, 3, 4, 5, 7, 64, 65, 255, 2**31, 2**32 - 1, 2**48, 2**62, 2**63 - 1)
_FRAMES_MAX: Final = 8

FROM_CLIENTS: Final[tuple[Frame, ...]] = (
    frames.Report(1, 1, 1, [(2, 1)], 0), frames.Ping(), frames.PathChallenge(b"8" * 8),
    frames.PathResponse(b"8" * 8), frames.SignIn("Ada", "x"),
    frames.Subscribe(2, b"stream 1", 1, [(1, b"chain 01")], 1), frames.Unsubscribe(2),
    frames.Range(2, 1, 5), frames.Post(2, 7, 1, 1, "hello", 0, 1, 1), frames.Who([1, 2]),
    frames.SetPresence(2, "lunch"), frames.Close(0), frames.Post(3, 8, 0, 2, "room", 0, 1, 1),
)  # fmt: skip
FROM_SERVERS: Final[tuple[Frame, ...]] = (
    frames.Report(1, 1, 1, [], 0), frames.Ping(), frames.PathChallenge(b"8" * 8),
    frames.Welcome(1, 1, "Ada", 1, 2, "ship", [1], b"t" * 16, 5, 1),
    frames.Subscribed(2, b"stream 1", 1, 1, 3, 3, b"chain 01", 0, 1),
    frames.SubscribeRefused(2, 1), frames.Heads([(2, 5, 4)]), frames.Receipt(1, 1, 1),
    frames.Push(2, 1, 5, 0, b"chain 01", [Entry(1, 1, 2, 3, 0, "hi", 1)] * 3),
    frames.Refused(1, 5), frames.SlowDown(1, 100, 8), frames.Persons([(1, "Ada")]),
    frames.Close(1), frames.SignInRefused(3, "Ada_"),
    frames.Changes(0, 1, 1, 3, 3, [msgspec.Raw(b"\x97\x01\x01\x01\xc4\x08stream 1\xa1a\xa1t\x03")]),
    frames.Changes(3, 1, 1, 3, 3, [msgspec.Raw(b"\x95\x03\x01\x01\xa1a\x01")]),
    frames.Changes(3, 1, 1, 3, 3, [msgspec.Raw(b"\x96\x03\x01\x01\xa1a\x02\xa5lunch")]),
)  # fmt: skip


class _Choices:
    """Bytes that are used up; then it is 0 for ever."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> bool:
        return self._at < len(self._data)

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def some(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]


def frames_of(data: bytes, kinds: tuple[Frame, ...]) -> bytes | None:
    """A plaintext of a few frames of these kinds; None if the decoder would not have it."""
    choices = _Choices(data)
    said: list[list[Any]] = []
    while choices.left and len(said) < _FRAMES_MAX:
        kind = kinds[choices.byte() % len(kinds)]
        tag, *fields = msgspec.msgpack.decode(msgspec.msgpack.encode(kind))
        said.append([tag, *(_varied(field, choices) for field in fields)])
    plaintext = msgspec.msgpack.encode(said)
    return plaintext if said and _decoded(plaintext) is not None else None


def _decoded(plaintext: bytes) -> list[AnyFrame] | None:
    if len(plaintext) > limits.PLAINTEXT_BYTES_MAX:
        return None
    try:
        return decode_frames(plaintext)
    except RemoteProtocolError:
        return None


def _varied(value: Any, choices: _Choices) -> Any:
    choice = choices.byte()
    if choice < 64:
        return value
    if isinstance(value, int):
        return value + choice % 16 if choice < 160 else _EDGES[choice % len(_EDGES)]
    if isinstance(value, str):
        return choices.some(choice % 70).decode("utf-8", "replace")
    if isinstance(value, bytes):
        return choices.some(len(value)).ljust(len(value), b"\0")
    if choice < 80 or not value:
        return []
    return [_varied(part, choices) for part in value * (1 + choice % 3)]
