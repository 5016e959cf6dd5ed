"""Counts what ought to happen sometimes: a run of faults that never meets them shows nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from app.models.post_office import PostOffice
from app.models.server_link import ServerLink
from protocol.errors import Refusal
from protocol.frames import CloseReason, SlowDown
from protocol.half_open_table import HalfOpenTable
from protocol.session import Session
from server import post_handlers
from server.chat_server import ChatServer
from server.client_session import ClientSession
from server.ranges import Ranges
from server.session_keeper import SessionKeeper
from server.sqlite_log import SqliteLog
from tests.simulation.patches import Put, patches
from tests.simulation.trace import Trace


@contextmanager
def counted(trace: Trace) -> Iterator[None]:
    """Count into ``trace.sometimes`` for as long as the context lasts."""
    with patches() as put:
        _count_server(put, trace)
        _count_client(put, trace)
        yield


def _count_server(put: Put, trace: Trace) -> None:
    sometimes = trace.sometimes

    def after_restart(original: Callable[..., Any], *given: Any) -> Any:
        sometimes["replayed post after a restart"] += trace.restarts > 0
        return original(*given)

    def from_disk(original: Callable[..., Any], *given: Any) -> Any:
        sometimes["range answered from disk"] += 1
        return original(*given)

    def lost(original: Callable[..., Any], *given: Any) -> Any:
        sometimes["batch lost"] += 1
        return original(*given)

    def evicting(original: Callable[..., Any], table: HalfOpenTable, *given: Any) -> Any:
        before = len(table)
        original(table, *given)
        sometimes["handshake evicted"] += len(table) <= before

    def closing(
        original: Callable[..., Any], keeper: Any, client: Any, reason: CloseReason, now: float
    ) -> Any:
        sometimes["broke the rules"] += reason is CloseReason.BROKE_THE_RULES
        return original(keeper, client, reason, now)

    def adopting(original: Callable[..., Any], session: Session, *given: Any) -> Any:
        sometimes["key change in a burst"] += session.flow.in_flight > 2
        return original(session, *given)

    def repairing(original: Callable[..., Any], ranges: Ranges, *given: Any) -> Any:
        before = len(ranges._outbox.sealed)
        original(ranges, *given)
        trace.repairs += len(ranges._outbox.sealed) - before

    def asking(
        original: Callable[..., Any],
        ranges: Ranges,
        client: ClientSession,
        pull: tuple[int, int, int],
        now: float,
    ) -> None:
        if 0 <= client.counter < trace.sent_before.get(client.session.channel.local_index, 0):
            trace.asked_late += pull[2] - pull[1] + 1
        original(ranges, client, pull, now)

    _around(put, Ranges, "_send_entries", repairing)
    _around(put, Ranges, "ask", asking)
    _around(put, post_handlers, "_answer_again", after_restart)
    _around(put, SqliteLog, "entries", from_disk)
    _around(put, ChatServer, "_reload", lost)
    _around(put, HalfOpenTable, "add", evicting)
    _around(put, SessionKeeper, "close", closing)
    _around(put, Session, "adopt", adopting)


def _count_client(put: Put, trace: Trace) -> None:
    sometimes = trace.sometimes

    def resetting(original: Callable[..., Any], link: ServerLink, *given: Any) -> Any:
        before = link.traffic.session
        original(link, *given)
        sometimes["stateless reset used"] += before is not None and link.traffic.session is None

    def slowing(
        original: Callable[..., Any], office: PostOffice, frame: SlowDown, now: float
    ) -> Any:
        is_full = frame.code == Refusal.SERVER_FULL
        sometimes["refused for want of disk" if is_full else "slowed down"] += 1
        return original(office, frame, now)

    _around(put, ServerLink, "_receive_reset", resetting)
    _around(put, PostOffice, "on_slow_down", slowing)


def _around(put: Put, owner: object, name: str, wrapper: Callable[..., Any]) -> None:
    original = vars(owner)[name]
    put(owner, name, lambda *given: wrapper(original, *given))
