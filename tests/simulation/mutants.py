"""Bugs planted on purpose: a simulator that does not find them would not find others either.

Each changes one decision of the real code for as long as a run lasts. Found means: a run breaks
a promise within ``SEEDS_MAX`` seeds that are clean without the bug.

    python -m tests.simulation.mutants [NAME ...]
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import msgspec

from app.models import server_link
from app.models.commands import SendPost, StorePost
from app.models.live_replica import LiveReplica
from app.models.post_office import PostOffice
from app.models.post_sender import PostSender
from app.models.records import OutboxPost
from app.models.session_traffic import SessionTraffic
from app.models.store_outbox import Outbox
from app.models.store_thread import StoreWorker
from app.models.stream_follower import StreamFollower
from protocol import limits
from protocol.channel import Channel
from protocol.cookie import CookieJar
from protocol.flow import Flow
from protocol.frames import Heads, Post
from protocol.replay_window import ReplayWindow
from protocol.session import Session
from protocol.stream_replica import StreamReplica
from server import (
    chat_server,
    connection_settings,
    delivery,
    entry_table,
    post_handlers,
    stream_handlers,
)
from server.chat_server import ChatServer
from server.commit_gate import CommitGate
from server.dispatch_table import HANDLERS
from server.entry_table import EntryTable
from server.post_intake import PostIntake, StagedPost
from server.post_rules import Posting
from server.ranges import Ranges
from server.room_log import PostResult
from server.sqlite_log import SqliteLog
from tests.simulation.patches import Put, patches
from tests.simulation.scenario import draw
from tests.simulation.simulation import Result, simulate

SEEDS_MAX = 200


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug, and the promises of which one should break."""

    name: str
    promises: str
    plant: Callable[[Put], None]


# --- commit, then tell -----------------------------------------------------------------------
def _ack_before_commit(put: Put) -> None:
    original = CommitGate.run_writes

    def run_writes(self: CommitGate, *given: Any) -> None:
        original(self, *given)
        batch, self._batch[:] = list(self._batch), [(w, lambda: None) for w, _ in self._batch]
        for _, after in batch:
            after()

    put(CommitGate, "run_writes", run_writes)


def _push_before_commit(put: Put) -> None:
    original = CommitGate.run_writes

    def run_writes(self: CommitGate, *given: Any) -> None:
        original(self, *given)
        for room in list(self._touched.values()):
            self._publish(room)

    put(CommitGate, "run_writes", run_writes)


def _not_synchronous(put: Put) -> None:
    settings = tuple(
        ("PRAGMA synchronous = NORMAL", question, 1) if "synchronous" in question else (*rest, w)
        for *rest, w in connection_settings.SETTINGS
        for question in [rest[1]]
    )
    put(connection_settings, "SETTINGS", settings)


def _memory_kept_after_lost_batch(put: Put) -> None:
    put(ChatServer, "_reload", lambda self: None)


# --- exactly once ------------------------------------------------------------------------------
def _old_number_is_a_new_post(put: Put) -> None:
    original = post_handlers.handle_post

    def handle_post(context: Any, client: Any, frame: Any, now: float) -> None:
        intake = client.device.intake
        # A cache of recent answers that forgets, in the place of the log that does not.
        if frame.client_seq <= intake.committed - 3:
            frame = msgspec.structs.replace(frame, client_seq=intake.next)
        original(context, client, frame, now)

    row = HANDLERS[Post]._replace(handler=handle_post)
    put(chat_server, "HANDLERS", {**HANDLERS, Post: row})


def _post_recorded_later(put: Put) -> None:
    original = SqliteLog.record_post
    late: list[tuple[SqliteLog, int, int, PostResult]] = []

    def record_post(self: SqliteLog, device: int, client_seq: int, result: PostResult) -> None:
        late.append((self, device, client_seq, result))

    def commit(self: SqliteLog, done: Any) -> None:
        waiting = [given for given in late if given[0] is self]
        late.clear()

        def then(error: Any) -> None:
            for log, device, client_seq, result in waiting:
                if error is None:
                    original(log, device, client_seq, result)
            done(error)

        self._connection.commit(then)

    put(SqliteLog, "record_post", record_post)
    put(SqliteLog, "commit", commit)


