"""What a handler may touch; handlers never see the server or a socket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from protocol import limits
from protocol.cookie import Address
from server.client_session import READS_WAITING_MAX, ClientSession
from server.commit_gate import CommitGate
from server.delivery import Delivery
from server.outbox import Outbox
from server.people import Device, Person
from server.post_intake import StagingRoom
from server.presence import PresenceBoard
from server.ranges import Ranges
from server.rates import Rates
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
    outbox: Outbox
    ranges: Ranges
    delivery: Delivery
    presence: PresenceBoard
    gate: CommitGate
    rates: Rates
    staging: StagingRoom
    #: Proves resets after a restart.
    reset_secret: bytes
    counters: Counter[str]
    #: Public key to be announced, empty for none.
    next_key: bytes = b""
    #: Where a full datagram did not arrive: what goes there may be cut into fragments.
    narrow_paths: set[Address] = field(default_factory=set)

    def read_soon(
        self,
        client: ClientSession,
        read: Callable[[], None],
        now: float,
        rows: int = 1,
        dropped: Callable[[], object] = lambda: None,
    ) -> bool:
        """Answer a session when the log is free; False if that was dropped now. ``dropped`` is
        called if that happens later.

        Dropped, for he asks again: what comes while very much of his waits, what he asks for
        beyond his rate of rows, and what could only be answered into a path of which nothing is
        heard.
        """
        if client.reads_waiting >= READS_WAITING_MAX:
            return False
        if client.person is not None and not self.rates.may_ask(client.person.person, rows, now):
            return False

        def run() -> None:
            client.reads_waiting -= 1
            flow = client.session.flow
            if not client.closed and flow.sent - flow.reported < limits.WINDOW_MAX:
                read()
            else:
                dropped()

        is_waiting = self.gate.read_soon(run)
        client.reads_waiting += is_waiting
        return is_waiting
