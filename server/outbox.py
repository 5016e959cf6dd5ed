"""What leaves for sessions in a tick: sealed, in order, and each with a report to be expected.

Answers wait for the end of the tick, or for the next push: so what was asked in one datagram is
answered in as few as it fits, not in one each, and the report that is owed goes with the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from protocol import limits
from protocol.cookie import Address
from protocol.frame_codec import encode_frame, join_frames
from protocol.frames import Frame, Ping
from server.client_session import ClientSession

#: Asks for a report, and for nothing else.
PING: Final = encode_frame(Ping())
#: Encoded frames in one datagram, beside the head of their array.
FRAMES_BYTES_MAX: Final = limits.PLAINTEXT_BYTES_MAX - 3

#: On top of the longest time for which a report may be held back.
_HELD_MARGIN_S: Final = limits.REPORT_OVERDUE_S - limits.REPORT_DELAY_S

#: A session, when, and the time now.
Wake = Callable[[ClientSession, float, float], None]


class Outbox:
    """Seals and queues; whether a window has room is the caller's question."""

    def __init__(self, wake: Wake) -> None:
        """``wake`` has a session looked after at a time."""
        self._wake = wake
        #: Sealed, as (datagram, address): whoever seals by himself adds to it.
        self.sealed: list[tuple[bytes, Address]] = []
        #: Answers of this tick, each one or more encoded frames that stay together.
        self._answers: dict[ClientSession, list[list[bytes]]] = {}

    def take(self, now: float) -> list[tuple[bytes, Address]]:
        """Everything queued so far, in order, as (datagram, address)."""
        self.seal_answers(now)
        taken, self.sealed = self.sealed, []
        return taken

    def queue(self, datagram: bytes, address: Address) -> None:
        """Send a datagram that is ready as it is."""
        self.sealed.append((datagram, address))

    def answer(self, client: ClientSession, *frames: Frame) -> None:
        """Answer a session: frames that together fit one datagram."""
        self._answers.setdefault(client, []).append([encode_frame(frame) for frame in frames])

    def seal_answers(self, now: float) -> None:
        """Before the tick ends, if something is to leave after them."""
        answers, self._answers = self._answers, {}
        for client, groups in answers.items():
            if client.session.channel.exhausted:
                continue  # forgotten since, for a flood of forgeries
            frames: list[bytes] = []
            size = 0
            for group in groups:
                group_size = sum(map(len, group))
                if frames and (
                    size + group_size > FRAMES_BYTES_MAX
                    or len(frames) + len(group) > limits.FRAMES_MAX
                ):
                    self.seal(client, join_frames(frames), now)
                    frames, size = [], 0
                frames += group
                size += group_size
            self.seal(client, join_frames(client.session.with_report(frames, now)), now)

    def seal(self, client: ClientSession, plaintext: bytes, now: float) -> None:
        """One datagram of a plaintext that ``join_frames`` made."""
        session = client.session
        if session.channel.exhausted:
            return  # nobody can read it any more; who is there makes new keys
        datagram = session.seal_plaintext(plaintext, now)
        self.sealed.append((datagram, session.route(len(datagram))))
        if not session.flow.awaited:
            self.expect_report(client, now)

    def expect_report(self, client: ClientSession, now: float, *, asked: bool = False) -> None:
        """Something is in flight: plan when to ask about it. ``asked``: that has been done."""
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
        self._wake(client, client.heads_at, now)

    def ask_report(self, client: ClientSession, now: float) -> None:
        """The window is full and more is to be sent: do not wait until a report is due anyway.

        Without this the window, which grows slowly after a loss, and the distance of reports,
        which grows fast, drift apart, and each windowful waits for a timer.
        """
        if not client.report_asked:
            client.report_asked = True
            self.seal(client, join_frames([PING]), now)
            if now < client.session.flow.lossy_until:
                self.expect_report(client, now, asked=True)
