"""A server core and clients around it, on the test's clock, with a log in memory and no network.

``settle`` carries datagrams to and fro, commits, and runs what is due now, until nothing moves.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from protocol.client_handshake import ClientHandshake, Established
from protocol.cookie import Address
from protocol.frame_codec import encode_frame
from protocol.frames import (
    AnyFrame,
    Entry,
    EntryKind,
    Frame,
    Post,
    PostFlag,
    Push,
    SignIn,
    Subscribe,
    Welcome,
)
from protocol.session import Session
from server.chat_server import ChatServer
from server.client_session import ClientSession
from server.server_config import ServerConfig
from tests.server.log_fixtures import LogUnderTest

#: Nobody is too fast.
UNLIMITED = ServerConfig(rate_limits=False)
VISIBLE_AND_WAITED = int(PostFlag.VISIBLE | PostFlag.WAITED)

SERVER_PRIVATE = bytes(range(32))
TIME_MS = 1_800_000_000_000


@dataclass
class Client:
    """One device's session, bare: it says what the test says and keeps what it hears."""

    address: Address
    seed: int
    #: Datagrams to it are thrown away while this is set.
    deaf: bool = False
    heard: list[AnyFrame] = field(default_factory=list)
    session: Session | None = None
    #: The server's half; the test may look at it.
    served: ClientSession | None = None

    def take(self, *kinds: type[Frame]) -> list[AnyFrame]:
        """What was heard since, of these kinds (of every kind if none is named)."""
        heard, self.heard = self.heard, []
        return [frame for frame in heard if not kinds or isinstance(frame, kinds)]

    def entries(self) -> list[tuple[int, Entry]]:
        """Numbers and entries of the pushes heard since."""
        pushes = [frame for frame in self.take(Push) if isinstance(frame, Push)]
        return [(push.first + n, entry) for push in pushes for n, entry in enumerate(push.entries)]


class ServerPair:
    """The server, its log, its clients and the clock."""

    def __init__(self, config: ServerConfig | None = None, *, seed: int = 1) -> None:
        self.now = 100.0
        self.log = LogUnderTest(None, seed=seed)
        # Commits keep no distance here: whatever is said is answered at the same moment.
        self.config = replace(config or ServerConfig(), commit_distance_s=0.0)
        self.random = random.Random(seed)
        self.clients: dict[Address, Client] = {}
        self.start()

    def start(self) -> None:
        """Start the core, or start it again on the same log."""
        self.server = ChatServer(
            self.config, SERVER_PRIVATE, b"r" * 32, self.log.log, self.random.randbytes,
            self.now, TIME_MS,
        )  # fmt: skip
        self.settle()

    # --- the network -----------------------------------------------------------------------
    def carry(self) -> bool:
        """Bring what the server sends to the clients; False if there was nothing."""
        taken = self.server.take_datagrams()
        for datagram, address in taken:
            assert len(datagram) <= 1200
            client = self.clients.get(address)
            if client is not None and client.session is not None and not client.deaf:
                client.heard += client.session.receive(datagram, ("server", 1), self.now) or []
        return bool(taken)

    def settle(self) -> None:
        """Until nothing moves at this moment."""
        for _ in range(200):
            self.server.handle_timer(self.now)
            self.server.write(self.now, TIME_MS)
            self.log.log.poll()
            moved = self.carry()
            for client in self.clients.values():
                session = client.session
                due = session.next_timer() if session else None
                if session and due is not None and due <= self.now:
                    for datagram, _ in session.datagrams_to_send(self.now):
                        self.server.receive(datagram, client.address, self.now)
                        moved = True
            if not moved and not self.server.wants_to_write and not self.log.log.busy:
                return
        raise AssertionError("the server never comes to rest")

    def wait(self, seconds: float, step: float = 0.05) -> None:
        """Let time pass, in steps."""
        until = self.now + seconds
        while self.now < until - 1e-9:
            self.now = min(self.now + step, until)
            self.settle()

    # --- clients ---------------------------------------------------------------------------
    def connect(self, seed: int = 1, *, payload: bytes = b"", settle: bool = True) -> Client:
        """A device with its own key and address that has shaken hands."""
        private = random.Random(1000 + seed).randbytes(32)
        address = (f"192.0.2.{seed % 200}", 50_000 + len(self.clients))
        shaking = ClientHandshake(
            private, None, payload, random.Random(seed + len(self.clients)).randbytes, self.now
        )
        client = Client(address, seed)
        self.clients[address] = client
        while (sent := shaking.datagrams_to_send(self.now)) and client.session is None:
            for datagram in sent:
                self.server.receive(datagram, address, self.now)
            for datagram, where in self.server.take_datagrams():
                if where != address:
                    continue
                outcome = shaking.receive(datagram, self.now)
                if isinstance(outcome, Established):
                    client.session = Session(
                        outcome.channel, ("server", 1), self.now, self.random.randbytes
                    )
        for datagram in sent:
            self.server.receive(datagram, address, self.now)
        assert client.session is not None
        sessions = self.server.context.sessions
        client.served = sessions.table.find(client.session.channel.remote_index)
        if settle:
            self.settle()
        return client

    def join(self, seed: int, name: str, room: int = 1) -> Client:
        """A person who has signed in, joined the room and follows its log."""
        client = self.sign_in(seed, name)
        self.say(client, Post(1, seed, room, EntryKind.JOIN, ""))
        self.say(client, Subscribe(2 * room, b"", 0))
        client.take()
        return client

    def sign_in(self, seed: int, name: str) -> Client:
        """A person who has signed in; forgets the rest of what was heard."""
        client = self.connect(seed)
        self.say(client, SignIn(name))
        (welcome,) = client.take(Welcome)
        assert isinstance(welcome, Welcome)
        return client

    def say(self, client: Client, *frames: Frame, settle: bool = True) -> None:
        """The client sends frames, in one datagram."""
        assert client.session is not None
        datagram = client.session.seal([encode_frame(frame) for frame in frames], self.now)
        self.server.receive(datagram, client.address, self.now)
        if settle:
            self.settle()

    def post(self, client: Client, seq: int, text: str = "hello", **more: int) -> None:
        """The client posts a message into room 1."""
        fields = {"post_id": 1000 * client.seed + seq, "room": 1, "kind": EntryKind.MESSAGE, **more}
        self.say(client, Post(client_seq=seq, text=text, **fields))


def log_of_room(pair: ServerPair, room: int = 1) -> list[tuple[int, int, str]]:
    """(kind, client_seq, text) of everything in the room's log."""
    entries = pair.log.log.entries(room, 1, 10_000, 10**9)
    assert [entry.number for entry in entries] == [*range(1, len(entries) + 1)]
    return [(entry.kind, entry.client_seq, entry.text) for entry in entries]


def messages(pair: ServerPair, room: int = 1) -> list[str]:
    return [text for kind, _, text in log_of_room(pair, room) if kind == EntryKind.MESSAGE]