def _receipts_from_old_numbers(put: Put) -> None:
    original = PostOffice.on_entries

    def on_entries(self: PostOffice, room: int, entries: Any, now: float) -> None:
        before, self._last_before = self._last_before, 0
        original(self, room, entries, now)
        self._last_before = before

    put(PostOffice, "on_entries", on_entries)


def _staged_part_missing(put: Put) -> None:
    def ready(self: PostIntake) -> StagedPost | None:
        post = self._staged.get(self.next)
        return post if post and post.missing <= len(post.parts) // 2 else None

    put(PostIntake, "ready", ready)


def _any_number_is_next(put: Put) -> None:
    def ready(self: PostIntake) -> StagedPost | None:
        whole = [post for post in self._staged.values() if not post.missing]
        return whole[-1] if whole else None

    put(PostIntake, "ready", ready)


def _sent_before_stored(put: Put) -> None:
    original = StoreWorker.run_batch

    def run_batch(self: StoreWorker, items: Any) -> bool:
        items = list(items)
        for item in items:
            if isinstance(item, StorePost):
                seq = self._store._outbox.next_client_seq(1)
                post = OutboxPost(seq, 7, item.stream_id, item.room_name, item.kind, item.text, 0)
                self._forward(SendPost(post))
        return original(self, items)

    put(StoreWorker, "run_batch", run_batch)


def _numbers_outlive_their_batch(put: Put) -> None:
    select = entry_table._SELECT_PLACE

    def place(self: EntryTable, connection: Any, room: int) -> Any:
        known = self._places.get(room)
        return known or connection.execute(select, (room,)).fetchone()

    put(EntryTable, "_place", place)


def _new_numbers_not_on_disk(put: Put) -> None:
    put(Outbox, "_rewrite", lambda self, server, moved: None)


def _incarnations_ignored(put: Put) -> None:
    original = LiveReplica.on_subscribed

    def on_subscribed(
        self: LiveReplica, stream_id: bytes, incarnation: int, head: int, now: float
    ) -> bool:
        if self.incarnation:
            stream_id, incarnation = self.stream_id, self.incarnation
        return original(self, stream_id, incarnation, head, now)

    put(LiveReplica, "on_subscribed", on_subscribed)


# --- sessions --------------------------------------------------------------------------------
def _replay_window_off_by_one(put: Put) -> None:
    def would_accept(self: ReplayWindow, counter: int) -> bool:
        age = self.highest - counter
        return age < 0 or (age < 2048 and not self._seen >> (age + 1) & 1)

    put(ReplayWindow, "would_accept", would_accept)


def _window_before_cipher(put: Put) -> None:
    original = Channel.open

    def opening(self: Channel, datagram: bytes) -> Any:
        if len(datagram) > 33 and datagram[0] == 6:
            counter = int.from_bytes(datagram[9:17])
            if counter < self._window.highest + 1000 and self._window.would_accept(counter):
                opened = original(self, datagram)
                if opened is None:
                    self._window.commit(counter)
                return opened
        return original(self, datagram)

    put(Channel, "open", opening)


def _address_from_anybody(put: Put) -> None:
    original = Session.receive

    def receive(self: Session, datagram: bytes, address: Any, now: float) -> Any:
        self.address = address
        return original(self, datagram, address, now)

    put(Session, "receive", receive)


def _no_limit_on_trial(put: Put) -> None:
    def route(self: Session, size_bytes: int) -> Any:
        return self._trial.address if self._trial else self.address

    put(Session, "route", route)


def _cookie_without_port(put: Put) -> None:
    original = CookieJar._baked
    put(
        CookieJar, "_baked",
        lambda self, bucket, address, nonce: original(self, bucket, (address[0], 0), nonce),
    )  # fmt: skip


