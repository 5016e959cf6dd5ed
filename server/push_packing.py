"""Entries of a log as push frames: encoded once, equal for all members, as many as fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from protocol import limits, streams
from protocol.frame_codec import encode_frame
from protocol.frames import Entry, EntryFlag, Push
from server.room_log import LogEntry

#: Room for the push's own fields (at most 47 bytes) and the plaintext's array head.
_ENTRIES_BYTES_MAX: Final = limits.PLAINTEXT_BYTES_MAX - 52
_ENTRIES_MAX: Final = 256
_VISIBLE: Final = int(EntryFlag.VISIBLE)


def pack(room: int, entries: Sequence[LogEntry]) -> list[bytes]:
    """Encoded ``Push`` frames for consecutive entries; each fits a datagram of its own."""
    if len(entries) == 1:  # a quiet room's, and it always fits
        (entry,) = entries
        return [_push(room, [entry], [_on_wire(entry, entry.time_ms)])]
    return [frame for _, frame in packed(room, entries)]


def packed(room: int, entries: Iterable[LogEntry]) -> Iterator[tuple[int, bytes]]:
    """The same, one by one, with the last number that each covers."""
    batch: list[LogEntry] = []
    encoded: list[Entry] = []
    size = 0
    for entry in entries:
        base_ms = batch[0].time_ms if batch else entry.time_ms
        wire = _on_wire(entry, base_ms)
        length = len(encode_frame(wire))
        if batch and (size + length > _ENTRIES_BYTES_MAX or len(batch) == _ENTRIES_MAX):
            yield batch[-1].number, _push(room, batch, encoded)
            batch, encoded, size = [], [], 0
            wire = _on_wire(entry, entry.time_ms)
        batch.append(entry)
        encoded.append(wire)
        size += length
    if batch:
        yield batch[-1].number, _push(room, batch, encoded)


def _on_wire(entry: LogEntry, base_ms: int) -> Entry:
    return Entry(
        entry.kind,
        entry.author,
        entry.device,
        entry.client_seq,
        entry.time_ms - base_ms,
        entry.text,
        entry.flags,
    )


def _push(room: int, batch: list[LogEntry], encoded: list[Entry]) -> bytes:
    first = batch[0]
    counted = first.flags & _VISIBLE
    return encode_frame(
        Push(
            ref=streams.log_of(room),
            first=first.number,
            time_ms=first.time_ms,
            visible_before=first.visible - counted,
            chain=batch[-1].chain,
            entries=encoded,
        )
    )
