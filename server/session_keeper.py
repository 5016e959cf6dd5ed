"""Looks after sessions: their timers, their end, and what others see of it."""

from __future__ import annotations

import math
from collections import Counter
from typing import Final

from protocol import limits, streams
from protocol.frames import Close, CloseReason
from protocol.rate_limit import RateLimit
from server.client_session import ClientSession
from server.delivery import Delivery
from server.outbox import Outbox
from server.people import Person
from server.presence import PresenceBoard
from server.ranges import Ranges
from server.room_directory import RoomDirectory
from server.room_log import LogError, RememberedSession, RoomLog
from server.server_config import ServerConfig
from server.session_table import SessionTable
from server.timers import Timers

#: A session is remembered beside other writes, or by itself after this.
_SAVED_WITHIN_S: Final = 1.0
#: Sessions that are looked after in a while are looked after many at a time: a tick of the server
#: for one report costs more than the report.
_FAR_S: Final = 0.5
TOGETHER_S: Final = 1 / 16
#: Changes of one person's presence that are told as they come; more are told within this.
_SHOWS_BURST: Final = 10
_SHOWN_WITHIN_S: Final = 1.0


class SessionKeeper:
    """One timer a session, however much it has to be looked after."""

    def __init__(
        self,
        config: ServerConfig,
        rooms: RoomDirectory,
        people: dict[int, Person],
        timers: Timers,
        counters: Counter[str],
    ) -> None:
        self._config = config
        self._rooms = rooms
        self._people = people
        self._timers = timers
        self._counters = counters
        self._shows = RateLimit(_SHOWS_BURST, 1 / _SHOWN_WITHIN_S)
        self.table = SessionTable()
        self.outbox: Outbox
        self.ranges: Ranges
        self.delivery: Delivery
        self.presence: PresenceBoard
        # Indexes that came and went since the log was last told.
        self._opened: dict[bytes, RememberedSession] = {}
        self._gone: list[bytes] = []
        # The same, as it was put into the batch that may be on its way to the disk.
        self._saving: tuple[dict[bytes, RememberedSession], list[bytes]] = ({}, [])
        #: When the log is to be told even if nothing else is written, None while it knows all.
        self._save_at: float | None = None

    def wire(
        self, outbox: Outbox, ranges: Ranges, delivery: Delivery, presence: PresenceBoard
    ) -> None:
        """Who sends, and who tells others: all of them need this object first."""
        self.outbox, self.ranges = outbox, ranges
        self.delivery, self.presence = delivery, presence

    # --- timers ----------------------------------------------------------------------------
    def wake(self, client: ClientSession, when: float, now: float) -> None:
        """Look after the session at ``when``, or earlier if that was planned already: then it
        is planned anew. So each plan is earlier than those before, and they stay few. What is far
        ahead may come up to ``TOGETHER_S`` late."""
        if when - now > _FAR_S:
            when = math.ceil(when / TOGETHER_S) * TOGETHER_S
        if not client.wakes or when < client.wakes[-1]:
            client.wakes.append(when)
            self._timers.at(when, lambda now: self._look_after(client, now))

    def _look_after(self, client: ClientSession, now: float) -> None:
        if client.closed:
            return
        client.wakes.pop()
        session, bounds = client.session, self._config.limits
        sign_in_until = client.opened_at + bounds.sign_in_timeout_s
        idle_until = session.last_received_at + bounds.idle_timeout_s
        if client.person is None and now >= sign_in_until:
            self.close(client, CloseReason.NEVER_SIGNED_IN, now)
            return
        if session.flow.in_flight > 0:
            idle_until = min(idle_until, session.last_received_at + limits.CONSENT_S)
        if now >= idle_until:
            self._counters["sessions_expired"] += 1
            self.forget(client, now)
            return
        if client.repeat_at is not None and now >= client.repeat_at:
            self.delivery.repeat_last(client, now)
        if client.heads_at is not None and now >= client.heads_at:
            self.delivery.on_report_overdue(client, now)
        if client.pulls:
            self.ranges.serve(client, now)
        if (index := session.drop_old_keys(now)) is not None:
            self.table.forget_index(index)
            self._forget_remembered(index)
        for datagram, address in session.datagrams_to_send(now):
            self.outbox.queue(datagram, address)
        soonest = idle_until
        planned = (client.repeat_at, client.heads_at, session.next_timer(), session.old_keys_until)
        for when in planned:
            if when is not None and when < soonest:
                soonest = when
        if client.person is None:
            soonest = min(soonest, sign_in_until)
        self.wake(client, soonest, now)

    # --- the end ---------------------------------------------------------------------------
    def close(self, client: ClientSession, reason: CloseReason, now: float) -> None:
        """End the session and say so."""
        self.outbox.answer(client, Close(reason))
        self.forget(client, now)

    def forget(self, client: ClientSession, now: float, *, goodbye: bool = False) -> None:
        """The session is over. Its person is shown offline a little later, unless he comes
        back; at once if he said ``goodbye``."""
        if client.closed:
            return
        client.closed = True
        self.table.remove(client)
        for ref in list(client.refs):
            self.unfollow(client, ref)
        person = client.person
        if person is None:
            return
        for index in client.session.indexes:
            self._forget_remembered(index)
        person.sessions -= 1
        if person.sessions == 0:
            person.offline_at = now + (0.0 if goodbye else self._config.offline_after_s)
            self._timers.at(person.offline_at, lambda later: self._maybe_offline(person, later))

    def _maybe_offline(self, person: Person, now: float) -> None:
        if person.offline_at is not None and person.sessions == 0 and now >= person.offline_at:
            self.show_presence(person)
            self._people.pop(person.person, None)

    def show_presence_soon(self, person: Person, now: float) -> None:
        """The same, but who comes and goes a thousand times a second is looked at now and then:
        in his rooms it would cost a thousand times as much."""
        if self._shows.allow(person.person, now):
            self.show_presence(person)
        elif not person.is_shown_later:
            person.is_shown_later = True
            self._timers.at(now + _SHOWN_WITHIN_S, lambda later: self._show_late(person))

    def _show_late(self, person: Person) -> None:
        person.is_shown_later = False
        self.show_presence(person)

    def show_presence(self, person: Person) -> None:
        """Tell the rooms where the person now is and what he says of it, if that changed."""
        status = person.status if person.sessions else ""
        if (person.shown, person.shown_status) != (person.presence, status):
            person.shown, person.shown_status = person.presence, status
            self.presence.person_changed(person, person.rooms)

    def unfollow(self, client: ClientSession, ref: int) -> None:
        """No more pushes of the stream to this session."""
        client.refs.discard(ref)
        if ref == streams.ROOMS:
            self._rooms.followers.discard(client)
            return
        room = self._rooms.get(streams.room_of(ref))
        if room is None:
            return
        if streams.is_log(ref):
            room.followers.discard(client)
        else:
            room.people_followers.discard(client)
            if not room.people_followers:
                self.presence.unwatch(room)

    # --- after a restart -------------------------------------------------------------------
    def remember(self, client: ClientSession, now: float) -> None:
        """The session is to be told when the server comes back from a restart, if it ever
        signed in."""
        if client.person is not None:
            index = client.session.channel.local_index.to_bytes(8)
            self._opened[index] = RememberedSession(index, *client.session.address)
            self._save_soon(now)

    def _save_soon(self, now: float) -> None:
        if self._save_at is None:
            # A room may be silent for hours, and its people are to be told even so.
            self._save_at = now + _SAVED_WITHIN_S
            self._timers.at(self._save_at, lambda later: None)

    def _forget_remembered(self, index: int) -> None:
        encoded = index.to_bytes(8)
        if self._opened.pop(encoded, None) is None:
            self._gone.append(encoded)

    def forget_remembered(self, sessions: list[RememberedSession]) -> None:
        """They have been told."""
        self._gone += [session.index for session in sessions]

    def is_save_due(self, now: float) -> bool:
        """What changed has waited long enough for other writes."""
        return self._save_at is not None and now >= self._save_at

    def save(self, log: RoomLog) -> None:
        """Put what changed beside other writes into the batch that is being opened."""
        if self._opened or self._gone:
            try:
                log.remember_sessions(list(self._opened.values()), self._gone)
            except LogError:
                return  # it can wait; the writes of the batch will hear of it themselves
            self._saving = (self._opened, self._gone)
            self._opened, self._gone = {}, []
        self._save_at = None  # also when somebody came and went before it was due

    def save_again(self, now: float) -> None:
        """The batch with what was saved last is lost, or may be: put it into another one."""
        opened, gone = self._saving
        self._saving = ({}, [])
        self._opened = {i: s for i, s in opened.items() if i not in self._gone} | self._opened
        self._gone = gone + self._gone
        if self._opened:
            self._save_soon(now)
