"""Two people talk: what they were promised, in virtual time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.models.commands import SendPost, SetAway, WatchPeople
from app.models.events import (
    HeldChanged,
    HistoryForked,
    LinkChanged,
    LinkState,
    PeopleChanged,
    RoomListed,
    SignedIn,
    SignInRefused,
)
from app.models.records import StoredRoom
from app.models.store_answers import PostsRenumbered, Restored
from app.structs import replace
from protocol import limits
from protocol.errors import Refusal
from protocol.frames import EntryKind, Presence
from server.server_config import ServerConfig
from tests.simulation.world import Network, SimulatedClient, World

GENERAL = 1


def two_in_general(world: World) -> tuple[SimulatedClient, SimulatedClient]:
    """Anna and Ben, signed in and members of the first room."""
    anna, ben = world.add_client("anna"), world.add_client("ben")
    world.run(2)
    world.join(anna)
    world.join(ben)
    assert world.run(30, lambda: len(anna.receipts) == 1 and len(ben.receipts) == 1)
    world.run(1)
    return anna, ben


def say_many(world: World, client: SimulatedClient, count: int) -> None:
    """So many messages at once."""
    for number in range(count):
        world.say(client, f"{client.name} {number}")


def all_told(*clients: SimulatedClient, texts: int) -> bool:
    """Everybody has so many messages, and nobody waits for a receipt."""
    return all(len(c.texts(GENERAL)) == texts and not c.outbox for c in clients)


@pytest.mark.parametrize(
    "network",
    [
        Network(),
        Network(loss=0.2, duplication=0.1, delay_s=0.02, jitter_s=0.03),
        Network(loss=0.3, duplication=0.3, delay_s=0.001, jitter_s=0.2),
    ],
    ids=["lan", "lossy", "awful"],
)
@pytest.mark.parametrize("seed", range(3))
def test_both_see_the_same_entries_in_the_same_order(network: Network, seed: int) -> None:
    world = World(seed)
    anna, ben = two_in_general(world)
    world.network = network
    say_many(world, anna, 200)
    say_many(world, ben, 200)
    assert world.run(120, lambda: all_told(anna, ben, texts=400))
    common = max(anna.entries(GENERAL)[0].number, ben.entries(GENERAL)[0].number)
    assert [e for e in anna.entries(GENERAL) if e.number >= common] == [
        e for e in ben.entries(GENERAL) if e.number >= common
    ]
    assert [t for t in ben.texts(GENERAL) if t.startswith("anna")] == [
        f"anna {n}" for n in range(200)
    ]
    assert anna.doubled == ben.doubled == 0
    for seq, (_, number) in list(anna.receipts.items())[1:]:
        assert ben.rooms[GENERAL][number].client_seq == seq


def test_a_long_text_is_several_entries_and_one_message() -> None:
    world = World()
    anna, ben = two_in_general(world)
    text = "ä€😀x" * 1200
    before = ben.entries(GENERAL)[-1].visible
    seq = world.say(anna, text)
    world.run(2)
    parts = [e for e in ben.entries(GENERAL) if e.kind == EntryKind.MESSAGE]
    assert "".join(e.text for e in parts) == text
    assert parts[-1].visible == before + 1
    assert all(len(e.text.encode()) <= limits.BODY_BYTES_MAX for e in parts)
    assert anna.receipts[seq] == (GENERAL, parts[-1].number)


def test_every_receipt_survives_restarts_of_the_server(tmp_path: Path) -> None:
    world = World(7, Network(loss=0.05, delay_s=0.005, jitter_s=0.01), path=tmp_path / "log")
    anna, ben = two_in_general(world)
    for _ in range(5):
        say_many(world, anna, 40)
        say_many(world, ben, 40)
        world.run(0.02 + world.random.random() / 4)
        world.kill_server()
        world.run(world.random.random() * 3)
        world.revive_server()
    assert world.run(120, lambda: all_told(anna, ben, texts=400))
    for client in (anna, ben):
        numbers = [number for _, number in client.receipts.values()]
        assert len(set(numbers)) == len(numbers) == 201
        assert client.doubled == 0
    assert anna.texts(GENERAL) == ben.texts(GENERAL)
    assert world.log.check() == []


def test_idle_clients_are_back_soon_after_a_restart() -> None:
    world = World(3)
    clients = [world.add_client(f"client {n}") for n in range(10)]
    world.run(5)
    world.say(clients[0], "so that the sessions are saved beside it")
    world.run(1)
    world.restart_server()
    for client in clients:
        client.events.clear()
    assert world.run(10, lambda: all(c.happened(SignedIn) for c in clients))


def test_an_address_change_loses_nothing_and_nobody_leaves() -> None:
    world = World(5)
    anna, ben = two_in_general(world)
    world.command(ben, WatchPeople(GENERAL))
    world.run(3)
    ben.events.clear()
    for number in range(60):
        world.say(anna, f"before and after {number}")
        if number % 20 == 10:
            anna.address = ("10.9.9.9", 6000 + number)
        world.run(0.05)
    world.run(5)
    assert ben.texts(GENERAL) == [f"before and after {n}" for n in range(60)]
    seen = [m for e in ben.happened(PeopleChanged) for m in e.members]
    assert all(member.presence == Presence.ONLINE for member in seen)
    assert len(anna.happened(SignedIn)) == 1


def test_keys_change_in_the_middle_of_a_conversation() -> None:
    world = World(9)
    anna, ben = two_in_general(world)
    seen = len(anna.happened(SignedIn))
    world.run(limits.REKEY_AFTER_S * 0.9)
    for number in range(300):
        world.say(anna, f"number {number}")
        world.run(2.5)
    assert len(anna.happened(SignedIn)) > seen, "no new keys were made"
    assert ben.texts(GENERAL) == [f"number {n}" for n in range(300)]
    assert not [e for e in anna.happened(LinkChanged) if e.state is LinkState.OFFLINE]


def test_a_link_that_dies_comes_back_and_the_outbox_goes_out() -> None:
    world = World(11)
    anna, ben = two_in_general(world)
    world.network.loss = 1.0
    world.say(anna, "said while nothing gets through")
    world.run(60)
    assert not ben.texts(GENERAL)
    world.network.loss = 0.0
    assert world.run(60, lambda: all_told(anna, ben, texts=1))


def restored(client: SimulatedClient, **changes: object) -> Restored:
    """What a store would give the client's next start."""
    signed_in = client.happened(SignedIn)[-1]
    listed = client.happened(RoomListed)[-1]
    assert isinstance(signed_in, SignedIn)
    assert isinstance(listed, RoomListed)
    room = StoredRoom(GENERAL, listed.stream_id, 1, "general", "", True, 1, 0, 0, 0, (), ())
    empty = Restored(1, None, 0, client.name, "", 0, (room,), (), (), client.next_seq)
    return replace(empty, **changes)


