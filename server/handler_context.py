"""What a handler may touch; handlers never see the server or a socket."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from protocol.rate_limit import RateLimit
from server.commit_gate import CommitGate
from server.delivery import Delivery
from server.people import Device, Person
from server.presence import PresenceBoard
from server.room_directory import RoomDirectory
from server.room_log import RoomLog
from server.server_config import ServerConfig
from server.session_keeper import SessionKeeper


@dataclass(frozen=True, slots=True)
class HandlerContext:
    """The parts of one server."""

    config: ServerConfig
    log: RoomLog
    rooms: RoomDirectory
    #: Persons with a session, or only just without one; devices that signed in since the start.
    people: dict[int, Person]
    devices: dict[int, Device]
    sessions: SessionKeeper
    delivery: Delivery
    presence: PresenceBoard
    gate: CommitGate
    #: None: posts are not slowed down.
    post_rate: RateLimit | None
    #: Proves resets after a restart.
    reset_secret: bytes
    counters: Counter[str]
