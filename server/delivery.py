"""Pushes to followers, and heads where a report is overdue: how everybody hears of what is new.

Theory. Nothing that was pushed is kept for anybody. A push goes to each follower whose window has
room; who missed it, for whatever reason, sees the hole and asks for the range (``ranges``). Heads
are the safety net for the last entries: they go only to sessions whose report is overdue, with
back-off. A path that loses datagrams gets previous pushes beside each new one, and the last ones
again soon after (`docs/protocol.md`, "Loss").
"""

from __future__ import annotations

from typing import Final

from protocol import limits, streams
from protocol.frame_codec import encode_frame, join_frames, of_one_length
from protocol.frames import Heads
from protocol.redundancy import previous_pushes, repeats
from protocol.sealing import seal_for_each
from server.audience import Audience
from server.client_session import ClientSession
from server.outbox import FRAMES_BYTES_MAX, PING, Outbox, Wake
from server.ranges import Ranges, burst_distance_s
from server.room_directory import RoomDirectory

#: Heads that follow a loss while other things are in flight: at most so often.
_HEADS_AFTER_LOSS_S: Final = 1.0
#: The last pushes are repeated so long after they left, and again in steps twice as long.
_REPEAT_AFTER_S: Final = 0.012
#: Heads of at most 24 bytes in one datagram.
_HEADS_MAX: Final = 45


class Delivery:
    """Tells sessions what is new in the streams that they follow."""

    def __init__(self, rooms: RoomDirectory, outbox: Outbox, ranges: Ranges, wake: Wake) -> None:
        self._rooms = rooms
        self._outbox = outbox
        self._ranges = ranges
        self._wake = wake

    def push(self, audience: Audience, frames: list[bytes], now: float) -> None:
        """Encoded frames, each for a datagram of its own, to every follower's session."""
        if not frames:
            return
        self._outbox.seal_answers(now)  # first: whoever follows since this tick was told of it
        plaintexts = tuple(of_one_length(frames))
        # Nearly all are plain sailing, and go in one pass; of the others each has its turn between.
        clients, sessions = audience.lists()
        sealed, unawaited = self._outbox.sealed, list[int]()
        place = 0
        while place < len(clients):
            if len(plaintexts) <= limits.BURST_MAX:
                place = seal_for_each(sessions, place, plaintexts, now, sealed, unawaited)
                for asked in unawaited:
                    self._outbox.expect_report(clients[asked], now)
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
        most = limits.BURST_MAX if count > limits.BURST_MAX and burst_distance_s(flow) else count
        if now < flow.lossy_until:
            self._push_over_lossy_path(client, frames, most, now)
            return
        for place, plaintext in enumerate(plaintexts):
            if not flow.may_send or place == most:
                client.skipped = True
                self._outbox.ask_report(client, now)
                break
            self._outbox.seal(client, plaintext, now)

    def _push_over_lossy_path(
        self, client: ClientSession, frames: list[bytes], most: int, now: float
    ) -> None:
        flow = client.session.flow
        kept = previous_pushes(flow.loss_ratio) + 1
        for place, frame in enumerate(frames):
            if not flow.may_send or place == most:
                client.skipped = True
                self._outbox.ask_report(client, now)
                break
            client.last_pushes = [*client.last_pushes[1 - kept :], frame]
            chosen = _that_fit(client.last_pushes)
            if 2 * flow.in_flight > flow.window:
                chosen.append(PING)  # each time: a report is lost as easily as anything else
            self._outbox.seal(client, join_frames(chosen), now)
        client.repeats = 0
        client.repeat_at = now + _REPEAT_AFTER_S
        self._wake(client, client.repeat_at, now)

    def repeat_last(self, client: ClientSession, now: float) -> None:
        """The timer of a lossy path: the newest pushes once more. Whoever calls looks at
        ``repeat_at`` again."""
        client.repeat_at = None
        flow = client.session.flow
        if not client.last_pushes or not flow.may_send:
            return
        self._outbox.seal(client, join_frames(client.last_pushes[-1:]), now)
        client.repeats += 1
        if client.repeats < repeats(flow.loss_ratio):
            client.repeat_at = now + 2 * _REPEAT_AFTER_S

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
            self._outbox.expect_report(client, now)
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
        self._ranges.serve(client, now)

    def on_report_overdue(self, client: ClientSession, now: float) -> None:
        """No report for too long: ask, with back-off; the silence counts as congestion. Whoever
        calls looks at ``heads_at`` again."""
        flow = client.session.flow
        if flow.in_flight <= 0:
            client.heads_at = None
            flow.awaited = False
            return
        held_until = min(flow.last_sent_at + limits.REPORT_OVERDUE_S, client.report_by)
        if held_until > now:  # more has gone to it since, so it may hold its report back
            client.heads_at = held_until
            return
        client.report_by = now
        flow.on_congestion()
        self.send_heads(client, now)
        client.heads_wait_s = min(client.heads_wait_s * 2, limits.KEEPALIVE_S)
        client.heads_at = now + client.heads_wait_s

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
                stream = self._rooms.live_stream(ref)
                if stream:
                    heads.append((ref, stream.head, 0))
        for start in range(0, max(len(heads), 1), _HEADS_MAX):
            frame = encode_frame(Heads(heads[start : start + _HEADS_MAX]))
            self._outbox.seal(client, join_frames([frame]), now)


def _that_fit(pushes: list[bytes]) -> list[bytes]:
    """The last of these frames, and as many before it as fit one datagram with it."""
    first, size = len(pushes) - 1, len(pushes[-1])
    while first and size + len(pushes[first - 1]) + len(PING) <= FRAMES_BYTES_MAX:
        first -= 1
        size += len(pushes[first])
    return pushes[first:]