def test_a_data_folder_copied_back_doubles_nothing_and_loses_nothing() -> None:
    world = World(13)
    anna, ben = two_in_general(world)
    world.network.loss = 1.0
    waiting = [world.say(anna, f"waiting {n}") for n in range(3)]
    copied = restored(anna, outbox=tuple(anna.outbox[seq] for seq in waiting))
    world.network.loss = 0.0
    assert world.run(60, lambda: all_told(anna, ben, texts=3))
    for number in range(4):  # numbers that the copy does not know of
        world.say(anna, f"later {number}")
    assert world.run(60, lambda: all_told(anna, ben, texts=7))
    world.clients.remove(anna)

    # The copy starts offline, and its next number was used before for something else.
    typed = replace(copied.outbox[0], client_seq=5, post_id=5, text="typed offline after the copy")
    copied = replace(copied, outbox=(*copied.outbox, typed))
    again = world.add_client("anna", copied, anna.private_key)
    again.outbox = {post.client_seq: post for post in copied.outbox}
    again.next_seq = 6
    assert world.run(60, lambda: len(again.receipts) == 4), "all posts of the copy are answered"
    assert {seq: again.receipts[seq] for seq in waiting} == {
        seq: anna.receipts[seq] for seq in waiting
    }
    assert again.happened(PostsRenumbered)
    world.run(5)
    assert ben.texts(GENERAL)[-1] == "typed offline after the copy"
    assert len(ben.texts(GENERAL)) == len(set(ben.texts(GENERAL))) == 8


