"""Those who mean no good: a member who breaks the rules, and strangers who forge and repeat."""

from __future__ import annotations

import random

from protocol import limits
from protocol.datagrams import DatagramType
from protocol.frame_codec import encode_frame, join_frames
from protocol.frames import (
    Close,
    EntryKind,
    Frame,
    Heads,
    PathChallenge,
    Ping,
    Post,
    Range,
    Report,
    SetPresence,
    SignIn,
    Subscribe,
    Unsubscribe,
    Who,
)
from tests.simulation.client_node import ClientNode
from tests.simulation.network import DOWN, UP, Address, Network, Port
from tests.simulation.trace import Trace


class Hostile:
    """Carries out actions of the group "hostile"."""

    def __init__(
        self, member: ClientNode | None, network: Network, rng: random.Random, trace: Trace
    ) -> None:
        self._member = member
        self._network = network
        self._rng = rng
        self._trace = trace

    def do(self, kind: str, victim: ClientNode, now: float) -> bool:
        """Do it if it is one of ours."""
        match kind:
            case "mischief":
                self._mischief(now)
            case "garbage":
                self._garbage()
            case "replay":
                self._replay()
            case "forged reset":
                self._forged_reset(victim.port)
            case "hellos":
                self._hellos()
            case "flood":
                self._flood()
            case _:
                return False
        self._trace.fault(now, f"hostile: {kind}")
        return True

    # --- a member --------------------------------------------------------------------------
    def _mischief(self, now: float) -> None:
        node = self._member
        if node is None or not node.alive or node.core.link.traffic.session is None:
            return
        session, rng = node.core.link.traffic.session, self._rng
        local = node.local_now()
        for _ in range(rng.randint(1, 80)):
            if rng.random() < 0.01:
                plaintext = rng.randbytes(rng.randint(1, 900))
            else:
                frames = [encode_frame(self._frame()) for _ in range(rng.choice([1, 1, 3]))]
                fitting = frames if sum(map(len, frames)) < 1000 else frames[:1]
                plaintext = join_frames(fitting)
            # Past the session, which would keep to the window.
            session.flow.on_sent(session.channel.sent_counter, local)
            self._network.send_up(node.port, session.channel.seal(plaintext))

    def _flood(self) -> None:
        """Much of what is allowed, far too often."""
        node = self._member
        if node is None or not node.alive or node.core.link.traffic.session is None:
            return
        session = node.core.link.traffic.session
        for number in range(1, 61):
            post = Post(number, number, 1, EntryKind.MESSAGE, "x" * 300, 0, 1)
            who = Who(list(range(1, limits.PEOPLE_ASKED_MAX + 1)))
            frames: list[Frame] = [post, Range(2, 1, number), who, Ping()]
            session.flow.on_sent(session.channel.sent_counter, node.local_now())
            plaintext = join_frames([encode_frame(frame) for frame in frames])
            self._network.send_up(node.port, session.channel.seal(plaintext))

    def _frame(self) -> Frame:
        rng = self._rng
        number = rng.choice([0, 1, 2, 5, 63, 64, 65, 1000, 2**40, limits.NUMBER_MAX])
        ref = rng.choice([0, 2, 3, 4, 5, 7, 999, 2**31])
        match rng.randrange(13):
            case 0 | 1 | 2:
                return Range(ref, rng.randint(0, 90), number)
            case 3:
                return Report(rng.choice([0, 3, 10]), rng.choice([0, 1, 3]), 0, [(ref, number)])
            case 4 | 5 | 6:
                return Post(
                    client_seq=max(1, rng.choice([number, rng.randint(1, 90)])),
                    post_id=rng.choice([0, 1, 77, number]),
                    room=rng.choice([0, 1, 1, 2, 900]),
                    kind=rng.choice([0, 1, 1, 2, 3, 3, 4, 5, 6, 9, 64, 200]),
                    text=rng.choice(["", "mallory", "\x00", "x" * 900, "@admin", "room 1"]),
                    part=rng.randint(0, 2),
                    parts=rng.choice([1, 1, 2, limits.PARTS_MAX]),
                )
            case 7:
                chain = rng.randbytes(8)
                return Subscribe(ref, rng.randbytes(8), 0, [(rng.randint(0, 9), chain)])
            case 8:
                return Unsubscribe(ref)
            case 9:
                return Who([rng.randint(0, 9) for _ in range(rng.randint(0, 50))])
            case 10:
                presence = SetPresence(2, rng.choice(["", "gone\nfishing", "\x07" * 100]))
                return rng.choice([Ping(), presence, SignIn("mallory"), SignIn("\u202e")])
            case 11:
                return rng.choice([PathChallenge(rng.randbytes(8)), Heads([(ref, 5, 5)])])
            case _:
                return rng.choice([Close(0), Ping(), Ping(), Ping(), Ping()])

    # --- strangers -------------------------------------------------------------------------
    def _stranger(self) -> Address:
        address = (f"66.6.{self._rng.randint(0, 3)}.6", self._rng.randint(1, 65_000))
        self._network.strange_in.setdefault(address, 0)
        return address

    def _garbage(self) -> None:
        rng = self._rng
        for _ in range(rng.randint(1, 30)):
            kind, size = rng.randint(0, 9), rng.choice([0, 1, 16, 17, 33, 60, 104, 150, 1199, 1200])
            datagram = (bytes([kind]) + rng.randbytes(size))[:1200]
            recorded = [d for way, d, _ in self._network.recorded if way == UP and len(d) > 40]
            if recorded and rng.random() < 0.7:  # for a session that lives
                datagram = recorded[rng.randrange(len(recorded))][:17] + rng.randbytes(size)
                if rng.random() < 0.5:
                    datagram = datagram[:9] + rng.randbytes(8) + datagram[17:]
            self._network.inject(datagram, self._stranger(), forged=True)

    def _replay(self) -> None:
        recorded = [(d, a) for way, d, a in self._network.recorded if way == UP]
        for _ in range(min(len(recorded), 25)):
            datagram, address = recorded[self._rng.randrange(len(recorded))]
            place: Address = address
            draw = self._rng.random()
            if draw < 0.3:
                place = self._stranger()
            elif draw < 0.6:  # another program behind the same address
                place = (address[0], address[1] + 30_000)
                self._network.strange_in.setdefault(place, 0)
            self._network.inject(datagram, place)

    def _forged_reset(self, port: Port) -> None:
        for way, datagram, address in list(self._network.recorded):
            if way == UP and address == port.address and datagram[0] == DatagramType.DATA:
                reset = bytes([DatagramType.RESET]) + datagram[1:9] + self._rng.randbytes(16)
                self._network.inject_down(port, reset)
        for way, datagram, address in list(self._network.recorded)[-5:]:
            if way == DOWN and address == port.address and len(datagram) > 40:
                self._network.inject_down(port, datagram[:-16] + self._rng.randbytes(16))

    def _hellos(self) -> None:
        for _ in range(40):
            nonce = self._rng.randbytes(32)
            hello = bytes([DatagramType.HELLO]) + nonce + bytes([1, 1, 1, 1])
            self._network.inject(hello.ljust(1200, b"\0"), self._stranger())