def _any_reset_counts(put: Put) -> None:
    put(server_link, "is_reset", lambda datagram, index, token: True)


# --- streams and windows -------------------------------------------------------------------------
def _heads_without_tail(put: Put) -> None:
    def heads(rows: list[tuple[int, int, int]]) -> Heads:
        return Heads([(ref, max(0, head - 1), visible) for ref, head, visible in rows])

    put(delivery, "Heads", heads)


def _no_back_off(put: Put) -> None:
    original = PostSender.transmitted

    def transmitted(self: PostSender, client_seq: int, now: float, flow: Flow) -> None:
        original(self, client_seq, now, flow)
        self._posts[client_seq].due_at = now + flow.round_trip.timeout_s(0)

    put(PostSender, "transmitted", transmitted)


def _window_ignored(put: Put) -> None:
    put(Flow, "may_send", property(lambda self: True))


def _questions_ignore_the_window(put: Put) -> None:
    def send_packed(self: SessionTraffic, frames: list[Any], now: float) -> list[Any]:
        for frame in frames:
            self.send([frame], now)
        return []

    put(SessionTraffic, "send_packed", send_packed)


def _reports_hide_what_is_lost(put: Put) -> None:
    original = Flow.take_report

    def take_report(self: Flow, now: float) -> tuple[int, int, int]:
        highest, _, delay_ms = original(self, now)
        return highest, highest + 1, delay_ms

    put(Flow, "take_report", take_report)


def _round_trip_of_another_transmission(put: Put) -> None:
    original = Flow._on_newly_reported
    put(
        Flow, "_on_newly_reported",
        lambda self, highest, *rest: original(self, max(0, highest - 1), *rest),
    )  # fmt: skip


def _ranges_sent_thrice(put: Put) -> None:
    original = Ranges._send_entries

    def send_entries(self: Ranges, client: Any, room: Any, entries: Any, now: float) -> None:
        pull = client.pulls[0]
        for _ in range(2):
            original(self, client, room, entries, now)
            if client.pulls and client.pulls[0] == pull:
                return
            client.pulls.appendleft(pull)
        original(self, client, room, entries, now)

    put(Ranges, "_send_entries", send_entries)


def _entries_taken_twice(put: Put) -> None:
    original = StreamReplica.hold

    def hold(self: StreamReplica, first: int, last: int, now: float) -> list[tuple[int, int]]:
        original(self, first, last, now)
        return [(first, last)]

    put(StreamReplica, "hold", hold)


def _forks_are_not_seen(put: Put) -> None:
    put(stream_handlers, "_agreed_to", lambda context, room, frame: max(
        (number for number, _ in frame.checkpoints), default=0
    ))  # fmt: skip


def _no_repair(put: Put) -> None:
    put(StreamReplica, "requests_due", lambda self, now, timeout_s: [])


def _subscription_not_renewed(put: Put) -> None:
    put(StreamFollower, "on_signed_in", lambda self, rooms, names_version, now: None)


# --- limits and rules --------------------------------------------------------------------------
def _staging_without_bound(put: Put) -> None:
    original = PostIntake.stage

    def stage(self: PostIntake, frame: Any) -> None:
        before, most = limits.POSTS_AHEAD_MAX, self.bytes_max
        limits.POSTS_AHEAD_MAX, self.bytes_max = 2**62, 2**62  # type: ignore[misc]
        original(self, frame)
        limits.POSTS_AHEAD_MAX, self.bytes_max = before, most  # type: ignore[misc]

    put(PostIntake, "stage", stage)


def _ranges_without_bound(put: Put) -> None:
    def ask(self: Ranges, client: Any, pull: tuple[int, int, int], now: float) -> None:
        client.pulls.append(pull)

    put(Ranges, "ask", ask)


def _anybody_may_post(put: Put) -> None:
    original = Posting.room
    put(Posting, "room", lambda self, member=True: original(self, member=False))