def test_a_server_folder_copied_back_is_noticed_and_said(tmp_path: Path) -> None:
    path = tmp_path / "log"
    world = World(17, path=path)
    anna, ben = two_in_general(world)
    say_many(world, anna, 10)
    world.run(5)

    def save() -> None:
        shutil.copytree(tmp_path, tmp_path.with_name("backup"), dirs_exist_ok=True)

    def copy_back() -> None:
        for file in tmp_path.iterdir():
            file.unlink()
        shutil.copytree(tmp_path.with_name("backup"), tmp_path, dirs_exist_ok=True)

    world.restart_server(before_opening=save)
    world.run(15)
    agreed = anna.entries(GENERAL)[-1].number
    for number in range(5):
        world.say(anna, f"only before {number}")
        world.run(1)
    assert ben.texts(GENERAL)[-1] == "only before 4"
    world.restart_server(before_opening=copy_back)
    world.say(ben, "after the copy")
    assert world.run(60, lambda: bool(anna.happened(HistoryForked)) and not ben.outbox)
    world.run(10)
    for client in (anna, ben):
        forks = client.happened(HistoryForked)
        assert [(f.room, f.agreed_to) for f in forks] == [(GENERAL, agreed)]
    assert [e.text for e in anna.orphans] == [f"only before {n}" for n in range(5)]
    assert anna.rooms[GENERAL][agreed + 1].text == "after the copy"
    # Anna's device counts on from where the restored server stands.
    world.say(anna, "anna again")
    assert world.run(60, lambda: not anna.outbox)
    assert ben.texts(GENERAL)[-1] == "anna again"


