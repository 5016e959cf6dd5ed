"""What must be true when all is well again: L1, L2, L4, L5, and that every copy is the log."""

from __future__ import annotations

from collections.abc import Callable

from app.models.events import LinkState
from protocol.client_handshake import HANDSHAKE_TIMEOUT_S
from protocol.limits import KEEPALIVE_S, NUMBER_MAX
from tests.simulation.client_node import ClientNode
from tests.simulation.scenario import Scenario
from tests.simulation.schedule import Schedule
from tests.simulation.server_node import ServerNode
from tests.simulation.trace import Trace, Violation
from tests.simulation.truth import Truth

BACK_WITHIN_S = 10.0
ANSWERED_WITHIN_S = 30.0
#: Whom nobody told of a restart learns it from his keepalive, and then comes back.
EQUAL_WITHIN_S = 30.0 + BACK_WITHIN_S
_STEP_S = 0.25
_SAVED_WITHIN_S = 2.0
_SETTLE_S = 25.0
_SILENCE_S = 100.0


class Judgement:
    """Judges a run after it was healed."""

    def __init__(
        self,
        schedule: Schedule,
        trace: Trace,
        truth: Truth,
        server: ServerNode,
        people: list[ClientNode],
    ) -> None:
        self._schedule = schedule
        self._trace = trace
        self._truth = truth
        self._server = server
        self._people = people
        #: The heads of all logs when a person was equal to them.
        self._equal_to: dict[str, dict[bytes, int]] = {}
        #: Whose disk had all that was on its way to it, once.
        self._stored: set[str] = set()

    def judge(self, scenario: Scenario) -> None:
        """Raise ``Violation`` for whatever is not as it was promised."""
        healed = self._schedule.now
        held, repairs = self._held(), self._trace.repairs
        asked = self._server.entries_asked_for()
        self._note_what_is_under_way()
        self._wait("L1", healed + ANSWERED_WITHIN_S, self._unanswered)
        self._wait("L2", healed + EQUAL_WITHIN_S, self._behind)
        # Whoever follows a room only now, and what was said since, is in it as well.
        asked += self._trace.asked_late
        self._check_repairs(self._held() - held, asked, self._trace.repairs - repairs)
        self._check_copies()
        self._check_nothing_lost()
        self._restart()
        # Reports, repairs and merged presence come to rest.
        self._schedule.run(_SETTLE_S)
        if scenario.tuning.rekey_after_s > _SILENCE_S:
            self._check_silence()
        self._check_copies()
        self._server.crash()
        self._server.start()
        self._truth.check_members(self._server.disk.connection)

    def _wait(self, invariant: str, end: float, look: Callable[[], str]) -> None:
        start = self._schedule.now
        while wrong := look():
            if self._schedule.now >= end:
                raise Violation(invariant, f"{end - start:.0f} s without faults, and {wrong}")
            self._schedule.run(_STEP_S)
        self._trace.checks[invariant] += 1

    def _unanswered(self) -> str:
        """Who waits for a receipt, or has not had a moment with nothing on the way to his disk;
        where keys are made anew every few seconds, somebody always writes."""
        self._stored |= {node.name for node in self._people if not node.is_busy}
        for node in self._people:
            waiting = node.core.posts_waiting
            stored = [post for post in node.outbox() if not post.refused]
            if waiting or stored:
                return f"{node.name} waits for {waiting} posts, {len(stored)} on disk"
            if node.name not in self._stored:
                return f"the disk of {node.name} is never done"
        return ""

    def _behind(self) -> str:
        """Who has not been equal to the log as it is now; where keys are made anew every few
        seconds, somebody is always on his way."""
        heads = {stream: len(rows) for stream, rows in self._truth.rows.items()}
        behind = ""
        for node in self._people:
            if self._equal_to.get(node.name) != heads:
                wrong = self._wrong_with(node)
                behind = behind or wrong
                if not wrong:
                    self._equal_to[node.name] = heads
        return behind

    def _wrong_with(self, node: ClientNode) -> str:
        if node.state is not LinkState.ONLINE:
            return f"{node.name} is {node.state.value}"
        if not node.core.link.is_welcome:
            return f"{node.name} was not told where the server stands"
        if not self._server.knows(node.core.link.traffic.session, node.port.address):
            return f"the server does not know where {node.name} is"
        for room in sorted(node.joined):
            stream = self._truth.streams.get(room)
            replica = node.core._follower._rooms.get(room)
            if stream is None or replica is None or replica.stream_id != stream:
                return f"{node.name} does not follow room {room}"
            head = len(self._truth.rows[stream])
            if not replica.subscribed or replica.numbers.complete_to != head:
                held = replica.numbers.complete_to
                return f"{node.name} holds room {room} up to {held} of {head}"
        if node.is_busy:
            return f"the store of {node.name} is busy"
        return ""

    def _held(self) -> int:
        """Entries that people hold, of all rooms together."""
        return sum(len(node.held(room)) for node in self._people for room in self._truth.streams)

    def _note_what_is_under_way(self) -> None:
        """A question that was damaged on its way may have an intact double seconds behind it."""
        for node in self._people:
            if (session := node.core.link.traffic.session) is not None:
                channel = session.channel
                self._trace.sent_before[channel.remote_index] = channel.sent_counter

    def _check_repairs(self, missing: int, asked: int, repairs: int) -> None:
        if self._server.was_copied_back:
            return  # who holds entries of a history that was lost, asks for its true ones
        self._trace.checks["L3"] += 1
        # What was asked for before is answered, even to who has left the room since: his word of
        # that is said once, and may be lost.
        if repairs > 2 * (missing + asked) + len(self._people):
            raise Violation("L3", f"{repairs} datagrams of repairs, {missing} entries were missing")

    def _check_copies(self) -> None:
        """Every client's store shows the log, each entry once, and no gap as contiguous."""
        for node in self._people:
            restored = node.store.restore(1)
            for room in restored.rooms:
                rows = self._truth.rows.get(room.stream_id)
                if rows is None:
                    continue  # a room of a history that was lost
                held = [n for first, last in room.held for n in range(first, last + 1)]
                history = node.store._rooms.history(1, room.room, NUMBER_MAX, 1000)
                if [entry.number for entry in history] != held[-1000:]:
                    raise Violation("S5", f"{node.name} shows a gap in room {room.room} as none")
                if room.room not in node.joined:
                    continue  # followed once: it may have stopped anywhere, even before a fork
                for entry in history:
                    self._trace.checks["S4 copies"] += 1
                    if entry.number > len(rows) or rows[entry.number - 1] != node.as_row(entry):
                        text = f"{node.name} keeps another entry {entry.number} of {room.room}"
                        raise Violation("S4", text)

    def _check_nothing_lost(self) -> None:
        """What was on somebody's disk stands in the log, or was refused."""
        if self._server.was_copied_back:
            return
        for node in self._people:
            if node.copied_back:
                continue
            for word in sorted(node.stored_words - node.refused_words - node.dropped_words):
                self._trace.checks["S3 kept"] += 1
                if not self._truth.has_text(word):
                    raise Violation("S3", f"{word} was in the outbox, and nobody has it")

    def _restart(self) -> None:
        for node in self._people:
            node.signed_in = False
        self._schedule.run(_SAVED_WITHIN_S)  # the server remembers whom to tell
        # Whoever is changing keys has to give up on that first.
        is_shaking = any(node.core.link._handshake for node in self._people)
        self._server.crash()
        self._schedule.run(0.1)
        self._server.start()
        bound_s = BACK_WITHIN_S + (HANDSHAKE_TIMEOUT_S + 1.0 if is_shaking else 0.0)
        self._wait("L5", self._schedule.now + bound_s, self._not_back)

    def _not_back(self) -> str:
        away = [node.name for node in self._people if not node.signed_in]
        return f"{', '.join(away)} not back" if away else ""

    def _check_silence(self) -> None:
        before = dict(self._server.network.sent)
        self._schedule.run(_SILENCE_S)
        allowed = len(self._people) * (2 * _SILENCE_S / (0.8 * KEEPALIVE_S) + 2)
        for way, count in self._server.network.sent.items():
            self._trace.checks["L4"] += 1
            if count - before[way] > allowed:
                text = f"{count - before[way]} datagrams {way} in {_SILENCE_S} s of silence"
                raise Violation("L4", text)
