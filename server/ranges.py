"""Ranges of a stream to whoever asks: from memory or the log, in bursts, as his window allows.

Nothing that was pushed is kept for anybody. Who missed it, for whatever reason, sees the hole and
asks for the range, which is read from the room's newest entries or from the log.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import Final

from protocol import limits, streams
from protocol.flow import Flow
from protocol.frame_codec import join_frames, of_one_length
from server.client_session import ClientSession
from server.outbox import Outbox, Wake
from server.push_packing import packed
from server.room import Room
from server.room_directory import RoomDirectory
from server.room_log import LogEntry, RoomLog

#: One read of the log for one range: a slice of well under 2 ms.
_READ_BYTES_MAX: Final = 32 * 1024
#: Bursts leave so much faster than window and round trip ask for (RFC 9002, 7.7); what would be
#: closer together than a timer can tell needs no waiting.
_PACE: Final = 1.25
_PACED_FROM_S: Final = 0.001
_PACED_TO_S: Final = 1.0


class Ranges:
    """What sessions asked for and have not got yet."""

    def __init__(self, rooms: RoomDirectory, log: RoomLog, outbox: Outbox, wake: Wake) -> None:
        self._rooms = rooms
        self._log = log
        self._outbox = outbox
        self._wake = wake
        #: Sessions whose next range has to be read from the log.
        self._readers: deque[ClientSession] = deque()

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

    def drop(self, client: ClientSession, ref: int) -> None:
        """The session does not follow this stream any more, so it wants nothing of it, and what
        it asks for when it comes back is no repeat."""
        client.served = {pull: at for pull, at in client.served.items() if pull[0] != ref}
        client.pulls = deque(pull for pull in client.pulls if pull[0] != ref)

    def serve(self, client: ClientSession, now: float) -> None:
        """Send what the session asked for, as far as its window and memory go."""
        while client.pulls:
            if not client.session.flow.may_send:
                self._outbox.ask_report(client, now)
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
        if now >= client.burst_at:  # in place of what an earlier one left, not beside it
            client.burst_left = limits.BURST_MAX
            client.burst_at = now + burst_distance_s(client.session.flow)
        elif not client.burst_left:
            self._wake(client, client.burst_at, now)
            return False
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
            self._outbox.seal(client, plaintext, now)
            first = covered_to + 1
        if entries and first <= last:
            client.pulls.appendleft((ref, first, last))

    def _serve_live(self, client: ClientSession, now: float) -> None:
        ref, first, last = client.pulls.popleft()
        stream = self._rooms.live_stream(ref)
        if stream is None:
            return
        for covered_to, frame in stream.frames(max(first, 1), last):
            if not client.session.flow.may_send or not client.burst_left:
                client.pulls.appendleft((ref, first, last))
                return
            client.burst_left -= 1
            self._outbox.seal(client, join_frames([frame]), now)
            first = covered_to + 1


def burst_distance_s(flow: Flow) -> float:
    """How far bursts are to be apart on this path; 0 where it is too little for a timer."""
    distance_s = limits.BURST_MAX * flow.round_trip.smoothed_s / (_PACE * flow.window)
    # The round trip of bad times must not hold up better ones; the window bounds them anyway.
    return min(distance_s, _PACED_TO_S) if distance_s >= _PACED_FROM_S else 0.0


def _cut(entries: list[LogEntry], bytes_max: int) -> list[LogEntry]:
    """The first of the entries, as many as a budget allows (at least one)."""
    size = 0
    for place, entry in enumerate(entries):
        size += len(entry.text) + 24
        if size > bytes_max and place:
            return entries[:place]
    return entries
