"""What the server keeps for one session: keys and path, who signed in, what is still owed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from protocol.session import Session
from server.people import Device, Person

#: Questions of one session that wait for the log. A client that comes back asks at most one for
#: each stream it follows, and then names.
READS_WAITING_MAX: Final = 512


@dataclass(slots=True, eq=False)
class SubscribeInHand:
    """A SUBSCRIBE that waits for a free log, and the counter of its newest datagram."""

    ref: int
    counter: int
    question: int


class ClientSession:
    """A sealed session and the little that serving it needs; no copy of anything it was sent."""

    __slots__ = (
        "session", "key", "source", "opened_at", "begun_at", "person", "device", "refs",
        "pulls", "served", "heads_at", "heads_wait_s", "report_by", "heads_sent_at", "reported",
        "report_asked", "skipped", "lost_some", "wakes", "last_pushes", "repeat_at", "repeats",
        "closed", "wary_until", "burst_left", "burst_at", "sign_in_tries", "signing_in",
        "reads_waiting", "counter", "subscribed_at", "subscribing", "presence_at",
    )  # fmt: skip

    def __init__(self, session: Session, key: bytes, source: str, now: float) -> None:
        self.session = session
        #: Public key of the device, proven by the handshake.
        self.key = key
        #: Host it first came from; new devices are counted by it.
        self.source = source
        self.opened_at = now
        #: When its newest handshake was begun.
        self.begun_at = now
        #: None until signed in.
        self.person: Person | None = None
        self.device: Device | None = None
        #: References of the streams it follows.
        self.refs: set[int] = set()
        #: Ranges asked for and not yet sent, as (reference, first, last).
        self.pulls: deque[tuple[int, int, int]] = deque()
        #: Datagrams that may still leave in this burst of answers, and when the next one may.
        self.burst_left = 0
        self.burst_at = float("-inf")
        #: When a range was last served: a repeat that crosses its answer is ignored.
        self.served: dict[tuple[int, int, int], float] = {}
        #: When to ask for an overdue report, None while nothing is in flight (``flow.awaited``).
        self.heads_at: float | None = None
        self.heads_wait_s = 0.0
        #: Until when it may hold back its report while more keeps coming.
        self.report_by = 0.0
        #: A push was left out because the window was full: heads follow when it opens.
        self.skipped = False
        #: A report showed a loss, and no head has been sent since.
        self.lost_some = False
        #: When the server's timers will look after this session, the next time last.
        self.wakes: list[float] = []
        #: The push frames sent last, kept for lossy paths alone, when to repeat them, and how often
        #: they were.
        self.last_pushes: list[bytes] = []
        self.repeat_at: float | None = None
        self.repeats = 0
        #: ``flow.reported`` when a report last came, and whether we asked for the next one.
        self.reported = 0
        self.report_asked = False
        self.heads_sent_at = float("-inf")
        self.closed = False
        #: Until then only its own address is listened to: somebody forges from elsewhere.
        self.wary_until = float("-inf")
        self.sign_in_tries = 0
        #: It wants to sign in, and the log has not answered yet.
        self.signing_in = False
        #: Counter of the datagram in hand (-1: it came on old keys), and of the one in which each
        #: stream was last subscribed to: datagrams overtake each other.
        self.counter = -1
        self.subscribed_at: dict[int, int] = {}
        #: Questions of this session that wait for a free log.
        self.reads_waiting = 0
        #: Of each stream the newest SUBSCRIBE among them.
        self.subscribing: dict[int, SubscribeInHand] = {}
        #: The counter of the datagram that said last whether he is here.
        self.presence_at = -1

    def is_in_hand(self, ref: int, question: int) -> bool:
        """The same question waits already. It keeps its place, or whoever repeats it while much is
        asked would begin at the end each time; but it was asked now."""
        waiting = self.subscribing.get(ref)
        if waiting is None or waiting.question != question:
            return False
        waiting.counter = max(waiting.counter, self.counter)
        return True

    def take_in_hand(self, asked: SubscribeInHand) -> None:
        """It waits from now on, unless a newer one does; an older one does no more. Of too many
        the oldest is forgotten: he asks again."""
        waiting = self.subscribing.get(asked.ref)
        if waiting is None or asked.counter >= waiting.counter:
            self.subscribing[asked.ref] = asked
        if len(self.subscribing) > READS_WAITING_MAX:
            del self.subscribing[next(iter(self.subscribing))]

    def begin_counters_anew(self) -> None:
        """On new keys: whatever comes there is newer than all before."""
        self.subscribed_at.clear()
        self.presence_at = -1
        for waiting in self.subscribing.values():
            waiting.counter = -1
