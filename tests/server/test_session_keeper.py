"""One timer a session: it expires, is asked, forgets old keys, and is remembered for a restart."""

from __future__ import annotations

import random

from protocol import limits
from protocol.channel import Channel
from protocol.datagrams import DatagramType, receiver_index
from protocol.frames import Close, CloseReason, Ping
from server.room_log import RememberedSession
from server.server_config import ServerConfig
from server.session_keeper import TOGETHER_S
from tests.server.server_pair import ServerPair


def remembered(pair: ServerPair) -> list[RememberedSession]:
    """What is on disk, after a write beside which it may go there."""
    pair.sign_in(99, f"somebody{pair.now}")
    return pair.log.log.remembered_sessions()


class TestLookingAfter:
    def test_who_waits_long_is_looked_after_with_others_and_a_little_late_at_most(self) -> None:
        pair = ServerPair()
        waiting = [pair.sign_in(seed, f"person {seed}").served for seed in (1, 2, 3)]
        ends = set()
        for place, client in enumerate(waiting):
            assert client is not None
            when = pair.now + 1 + TOGETHER_S * (0.1 + place / 4)
            client.wakes.clear()
            pair.server.context.sessions.wake(client, when, pair.now)
            (planned,) = client.wakes
            assert when <= planned <= when + TOGETHER_S
            ends.add(planned)
        assert len(ends) == 1

    def test_what_is_urgent_is_done_in_time(self) -> None:
        pair = ServerPair()
        client = pair.sign_in(1, "Ada").served
        assert client is not None
        pair.server.context.sessions.wake(client, pair.now + 0.0123, pair.now)
        assert client.wakes[-1] == pair.now + 0.0123


