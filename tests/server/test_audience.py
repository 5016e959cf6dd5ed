"""Who follows a stream: in order, each once, and its lists never behind."""

from __future__ import annotations

import pytest

from protocol.channel import Channel
from protocol.session import Session
from server.audience import Audience
from server.client_session import ClientSession


def client(number: int) -> ClientSession:
    channel = Channel(
        send_key=bytes(32), receive_key=bytes(32), local_index=number, remote_index=number
    )
    session = Session(channel, ("192.0.2.1", number), 0.0, bytes)
    return ClientSession(session, bytes(32), "192.0.2.1", 0.0)


@pytest.fixture
def clients() -> list[ClientSession]:
    return [client(number) for number in range(1, 5)]


def test_they_stand_in_the_order_of_coming_and_once(clients: list[ClientSession]) -> None:
    audience = Audience()
    for one in [clients[2], clients[0], clients[2]]:
        audience.add(one)

    assert list(audience) == [clients[2], clients[0]]
    assert len(audience) == 2
    assert audience.lists() == ([clients[2], clients[0]], [clients[2].session, clients[0].session])


def test_lists_follow_each_change(clients: list[ClientSession]) -> None:
    audience = Audience()
    assert audience.lists() == ([], [])
    audience.add(clients[0])
    audience.lists()
    audience.discard(clients[0])
    audience.add(clients[1])  # as many as before, and another one

    assert audience.lists() == ([clients[1]], [clients[1].session])

    audience.discard(clients[3])
    audience.discard(clients[1])
    assert audience.lists() == ([], [])
    assert not audience


def test_lists_in_use_do_not_change_with_it(clients: list[ClientSession]) -> None:
    audience = Audience()
    audience.add(clients[0])
    in_use, _ = audience.lists()

    audience.add(clients[1])
    audience.discard(clients[0])

    assert in_use == [clients[0]]
