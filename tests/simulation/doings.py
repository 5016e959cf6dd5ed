"""What people do: they write, come and go, make rooms, look back, and change their minds."""

from __future__ import annotations

from app.models.commands import (
    DropPost,
    FetchOlder,
    FollowRoom,
    PathMayHaveChanged,
    Rename,
    SetAway,
    StorePost,
    WatchPeople,
)
from protocol.frames import EntryKind
from tests.simulation.client_node import ClientNode
from tests.simulation.scenario import Action
from tests.simulation.truth import Said, Truth

_LETTERS = "abc äöü €uro 漢字 😀 "
GENERAL = "general"


class Doings:
    """Carries out actions of people."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth
        self._rooms = 0
        self.written = 0

    def do(self, node: ClientNode, action: Action) -> bool:
        """Do it if it is one of ours."""
        if not node.alive or node.paused:
            return True
        match action.kind:
            case "say":
                self._say(node, action.value, int(10 ** (1 + 1.9 * node.rng.random())))
            case "burst":
                for _ in range(node.rng.randint(5, 40)):
                    self._say(node, action.value, node.rng.randint(10, 400))
            case "long":
                self._say(node, action.value, node.rng.randint(1001, 16_000))
            case "join":
                self._join(node, action.value)
            case "leave":
                self._post(node, action.value, EntryKind.LEAVE, "")
            case "create":
                self._rooms += 1
                token = node.new_token()
                name = f"room {self._rooms}"
                node.wish(StorePost(token, b"", name, EntryKind.CREATED, name, 0))
                if node.rng.random() < 0.5:  # the first word, before anybody knows of the room
                    self._say_in(node, b"", name, 30)
            case "topic":
                text = f"topic {action.value}"
                self._post(node, action.value, EntryKind.TOPIC, text)
            case "rename room":
                self._rooms += 1
                self._post(node, action.value, EntryKind.NAME, f"room {self._rooms} renamed")
            case "rename":
                node.command(Rename(f"{node.name}{int(action.value * 9)}"))
            case "watch":
                rooms = sorted(node.joined)
                node.command(WatchPeople(rooms[int(action.value * len(rooms))] if rooms else 0))
            case "away":
                said = f"back at {action.value:.2f}" if action.value < 0.3 else ""
                node.command(SetAway(action.value < 0.5, said))
            case "older":
                rooms = sorted(node.joined)
                if rooms and node.signed_in:
                    room = rooms[int(action.value * len(rooms))]
                    node.command(FetchOlder(room, 1 + int(10 * action.value)))
            case "follow":
                rooms = sorted(node.listed)
                if rooms and node.signed_in:
                    node.command(FollowRoom(rooms[int(action.value * len(rooms))]))
            case "drop":
                if node.posts:
                    seq = sorted(node.posts)[int(action.value * len(node.posts))]
                    post = node.posts[seq]
                    node.dropped_words.add(post.text.split(" ", 1)[0])
                    node.wish(DropPost(seq))
            case "speak":
                node.command(PathMayHaveChanged())
            case _:
                return False
        return True

    # --- private -----------------------------------------------------------------------------
    def _room(self, node: ClientNode, value: float) -> tuple[bytes, str]:
        """One of the rooms this client believes to be in."""
        rooms = [room for room in sorted(node.joined) if room in node.listed]
        if not rooms:
            return b"", GENERAL
        return node.listed[rooms[int(value * len(rooms))]]

    def _say(self, node: ClientNode, value: float, size: int) -> None:
        self._say_in(node, *self._room(node, value), size)

    def _say_in(self, node: ClientNode, stream: bytes, name: str, size: int) -> None:
        word, place = node.next_words()
        text = word + " "
        data = (text + _LETTERS * (size // len(_LETTERS.encode()) + 1)).encode()
        text = data[: max(size, len(text))].decode(errors="ignore")
        self._truth.said[word] = Said(node.name, place, text)
        self.written += 1
        node.wish(StorePost(node.new_token(), stream, name, EntryKind.MESSAGE, text, 0))

    def _join(self, node: ClientNode, value: float) -> None:
        rooms = [node.listed[room] for room in sorted(node.listed)]
        stream, name = rooms[int(value * len(rooms))] if rooms and value else (b"", GENERAL)
        node.wish(StorePost(node.new_token(), stream, name, EntryKind.JOIN, "", 0))

    def _post(self, node: ClientNode, value: float, kind: EntryKind, text: str) -> None:
        stream, name = self._room(node, value)
        node.wish(StorePost(node.new_token(), stream, name, kind, text, 0))
