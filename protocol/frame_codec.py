"""The only encoder and decoder of frames.

A datagram's plaintext is a MessagePack array of frames. Whatever the bytes were, only
``RemoteProtocolError`` leaves the decoder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from protocol import limits
from protocol.errors import LocalProtocolError, RemoteProtocolError
from protocol.frames import AnyFrame, Entry, Frame, Item, MemberItem, Pad

_encoder: Final = msgspec.msgpack.Encoder()
_decode_frames: Final = msgspec.msgpack.Decoder(list[AnyFrame]).decode
_decode_raws: Final = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode
_decode_frame: Final = msgspec.msgpack.Decoder(AnyFrame).decode
_decode_item: Final = msgspec.msgpack.Decoder(Item).decode
_tag_of: Final = msgspec.msgpack.Decoder(tuple[int, ...]).decode


def encode_frame(frame: Frame | Item | Entry) -> bytes:
    """One frame (or item, or entry) as bytes, to be put beside others by ``join_frames``."""
    return _encoder.encode(frame)


def encode_item(item: Item) -> bytes:
    """One item as bytes; a trailing field that most do not use is left out where it is empty."""
    encoded = _encoder.encode(item)
    if isinstance(item, MemberItem) and not item.status:
        # The array's head counts its fields; an empty text is one byte.
        return bytes((encoded[0] - 1,)) + encoded[1:-1]
    return encoded


def join_frames(encoded: Sequence[bytes]) -> bytes:
    """A datagram's plaintext from encoded frames.

    Raises ``LocalProtocolError`` when it would not fit a datagram.
    """
    count = len(encoded)
    head = bytes((0x90 | count,)) if count < 16 else b"\xdc" + count.to_bytes(2, "big")
    plaintext = head + b"".join(encoded)
    if count > limits.FRAMES_MAX or len(plaintext) > limits.PLAINTEXT_BYTES_MAX:
        raise LocalProtocolError(f"{count} frames of {len(plaintext)} bytes do not fit a datagram")
    return plaintext


def of_one_length(encoded: Sequence[bytes]) -> list[bytes]:
    """A plaintext for each frame, all but the last of one length: a system can then send them to
    a peer in one call. What cannot be padded, because it is full, stays as it is."""
    alone = [join_frames([frame]) for frame in encoded]
    if len(alone) < 2:
        return alone
    longest = max(map(len, alone[:-1]), default=0)
    if all(len(plaintext) == longest for plaintext in alone[:-1]) and len(alone[-1]) <= longest:
        return alone
    wanted = min(max(map(len, alone)) + _PAD_BYTES_MIN, limits.PLAINTEXT_BYTES_MAX)
    padded = [
        join_frames([frame, _pad(wanted - len(plaintext))])
        if wanted - len(plaintext) >= _PAD_BYTES_MIN
        else plaintext
        for frame, plaintext in zip(encoded, alone, strict=True)
    ]
    return [*padded[:-1], alone[-1]]


#: An array head, the tag, and an empty byte string.
_PAD_BYTES_MIN: Final = 4
#: From here on the byte string's own length takes two bytes.
_PAD_BYTES_LONG: Final = 260


def _pad(size_bytes: int) -> bytes:
    """A ``Pad`` frame of exactly so many bytes, at least 4."""
    zeros = size_bytes - _PAD_BYTES_MIN - (size_bytes >= _PAD_BYTES_LONG)
    return _encoder.encode(Pad(bytes(zeros)))


def encode_frames(frames: Iterable[Frame]) -> bytes:
    """A datagram's plaintext; raises ``LocalProtocolError`` when it would not fit."""
    return join_frames([_encoder.encode(frame) for frame in frames])


def decode_frames(plaintext: bytes) -> list[AnyFrame]:
    """The frames of a plaintext, those of unknown kind left out.

    Raises ``RemoteProtocolError``, and nothing else, for whatever is not what it should be.
    """
    # A small count in the array's head keeps a hostile list from becoming a large one.
    if len(plaintext) > limits.PLAINTEXT_BYTES_MAX or not plaintext:
        raise RemoteProtocolError("plaintext of a wrong length")
    try:
        frames = _decode_frames(plaintext)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, MemoryError):
        frames = _decode_known(plaintext)
    if len(frames) > limits.FRAMES_MAX:
        raise RemoteProtocolError("too many frames in a datagram")
    return frames


def _decode_known(plaintext: bytes) -> list[AnyFrame]:
    """The slow way, for datagrams that hold a frame this version does not know."""
    try:
        raws = _decode_raws(plaintext)
        if len(raws) > limits.FRAMES_MAX:
            raise RemoteProtocolError("too many frames in a datagram")
        return [_decode_frame(raw) for raw in raws if _is_known(raw)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, MemoryError) as error:
        raise RemoteProtocolError(f"malformed frame: {error}") from None


_KNOWN_TAGS: Final = frozenset(kind.__struct_config__.tag for kind in AnyFrame.__args__)


def _is_known(raw: msgspec.Raw) -> bool:
    # A frame is a short array whose first element is its tag, a small number: one byte each.
    data = bytes(raw)
    if len(data) < 2 or not 0x91 <= data[0] <= 0x9F:
        raise RemoteProtocolError("a frame is not a short array")
    return data[1] in _KNOWN_TAGS


def decode_items(items: Iterable[msgspec.Raw]) -> list[Item]:
    """The items of a ``Changes`` frame, those of unknown kind left out."""
    decoded: list[Item] = []
    for raw in items:
        data = bytes(raw)
        if len(data) < 2 or not 0x91 <= data[0] <= 0x9F:
            raise RemoteProtocolError("an item is not a short array")
        if not 1 <= data[1] <= 4:
            continue
        try:
            decoded.append(_decode_item(raw))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise RemoteProtocolError(f"malformed item: {error}") from None
    return decoded
