"""What strangers and newcomers may cost, each bound seen to hold (docs/threats.md)."""

from __future__ import annotations

import pytest

from protocol import limits
from protocol.datagrams import DATA_HEADER, ROUTE, DatagramType
from protocol.errors import Refusal
from protocol.frames import (
    Close,
    CloseReason,
    EntryKind,
    Frame,
    MemberItem,
    Persons,
    Ping,
    Post,
    Push,
    Range,
    Refused,
    Report,
    SetPresence,
    SignIn,
    SignInRefused,
    SlowDown,
    Subscribe,
    Subscribed,
    Welcome,
    Who,
)
from protocol.handshake_datagrams import Offer, encode_hello
from protocol.limits import HEADER_BYTES, PLAINTEXT_BYTES_MAX, TAG_BYTES
from protocol.stream_replica import StreamReplica
from server.live_stream import LiveStream
from server.post_intake import PostIntake, StagingRoom
from server.rates import source_of
from server.server_config import ServerConfig, ServerLimits
from tests.server.server_pair import Client, ServerPair

#: Seeds that differ by this come from one address in a ``ServerPair``.
NEIGHBOUR = 200
ELSEWHERE = ("198.51.100.9", 9)


def bounded(**bounds: object) -> ServerPair:
    return ServerPair(ServerConfig(limits=ServerLimits(**bounds)))  # type: ignore[arg-type]


def heard(client: Client, kind: type[Frame]) -> list[Frame]:
    return [frame for frame in client.heard if isinstance(frame, kind)]


class TestSources:
    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("2606:4700:1:2::1", "2606:4700:1:2:ffff::9", True),
            ("2606:4700:1:2::1", "2606:4700:1:3::1", False),
            ("fd00:1:2:3::1", "fd00:1:2:3::2", False),
            ("fe80::1%eth0", "fe80::2%eth0", False),
            ("192.168.1.2", "192.168.1.3", False),
            ("8.8.8.8", "8.8.8.9", False),
            ("8.8.8.8", "8.8.8.8", True),
            ("nonsense", "nonsense", True),
        ],
    )
    def test_public_addresses_count_by_network_and_private_ones_each(
        self, one: str, other: str, same: bool
    ) -> None:
        source = source_of(ServerLimits())
        assert (source((one, 1)) == source((other, 2))) is same

    def test_prefixes_are_configuration(self) -> None:
        source = source_of(ServerLimits(ipv4_prefix_bits=24, ipv6_prefix_bits=48))
        assert source(("8.8.8.8", 1)) == source(("8.8.8.9", 1)) != source(("8.8.9.9", 1))
        assert source(("2606:4700:1:2::1", 1)) == source(("2606:4700:1:3::1", 1))


