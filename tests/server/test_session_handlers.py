"""Signing in, names, presence and goodbye, as clients see them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from protocol import limits
from protocol.errors import Refusal
from protocol.frame_codec import decode_items, encode_frame
from protocol.frames import (
    Changes,
    Close,
    CloseReason,
    MemberItem,
    Persons,
    Presence,
    Report,
    SetPresence,
    SignIn,
    SignInRefused,
    Subscribe,
    Subscribed,
    Welcome,
    Who,
)
from protocol.stateless_reset import reset_token
from server.server_config import ServerConfig, ServerLimits
from tests.server.server_pair import TIME_MS, UNLIMITED, Client, ServerPair


def signed_in(pair: ServerPair, client: Client, name: str) -> Welcome:
    pair.say(client, SignIn(name))
    (welcome,) = client.take(Welcome)
    assert isinstance(welcome, Welcome)
    return welcome


def refused(pair: ServerPair, client: Client, name: str) -> SignInRefused:
    pair.say(client, SignIn(name))
    (refusal,) = client.take(SignInRefused, Welcome)
    assert isinstance(refusal, SignInRefused)
    return refusal


class TestSigningIn:
    def test_a_newcomer_gets_a_number_and_the_name(self) -> None:
        pair = ServerPair()
        client = pair.connect()
        welcome = signed_in(pair, client, "Ada")
        assert (welcome.name, welcome.rooms, welcome.server_name) == ("Ada", [], "Hubbub")
        assert (welcome.last_client_seq, welcome.last_post_id) == (0, 0)
        assert welcome.time_ms == TIME_MS
        assert client.session is not None
        index = client.session.channel.remote_index
        assert welcome.reset_token == reset_token(b"r" * 32, index)

    def test_path_that_loses_full_welcomes_gets_a_short_one_and_then_fragments(self) -> None:
        pair = ServerPair()
        client = pair.connect()
        for _ in range(3):
            signed_in(pair, client, "Ada")
        assert not pair.server.narrow_paths
        signed_in(pair, client, "Ada")
        assert client.session is not None
        assert set(pair.server.narrow_paths) == {client.address}

    def test_nothing_is_said_before_it_is_on_disk(self) -> None:
        pair = ServerPair()
        client = pair.connect()
        pair.say(client, SignIn("Ada"), settle=False)
        pair.server.write(pair.now, TIME_MS)
        pair.carry()
        assert client.take(Welcome) == []
        pair.settle()
        assert len(client.take(Welcome)) == 1

    def test_asking_again_gives_the_same_answer(self) -> None:
        pair = ServerPair()
        client = pair.connect()
        assert signed_in(pair, client, "Ada") == signed_in(pair, client, "Ada")
        assert pair.server.context.people[1].sessions == 1

    def test_the_first_welcomes_fill_a_datagram_and_later_ones_do_not(self) -> None:
        pair = ServerPair()
        client = pair.connect()
        sizes = []
        for _ in range(5):
            pair.say(client, SignIn("Ada"), settle=False)
            pair.server.write(pair.now, TIME_MS)
            pair.log.log.poll()
            sizes.append(max(len(datagram) for datagram, _ in pair.server.take_datagrams()))
        assert sizes[:3] == [limits.DATAGRAM_BYTES_MAX] * 3
        assert max(sizes[3:]) < 200

    def test_a_device_that_is_known_keeps_person_and_rooms(self) -> None:
        pair = ServerPair()
        first = pair.join(1, "Ada")
        pair.say(first, Close(CloseReason.GOODBYE))
        again = pair.connect(1)
        welcome = signed_in(pair, again, "")
        assert (welcome.person, welcome.device, welcome.name) == (1, 1, "Ada")
        assert (welcome.rooms, welcome.last_client_seq, welcome.last_post_id) == ([1], 1, 1)

    def test_a_second_session_of_a_device_ends_the_first(self) -> None:
        pair = ServerPair()
        first = pair.sign_in(1, "Ada")
        again = pair.connect(1)
        signed_in(pair, again, "Ada")
        assert first.take(Close) == [Close(CloseReason.SIGNED_IN_ELSEWHERE)]
        assert len(pair.server.context.sessions.table) == 1
        assert pair.server.context.people[1].sessions == 1

    def test_who_has_not_signed_in_is_ignored(self) -> None:
        pair = ServerPair()
        client = pair.connect()
        pair.say(client, Subscribe(0, b"", 0), Who([1]), SetPresence(2))
        pair.post(client, 1)
        assert client.take() == []


class TestNames:
    @pytest.mark.parametrize("name", ["", " ", "a\u200bb", "#general", "x" * 33, "p\u0430ypal"])
    def test_that_may_not_be_are_refused(self, name: str) -> None:
        pair = ServerPair()
        assert refused(pair, pair.connect(), name).code == Refusal.NAME_NOT_ALLOWED

    def test_that_are_taken_are_refused_with_one_that_is_free(self) -> None:
        pair = ServerPair()
        pair.sign_in(1, "Ada")
        pair.sign_in(2, "ada_")
        late = pair.connect(3)
        refusal = refused(pair, late, "\uff21da")
        assert refusal == SignInRefused(Refusal.NAME_TAKEN, "\uff21da2")
        assert signed_in(pair, late, refusal.suggestion).name == refusal.suggestion

    def test_two_who_want_one_name_in_one_batch(self) -> None:
        pair = ServerPair()
        one, other = pair.connect(1), pair.connect(2)
        pair.say(one, SignIn("Ada"), settle=False)
        pair.say(other, SignIn("ADA"), settle=False)
        pair.settle()
        assert len(one.take(Welcome)) == 1
        assert other.take(SignInRefused) == [SignInRefused(Refusal.NAME_TAKEN, "ADA_")]

    def test_a_long_name_gets_a_suggestion_that_is_not_too_long(self) -> None:
        pair = ServerPair()
        pair.sign_in(1, "x" * 32)
        assert refused(pair, pair.connect(2), "X" * 32).suggestion == "X" * 31 + "_"

    def test_a_person_may_take_another_name(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        before = signed_in(pair, ada, "Ada")
        after = signed_in(pair, ada, "Countess")
        assert (after.name, after.person) == ("Countess", before.person)
        assert after.names_version > before.names_version
        assert signed_in(pair, pair.connect(2), "Ada").person != before.person

    def test_but_not_somebody_elses(self) -> None:
        pair = ServerPair()
        pair.sign_in(1, "Ada")
        bob = pair.sign_in(2, "Bob")
        assert refused(pair, bob, "ada").code == Refusal.NAME_TAKEN
        assert refused(pair, bob, "@").code == Refusal.NAME_NOT_ALLOWED

    def test_names_are_told_to_who_asks(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        pair.sign_in(2, "Bob")
        pair.say(ada, Who([2, 1, 99]))
        (persons,) = ada.take(Persons)
        assert isinstance(persons, Persons)
        assert sorted(persons.people) == [(1, "Ada"), (2, "Bob"), (99, "")]
        pair.say(ada, Who([]))
        assert ada.take() == []

    def test_fifty_long_names_take_several_datagrams(self) -> None:
        pair = ServerPair()
        for number in range(50):
            pair.log.log.add_device(
                bytes([number]) * 32, "\u00e9" * 30 + f"{number:02}", f"{number}"
            )
        pair.log.commit()
        ada = pair.sign_in(1, "Ada")
        pair.say(ada, Who([*range(1, 51)]))
        answers = [frame for frame in ada.take(Persons) if isinstance(frame, Persons)]
        assert sum(len(answer.people) for answer in answers) == 50


class TestLimits:
    def test_so_many_people(self) -> None:
        pair = ServerPair(ServerConfig(limits=ServerLimits(people_max=1)))
        pair.sign_in(1, "Ada")
        assert refused(pair, pair.connect(2), "Bob").code == Refusal.TOO_MANY_PEOPLE

    def test_devices_without_a_session_are_forgotten_when_there_are_many(self) -> None:
        pair = ServerPair(ServerConfig(limits=ServerLimits(sessions_max=3)))
        for seed in range(1, 9):
            client = pair.connect(seed)
            signed_in(pair, client, f"person {seed}")
            pair.say(client, Close(CloseReason.GOODBYE))
        assert len(pair.server.context.devices) <= 6
        again = pair.connect(1)
        assert signed_in(pair, again, "person 1").device == 1

    def test_who_never_signs_in_is_sent_away(self) -> None:
        pair = ServerPair(replace(ServerConfig(), limits=ServerLimits(sign_in_timeout_s=5.0)))
        client = pair.connect()
        pair.wait(4.9)
        assert client.take(Close) == []
        pair.wait(0.2)
        assert client.take(Close) == [Close(CloseReason.NEVER_SIGNED_IN)]
        assert len(pair.server.context.sessions.table) == 0

    def test_a_full_disk_refuses_newcomers(self) -> None:
        pair = ServerPair()
        client = pair.connect()
        pair.log.log.limit_pages(1)
        for attempt in range(300):
            newcomer = pair.connect(attempt + 2)
            pair.say(newcomer, SignIn(f"name{attempt}"))
            if newcomer.take(SignInRefused) == [SignInRefused(Refusal.SERVER_FULL)]:
                break
        else:
            pytest.fail("the disk never was full")
        pair.log.log.limit_pages(100_000)
        assert signed_in(pair, client, "Ada").name == "Ada"


class TestPresence:
    def presences(self, client: Client) -> list[tuple[str, int]]:
        return [
            (item.name, item.presence)
            for changes in client.take()
            for item in items_of(changes)
            if isinstance(item, MemberItem)
        ]

    def watching(self, pair: ServerPair) -> Client:
        watcher = pair.join(1, "Ada")
        pair.say(watcher, Subscribe(3, b"", 0))
        assert len(watcher.take(Subscribed)) == 1
        return watcher

    def test_coming_going_away_and_back(self) -> None:
        pair = ServerPair()
        watcher = self.watching(pair)
        bob = pair.join(2, "Bob")
        pair.wait(0.5)
        assert self.presences(watcher) == [("Bob", Presence.ONLINE)]
        pair.say(bob, SetPresence(Presence.AWAY))
        pair.wait(0.5)
        assert self.presences(watcher) == [("Bob", Presence.AWAY)]
        pair.say(bob, SetPresence(Presence.ONLINE))
        pair.say(bob, SetPresence(Presence.AWAY))
        pair.wait(0.5)
        assert self.presences(watcher) == [("Bob", Presence.AWAY)], "told once"
        pair.say(bob, Close(CloseReason.GOODBYE))
        pair.wait(0.5)
        assert self.presences(watcher) == [("Bob", Presence.OFFLINE)]

    def test_an_older_word_that_comes_late_changes_nothing(self) -> None:
        pair = ServerPair()
        watcher = self.watching(pair)
        bob = pair.join(2, "Bob")
        assert bob.session is not None
        late = bob.session.seal([encode_frame(SetPresence(Presence.AWAY))], pair.now)
        pair.say(bob, SetPresence(Presence.ONLINE))
        pair.server.receive(late, bob.address, pair.now)
        pair.wait(0.5)
        assert self.presences(watcher)[-1] == ("Bob", Presence.ONLINE)

    def test_who_is_back_soon_was_never_seen_leaving(self) -> None:
        pair = ServerPair()
        watcher = self.watching(pair)
        bob = pair.join(2, "Bob")
        pair.wait(0.5)
        watcher.take()
        pair.say(bob, Close(CloseReason.BROKE_THE_RULES))
        pair.wait(pair.config.offline_after_s / 2)
        signed_in(pair, pair.connect(2), "Bob")
        pair.wait(pair.config.offline_after_s)
        assert self.presences(watcher) == []

    def test_who_does_not_come_back_is_shown_offline(self) -> None:
        pair = ServerPair()
        watcher = self.watching(pair)
        bob = pair.join(2, "Bob")
        pair.wait(0.5)
        watcher.take()
        pair.say(bob, Close(CloseReason.SERVER_STOPS))
        pair.wait(pair.config.offline_after_s + 0.5)
        assert self.presences(watcher) == [("Bob", Presence.OFFLINE)]
        assert 2 not in pair.server.context.people

    def test_a_new_name_is_told(self) -> None:
        pair = ServerPair()
        watcher = self.watching(pair)
        bob = pair.join(2, "Bob")
        pair.wait(0.5)
        watcher.take()
        signed_in(pair, bob, "Robert")
        pair.wait(0.5)
        assert self.presences(watcher) == [("Robert", Presence.ONLINE)]

    def test_goodbye_before_signing_in(self) -> None:
        pair = ServerPair()
        client = pair.connect()
        pair.say(client, Close(CloseReason.GOODBYE))
        assert len(pair.server.context.sessions.table) == 0

    def test_complete_to_numbers_count_for_streams_that_are_followed(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        pair.say(ada, Report(0, 1, 0, [(2, 1), (4, 9), (3, 9), (0, 9)]))
        room = pair.server.context.rooms.get(1)
        assert room is not None
        assert room.complete == {1: 1}

    def test_who_only_reads_along_holds_nothing_for_others(self) -> None:
        pair = ServerPair()
        pair.join(1, "Ada")
        reader = pair.sign_in(2, "Bob")
        pair.say(reader, Subscribe(2, b"", 0), Report(0, 1, 0, [(2, 1)]))
        pair.say(reader, Report(1, 2, 0, [(2, 1)]))
        room = pair.server.context.rooms.get(1)
        assert room is not None
        assert reader.served is not None and 2 in reader.served.refs
        assert room.complete == {}


def items_of(frame: object) -> list[object]:
    return list(decode_items(frame.items)) if isinstance(frame, Changes) else []


def test_a_late_sign_in_of_an_older_session_ends_no_newer_one() -> None:
    pair = ServerPair()
    older = pair.connect(1)
    pair.now += 1.0
    newer = pair.connect(1)
    pair.say(newer, SignIn("Ada"))
    newer.take()
    pair.say(older, SignIn("Ada"))
    assert newer.take(Close) == []
    assert newer.served is not None and not newer.served.closed
    assert older.served is not None and older.served.closed


def test_an_answer_reports_what_has_come_and_a_push_leaves_it_to_a_timer() -> None:
    pair = ServerPair(UNLIMITED)
    ada = pair.join(1, "Ada")
    assert ada.session is not None and ada.served is not None
    assert ada.session.flow.in_flight == 0
    sent = ada.served.session.flow.sent
    pair.wait(3)
    assert ada.served.session.flow.sent == sent, "nothing was left to be reported"
    pair.post(ada, 2)
    assert ada.session.flow.in_flight > 0
    pair.wait(3)
    assert ada.session.flow.in_flight == 0
