"""The sending half: pushes to followers, ranges to whoever asks, heads where a report is overdue.

Theory. Nothing that was pushed is kept for anybody. A push goes to each follower whose window has
room; who missed it, for whatever reason, sees the hole and asks for the range, which is read from
the room's newest entries or from the log and sent as far as his window allows. Heads are the
safety net for the last entries: they go only to sessions whose report is overdue, with back-off.
A path that loses datagrams gets previous pushes beside each new one, and the last ones again
soon after (`docs/protocol.md`, "Loss"). Answers wait for the end of the tick, or for the next
push: so what was asked in one datagram is answered in as few as it fits, not in one each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Final

from protocol import limits, streams
from protocol.cookie import Address
from protocol.flow import Flow
from protocol.frame_codec import encode_frame, join_frames, of_one_length
from protocol.frames import Frame, Heads, Ping
from protocol.redundancy import previous_pushes, repeats
from protocol.sealing import seal_for_each
from server.audience import Audience
from server.client_session import ClientSession
from server.live_stream import LiveStream
from server.push_packing import packed
from server.room import Room
from server.room_directory import RoomDirectory
from server.room_log import LogEntry, RoomLog

#: One read of the log for one range: a slice of well under 2 ms.
_READ_BYTES_MAX: Final = 32 * 1024
#: On top of the longest time for which a report may be held back.
_HELD_MARGIN_S: Final = limits.REPORT_OVERDUE_S - limits.REPORT_DELAY_S
#: Heads that follow a loss while other things are in flight: at most so often.
_HEADS_AFTER_LOSS_S: Final = 1.0
_PING: Final = encode_frame(Ping())
#: The last pushes are repeated so long after they left, and again in steps twice as long.
_REPEAT_AFTER_S: Final = 0.012
#: Encoded frames in one datagram, beside the head of their array.
_FRAMES_BYTES_MAX: Final = limits.PLAINTEXT_BYTES_MAX - 3
#: Bursts leave so much faster than window and round trip ask for (RFC 9002, 7.7); what would be
#: closer together than a timer can tell needs no waiting.
_PACE: Final = 1.25
_PACED_FROM_S: Final = 0.001
_PACED_TO_S: Final = 1.0
#: Heads of at most 24 bytes in one datagram.
_HEADS_MAX: Final = 45

Wake = Callable[[ClientSession, float], None]


class Delivery:
    """Seals and queues everything that goes to sessions."""

    def __init__(self, rooms: RoomDirectory, log: RoomLog, wake: Wake) -> None:
        self._rooms = rooms
        self._log = log
        self._wake = wake
        self._outgoing: list[tuple[bytes, Address]] = []
        #: Answers of this tick, each one or more encoded frames that stay together.
        self._answers: dict[ClientSession, list[list[bytes]]] = {}
        #: Sessions whose next range has to be read from the log.
        self._readers: deque[ClientSession] = deque()

    def take(self, now: float) -> list[tuple[bytes, Address]]:
        """Everything queued so far, in order, as (datagram, address)."""
        self._seal_answers(now)
        taken, self._outgoing = self._outgoing, []
        return taken

    def queue(self, datagram: bytes, address: Address) -> None:
        """Send a datagram that is ready as it is."""
        self._outgoing.append((datagram, address))

    # --- answers ---------------------------------------------------------------------------
    def answer(self, client: ClientSession, *frames: Frame) -> None:
        """Answer a session: frames that together fit one datagram."""
        self._answers.setdefault(client, []).append([encode_frame(frame) for frame in frames])

    def _seal_answers(self, now: float) -> None:
        answers, self._answers = self._answers, {}
        for client, groups in answers.items():
            if client.session.channel.exhausted:
                continue  # forgotten since, for a flood of forgeries
            frames: list[bytes] = []
            size = 0
            for group in groups:
                group_size = sum(map(len, group))
                if frames and (
                    size + group_size > _FRAMES_BYTES_MAX
                    or len(frames) + len(group) > limits.FRAMES_MAX
                ):
                    self._seal(client, join_frames(frames), now)
                    frames, size = [], 0
                frames += group
                size += group_size
            self._seal(client, join_frames(frames), now)

    def _seal(self, client: ClientSession, plaintext: bytes, now: float) -> None:
        session = client.session
        if session.channel.exhausted:
            return  # nobody can read it any more; who is there makes new keys
        datagram = session.seal_plaintext(plaintext, now)
        self._outgoing.append((datagram, session.route(len(datagram))))
        if not session.flow.awaited:
            self._expect_report(client, now)

    def _expect_report(self, client: ClientSession, now: float, *, asked: bool = False) -> None:
        flow = client.session.flow
        timeout_s = flow.round_trip.timeout_s()
        client.report_by = now  # only on a clean path it may be held back
        if asked:
            client.heads_wait_s = min(timeout_s, limits.SILENCE_MAX_S)
        elif now < flow.lossy_until:
            # No longer than elsewhere, whatever the round trip was while the path was bad.
            timeout_s += limits.LOSSY_REPORT_DELAY_S
            client.heads_wait_s = min(timeout_s, limits.SILENCE_MAX_S)
        else:
            client.heads_wait_s = limits.REPORT_OVERDUE_S
            client.report_by = now + limits.REPORT_HELD_MAX_S + _HELD_MARGIN_S
        client.heads_at = now + client.heads_wait_s
        flow.awaited = True
        self._wake(client, client.heads_at)

    def _ask_report(self, client: ClientSession, now: float) -> None:
        """The window is full and more is to be sent: do not wait until a report is due anyway.

        Without this the window, which grows slowly after a loss, and the distance of reports,
        which grows fast, drift apart, and each windowful waits for a timer.
        """
        if not client.report_asked:
            client.report_asked = True
            self._seal(client, join_frames([_PING]), now)
            if now < client.session.flow.lossy_until:
                self._expect_report(client, now, asked=True)

    # --- pushes ----------------------------------------------------------------------------
    def push(self, audience: Audience, frames: list[bytes], now: float) -> None:
        """Encoded frames, each for a datagram of its own, to every follower's session."""
        if not frames:
            return
        if self._answers:
            self._seal_answers(now)  # first: whoever follows since this tick was told of it
        plaintexts = tuple(of_one_length(frames))
        # Nearly all are plain sailing, and go in one pass; of the others each has its turn between.
        clients, sessions = audience.lists()
        unawaited: list[int] = []
        place = 0
        while place < len(clients):
            if len(plaintexts) <= limits.BURST_MAX:
                place = seal_for_each(sessions, place, plaintexts, now, self._outgoing, unawaited)
                for asked in unawaited:
                    self._expect_report(clients[asked], now)
                unawaited.clear()
            if place < len(clients):
                self._push_with_care(clients[place], frames, plaintexts, now)
                place += 1

    def _push_with_care(
        self,
        client: ClientSession,
        frames: list[bytes],
        plaintexts: tuple[bytes, ...],
        now: float,
    ) -> None:
        """A push to one who may be on trial, behind a bad path, or without room for all of it."""
        flow, count = client.session.flow, len(plaintexts)
        # What goes beyond a burst on a slow path is asked for, and paced then.
        most = limits.BURST_MAX if count > limits.BURST_MAX and _distance_s(flow) else count
        if now < flow.lossy_until:
            self._push_over_lossy_path(client, frames, most, now)
            return
        for place, plaintext in enumerate(plaintexts):
            if not flow.may_send or place == most:
                client.skipped = True
                self._ask_report(client, now)
                break
            self._seal(client, plaintext, now)

    def _push_over_lossy_path(
        self, client: ClientSession, frames: list[bytes], most: int, now: float
    ) -> None:
        flow = client.session.flow
        kept = previous_pushes(flow.loss_ratio) + 1
        for place, frame in enumerate(frames):
            if not flow.may_send or place == most:
                client.skipped = True
                self._ask_report(client, now)
                break
            client.last_pushes = [*client.last_pushes[1 - kept :], frame]
            chosen = _that_fit(client.last_pushes)
            if 2 * flow.in_flight > flow.window:
                chosen.append(_PING)  # each time: a report is lost as easily as anything else
            self._seal(client, join_frames(chosen), now)
        client.repeats = 0
        client.repeat_at = now + _REPEAT_AFTER_S
        self._wake(client, client.repeat_at)

    def repeat_last(self, client: ClientSession, now: float) -> None:
        """The timer of a lossy path: the newest pushes once more."""
        client.repeat_at = None
        flow = client.session.flow
        if not client.last_pushes or not flow.may_send:
            return
        self._seal(client, join_frames(client.last_pushes[-1:]), now)
        client.repeats += 1
        if client.repeats < repeats(flow.loss_ratio):
            client.repeat_at = now + 2 * _REPEAT_AFTER_S
            self._wake(client, client.repeat_at)

    # --- reports and heads -----------------------------------------------------------------
    def on_report(self, client: ClientSession, now: float) -> None:
        """A report came: the window may be open again, and nothing is overdue for a while."""
        flow = client.session.flow
        if flow.reported == client.reported and not client.session.newly_lost:
            return  # it spoke, but of nothing we sent: a report may still be overdue
        client.reported = flow.reported
        client.report_asked = False
        if flow.in_flight <= 0:
            client.heads_at = None
            flow.awaited = False
        else:
            self._expect_report(client, now)
        if now >= flow.lossy_until:
            client.last_pushes = []
        if client.session.newly_lost:
            client.session.newly_lost = 0
            client.lost_some = True
        # What was lost may have been the newest entry of a room: then only a head shows the
        # hole. Behind a busy room's pushes it need not be told at every loss.
        silent = flow.in_flight <= 0 or now >= client.heads_sent_at + _HEADS_AFTER_LOSS_S
        if (client.skipped and flow.may_send) or (client.lost_some and silent):
            self.send_heads(client, now)
        self.serve(client, now)

    def on_report_overdue(self, client: ClientSession, now: float) -> None:
        """No report for too long: ask, with back-off; the silence counts as congestion."""
        flow = client.session.flow
        if flow.in_flight <= 0:
            client.heads_at = None
            flow.awaited = False
            return
        held_until = min(flow.last_sent_at + limits.REPORT_OVERDUE_S, client.report_by)
        if held_until > now:  # more has gone to it since, so it may hold its report back
            client.heads_at = held_until
            self._wake(client, held_until)
            return
        client.report_by = now
        flow.on_congestion()
        self.send_heads(client, now)
        client.heads_wait_s = min(client.heads_wait_s * 2, limits.KEEPALIVE_S)
        client.heads_at = now + client.heads_wait_s
        self._wake(client, client.heads_at)

    def send_heads(self, client: ClientSession, now: float) -> None:
        """The newest numbers of everything the session follows, mostly in one frame."""
        client.skipped = client.lost_some = False
        client.heads_sent_at = now
        heads = []
        for ref in client.refs:
            if streams.is_log(ref):
                room = self._rooms.get(streams.room_of(ref))
                if room:
                    heads.append((ref, room.head, room.visible))
            else:
                stream = self.live_stream(ref)
                if stream:
                    heads.append((ref, stream.head, 0))
        for start in range(0, max(len(heads), 1), _HEADS_MAX):
            frame = encode_frame(Heads(heads[start : start + _HEADS_MAX]))
            self._seal(client, join_frames([frame]), now)

    def live_stream(self, ref: int) -> LiveStream | None:
        """The short-lived stream with this reference."""
        if ref == streams.ROOMS:
            return self._rooms.listing
        room = self._rooms.get(streams.room_of(ref))
        return room.people if room else None

    # --- ranges ----------------------------------------------------------------------------
    def ask(self, client: ClientSession, pull: tuple[int, int, int], now: float) -> None:
        """The session wants ``(reference, first, last)``; a repeat of what is on its way, or
        was sent within this round trip, is ignored."""
        if pull in client.pulls or len(client.pulls) >= limits.RANGES_IN_HAND_MAX:
            return
        # Whoever asks again waited for SILENCE_MAX_S at most: that must not be ignored.
        smoothed_s = min(client.session.flow.round_trip.smoothed_s, limits.SILENCE_MAX_S / 2)
        linger_s = max(limits.REPAIR_LINGER_S, smoothed_s)
        if now - client.served.get(pull, float("-inf")) < linger_s:
            return
        if len(client.served) >= limits.RANGES_IN_HAND_MAX:
            del client.served[next(iter(client.served))]
        client.served.pop(pull, None)
        client.served[pull] = now
        client.pulls.append(pull)
        self.serve(client, now)

    def serve(self, client: ClientSession, now: float) -> None:
        """Send what the session asked for, as far as its window and memory go."""
        while client.pulls:
            if not client.session.flow.may_send:
                self._ask_report(client, now)
                return
            if not self._may_burst(client, now):
                return
            ref, first, last = client.pulls[0]
            if not streams.is_log(ref):
                self._serve_live(client, now)
                continue
            room = self._rooms.get(streams.room_of(ref))
            if room is None or first > min(last, room.head):
                client.pulls.popleft()
                continue
            entries = room.recent_range(first, min(last, room.head))
            if entries is None:
                if client not in self._readers:
                    self._readers.append(client)
                return
            self._send_entries(client, room, _cut(entries, self._budget_bytes(client)), now)

    def read(self, now: float) -> bool:
        """While the log is free: read one slice for one session; False if nobody waits."""
        while self._readers:
            client = self._readers.popleft()
            if client.closed or not client.pulls:
                continue
            ref, first, last = client.pulls[0]
            room = self._rooms.get(streams.room_of(ref))
            may_send = client.session.flow.may_send and self._may_burst(client, now)
            if room is None or not streams.is_log(ref) or not may_send:
                self.serve(client, now)
                continue
            last = min(last, room.head)
            if first <= last:
                budget = min(self._budget_bytes(client), _READ_BYTES_MAX)
                self._send_entries(
                    client, room, self._log.entries(room.room, first, last, budget), now
                )
            self.serve(client, now)
            return True
        return False

    @property
    def wants_to_read(self) -> bool:
        """Somebody waits for entries that only the log has."""
        return bool(self._readers)

    def _may_burst(self, client: ClientSession, now: float) -> bool:
        """What was asked for leaves in bursts, in time a little faster than the window allows
        (RFC 8085, 3.1.6; RFC 9002, 7.7). False: the next one is planned."""
        if client.burst_left > 0:
            return True
        if now < client.burst_at:
            self._wake(client, client.burst_at)
            return False
        client.burst_left = limits.BURST_MAX
        client.burst_at = now + _distance_s(client.session.flow)
        return True

    @staticmethod
    def _budget_bytes(client: ClientSession) -> int:
        flow = client.session.flow
        datagrams = min(flow.window - flow.in_flight, client.burst_left)
        return int(max(1.0, datagrams)) * limits.BODY_BYTES_MAX

    def _send_entries(
        self, client: ClientSession, room: Room, entries: list[LogEntry], now: float
    ) -> None:
        ref, first, last = client.pulls.popleft()
        pushes = list(islice(packed(room.room, entries), client.burst_left))
        plaintexts = of_one_length([frame for _, frame in pushes])
        for (covered_to, _), plaintext in zip(pushes, plaintexts, strict=True):
            if not client.session.flow.may_send:
                break
            client.burst_left -= 1
            self._seal(client, plaintext, now)
            first = covered_to + 1
        if entries and first <= last:
            client.pulls.appendleft((ref, first, last))

    def _serve_live(self, client: ClientSession, now: float) -> None:
        ref, first, last = client.pulls.popleft()
        stream = self.live_stream(ref)
        if stream is None:
            return
        for covered_to, frame in stream.frames(max(first, 1), last):
            if not client.session.flow.may_send or not client.burst_left:
                client.pulls.appendleft((ref, first, last))
                return
            client.burst_left -= 1
            self._seal(client, join_frames([frame]), now)
            first = covered_to + 1


def _distance_s(flow: Flow) -> float:
    """How far bursts are to be apart on this path; 0 where it is too little for a timer."""
    distance_s = limits.BURST_MAX * flow.round_trip.smoothed_s / (_PACE * flow.window)
    # The round trip of bad times must not hold up better ones; the window bounds them anyway.
    return min(distance_s, _PACED_TO_S) if distance_s >= _PACED_FROM_S else 0.0


def _that_fit(pushes: list[bytes]) -> list[bytes]:
    """The last of these frames, and as many before it as fit one datagram with it."""
    first, size = len(pushes) - 1, len(pushes[-1])
    while first and size + len(pushes[first - 1]) + len(_PING) <= _FRAMES_BYTES_MAX:
        first -= 1
        size += len(pushes[first])
    return pushes[first:]


def _cut(entries: list[LogEntry], bytes_max: int) -> list[LogEntry]:
    """The first of the entries, as many as a budget allows (at least one)."""
    size = 0
    for place, entry in enumerate(entries):
        size += len(entry.text) + 24
        if size > bytes_max and place:
            return entries[:place]
    return entries
