"""Two ends of a session, face to face; nothing moves unless the test moves it."""

from __future__ import annotations

import random

from protocol.channel import Channel
from protocol.cookie import Address
from protocol.frame_codec import encode_frame
from protocol.frames import AnyFrame, Frame, Ping
from protocol.session import Session
from tests.protocol.handshake_pair import dice

SERVER: Address = ("192.0.2.1", 48228)


HOME: Address = ("192.0.2.7", 50000)


AWAY: Address = ("198.51.100.9", 50001)


ATTACKER: Address = ("203.0.113.66", 666)


def new_channels(seed: int) -> tuple[Channel, Channel]:
    keys = random.Random(seed)
    up, down = keys.randbytes(32), keys.randbytes(32)
    client_index, server_index = keys.getrandbits(64), keys.getrandbits(64)
    return (
        Channel(send_key=up, receive_key=down, local_index=client_index, remote_index=server_index),
        Channel(send_key=down, receive_key=up, local_index=server_index, remote_index=client_index),
    )


class Pair:
    """A client and a server session; nothing moves unless the test moves it."""

    def __init__(self) -> None:
        client, server = new_channels(1)
        self.client = Session(client, SERVER, 0.0, dice(1))
        self.server = Session(server, HOME, 0.0, dice(2))

    def up(self, *frames: Frame, at: Address = HOME, now: float = 1.0) -> list[AnyFrame] | None:
        """The client says something from ``at``; returns what the server's owner gets."""
        return self.server.receive(self.client_says(*frames, now=now), at, now)

    def down(self, *frames: Frame, now: float = 1.0) -> list[AnyFrame] | None:
        """The server says something; returns what the client's owner gets."""
        datagram = self.server.seal([encode_frame(frame) for frame in frames], now)
        return self.client.receive(datagram, SERVER, now)

    def client_says(self, *frames: Frame, now: float = 1.0) -> bytes:
        return self.client.seal([encode_frame(frame) for frame in frames], now)

    def challenged(self, now: float = 1.0) -> bytes:
        """The challenge that the server now sends, alone, to where the client is now."""
        ((datagram, _),) = self.server.datagrams_to_send(now)
        return datagram

    def move(self, to: Address = AWAY, now: float = 1.0) -> None:
        """The client speaks from a new address and proves it."""
        self.up(Ping(), at=to, now=now)
        for datagram, where in self.server.datagrams_to_send(now):
            assert where == to
            self.client.receive(datagram, SERVER, now)
        for datagram, _ in self.client.datagrams_to_send(now):
            self.server.receive(datagram, to, now)


def state_of(session: Session) -> tuple[object, ...]:
    """All that a datagram which is not genuine must not change."""
    flow, channel = session.flow, session.channel
    return (
        session.address, session.last_received_at, session.on_trial, session.newly_lost,
        session.next_timer(), flow.received, flow.highest, flow.reported, flow.window,
        channel.received_count, channel.highest_received,
    )  # fmt: skip


def moved(session: Session) -> Address:
    """Where the session sends now; read afresh, a type checker takes it for unchanging."""
    return session.address


def on_trial(session: Session) -> bool:
    return session.on_trial
