"""Every frame comes back as it went; whatever else comes raises one error or is passed over."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import frames, limits
from protocol.errors import LocalProtocolError, RemoteProtocolError
from protocol.frame_codec import (
    decode_frames,
    decode_items,
    encode_frame,
    encode_frames,
    encode_item,
    join_frames,
    of_one_length,
)
from protocol.frames import (
    AnyFrame,
    Changes,
    Entry,
    Heads,
    HeldItem,
    Item,
    MemberItem,
    Pad,
    PersonItem,
    Persons,
    Ping,
    Post,
    Push,
    Range,
    Report,
    RoomItem,
    SetPresence,
    Subscribe,
    Welcome,
    Who,
)

KINDS: tuple[type[frames.Frame], ...] = get_args(AnyFrame)
ITEM_KINDS: tuple[type[Item], ...] = get_args(Item)
NUMBER_MAX = limits.NUMBER_MAX
SMALL_MAX = 2**32 - 1


def encode(value: object) -> bytes:
    return msgspec.msgpack.encode(value)


def _field(annotation: object) -> st.SearchStrategy[object]:
    """Values that a field allows, for the types that frames use."""
    return _values(msgspec.inspect.type_info(annotation))


def _values(info: msgspec.inspect.Type) -> st.SearchStrategy[object]:
    match info:
        case msgspec.inspect.IntType(ge=ge, gt=gt, le=le, lt=lt):
            low = ge if ge is not None else gt + 1 if gt is not None else -NUMBER_MAX
            high = le if le is not None else lt - 1 if lt is not None else NUMBER_MAX
            return st.integers(low, high)
        case msgspec.inspect.StrType(max_length=most):
            return st.text(st.characters(exclude_categories=["Cs"]), max_size=min(most or 9, 20))
        case msgspec.inspect.BytesType(min_length=least, max_length=most):
            return st.binary(min_size=least or 0, max_size=min(most or 9, 20))
        case msgspec.inspect.TupleType(item_types=kinds):
            return st.tuples(*map(_values, kinds))
        case msgspec.inspect.ListType(item_type=kind, min_length=least):
            return st.lists(_values(kind), min_size=least or 0, max_size=max(least or 0, 3))
        case msgspec.inspect.StructType(cls=cls):
            return struct_values(cls)
        case msgspec.inspect.RawType():
            return struct_values(MemberItem).map(lambda item: msgspec.Raw(encode(item)))
        case msgspec.inspect.Metadata(type=kind):
            return _values(kind)
    raise AssertionError(f"no values for {info}")


def struct_values(cls: type) -> st.SearchStrategy[object]:
    """Instances of a struct with every field within its declared bounds."""
    fields = msgspec.structs.fields(cls)
    return st.builds(cls, **{field.name: _field(field.type) for field in fields})


any_frames = st.one_of([struct_values(kind) for kind in KINDS])


class TestRoundTrip:
    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
    def test_every_frame_comes_back(self, kind: type[frames.Frame]) -> None:
        @settings(max_examples=25)
        @given(struct_values(kind))
        def comes_back(frame: frames.Frame) -> None:
            assert decode_frames(encode_frames([frame])) == [frame]

        comes_back()

    @pytest.mark.parametrize("kind", ITEM_KINDS, ids=lambda kind: kind.__name__)
    def test_every_item_comes_back(self, kind: type[Item]) -> None:
        @settings(max_examples=25)
        @given(struct_values(kind))
        def comes_back(item: Item) -> None:
            assert decode_items([msgspec.Raw(encode_frame(item))]) == [item]

        comes_back()

    @settings(max_examples=50)
    @given(st.lists(any_frames, max_size=5))
    def test_several_in_a_datagram_keep_their_order(self, sent: list[frames.Frame]) -> None:
        assert decode_frames(encode_frames(sent)) == sent

    def test_no_two_frames_share_a_tag(self) -> None:
        tags = [kind.__struct_config__.tag for kind in KINDS]
        assert len(set(tags)) == len(tags)
        assert all(isinstance(tag, int) and 0 <= tag < 128 for tag in tags), "one byte each"

    def test_fields_that_have_a_default_may_be_missing(self) -> None:
        assert decode_frames(encode([[1, 7, 8, 3]])) == [Report(7, 8, 3)]
        assert decode_frames(encode([[14, 1, 2, 3, 1, "hello"]])) == [Post(1, 2, 3, 1, "hello")]

    def test_a_datagram_may_be_empty(self) -> None:
        assert decode_frames(join_frames([])) == []


class TestNewerPeers:
    def test_unknown_frames_are_passed_over(self) -> None:
        known = [encode_frame(Ping()), encode_frame(Who([1]))]
        unknown_frames: list[list[object]] = [
            [99], [99, "x", {"a": [1]}], [127], [128, 1], [70_000], [-1], ["name"], [1.0, 2], [[]],
        ]  # fmt: skip
        for unknown in unknown_frames:
            plaintext = join_frames([known[0], encode(unknown), known[1]])
            assert decode_frames(plaintext) == [Ping(), Who([1])]

    @settings(max_examples=50)
    @given(any_frames)
    def test_unknown_trailing_fields_are_passed_over(self, frame: frames.Frame) -> None:
        fields: list[object] = msgspec.msgpack.decode(encode_frame(frame))
        if len(fields) > 13:
            return  # a frame is a short array: at most 15 elements
        longer = encode([*fields, "more", {"of": 1}])
        assert decode_frames(join_frames([longer])) == [frame]
        assert decode_frames(join_frames([encode([99]), longer])) == [frame]

    def test_unknown_trailing_fields_of_entries_are_passed_over(self) -> None:
        entry = [1, 2, 3, 4, 5, "hello", 1]
        plaintext = encode([[24, 2, 1, 1000, 0, b"c" * 8, [[*entry, "more"]]]])
        assert decode_frames(plaintext) == [
            Push(2, 1, 1000, 0, b"c" * 8, [Entry(1, 2, 3, 4, 5, "hello", 1)])
        ]

    def test_a_status_is_sent_by_those_only_who_have_one(self) -> None:
        silent, away = MemberItem(1, 2, "ada", 1), MemberItem(1, 2, "ada", 2, "lunch")
        before_there_were_any = encode([3, 1, 2, "ada", 1])
        assert encode_item(silent) == before_there_were_any
        assert encode_item(away) == encode([3, 1, 2, "ada", 2, "lunch"])
        assert decode_items(map(msgspec.Raw, map(encode_item, (silent, away)))) == [silent, away]
        assert decode_frames(encode([[16, 2]])) == [SetPresence(2, "")]

    @pytest.mark.parametrize("status", [7, None, b"x", "x" * 101])
    def test_what_is_no_status_makes_no_item(self, status: object) -> None:
        with pytest.raises(RemoteProtocolError):
            decode_items([msgspec.Raw(encode([3, 1, 2, "ada", 2, status]))])

    def test_unknown_items_are_passed_over(self) -> None:
        member = MemberItem(1, 2, "ada", 1)
        raws = [msgspec.Raw(encode(raw)) for raw in ([9, 1], [0], [200, 1], member)]
        assert decode_items(raws) == [member]

    def test_a_malformed_known_frame_is_no_unknown_one(self) -> None:
        all_malformed: list[list[object]] = [
            [1], [1, -1, 0, 0], [1, 0, 0, 0, [[1]]], [14, 0, 2, 3, 1, "zero"], [11],
        ]  # fmt: skip
        for malformed in all_malformed:
            with pytest.raises(RemoteProtocolError):
                decode_frames(encode([malformed]))
            with pytest.raises(RemoteProtocolError):
                decode_frames(encode([[99], malformed]))

    def test_a_malformed_known_item_is_an_error(self) -> None:
        all_malformed: list[object] = [[3, 1, 2, 3, 1], [1, 1], 7, {}, []]
        for malformed in all_malformed:
            with pytest.raises(RemoteProtocolError):
                decode_items([msgspec.Raw(encode(malformed))])


class TestWhateverComes:
    @settings(max_examples=300)
    @given(st.binary(max_size=200))
    def test_garbage_raises_only_one_error(self, data: bytes) -> None:
        self.decode_all(data)

    @settings(max_examples=200)
    @given(st.lists(any_frames, min_size=1, max_size=3), st.data())
    def test_truncated_and_changed_frames_raise_only_one_error(
        self, sent: list[frames.Frame], data: st.DataObject
    ) -> None:
        plaintext = encode_frames(sent)
        cut = data.draw(st.integers(0, len(plaintext) - 1))
        with pytest.raises(RemoteProtocolError):
            decode_frames(plaintext[:cut])
        with pytest.raises(RemoteProtocolError):
            decode_frames(plaintext + b"\x00")
        changed = bytearray(plaintext)
        changed[cut] ^= data.draw(st.integers(1, 255))
        self.decode_all(bytes(changed))

    @staticmethod
    def decode_all(data: bytes) -> None:
        try:
            decoded = decode_frames(data)
            for frame in decoded:
                if isinstance(frame, Changes):
                    decode_items(frame.items)
        except RemoteProtocolError:
            return
        assert len(decoded) <= limits.FRAMES_MAX

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"\x91" * limits.PLAINTEXT_BYTES_MAX,
            b"\x91" * (limits.PLAINTEXT_BYTES_MAX - 1) + b"\x90",
            b"\x81" * limits.PLAINTEXT_BYTES_MAX,
            b"\x91\x92\x63" + b"\x91" * 1100 + b"\xc0",
            b"\xdd\xff\xff\xff\xff",
            b"\x91\xdd\xff\xff\xff\xff\x01",
            b"\x91\x92\x03\xc6\xff\xff\xff\xff",
            b"\x91\x92\x63\xdf\xff\xff\xff\xff",
            encode([None]),
            encode([{}]),
            encode([[]]),
            encode([["2"], 5]),
            encode({"a": 1}),
            encode("text"),
            encode([1]),
            b"\x91\x92\x02\xc1",
            b"\x91\x93\x0a\xa2\xed\xa0\xa0",  # half a surrogate pair as UTF-8
            b"\x91\x93\x0a\xa1\xff\xa0",
            b"\x91\xc4\x02\x91\x02",
        ],
    )
    def test_hostile_bytes_are_refused(self, data: bytes) -> None:
        with pytest.raises(RemoteProtocolError):
            decode_frames(data)

    def test_deep_nesting_in_an_unknown_frame_is_harmless(self) -> None:
        depth = limits.PLAINTEXT_BYTES_MAX - 5
        deep = b"\x92\x92\x63" + b"\x91" * depth + b"\x90" + encode_frame(Ping())[:1]
        with pytest.raises(RemoteProtocolError):
            decode_frames(deep)


class TestBounds:
    def test_a_plaintext_that_fills_a_datagram_exactly(self) -> None:
        pad = frames.Pad(bytes(limits.PLAINTEXT_BYTES_MAX - 6))
        plaintext = encode_frames([pad])
        assert len(plaintext) == limits.PLAINTEXT_BYTES_MAX
        assert decode_frames(plaintext) == [pad]
        with pytest.raises(LocalProtocolError, match="do not fit"):
            encode_frames([frames.Pad(bytes(limits.PLAINTEXT_BYTES_MAX - 5))])
        with pytest.raises(RemoteProtocolError):
            decode_frames(plaintext + b"\x00")

    @pytest.mark.parametrize("count", [15, 16, limits.FRAMES_MAX])
    def test_up_to_so_many_frames_in_a_datagram(self, count: int) -> None:
        assert decode_frames(encode_frames([Ping()] * count)) == [Ping()] * count

    def test_one_frame_too_many(self) -> None:
        with pytest.raises(LocalProtocolError, match="do not fit"):
            encode_frames([Ping()] * (limits.FRAMES_MAX + 1))
        with pytest.raises(RemoteProtocolError, match="too many"):
            decode_frames(encode([[2]] * (limits.FRAMES_MAX + 1)))

    def test_unknown_frames_count_as_well(self) -> None:
        with pytest.raises(RemoteProtocolError):
            decode_frames(encode([[99]] * (limits.FRAMES_MAX + 1)))

    @pytest.mark.parametrize(
        ("frame", "bad"),
        [
            (Report(NUMBER_MAX, NUMBER_MAX, 2**48), Report(NUMBER_MAX + 1, 0, 0)),
            (Report(0, 0, 0), Report(0, -1, 0)),
            (Report(0, 0, 0), Report(0, 0, 2**48 + 1)),
            (Range(SMALL_MAX, 0, NUMBER_MAX), Range(SMALL_MAX + 1, 0, 0)),
            (Range(0, 0, 0), Range(0, 0, 2**64 - 1)),
            (Post(1, 0, 0, 0, ""), Post(0, 0, 0, 0, "")),
            (Post(1, 0, 0, 0, "", 16, 17), Post(1, 0, 0, 0, "", 17, 17)),
            (Post(1, 0, 0, 0, "", 0, 17), Post(1, 0, 0, 0, "", 0, 18)),
            (Post(1, 0, 0, 0, "", 0, 1), Post(1, 0, 0, 0, "", 0, 0)),
            (Post(1, 0, 0, 0, "", 0, 1, 3), Post(1, 0, 0, 0, "", 0, 1, 4)),
            (SetPresence(1), SetPresence(0)),
            (SetPresence(2), SetPresence(3)),
            (SetPresence(2, "語" * 100), SetPresence(2, "x" * 101)),
            (frames.PathChallenge(b"8" * 8), frames.PathChallenge(b"7" * 7)),
            (frames.PathResponse(b"8" * 8), frames.PathResponse(b"9" * 9)),
            (Subscribe(0, b"8" * 8, 0), Subscribe(0, b"9" * 9, 0)),
            (Who([1] * limits.PEOPLE_ASKED_MAX), Who([1] * (limits.PEOPLE_ASKED_MAX + 1))),
            (
                Subscribe(0, b"", 0, [(1, b"8" * 8)] * limits.CHECKPOINTS_MAX),
                Subscribe(0, b"", 0, [(1, b"8" * 8)] * (limits.CHECKPOINTS_MAX + 1)),
            ),
            (Subscribe(0, b"", 0, [(1, b"8" * 8)]), Subscribe(0, b"", 0, [(1, b"9" * 9)])),
            (
                Report(0, 0, 0, [(1, 1)] * limits.COMPLETE_TO_REPORTED_MAX),
                Report(0, 0, 0, [(1, 1)] * (limits.COMPLETE_TO_REPORTED_MAX + 1)),
            ),
            (Heads([(1, 1, 1)] * 100), Heads([(1, 1, 1)] * 101)),
            (
                Persons([(1, "a")] * limits.PEOPLE_ASKED_MAX),
                Persons([(1, "a")] * (limits.PEOPLE_ASKED_MAX + 1)),
            ),
            (
                Push(2, 1, 0, 0, b"", [Entry(1, 1, 1, 1, -(2**48), "x")]),
                Push(2, 1, 0, 0, b"", [Entry(1, 1, 1, 1, -(2**48) - 1, "x")]),
            ),
            (Push(2, 1, 0, 0, b"", [Entry(1, 1, 1, 1, 0, "x")]), Push(2, 1, 0, 0, b"", [])),
        ],
    )
    def test_declared_ranges_hold(self, frame: frames.Frame, bad: frames.Frame) -> None:
        assert decode_frames(encode_frames([frame])) == [frame]
        with pytest.raises(RemoteProtocolError):
            decode_frames(encode_frames([bad]))

    @pytest.mark.parametrize("value", [2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1])
    def test_numbers_around_the_powers_of_two(self, value: int) -> None:
        frame = Range(1, value, value)
        assert decode_frames(encode_frames([frame])) == [frame]

    def test_text_is_bounded_in_code_points_here_and_in_bytes_by_the_text_rules(self) -> None:
        longest = Post(1, 0, 1, 1, "x" * limits.BODY_BYTES_MAX)
        assert decode_frames(encode_frames([longest])) == [longest]
        with pytest.raises(RemoteProtocolError):
            decode_frames(encode_frames([Post(1, 0, 1, 1, "x" * (limits.BODY_BYTES_MAX + 1))]))
        wide = Post(1, 0, 1, 1, "\u00e9" * 550)  # 1,100 bytes: decoded, and then refused
        assert decode_frames(encode_frames([wide])) == [wide]

    def test_names_are_bounded(self) -> None:
        with pytest.raises(RemoteProtocolError):
            decode_frames(encode_frames([frames.SignIn("x" * (limits.NAME_BYTES_MAX + 1))]))


class TestSizes:
    def test_ten_messages_of_a_hundred_bytes_fit_a_push(self) -> None:
        entries = [
            Entry(1, 100 + place, 110 + place, 50_000, place * 25, "x" * 100) for place in range(10)
        ]
        push = Push(200, 10_000_000, 1_800_000_000_000, 9_000_000, b"c" * 8, entries)
        plaintext = encode_frames([push])
        assert decode_frames(plaintext) == [push]
        assert len(encode_frame(entries[-1])) <= 112

    def test_the_largest_entry_fits_a_push(self) -> None:
        big = Entry(SMALL_MAX, SMALL_MAX, SMALL_MAX, NUMBER_MAX, 2**48, "x" * 1000, flags=SMALL_MAX)
        push = Push(SMALL_MAX, NUMBER_MAX, 2**48, NUMBER_MAX, b"c" * 8, [big])
        assert decode_frames(encode_frames([push])) == [push]

    def test_the_largest_report_fits(self) -> None:
        pairs = [(SMALL_MAX, NUMBER_MAX)] * limits.COMPLETE_TO_REPORTED_MAX
        report = Report(NUMBER_MAX, NUMBER_MAX, 2**48, pairs)
        assert decode_frames(encode_frames([report])) == [report]

    def test_the_largest_post_and_subscription_fit(self) -> None:
        post = Post(NUMBER_MAX, NUMBER_MAX, SMALL_MAX, SMALL_MAX, "x" * 1000, 16, 17, 1)
        checkpoints = [(NUMBER_MAX, b"c" * 8)] * limits.CHECKPOINTS_MAX
        subscribe = Subscribe(SMALL_MAX, b"s" * 8, SMALL_MAX, checkpoints)
        for frame in (post, subscribe):
            assert decode_frames(encode_frames([frame])) == [frame]

    def test_the_largest_items_fit_a_datagram(self) -> None:
        room = RoomItem(NUMBER_MAX, SMALL_MAX, b"s" * 8, "n" * 64, "t" * 390, SMALL_MAX)
        held = HeldItem(NUMBER_MAX, [(NUMBER_MAX, SMALL_MAX)] * 50)
        member = MemberItem(NUMBER_MAX, SMALL_MAX, "n" * 64, 3, "語" * 100)
        person = PersonItem(NUMBER_MAX, SMALL_MAX, "n" * 64)
        for item in (room, held, member, person):
            raw = msgspec.Raw(encode_frame(item))
            changes = Changes(SMALL_MAX, SMALL_MAX, NUMBER_MAX, NUMBER_MAX, NUMBER_MAX, [raw])
            (decoded,) = decode_frames(encode_frames([changes]))
            assert isinstance(decoded, Changes)
            assert decode_items(decoded.items) == [item]

    def test_a_welcome_with_all_the_rooms_one_may_be_in_fits(self) -> None:
        welcome = Welcome(
            SMALL_MAX, SMALL_MAX, "n" * 64, 2**62 - 1, NUMBER_MAX, "s" * 64,
            [SMALL_MAX] * 64, b"t" * 16, 2**48, NUMBER_MAX,
        )  # fmt: skip
        assert decode_frames(encode_frames([welcome])) == [welcome]


class TestOfOneLength:
    def frames(self, *sizes: int) -> list[bytes]:
        return [encode_frame(Pad(bytes(size))) for size in sizes]

    @pytest.mark.parametrize("sizes", [(700, 701, 300), (10, 400, 90, 5), (1, 2, 3), (600, 1)])
    def test_all_but_the_last_have_one_length_and_hold_their_frame(
        self, sizes: tuple[int, ...]
    ) -> None:
        plaintexts = of_one_length(self.frames(*sizes))
        assert len({len(plaintext) for plaintext in plaintexts[:-1]}) == 1
        assert len(plaintexts[-1]) <= len(plaintexts[0])
        assert [decode_frames(p)[0] for p in plaintexts] == [Pad(bytes(size)) for size in sizes]

    def test_what_has_one_length_already_is_left_alone(self) -> None:
        frames = self.frames(700, 700, 20)
        assert of_one_length(frames) == [join_frames([frame]) for frame in frames]

    def test_what_is_full_stays_as_it_is(self) -> None:
        full = limits.PLAINTEXT_BYTES_MAX - 6
        frames = self.frames(full, full - 2, 700)
        plaintexts = of_one_length(frames)
        assert max(map(len, plaintexts)) <= limits.PLAINTEXT_BYTES_MAX
        assert plaintexts[1] == join_frames(frames[1:2])
