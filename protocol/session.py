"""One sealed conversation with one peer: opens what comes, seals what goes, knows the path.

Theory. A session is found by the index in a datagram's header and proven by its keys, so it
survives a change of address: a datagram with the highest counter so far may come from a new
one, which is then on trial (three times what it sent, until it echoes a challenge: RFC 9000, 8.2
and 9.3). It survives a change of keys as well: a new handshake gives a new channel, and the old
one is heard a little longer. Frames about the path (reports, pings, challenges) end here; the
rest is returned to whoever owns the session.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from protocol import limits
from protocol.channel import Channel
from protocol.cookie import Address
from protocol.datagrams import receiver_index
from protocol.flow import Flow
from protocol.frame_codec import decode_frames, encode_frame, join_frames
from protocol.frames import AnyFrame, Heads, Pad, PathChallenge, PathResponse, Ping, Report

RandomBytes = Callable[[int], bytes]

#: Frames that ask for nothing: a datagram of these alone is not reported, or reports would
#: answer reports for ever.
_QUIET: Final = frozenset({Report, Pad, PathResponse})
#: Frames that are looked at here; all others go straight to the owner.
_ABOUT_THE_PATH: Final = frozenset({Report, Pad, PathResponse, Ping, Heads, PathChallenge})
_CHALLENGES_MAX: Final = 3
#: A challenge that somebody who talks has not answered for so long is taken for lost.
_CHALLENGE_REPEAT_S: Final = 0.25
#: Who talks and talks from an address and answers none of so many is not there: somebody passes on
#: what the peer sends from elsewhere. He gets no new trial for a while, so that the peer is heard.
_CHALLENGES_IN_ALL_MAX: Final = 12
_SPURNED_S: Final = 30.0
#: A report goes beside other frames if it is short and there is room: what it can take, at most.
_COMPLETE_BESIDE: Final = 4
_BESIDE_BYTES_MAX: Final = limits.PLAINTEXT_BYTES_MAX - 128
_SEAL_BYTES: Final = limits.HEADER_BYTES + limits.TAG_BYTES
#: A datagram that holds a challenge alone: its own header and tag, two array heads, a tag, a token.
_CHALLENGE_BYTES: Final = limits.HEADER_BYTES + limits.TAG_BYTES + 13


class _Trial:
    """A new address that has not yet proven that it receives."""

    __slots__ = (
        "address", "allowance_bytes", "token", "tries", "challenges", "next_try_at",
        "repeat_at", "owes_challenge",
    )  # fmt: skip

    def __init__(self, address: Address, token: bytes, now: float) -> None:
        self.address = address
        self.allowance_bytes = 0
        self.token = token
        #: Challenges since something came from there.
        self.tries = 0
        #: In all.
        self.challenges = 0
        self.next_try_at = now
        #: From then on whatever comes from there is worth another challenge.
        self.repeat_at = now
        #: A challenge is due, and too little came from there to allow it.
        self.owes_challenge = True


class Session:
    """Frames in, frames out, over whatever keys and address the peer now has."""

    __slots__ = (
        "channel", "flow", "address", "last_received_at", "opened_at", "newly_lost",
        "_random_bytes", "_jitter", "_previous", "_previous_until", "_trial", "_complete",
        "_response", "_spurned",
    )  # fmt: skip

    def __init__(
        self, channel: Channel, address: Address, now: float, random_bytes: RandomBytes
    ) -> None:
        self.channel = channel
        self.flow = Flow()
        self.address = address
        self.opened_at = now
        self.last_received_at = now
        #: Datagrams that are newly known or feared to be lost, since the owner set this to 0.
        self.newly_lost = 0
        self._random_bytes = random_bytes
        #: 0..1, one for the session: its reports fall between those of other sessions.
        self._jitter = random_bytes(1)[0] / 255
        self._previous: Channel | None = None
        self._previous_until = 0.0
        self._trial: _Trial | None = None
        #: An address that only passes on what the peer sends, and until when it is overlooked.
        self._spurned: tuple[Address, float] | None = None
        self._complete: dict[int, int] = {}
        #: Answers the newest challenge; the peer has one address on trial at a time.
        self._response: PathResponse | None = None

    # --- keys ------------------------------------------------------------------------------
    def adopt(self, channel: Channel, now: float) -> int | None:
        """Go on with new keys; the old ones are heard for a while. Returns the index that the
        owner can forget at once, if there were older keys still."""
        forgotten = self._previous.local_index if self._previous else None
        self._previous, self._previous_until = self.channel, now + limits.OLD_KEYS_KEPT_S
        # What the old keys have in flight will not be reported any more.
        self.newly_lost += self.flow.in_flight
        self.channel, self.flow = channel, Flow()
        if self._complete:
            self.flow.report_due_at = now + limits.REPORT_DELAY_S
        return forgotten

    def drop_old_keys(self, now: float) -> int | None:
        """Forget the previous keys when their time is over; returns their index then."""
        if self._previous is None or now < self._previous_until:
            return None
        index = self._previous.local_index
        self._previous = None
        return index

    @property
    def old_keys_until(self) -> float | None:
        """Until when the keys of before are heard; None: there are none."""
        return self._previous_until if self._previous else None

    @property
    def indexes(self) -> list[int]:
        """The local indexes under which datagrams of this session arrive."""
        channels = [self.channel] + ([self._previous] if self._previous else [])
        return [channel.local_index for channel in channels]

    # --- receiving -------------------------------------------------------------------------
    def receive(self, datagram: bytes, address: Address, now: float) -> list[AnyFrame] | None:
        """Open a datagram; None if it was forged, repeated or damaged: then nothing changed.

        Returns the frames that are the owner's. Raises ``RemoteProtocolError`` if the peer, who
        is who he should be, sealed something malformed.
        """
        channel = self.channel
        if self._previous and receiver_index(datagram) == self._previous.local_index:
            channel = self._previous
        opened = channel.open(datagram)
        if opened is None:
            return None
        frames = decode_frames(opened.plaintext)
        self.last_received_at = now
        if channel is not self.channel:
            return self._handle_all(frames, now, current=False)
        # A newer peer's frame that is unknown here may well want to be reported.
        wants_report = not frames or not _QUIET.issuperset(map(type, frames))
        self.flow.on_received(opened.counter, wants_report, now, self._jitter, len(datagram))
        if opened.is_newest and (address != self.address or self._trial):
            self._on_newest_from(address, now)
        if self._trial and self._trial.address == address:
            self._trial.allowance_bytes += limits.UNPROVEN_FACTOR * len(datagram)
            # Whoever is heard there may have lost the challenge: he need not wait for a timer.
            if self._trial.owes_challenge or now >= self._trial.repeat_at:
                self._trial.owes_challenge = True
                self._trial.tries, self._trial.next_try_at = 0, now
        return self._handle_all(frames, now, current=True)

    def _handle_all(self, frames: list[AnyFrame], now: float, *, current: bool) -> list[AnyFrame]:
        """Deal with what is about the path; returns the rest."""
        if _ABOUT_THE_PATH.isdisjoint(map(type, frames)):
            return frames
        return [frame for frame in frames if not self._handle(frame, now, current=current)]

    def _handle(self, frame: AnyFrame, now: float, *, current: bool) -> bool:
        """Deal with a frame about the path; False if it is the owner's."""
        match frame:
            case Report():
                if current:
                    self.newly_lost += self.flow.on_report(
                        frame.highest, frame.received, frame.delay_ms, now, frame.late
                    )
                return not frame.complete
            case Ping():
                self.flow.ask_report(now)
            case Heads():
                self.flow.ask_report(now)
                return False
            case PathChallenge():
                self._response = PathResponse(token=frame.token)
            case PathResponse():
                if self._trial and self._trial.token == frame.token:
                    self.address = self._trial.address
                    self._trial = None
            case Pad():
                pass
            case _:
                return False
        return True

    def _on_newest_from(self, address: Address, now: float) -> None:
        if address == self.address:
            self._trial = None  # the peer is back
            return
        if self._trial and self._trial.address == address:
            return
        if self._spurned and self._spurned[0] == address and now < self._spurned[1]:
            return
        self._trial = _Trial(address, self._random_bytes(8), now)
        # What is on its way to the old address may well arrive nowhere.
        self.newly_lost += self.flow.in_flight
        self.flow.on_new_path()

    @property
    def on_trial(self) -> bool:
        """The peer's newest address has not proven yet that it receives."""
        return self._trial is not None

    # --- sending ---------------------------------------------------------------------------
    def seal(self, encoded: Sequence[bytes], now: float, *, quiet: bool = False) -> bytes:
        """One datagram of encoded frames. Whether the window has room (``flow.may_send``) is
        the caller's question. A report that is due anyway goes with it."""
        if not quiet and self.flow.wants_company(now):
            encoded = self._with_report(encoded, now)
        return self.seal_plaintext(join_frames(encoded), now, quiet=quiet)

    def with_report(self, encoded: Sequence[bytes], now: float) -> Sequence[bytes]:
        """Encoded frames that are to leave in one datagram, and beside them whatever is to be
        reported, if there is room: a datagram less, and the peer knows the round trip sooner. Not
        where something is missing: what was only overtaken would be taken for lost."""
        if self.flow.report_due_at is None or self.flow.gap_seen:
            return encoded
        return self._with_report(encoded, now)

    def _with_report(self, encoded: Sequence[bytes], now: float) -> Sequence[bytes]:
        has_room = (
            len(self._complete) <= _COMPLETE_BESIDE
            and len(encoded) < limits.FRAMES_MAX
            and sum(map(len, encoded)) < _BESIDE_BYTES_MAX
        )
        return [*encoded, encode_frame(self._report(now))] if has_room else encoded

    def seal_plaintext(self, plaintext: bytes, now: float, *, quiet: bool = False) -> bytes:
        """One datagram of a plaintext that ``join_frames`` made, perhaps for many sessions."""
        channel = self.channel
        self.flow.on_sent(channel.sent_counter, now, len(plaintext) + _SEAL_BYTES, quiet=quiet)
        return channel.seal(plaintext)

    def route(self, size_bytes: int) -> Address:
        """Where a datagram of this size is to go now; counts against an unproven address."""
        trial = self._trial
        if trial is None:
            return self.address
        # What a challenge needs is kept back, or a busy stream would never let it go.
        kept_bytes = _CHALLENGE_BYTES if trial.owes_challenge else 0
        if trial.allowance_bytes < size_bytes + kept_bytes:
            return self.address
        trial.allowance_bytes -= size_bytes
        return trial.address

    def note_complete(self, ref: int, number: int, now: float) -> None:
        """The next report says that the stream is complete up to ``number``."""
        self._complete[ref] = number
        if self.flow.report_due_at is None:
            self.flow.report_due_at = now + limits.REPORT_DELAY_S

    def next_timer(self) -> float | None:
        """When ``datagrams_to_send`` has something to say though nobody asked; None: never."""
        due = self.flow.report_due_at
        if self._trial and (due is None or self._trial.next_try_at < due):
            due = self._trial.next_try_at
        return 0.0 if self._response else due

    def datagrams_to_send(self, now: float) -> list[tuple[bytes, Address]]:
        """Reports, answers and challenges that are due."""
        due: list[tuple[bytes, Address]] = []
        if self._trial and now >= self._trial.next_try_at:
            self._challenge(self._trial, now, due)
        if self._response is not None:
            datagram = self.seal([encode_frame(self._response)], now, quiet=True)
            due.append((datagram, self.route(len(datagram))))
            self._response = None
        if self.flow.report_due_at is not None and now >= self.flow.report_due_at:
            datagram = self.seal([encode_frame(self._report(now))], now, quiet=True)
            due.append((datagram, self.route(len(datagram))))
        return due

    def _challenge(self, trial: _Trial, now: float, due: list[tuple[bytes, Address]]) -> None:
        if trial.tries == _CHALLENGES_MAX:
            self._trial = None  # no answer: the old address stays
            return
        if trial.challenges == _CHALLENGES_IN_ALL_MAX:
            self._trial, self._spurned = None, (trial.address, now + _SPURNED_S)
            return
        trial.tries += 1
        trial.next_try_at = now + self.flow.round_trip.timeout_s(trial.tries - 1)
        trial.repeat_at = now + _CHALLENGE_REPEAT_S
        # Sealed only if it may leave: a counter that is never sent would look like a loss.
        trial.owes_challenge = trial.allowance_bytes < _CHALLENGE_BYTES
        if not trial.owes_challenge:
            # And alone: nothing beside it has been allowed for.
            challenge = join_frames([encode_frame(PathChallenge(token=trial.token))])
            datagram = self.seal_plaintext(challenge, now)
            trial.challenges += 1
            trial.allowance_bytes -= len(datagram)
            due.append((datagram, trial.address))

    def _report(self, now: float) -> Report:
        chosen = list(self._complete.items())[: limits.COMPLETE_TO_REPORTED_MAX]
        for ref, _ in chosen:
            del self._complete[ref]
        highest, received, delay_ms = self.flow.take_report(now)
        if self._complete:
            self.flow.report_due_at = now
        return Report(
            highest=highest,
            received=received,
            delay_ms=delay_ms,
            complete=chosen,
            late=self.flow.late,
        )
