"""People who signed in and then do what no client of ours would."""

from __future__ import annotations

import pytest

from protocol import channel, limits
from protocol.datagrams import DATA_HEADER, DatagramType
from protocol.frames import (
    Close,
    CloseReason,
    EntryKind,
    Persons,
    Ping,
    Post,
    Range,
    SetPresence,
    SignIn,
    Subscribe,
    Subscribed,
    SubscribeRefused,
    Welcome,
    Who,
)
from server.room_log import LogError
from server.server_config import ServerConfig, ServerLimits
from tests.server.server_pair import TIME_MS, Client, ServerPair


def forge(pair: ServerPair, victim: Client, count: int) -> None:
    """Datagrams that lead to the session but are not from it."""
    assert victim.session is not None
    for counter in range(5000, 5000 + count):
        header = DATA_HEADER.pack(DatagramType.DATA, victim.session.channel.remote_index, counter)
        pair.server.receive(header + bytes(40), ("198.51.100.9", 9), pair.now)


class TestForgery:
    def test_keys_that_forgers_used_up_end_one_session_and_nothing_else(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(channel, "FAILED_OPENS_MAX", 100)
        pair = ServerPair()
        ada, ben = pair.join(1, "Ada"), pair.join(2, "Ben")
        forge(pair, ben, 99)
        pair.post(ada, 2, "before")
        assert len(ben.entries()) == 1, "so many do no harm"
        ada.take()
        forge(pair, ben, 1)
        pair.post(ada, 3, "after")
        assert [entry.text for _, entry in ada.entries()] == ["after"]
        assert ben.entries() == []
        assert ben.served is not None
        assert ben.served.closed
        pair.wait(20)

    def test_and_he_learns_it_by_a_reset(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(channel, "FAILED_OPENS_MAX", 100)
        pair = ServerPair()
        ben = pair.join(2, "Ben")
        forge(pair, ben, 100)
        pair.clients.clear()
        pair.say(ben, Ping(), settle=False)
        ((datagram, address),) = pair.server.take_datagrams()
        assert (datagram[0], address) == (DatagramType.RESET, ben.address)


class TestWhatIsAskedOfTheLog:
    def test_presence_is_told_without_it(self) -> None:
        """Members were forgotten when a batch was lost, and the log has the next one in hand."""
        pair = ServerPair()
        ada, ben = pair.join(1, "Ada"), pair.join(2, "Ben")
        pair.say(ada, Subscribe(3, b"", 0))
        pair.say(ada, Post(2, 7, 0, EntryKind.CREATED, "second"))
        pair.server._reload()
        pair.say(ada, Post(3, 8, 2, EntryKind.MESSAGE, "hello"), settle=False)
        pair.server.write(pair.now, TIME_MS)
        assert pair.log.log.busy
        pair.say(ben, SetPresence(2), settle=False)
        pair.settle()
        assert ben.served is not None
        assert not ben.served.closed

    def test_a_session_has_only_so_many_questions_waiting(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        most = limits.WINDOW_MAX
        for _ in range(100):
            pair.say(ada, *[Who([1])] * limits.FRAMES_MAX, settle=False)
        pair.settle()
        assert len(ada.take(Persons)) <= most
        pair.say(ada, Ping())
        pair.wait(1)
        pair.say(ada, Who([1]))
        assert len(ada.take(Persons)) == 1, "and is answered again afterwards"

    def test_answers_stop_while_nothing_arrives(self) -> None:
        pair = ServerPair(ServerConfig(rate_limits=False))
        ada = pair.join(1, "Ada")
        ada.deaf = True
        for _ in range(limits.WINDOW_MAX + 50):
            pair.say(ada, *[Who([1])] * 20)  # settles, so none of them waits for another
        assert ada.served is not None
        flow = ada.served.session.flow
        assert 0 <= flow.sent - flow.reported - limits.WINDOW_MAX <= 2, "reports beside them"


class TestNames:
    def test_renaming_back_and_forth_is_slowed_down_like_posts(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        before = pair.log.log.names_version()
        for turn in range(100):
            pair.say(ada, SignIn(("Ada", "Eva")[turn % 2]))
        burst = pair.config.limits.posts_burst
        assert pair.log.log.names_version() - before == burst
        ada.take()
        pair.wait(2)
        wanted = "Zoe"
        pair.say(ada, SignIn(wanted))
        (welcome,) = ada.take(Welcome)
        assert isinstance(welcome, Welcome)
        assert welcome.name == wanted

    def test_signing_in_is_answered_once_however_often_it_was_said_meanwhile(self) -> None:
        pair = ServerPair()
        ada = pair.connect()
        pair.say(ada, *[SignIn("Ada")] * limits.FRAMES_MAX)
        assert len(ada.take(Welcome)) == 1


class TestMemory:
    def test_timers_of_a_session_that_never_rests_stay_few(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        for _ in range(2000):
            pair.now += 0.001
            pair.say(ada, Ping())
            ada.take()
        assert sum(map(len, pair.server._timers._actions.values())) < 20

    def test_sessions_that_never_sign_in_leave_nothing_to_be_written(self) -> None:
        pair = ServerPair()
        pair.sign_in(99, "somebody")
        sessions = pair.server.context.sessions
        for seed in range(1, 6):
            pair.say(pair.connect(seed), Close(CloseReason.GOODBYE))
        pair.sign_in(98, "another")
        sessions._gone.clear()
        for seed in range(1, 6):
            pair.say(pair.connect(seed), Close(CloseReason.GOODBYE))
        assert sessions._gone == []


class TestSubscriptions:
    def test_what_is_followed_already_may_be_asked_for_again_at_the_limit(self) -> None:
        """New keys: the client says again what it follows."""
        config = ServerConfig(limits=ServerLimits(subscriptions_max=2))
        pair = ServerPair(config)
        ada = pair.sign_in(1, "Ada")
        pair.say(ada, Subscribe(0, b"", 0), Subscribe(2, b"", 0))
        assert len(ada.take(Subscribed)) == 2
        pair.say(ada, Subscribe(2, b"", 0), Subscribe(3, b"", 0))
        refused = [frame.ref for frame in ada.take() if isinstance(frame, SubscribeRefused)]
        assert refused == [3]


class TestADiskThatFails:
    def test_answers_that_were_decided_need_it_no_more(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Between the commit and the telling there is nobody who could be refused."""
        pair = ServerPair()
        ada = pair.connect()
        pair.say(ada, SignIn("Ada"), settle=False)
        pair.server.write(pair.now, TIME_MS)
        assert pair.log.log.busy

        def fail(*_: object) -> None:
            raise LogError("the disk is gone")

        monkeypatch.setattr(pair.log.log, "_select", fail)
        pair.log.log.poll()
        pair.carry()
        assert len(ada.take(Welcome)) == 1

    def test_it_is_read_again_until_it_can_and_nothing_is_told_before(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pair = ServerPair()
        ada, ben = pair.join(1, "Ada"), pair.join(2, "Ben")
        pair.post(ada, 2, "kept")
        assert [entry.text for _, entry in ben.entries()] == ["kept"]

        def fail(*_: object) -> None:
            raise LogError("the disk is gone")

        with monkeypatch.context() as broken:
            broken.setattr(pair.log.log, "record_post", fail)
            broken.setattr(pair.log.log, "_select", fail)
            pair.post(ada, 3, "lost")
            pair.wait(2.5)
            assert pair.server.counters["reloads_failed"] >= 2
            assert not pair.server.wants_to_write
            ben.take()
            pair.say(ben, Range(2, 1, 2))
            assert len(ben.entries()) == 2, "what was committed is served"
            pair.post(ada, 3, "lost")
            pair.wait(0.2)
            assert ben.entries() == []
        pair.wait(1.1)
        pair.post(ada, 3, "lost")
        assert "lost" in [entry.text for _, entry in ben.entries()]