def test_both_folders_copied_back_one_after_the_other_double_nothing(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    data.mkdir()
    world = World(29, path=data / "log")
    anna, ben = two_in_general(world)

    def save() -> None:
        shutil.copytree(data, backup)

    world.restart_server(before_opening=save)
    world.run(15)
    for number in range(4):
        world.say(anna, f"only before {number}")
        world.run(2)
    world.network.loss = 1.0
    waiting = world.say(anna, "waits meanwhile")
    copied = restored(anna, outbox=(anna.outbox[waiting],))
    world.run(1)

    def copy_back() -> None:
        shutil.rmtree(data)
        shutil.copytree(backup, data)

    world.restart_server(before_opening=copy_back)
    world.network.loss = 0.0
    assert world.run(60, lambda: not anna.outbox and not ben.outbox)
    world.clients.remove(anna)

    # Its number is beyond those that the restored server has seen.
    again = world.add_client("anna", copied, anna.private_key)
    again.outbox = {post.client_seq: post for post in copied.outbox}
    again.next_seq = waiting + 1
    assert world.run(60, lambda: not again.outbox)
    world.say(again, "and on it goes")
    assert world.run(60, lambda: not again.outbox)
    log = world.log.entries(GENERAL, 1, 100, 10_000)
    assert [entry.text for entry in log if entry.kind == EntryKind.MESSAGE] == [
        "waits meanwhile", "and on it goes",
    ]  # fmt: skip


def test_who_posts_too_fast_waits_and_loses_nothing() -> None:
    world = World(19, config=ServerConfig(offline_after_s=1.0))
    anna, ben = two_in_general(world)
    say_many(world, anna, 30)
    world.run(5)
    told = len(ben.texts(GENERAL))
    assert 10 <= told <= 22
    assert world.run(30, lambda: all_told(anna, ben, texts=30))


def test_rooms_are_created_named_and_left() -> None:
    world = World(23)
    anna, ben = two_in_general(world)
    world.post(anna, "", EntryKind.CREATED, "Harbour")
    world.say(anna, "first", room="harbour")
    world.run(3)
    assert not anna.outbox
    listed = [e.name for e in ben.happened(RoomListed)]
    assert "Harbour" in listed
    seq = world.post(ben, "", EntryKind.CREATED, "hArbour")
    world.run(2)
    assert ben.refused[seq] == Refusal.NAME_TAKEN
    seq = world.say(ben, "not a member", room="harbour")
    world.run(2)
    assert ben.refused[seq] == Refusal.NOT_A_MEMBER
    seq = world.say(ben, "nowhere", room="no such room")
    world.run(2)
    assert ben.refused[seq] == Refusal.NO_SUCH_ROOM
    world.post(anna, "Harbour", EntryKind.TOPIC, "Boats")
    world.post(anna, "Harbour", EntryKind.NAME, "Pier")
    world.run(2)
    last = [e for e in ben.happened(RoomListed) if e.room == 2][-1]
    assert (last.name, last.topic) == ("Pier", "Boats")
    world.post(anna, "Pier", EntryKind.LEAVE)
    world.run(2)
    assert not anna.outbox


def test_a_name_belongs_to_whoever_took_it_first() -> None:
    world = World(29)
    world.add_client("anna")
    world.run(2)
    other = world.add_client("Anna")
    world.run(2)
    refusals = other.happened(SignInRefused)
    assert [(e.code, e.suggestion) for e in refusals] == [(Refusal.NAME_TAKEN, "Anna_")]


def test_held_by_and_presence_reach_whoever_watches() -> None:
    world = World(31, config=ServerConfig(rate_limits=False, offline_after_s=5.0))
    anna, ben = two_in_general(world)
    world.command(anna, WatchPeople(GENERAL))
    world.say(anna, "hello")
    world.run(10)
    number = anna.receipts[2][1]
    held = anna.happened(HeldChanged)[-1]
    assert isinstance(held, HeldChanged)
    assert {person for complete_to, person in held.steps if complete_to >= number} == {1, 2}
    world.clients.remove(ben)
    anna.events.clear()
    world.run(120)
    seen = [m for e in anna.happened(PeopleChanged) for m in e.members]
    assert [(m.name, m.presence) for m in seen] == [("ben", Presence.OFFLINE)]


def test_what_one_says_of_being_away_reaches_whoever_watches() -> None:
    world = World(33, config=ServerConfig(rate_limits=False))
    anna, ben = two_in_general(world)
    world.network.loss = 0.3
    world.command(anna, WatchPeople(GENERAL))
    world.run(10)
    for said, presence in (("lunch", 2), ("a long lunch", 2), ("", 1)):
        world.command(ben, SetAway(presence == 2, said))
        world.run(20)
        newest = [m for e in anna.happened(PeopleChanged) for m in e.members if m.name == "ben"][-1]
        assert (newest.presence, newest.status) == (presence, said)


def test_nothing_readable_is_on_the_wire() -> None:
    world = World(37)
    anna, ben = two_in_general(world)
    world.say(anna, "the secret of the harbour")
    world.run(3)
    assert "the secret of the harbour" in ben.texts(GENERAL)
    wire = b"".join(world.seen)
    for word in (b"secret", b"harbour", b"general", b"anna", b"ben\x00"):
        assert word not in wire
    for client in (anna, ben):
        assert client.private_key not in wire


def test_idle_rooms_cost_next_to_nothing() -> None:
    world = World(41)
    two_in_general(world)
    world.run(60)
    world.datagrams.update(up=0, down=0)
    world.run(600)
    # A keepalive every 20 to 30 seconds from each, and its answer.
    assert world.datagrams["up"] <= 2 * 31
    assert world.datagrams["down"] <= 2 * 31


def test_send_again_after_a_crash_of_the_sender_arrives_once() -> None:
    world = World(43)
    anna, ben = two_in_general(world)
    seq = world.say(anna, "said just before the crash")
    post = anna.outbox[seq]
    world.run(1)
    world.clients.remove(anna)
    again = world.add_client("anna", restored(anna, outbox=(post,)), anna.private_key)
    again.outbox = {seq: post}
    world.command(again, SendPost(post))
    assert world.run(30, lambda: seq in again.receipts)
    assert again.receipts[seq] == anna.receipts[seq]
    assert ben.texts(GENERAL) == ["said just before the crash"]