class TestStrangers:
    def test_ten_thousand_hellos_from_as_many_addresses_leave_nothing(self) -> None:
        pair = ServerPair()
        before = {**pair.server.statistics(), "rates": len(pair.server._resets._rate)}
        hello = encode_hello(bytes(32), Offer((1,), (1,)))
        for number in range(10_000):
            address = (f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 1 + number)
            pair.server.receive(hello, address, pair.now)
            assert len(pair.server.take_datagrams()) == 1
        assert {**pair.server.statistics(), "rates": len(pair.server._resets._rate)} == before

    def test_nobody_unknown_gets_more_than_he_sent(self) -> None:
        pair = ServerPair()
        for kind in range(256):
            for size in (0, 1, 9, 24, 25, 26, 33, 34, 200, 1199, 1200, 1300):
                datagram = (bytes((kind,)) + bytes(range(256)) * 5)[:size]
                pair.server.receive(datagram, ELSEWHERE, pair.now)
                sent = pair.server.take_datagrams()
                assert sum(len(answer) for answer, _ in sent) <= size
                assert len(sent) <= 1

    def test_answers_to_answers_die_out(self) -> None:
        """Two servers, each taking the other for a client: whatever began it, it ends."""
        one, other = ServerPair(seed=1), ServerPair(seed=2)
        index = (7).to_bytes(8)
        began = [
            encode_hello(bytes(32), Offer((1,), (1,))), encode_hello(bytes(32), Offer((9,), (1,))),
            DATA_HEADER.pack(DatagramType.DATA, 7, 1) + bytes(1000),
            DATA_HEADER.pack(DatagramType.DATA, 7, 1) + bytes(20),
            *(bytes((kind,)) + index + bytes(100) for kind in range(10)), b"",
        ]  # fmt: skip
        for flying in began:
            datagrams, sizes = [flying], []
            for turn in range(100):
                pair = (one, other)[turn % 2]
                for datagram in datagrams:
                    pair.server.receive(datagram, ELSEWHERE, pair.now)
                datagrams = [datagram for datagram, _ in pair.server.take_datagrams()]
                sizes.append(sum(map(len, datagrams)))
            assert not datagrams
            assert sum(sizes[2:]) == 0, "an answer was answered"

    def test_resets_have_a_rate(self) -> None:
        pair = ServerPair()
        datagram = DATA_HEADER.pack(DatagramType.DATA, 7, 1) + bytes(100)
        for _ in range(1000):
            pair.server.receive(datagram, ELSEWHERE, pair.now)
        sent = pair.server.take_datagrams()
        assert len(sent) == pair.config.limits.resets_per_s
        assert {answer[: ROUTE.size] for answer, _ in sent} == {ROUTE.pack(DatagramType.RESET, 7)}

    def test_a_datagram_of_no_bytes_is_counted_and_dropped(self) -> None:
        pair = ServerPair()
        pair.server.receive(b"", ELSEWHERE, pair.now)
        assert pair.server.counters["dropped"] == 1


