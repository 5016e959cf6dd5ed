"""Sessions are found by index and by device, and strangers are counted by where they come from."""

from __future__ import annotations

from protocol.channel import Channel
from protocol.session import Session
from server.client_session import ClientSession
from server.people import Device
from server.post_intake import StagingRoom
from server.room_log import DeviceRecord
from server.session_table import SessionTable

KEY = bytes(32)


def channel(index: int) -> Channel:
    return Channel(send_key=KEY, receive_key=KEY, local_index=index, remote_index=index + 1000)


def new_client(index: int, source: str = "192.0.2.1") -> ClientSession:
    session = Session(channel(index), (source, 5), 0.0, bytes)
    return ClientSession(session, KEY, source, 0.0)


def device(number: int) -> Device:
    return Device(DeviceRecord(number, 1, KEY, 0, 0), 1000, StagingRoom(10_000))


def test_a_session_is_found_by_its_index_until_it_is_over() -> None:
    table, one, two = SessionTable(), new_client(1), new_client(2)
    table.add(one)
    table.add(two)
    assert (table.find(1), table.find(2), table.find(3)) == (one, two, None)
    assert list(table) == [one, two]
    table.remove(one)
    table.remove(one)
    assert (table.find(1), len(table)) == (None, 1)


def test_new_keys_are_one_more_index_and_the_oldest_goes() -> None:
    table, client = SessionTable(), new_client(1)
    table.add(client)
    table.adopt(client, channel(2), 1.0)
    assert table.find(1) is table.find(2) is client
    table.adopt(client, channel(3), 2.0)
    assert table.find(1) is None
    assert table.find(2) is table.find(3) is client
    table.forget_index(2)
    assert table.find(2) is None
    table.remove(client)
    assert table.find(3) is None


def test_who_is_known_is_no_stranger_any_more() -> None:
    table = SessionTable()
    clients = [new_client(index) for index in range(3)]
    for client in clients:
        table.add(client)
    assert (table.unproven("192.0.2.1"), table.unproven("192.0.2.2")) == (3, 0)
    clients[0].device, clients[1].device = device(1), device(2)
    table.signed_in(clients[0], known=True)
    table.signed_in(clients[1], known=False)
    assert table.unproven("192.0.2.1") == 2
    for client in clients:
        table.remove(client)
    assert table.unproven("192.0.2.1") == 0


def test_the_newest_session_speaks_for_a_device() -> None:
    table, one, two = SessionTable(), new_client(1), new_client(2)
    one.device = two.device = device(7)
    for client in (one, two):
        table.add(client)
    assert table.signed_in(one, known=True) is None
    assert table.signed_in(one, known=True) is None, "asked again"
    assert table.signed_in(two, known=True) is one
    table.remove(one)
    assert table.of_device(7) is two
    table.remove(two)
    assert table.of_device(7) is None
