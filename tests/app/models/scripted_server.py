"""The other end of a client core under test: it shakes hands truly, and says what a test says."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from typing import Protocol, TypeVar

from app.models.store_answers import Restored
from protocol.datagrams import DatagramType
from protocol.errors import RemoteProtocolError
from protocol.frame_codec import encode_frame
from protocol.frames import AnyFrame, Frame, Subscribe, Subscribed, Welcome
from protocol.limits import PROTOCOL_VERSIONS
from protocol.server_handshakes import ClientEstablished, Reply, ServerHandshakes
from protocol.session import Session

CLIENT = ("192.0.2.7", 7)
TOKEN = b"t" * 16
NOTHING = Restored(1, None, 0, "anna", "", 0, (), (), (), 1)

AnyKind = TypeVar("AnyKind")


class Core(Protocol):
    """What a link and a whole client have in common."""

    def take_datagrams(self) -> list[bytes]: ...
    def receive(self, datagram: bytes, now: float) -> object: ...
    def handle_timer(self, now: float) -> None: ...
    def next_timer(self) -> float | None: ...


class ScriptedServer:
    """A session with ``core``, on the test's clock. The test gives ``core`` before ``carry``."""

    core: Core

    def __init__(
        self, *, key: int = 0, versions: tuple[int, ...] = PROTOCOL_VERSIONS, seed: int = 5
    ) -> None:
        self.now = 100.0
        self.random_bytes: Callable[[int], bytes] = random.Random(seed).randbytes
        self.heard: list[AnyFrame] = []
        self.events: list[object] = []
        self.session: Session | None = None
        #: Number of the newest subscription to each stream.
        self.questions: dict[int, int] = {}
        #: Payloads of the handshakes that were finished.
        self.payloads: list[bytes] = []
        #: Every datagram of the client, and how many it sent.
        self.seen: list[bytes] = []
        #: Datagrams for which this is true do not arrive here.
        self.loses: Callable[[bytes], bool] = lambda datagram: False
        self.handshakes = ServerHandshakes(
            bytes(range(key, key + 32)), self.random_bytes, versions=versions
        )

    def carry(self) -> None:
        """Bring datagrams to and fro until the client has nothing to say."""
        while datagrams := self.core.take_datagrams():
            for datagram in datagrams:
                self.seen.append(datagram)
                if not self.loses(datagram):
                    self.deliver(datagram)

    def deliver(self, datagram: bytes) -> None:
        """A datagram of the client arrives."""
        if datagram[0] == DatagramType.DATA:
            if self.session is not None:
                # Who was told of a room with a mad number asks for it, and that cannot be decoded.
                with contextlib.suppress(RemoteProtocolError):
                    frames = self.session.receive(datagram, CLIENT, self.now) or []
                    self.heard += frames
                    for frame in frames:
                        if isinstance(frame, Subscribe):
                            self.questions[frame.ref] = frame.question
            return
        outcome = self.handshakes.receive(datagram, CLIENT, self.now)
        if isinstance(outcome, Reply):
            self.core.receive(outcome.datagram, self.now)
        elif isinstance(outcome, ClientEstablished):
            self.payloads.append(outcome.payload)
            if outcome.payload and self.session is not None:
                self.session.adopt(outcome.channel, self.now)
            else:
                self.session = Session(outcome.channel, CLIENT, self.now, self.random_bytes)

    def sealed(self, *frames: Frame) -> bytes:
        """A datagram of the server that has not left yet."""
        assert self.session is not None
        return self.session.seal([encode_frame(frame) for frame in frames], self.now)

    def say(self, *frames: Frame) -> None:
        """Say this, and hear what the client answers."""
        self.core.receive(self.sealed(*frames), self.now)
        self.carry()

    def welcome(self, *, name: str = "anna", last: int = 0, rooms: tuple[int, ...] = ()) -> None:
        """Let the client in."""
        self.say(self.welcome_frame(name=name, last=last, rooms=rooms))

    @staticmethod
    def welcome_frame(
        *, name: str = "anna", last: int = 0, rooms: tuple[int, ...] = (), names_version: int = 0
    ) -> Welcome:
        return Welcome(1, 3, name, last, 0, "Harbour", list(rooms), TOKEN, 5, names_version)

    def wait(self, seconds: float) -> None:
        """Let the client's timers run; the server says nothing."""
        until, turns = self.now + seconds, 0
        while (due := self.core.next_timer()) is not None and due <= until:
            turns += 1
            assert turns < 1000 * (1 + seconds), "the client spins"
            self.now = max(self.now, due)
            self.core.handle_timer(self.now)
            self.carry()
        self.now = until

    def take(self, kind: type[AnyKind]) -> list[AnyKind]:
        """Frames of this kind that were heard since anything was taken."""
        heard, self.heard = self.heard, []
        return [frame for frame in heard if isinstance(frame, kind)]

    def happened(self, kind: type[AnyKind]) -> list[AnyKind]:
        """Events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]


def subscribed(
    ref: int, head: int, *, agreed_to: int = 0, stream: bytes = b"stream 1", question: int = 0
) -> Subscribed:
    """The answer to a subscription."""
    return Subscribed(ref, stream, 1, 1, head, head, b"chain hd", agreed_to, question)