MUTANTS = (
    Mutant("answered before the commit", "S3 S4 S16", _ack_before_commit),
    Mutant("pushed before the commit", "S4", _push_before_commit),
    Mutant("synchronous=NORMAL", "S3", _not_synchronous),
    Mutant("memory kept after a lost batch", "S1 S3 S4 S16 L2", _memory_kept_after_lost_batch),
    Mutant("old numbers are new posts", "S2 S16", _old_number_is_a_new_post),
    Mutant("posts recorded in the next batch", "S2 S16", _post_recorded_later),
    Mutant("receipts from old numbers", "S3", _receipts_from_old_numbers),
    Mutant("a post with missing parts", "S3", _staged_part_missing),
    Mutant("any number is next", "S6 S16", _any_number_is_next),
    Mutant("sent before it is stored", "S2 S3", _sent_before_stored),
    Mutant("numbers outlive the batch that was lost", "S1 S4 S16", _numbers_outlive_their_batch),
    Mutant("new numbers only in memory", "S2 S3 S16 L1", _new_numbers_not_on_disk),
    Mutant("incarnations ignored", "L1 L2", _incarnations_ignored),
    Mutant("replay window off by one", "S9", _replay_window_off_by_one),
    Mutant("counter remembered before the cipher", "S8", _window_before_cipher),
    Mutant("address from any datagram", "S8 S11", _address_from_anybody),
    Mutant("no limit on unproven addresses", "S11", _no_limit_on_trial),
    Mutant("cookie without the port", "S11", _cookie_without_port),
    Mutant("any reset counts", "S8", _any_reset_counts),
    Mutant("heads without the newest entry", "L2", _heads_without_tail),
    Mutant("no back-off", "S14", _no_back_off),
    Mutant("window ignored", "S14", _window_ignored),
    Mutant("questions past the window", "S14", _questions_ignore_the_window),
    Mutant("reports hide what is lost", "L1 L2 S16", _reports_hide_what_is_lost),
    Mutant("round trip of another transmission", "S14", _round_trip_of_another_transmission),
    Mutant("ranges sent three times", "S12 L3", _ranges_sent_thrice),
    Mutant("entries taken twice", "S4", _entries_taken_twice),
    Mutant("forks are not seen", "S4 L2", _forks_are_not_seen),
    Mutant("no repair", "L2", _no_repair),
    Mutant("subscriptions not renewed", "L2", _subscription_not_renewed),
    Mutant("staging without bound", "S12", _staging_without_bound),
    Mutant("ranges without bound", "S12", _ranges_without_bound),
    Mutant("anybody may post", "S7", _anybody_may_post),
)


def hunt(place: int) -> tuple[int, int, str, str, float]:
    """Run seeds until the bug shows: (place, seed, promise, how, CPU seconds); seed -1: never."""
    mutant = MUTANTS[place]
    began = time.process_time()
    for seed in range(SEEDS_MAX):
        with patches() as put:
            mutant.plant(put)
            result: Result = simulate(draw(seed))
        if result.invariant:
            how = result.text.splitlines()[0]
            return place, seed, result.invariant, how, time.process_time() - began
    return place, -1, "", "", time.process_time() - began


def main(names: Sequence[str]) -> int:
    """Print the table; returns the exit code."""
    places = [n for n, m in enumerate(MUTANTS) if not names or any(w in m.name for w in names)]
    missed = 0
    print(
        "| planted bug | seeds until found | promise | how it showed |\n| --- | --- | --- | --- |"
    )
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        for place, seed, invariant, how, _ in pool.imap(hunt, places):
            missed += seed < 0
            found = str(seed + 1) if seed >= 0 else f"not in {SEEDS_MAX}"
            print(f"| {MUTANTS[place].name} | {found} | {invariant} | {how[:90]} |", flush=True)
    print(f"\n{len(places) - missed} of {len(places)} found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
