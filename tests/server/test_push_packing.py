"""Pushes hold consecutive entries, as many as fit, and always fit a datagram."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from protocol import limits
from protocol.frame_codec import decode_frames, join_frames
from protocol.frames import EntryFlag, Push
from server.push_packing import pack, packed
from server.room_log import LogEntry

BASE_MS = 1_800_000_000_000


def entry(number: int, text: str = "hello", **more: Any) -> LogEntry:
    given_entry = LogEntry(
        number=number, kind=1, author=3, device=4, client_seq=number, time_ms=BASE_MS + number,
        text=text, flags=1, visible=number, chain=number.to_bytes(8),
    )  # fmt: skip
    return replace(given_entry, **more)


def unpacked(frame: bytes) -> Push:
    (push,) = decode_frames(join_frames([frame]))
    assert isinstance(push, Push)
    return push


def read_back(frames: list[bytes]) -> list[LogEntry]:
    """The entries as a client reads them, with visible counts and chain where it gets them."""
    entries = []
    for push in map(unpacked, frames):
        visible = push.visible_before
        for place, wire in enumerate(push.entries):
            visible += 1 if wire.flags & EntryFlag.VISIBLE else 0
            chain = push.chain if place == len(push.entries) - 1 else b""
            entries.append(
                LogEntry(
                    push.first + place, wire.kind, wire.author, wire.device, wire.client_seq,
                    push.time_ms + wire.after_ms, wire.text, wire.flags, visible, chain,
                )
            )  # fmt: skip
    return entries


def test_nothing_is_no_push() -> None:
    assert pack(1, []) == []


def test_the_fields_that_are_said_once() -> None:
    first = entry(7, visible=5, flags=0)
    (frame,) = pack(9, [first, entry(8, visible=6)])
    push = unpacked(frame)
    assert (push.ref, push.first, push.time_ms) == (18, 7, BASE_MS + 7)
    assert (push.visible_before, push.chain) == (5, (8).to_bytes(8))


def test_ten_messages_of_a_hundred_bytes_are_one_push() -> None:
    entries = [entry(number, "x" * 100) for number in range(1000, 1010)]
    assert len(pack(100, entries)) == 1


def test_the_largest_entries_fit_one_by_one() -> None:
    big = 2**32 - 1
    entries = [
        entry(2**63 - 3 + place, "x" * 1000, kind=big, author=big, device=big, flags=big,
              client_seq=2**63 - 1, time_ms=2**48 - 1, visible=2**63 - 1)
        for place in range(2)
    ]  # fmt: skip
    assert len(pack(2**31 - 1, entries)) == 2


def test_no_more_entries_than_a_push_may_hold() -> None:
    frames = pack(1, [entry(number, "") for number in range(1, 600)])
    assert len(read_back(frames)) == 599
    assert all(len(unpacked(frame).entries) <= 256 for frame in frames)


def test_a_clock_that_jumped_back_is_no_trouble() -> None:
    entries = [entry(1), entry(2, time_ms=BASE_MS - 86_400_000)]
    assert [e.time_ms for e in read_back(pack(1, entries))] == [BASE_MS + 1, BASE_MS - 86_400_000]


def test_each_push_says_up_to_where_it_goes() -> None:
    entries = [entry(number, "x" * 500) for number in range(1, 6)]
    assert [covered_to for covered_to, _ in packed(1, entries)] == [2, 4, 5]


texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.integers(0, 1000).map(lambda length: "x" * length),
    st.integers(0, 333).map(lambda length: "\u20ac" * length),
)


@settings(max_examples=60)
@given(st.lists(st.tuples(texts, st.sampled_from([0, 1, 2])), min_size=1, max_size=30))
def test_a_client_reads_what_the_log_holds(given_entries: list[tuple[str, int]]) -> None:
    entries, visible = [], 40
    for place, (text, flags) in enumerate(given_entries):
        visible += flags & EntryFlag.VISIBLE
        entries.append(entry(100 + place, text, flags=flags, visible=visible))
    frames = pack(3, entries)
    read = read_back(frames)
    assert [replace(e, chain=b"") for e in read] == [replace(e, chain=b"") for e in entries]
    for told, held in zip(read, entries, strict=True):
        assert told.chain in (b"", held.chain)
    assert read[-1].chain == entries[-1].chain
    assert all(len(join_frames([frame])) <= limits.PLAINTEXT_BYTES_MAX for frame in frames)
