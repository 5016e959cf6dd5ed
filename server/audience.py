"""Who follows a stream: sessions in the order in which they came, with what a push needs ready."""

from __future__ import annotations

from collections.abc import Iterator

from protocol.session import Session
from server.client_session import ClientSession


class Audience:
    """An ordered set of sessions. It changes seldom and is told something often, so the lists that
    a push goes along are made at its first use after a change."""

    __slots__ = ("_clients", "_members", "_sessions")

    def __init__(self) -> None:
        self._members: dict[ClientSession, None] = {}
        self._clients: list[ClientSession] = []
        self._sessions: list[Session] = []

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[ClientSession]:
        return iter(self._members)

    def add(self, client: ClientSession) -> None:
        """A member already stays where it is."""
        self._members[client] = None
        self._forget_lists()

    def discard(self, client: ClientSession) -> None:
        """Nothing happens to who is no member."""
        self._members.pop(client, None)
        self._forget_lists()

    def lists(self) -> tuple[list[ClientSession], list[Session]]:
        """All of them, and their sealed sessions in the same order; not to be changed."""
        if len(self._clients) != len(self._members):
            self._clients = list(self._members)
            self._sessions = [client.session for client in self._clients]
        return self._clients, self._sessions

    def _forget_lists(self) -> None:
        # New ones, not emptied: a push may be going along the old ones.
        if self._clients:
            self._clients, self._sessions = [], []