class TestSessions:
    def test_a_full_table_is_no_wall_of_strangers(self) -> None:
        pair = bounded(sessions_max=3)
        known = pair.sign_in(1, "Ada")
        strangers = [pair.connect(seed) for seed in (2, 3)]
        ben = pair.sign_in(4, "Ben")
        closed = [client.served.closed for client in strangers if client.served]
        assert closed == [True, False], "the one that waited longest goes"
        assert heard(strangers[0], Close) == [Close(CloseReason.NEVER_SIGNED_IN)]
        pair.sign_in(5, "Eva")
        assert pair.connect(6).served is None, "nobody who signed in makes room"
        assert all(c.served and not c.served.closed for c in (known, ben))

    def test_a_thousand_and_more_half_open_ones_keep_nobody_out(self) -> None:
        config = ServerConfig(rate_limits=False)
        pair = ServerPair(config)
        for number in range(1100):
            hello = encode_hello(number.to_bytes(32), Offer((1,), (1,)))
            address = (f"10.0.{number >> 8}.{number & 255}", 5)
            pair.server.receive(hello, address, pair.now)
            ((retry, _),) = pair.server.take_datagrams()
            negotiation = b"\3" + bytes(8) + number.to_bytes(32) + hello[33:37]
            m1 = negotiation + retry[1:3] + retry[11:] + bytes((9,)) + bytes(31)
            pair.server.receive(m1, address, pair.now)
            pair.server.take_datagrams()
        assert pair.server.statistics()["half_open"] == config.handshakes.half_open_max
        pair.sign_in(1, "Ada")

    def test_forgeries_from_elsewhere_are_soon_not_even_opened(self) -> None:
        pair = bounded(forged_burst=50, forged_per_s=10.0)
        ada = pair.join(1, "Ada")
        assert ada.session is not None
        assert ada.served is not None
        for turn in range(3000):
            pair.now += 0.001
            header = DATA_HEADER.pack(
                DatagramType.DATA, ada.session.channel.remote_index, 5000 + turn
            )
            pair.server.receive(header + bytes(40), ELSEWHERE, pair.now)
        assert ada.served.session.channel.failed_opens <= 50 + 3 * 10 + 2
        pair.post(ada, 2, "still here")
        assert [entry.text for _, entry in ada.entries()] == ["still here"]

    def test_who_is_silent_gets_nothing_more_after_a_minute(self) -> None:
        pair = bounded(posts_burst=500)
        ada, ben = pair.join(1, "Ada"), pair.join(2, "Ben")
        ben.deaf = True
        assert ben.served is not None
        seq = 2
        for _ in range(100):
            pair.post(ada, seq)
            seq += 1
            pair.wait(1, step=0.5)
            if ben.served.closed:
                break
        silent_s = pair.now - ben.served.session.last_received_at
        assert limits.CONSENT_S <= silent_s <= limits.CONSENT_S + 1

    def test_who_is_silent_because_nothing_was_said_stays(self) -> None:
        pair = ServerPair()
        ben = pair.join(2, "Ben")
        assert ben.served is not None
        pair.say(ben, Report(ben.session.flow.highest, ben.session.flow.received, 0))  # type: ignore[union-attr]
        pair.wait(limits.CONSENT_S + 10, step=1)
        assert not ben.served.closed

    def test_who_reports_what_was_never_sent_is_sent_away(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        pair.say(ada, Report(5000, 5001, 0))
        assert heard(ada, Close) == [Close(CloseReason.BROKE_THE_RULES)]
        assert ada.served is not None
        assert ada.served.closed


class TestPosts:
    def test_a_day_has_so_many_bytes(self) -> None:
        pair = bounded(bytes_per_day=86_400)
        ada, ben = pair.join(1, "Ada"), pair.join(2, "Ben")
        seq = 2
        told: list[Frame] = []
        while not told:
            for part in range(16):
                pair.say(ada, Post(seq, seq, 1, EntryKind.MESSAGE, "x" * 1000, part, 16))
            told = heard(ada, SlowDown)
            seq += 1
            pair.wait(1, step=0.5)
        (slow_down,) = told
        assert isinstance(slow_down, SlowDown)
        assert seq - 3 == 86_400 // (16 * 1064)
        assert 0 < slow_down.retry_after_ms < 16 * 1064 * 1000
        pair.post(ben, 2, "unaffected")
        assert ben.entries()[-1][1].text == "unaffected"
        pair.wait(slow_down.retry_after_ms / 1000, step=60)

    def test_newcomers_of_one_place_share_its_rate_and_known_people_do_not(self) -> None:
        pair = bounded(source_posts_burst=6, source_posts_per_s=0.1, posts_burst=100)
        ada, eva = pair.join(1, "Ada"), pair.join(1 + NEIGHBOUR, "Eva")
        for seq in range(2, 12):
            pair.post(ada, seq)
            pair.post(eva, seq)
        written = ada.entries()
        assert len({number for number, _ in written}) <= 6 - 1
        assert heard(eva, SlowDown)
        # The device is known when it comes again: its own rate counts now.
        again = pair.connect(1)
        pair.say(again, SignIn("Ada"))
        assert heard(again, Welcome)
        before = pair.log.log.rooms()[0].head
        last = again.heard[0].last_client_seq  # type: ignore[union-attr]
        for seq in range(last + 1, last + 11):
            pair.post(again, seq)
        assert pair.log.log.rooms()[0].head == before + 10

    def test_so_many_new_people_from_one_place(self) -> None:
        pair = bounded(new_people_burst=2, new_people_per_s=0.1)
        for place, name in enumerate(("Ada", "Ben")):
            pair.sign_in(1 + place * NEIGHBOUR, name)
        third = pair.connect(1 + 2 * NEIGHBOUR)
        pair.say(third, SignIn("Eva"))
        assert heard(third, SignInRefused) == [SignInRefused(Refusal.TOO_MANY_PEOPLE)]
        pair.sign_in(2, "Zoe")  # from elsewhere
        pair.wait(10, step=1)
        pair.say(third, SignIn("Eva"))
        assert heard(third, Welcome)

    def test_a_thousand_rooms_are_refused_at_fifteen(self) -> None:
        pair = ServerPair(ServerConfig(rate_limits=False))
        ada = pair.sign_in(1, "Ada")
        for seq in range(1, 1001):
            pair.say(ada, Post(seq, seq, 0, EntryKind.CREATED, f"room {seq}"))
        refused = heard(ada, Refused)
        assert len(refused) == 1000 - 15
        assert {frame.code for frame in refused} == {Refusal.TOO_MANY_ROOMS}  # type: ignore[attr-defined]
        assert len(pair.log.log.rooms()) == 16

    def test_what_all_devices_hold_back_is_bounded(self) -> None:
        room = StagingRoom(2000)
        intakes = [PostIntake(0, 0, 10_000, room) for _ in range(5)]
        for intake in intakes:
            for seq in range(2, 10):
                intake.stage(Post(seq, seq, 1, 1, "x" * 500))
        assert room.bytes_held <= 2000
        for intake in intakes:
            intake.stage(Post(1, 1, 1, 1, "x" * 500))
            assert intake.ready(), "the next one always finds room"
            intake.forget_staged()
        assert room.bytes_held == 0


class TestNames:
    def test_one_that_looks_like_anothers_is_taken(self) -> None:
        pair = ServerPair()
        pair.sign_in(1, "paypal")
        for seed, name in enumerate(("PaypaI", "paypa1", "p\u0251ypal", "Paypal"), 2):
            other = pair.connect(seed)
            pair.say(other, SignIn(name))
            (refused,) = heard(other, SignInRefused)
            assert isinstance(refused, SignInRefused)
            assert refused.code == Refusal.NAME_TAKEN
            pair.say(other, SignIn(refused.suggestion))
            assert heard(other, Welcome), "what is offered is free"

    def test_ones_own_may_be_written_differently(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ilia")
        for name in ("ilia", "llia", "Ilia"):
            pair.say(ada, SignIn(name))
            assert heard(ada, Welcome)[-1].name == name  # type: ignore[attr-defined]

    def test_names_that_only_sound_alike_are_two(self) -> None:
        pair = ServerPair()
        for seed, name in enumerate(("Neil", "Nell", "Emil", "emi11y"), 1):
            pair.sign_in(seed, name)

    def test_a_room_that_looks_like_another_is_refused(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        names = ("r00m", "room", "ROOM", "Room 1", "room l", "room 2")
        for seq, name in enumerate(names, 1):
            pair.say(ada, Post(seq, seq, 0, EntryKind.CREATED, name))
        refused = [frame.client_seq for frame in heard(ada, Refused)]  # type: ignore[attr-defined]
        assert refused == [2, 3, 5]
        pair.say(ada, Post(7, 7, 2, EntryKind.NAME, "rOOm"), Post(8, 8, 2, EntryKind.NAME, "r1"))
        pair.say(ada, Post(9, 9, 0, EntryKind.CREATED, "room"))
        assert len(heard(ada, Refused)) == 3, "its own look is no hindrance, and is free afterwards"


class TestReading:
    def test_the_whole_log_a_thousand_times_a_second_stays_within_the_window(self) -> None:
        pair = bounded(posts_burst=1000)
        ada, eva = pair.join(1, "Ada"), pair.sign_in(2, "Eva")
        for seq in range(2, 302):
            pair.post(ada, seq, "x" * 300)
            ada.take()
        pair.say(eva, Subscribe(2, b"", 0))
        eva.deaf = True
        assert eva.served is not None
        flow = eva.served.session.flow
        for turn in range(1000):
            pair.now += 0.001
            pair.say(eva, Range(2, 1 + turn % 250, 301))
        assert flow.in_flight <= limits.WINDOW_INITIAL + 5
        assert len(eva.served.pulls) <= limits.RANGES_IN_HAND_MAX

    def test_five_hundred_who_miss_the_same_cost_no_more_than_they_miss(self) -> None:
        members, lost = 500, 20
        config = ServerConfig(rate_limits=False)
        pair = ServerPair(config)
        ada = pair.join(1, "Ada")
        listeners = []
        for seed in range(2, 2 + members):
            client = pair.connect(seed, settle=False)
            pair.say(client, SignIn(f"n{seed}"), Subscribe(0, b"", 0), settle=False)
            listeners.append((client, StreamReplica(2)))
        pair.settle()
        for client, _ in listeners:
            pair.say(client, Subscribe(2, b"", 0), settle=False)
        pair.settle()
        for client, replica in listeners:
            replica.hold(1, pair.server.context.rooms.get(1).head, pair.now)  # type: ignore[union-attr]
            client.take()
        for seq in range(2, 2 + lost):
            for client, _ in listeners:
                client.deaf = True
            pair.post(ada, seq, f"message {seq} ".ljust(100, "."))
        for client, _ in listeners:
            client.deaf = False
        pair.post(ada, 2 + lost, "this one arrives")
        brought = 0
        for _ in range(100):
            for client, replica in listeners:
                for frame in client.take(Push):
                    assert isinstance(frame, Push)
                    brought += len(frame.entries)
                    replica.hold(frame.first, frame.first + len(frame.entries) - 1, pair.now)
                for first, last in replica.requests_due(pair.now, 1.0):
                    pair.say(client, Range(2, first, last), settle=False)
            pair.settle()
            if all(replica.complete_to == replica.head for _, replica in listeners):
                break
            pair.now += 0.01
        assert not any(replica.missing for _, replica in listeners)
        # Beside what was missing: the one that showed it, and repeats for paths that lost some.
        assert brought <= 1.5 * members * (lost + 1)

    def test_a_list_of_five_thousand_people_comes_in_datagrams(self) -> None:
        stream = LiveStream(3, b"stream 1", 1)
        for person in range(5000):
            name = f"{person:05}" + "x" * 59

            def item(number: int, person: int = person, name: str = name) -> MemberItem:
                return MemberItem(number, person, name, 1)

            stream.change(person, item)
        stream.flush()
        frames = list(stream.frames(1, stream.head))
        assert all(len(frame) < PLAINTEXT_BYTES_MAX - 1 for _, frame in frames)
        assert HEADER_BYTES + TAG_BYTES + PLAINTEXT_BYTES_MAX == limits.DATAGRAM_BYTES_MAX
        assert frames[-1][0] == stream.head == 5000

    def test_coming_and_going_at_the_keyboard_is_told_merged(self) -> None:
        pair = ServerPair()
        ada, ben = pair.join(1, "Ada"), pair.join(2, "Ben")
        pair.say(ada, Subscribe(3, b"", 0), Ping())
        pair.wait(2)
        assert ada.served is not None
        before = ada.served.session.flow.sent
        for turn in range(1000):  # in one second
            pair.now += 0.001
            pair.say(ben, SetPresence(1 + turn % 2))
        pair.wait(1)
        assert ada.served.session.flow.sent - before <= 10

    def test_a_datagram_of_comings_and_goings_is_told_to_each_room_once(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pair = ServerPair()
        ben = pair.join(2, "Ben")
        told: list[object] = []
        presence = pair.server.context.presence
        monkeypatch.setattr(presence, "person_changed", lambda *word: told.append(word))
        for _ in range(50):
            pair.say(ben, *[SetPresence(1 + turn % 2) for turn in range(limits.FRAMES_MAX)])
        pair.wait(1)
        assert 1 < len(told) <= 12

    def test_rows_of_the_log_have_a_rate_for_each_person(self) -> None:
        pair = bounded(asked_burst=500, asked_per_s=10.0)
        ada, ben = pair.join(1, "Ada"), pair.join(2, "Ben")
        for _ in range(100):
            pair.say(ada, Who([1, 2] * 25), Subscribe(2, b"", 0, [(1, b"x" * 8)] * 24))
        assert len(heard(ada, Persons)) <= 500 // 50 * 4
        assert len(heard(ada, Subscribed)) <= 500 // 25
        ada.take()
        pair.say(ada, *[SignIn("Ada")] * 5)
        assert len(heard(ada, Welcome)) <= 1
        pair.say(ben, Who([1]))
        assert heard(ben, Persons), "the others have theirs"
        pair.wait(10)
        pair.say(ada, Who([1, 2]))
        assert heard(ada, Persons), "and so has he, later"