class TestTheEnd:
    def test_a_silent_session_expires(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        pair.wait(3)  # its last report
        ada.deaf = True
        idle_s = pair.config.limits.idle_timeout_s
        pair.wait(idle_s - 5, step=5.0)
        assert len(pair.server.context.sessions.table) == 1
        pair.wait(5)
        assert len(pair.server.context.sessions.table) == 0
        assert pair.server.counters["sessions_expired"] == 1

    def test_one_that_says_anything_lives(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        for _ in range(5):
            pair.wait(limits.KEEPALIVE_S, step=5.0)
            pair.say(ada, Ping())
        assert len(pair.server.context.sessions.table) == 1

    def test_forgetting_twice_counts_once(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        assert ada.served is not None
        person = ada.served.person
        assert person is not None
        for _ in range(2):
            pair.server.context.sessions.forget(ada.served, pair.now)
        assert person.sessions == 0

    def test_a_peer_who_breaks_the_rules_is_told_and_forgotten(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        assert ada.session is not None
        pair.server.receive(ada.session.seal_plaintext(b"\xc1", pair.now), ada.address, pair.now)
        pair.settle()
        assert ada.take() == [Close(CloseReason.BROKE_THE_RULES)]
        assert len(pair.server.context.sessions.table) == 0


class TestTimers:
    def test_an_idle_session_costs_next_to_nothing(self) -> None:
        pair = ServerPair()
        pair.sign_in(1, "Ada")
        pair.wait(10)
        sent = 0
        for _ in range(60):
            pair.now += 1.0
            pair.server.handle_timer(pair.now)
            sent += len(pair.server.take_datagrams())
        assert sent == 0

    def test_what_was_planned_for_later_does_not_pile_up(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        for _ in range(500):
            pair.now += 0.01
            pair.say(ada, Ping())
        assert sum(map(len, pair.server._timers._actions.values())) < 600


class TestOldKeys:
    def test_are_forgotten_after_a_while(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        assert ada.served is not None
        keys = random.Random(5).randbytes(64)
        old = ada.served.session.channel.local_index
        new = Channel(send_key=keys[:32], receive_key=keys[32:], local_index=5, remote_index=6)
        sessions = pair.server.context.sessions
        sessions.table.adopt(ada.served, new, pair.now)
        sessions.remember(ada.served, 0.0)
        sessions.wake(ada.served, pair.now + limits.OLD_KEYS_KEPT_S, pair.now)
        assert sessions.table.find(old) is sessions.table.find(5) is ada.served
        pair.wait(2 * limits.OLD_KEYS_KEPT_S, step=1.0)
        assert sessions.table.find(old) is None
        assert sessions.table.find(5) is ada.served
        assert old.to_bytes(8) not in [session.index for session in remembered(pair)]

    def test_are_heard_no_longer_though_the_session_was_looked_after_meanwhile(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        assert ada.served is not None
        pair.wait(3)  # its last report
        old = ada.served.session.channel.local_index
        keys = random.Random(5).randbytes(64)
        new = Channel(send_key=keys[:32], receive_key=keys[32:], local_index=5, remote_index=6)
        sessions = pair.server.context.sessions
        sessions.wake(ada.served, pair.now + limits.OLD_KEYS_KEPT_S - 10, pair.now)
        sessions.table.adopt(ada.served, new, pair.now)
        sessions.wake(ada.served, pair.now + limits.OLD_KEYS_KEPT_S, pair.now)
        pair.wait(limits.OLD_KEYS_KEPT_S - 1, step=1.0)
        assert sessions.table.find(old) is ada.served
        pair.wait(2.0, step=1.0)
        assert sessions.table.find(old) is None


class TestAfterARestart:
    def test_each_session_is_told_once_that_it_must_sign_in_again(self) -> None:
        pair = ServerPair(ServerConfig(rate_limits=False))
        clients = [pair.sign_in(seed, f"name{seed}") for seed in range(1, 6)]
        remembered(pair)
        indexes = {client.session.channel.local_index for client in clients if client.session}
        before = len(pair.log.log.remembered_sessions())
        assert before >= len(clients)
        pair.clients.clear()
        pair.start()
        resets, when = [], []
        for _ in range(60):
            for datagram, _ in pair.server.take_datagrams():
                assert datagram[0] == DatagramType.RESET
                resets.append(receiver_index(datagram))
                when.append(pair.now)
            pair.now += 0.05
            pair.server.handle_timer(pair.now)
        assert len(resets) == len(set(resets)) <= before
        assert len(indexes) == 5
        assert max(when) - min(when) > 1.0, "spread over two seconds"
        later = pair.sign_in(50, "later")
        assert later.session is not None
        index = later.session.channel.remote_index.to_bytes(8)
        assert [session.index for session in remembered(pair)] == [index]

    def test_a_session_is_remembered_though_nobody_writes(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        assert ada.served is not None
        index = ada.served.session.channel.local_index.to_bytes(8)
        pair.wait(2.0)
        assert index in [session.index for session in pair.log.log.remembered_sessions()]

    def test_the_place_to_tell_is_where_the_client_went(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        pair.wait(2.0)
        del pair.clients[ada.address]
        ada.address = ("192.0.2.77", 7)
        pair.clients[ada.address] = ada
        pair.say(ada, Ping())
        pair.wait(2.0)
        (session,) = pair.log.log.remembered_sessions()
        assert (session.host, session.port) == ada.address

    def test_what_a_lost_batch_held_is_saved_again(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        assert ada.served is not None
        sessions = pair.server.context.sessions
        sessions.save(pair.log.log)
        pair.log.log.rollback()
        sessions.save_again(pair.now)
        pair.wait(2.0)
        assert len(pair.log.log.remembered_sessions()) == 1

    def test_who_said_goodbye_is_not(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        before = len(remembered(pair))
        pair.say(ada, Close(CloseReason.GOODBYE))
        assert ada.served is not None
        gone = ada.served.session.channel.local_index.to_bytes(8)
        pair.wait(1.0)
        assert gone not in [session.index for session in remembered(pair)]
        assert before > 0

    def test_what_a_full_disk_does_not_take_is_kept_for_later(self) -> None:
        pair = ServerPair()
        sessions, log = pair.server.context.sessions, pair.log.log
        for number in range(500):
            index = number.to_bytes(8)
            sessions._opened[index] = RememberedSession(index, "192.0.2.1", 5)
        log.limit_pages(1)
        sessions.save(log)
        assert not log.dirty
        log.limit_pages(100_000)
        sessions.save(log)
        pair.log.commit()
        assert len(log.remembered_sessions()) == 500

    def test_who_came_and_went_before_it_was_due_leaves_nothing_due(self) -> None:
        """Else each tick would open a batch of its own from then on."""
        pair = ServerPair()
        sessions = pair.server.context.sessions
        ada = pair.sign_in(1, "Ada")
        assert ada.served is not None
        pair.say(ada, Close(CloseReason.GOODBYE))
        pair.wait(3.0)
        assert not sessions.is_save_due(pair.now)
