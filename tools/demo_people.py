"""The people of the demonstration: clients without a window who talk, and answer."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from pathlib import Path

from app.client_config import parse_address
from app.models.client_runtime import ClientRuntime
from app.models.commands import StorePost
from app.models.data_folder import DataFolder
from app.models.events import (
    EntriesReceived,
    Event,
    PersonNamed,
    PostAccepted,
    RoomsComplete,
    SignedIn,
)
from protocol.frames import EntryKind

ROOM = "general"

#: Who says what, in order.
CONVERSATION = (
    ("Mara", "Good morning! The boat for the harbour test leaves at ten."),
    ("Ben", "I am in. Did the relay survive the night? 🌧️"),
    ("Mara", "It did. Two reboots, nothing lost, nothing doubled."),
    ("Mara", "The log is one file: copy it, and you have everything."),
    ("Ben", "And on the mooring, with that antenna…"),
    ("Ben", "20 % of the datagrams gone, and the chat did not even stutter. 🎉"),
    ("Mara", "Notes are at https://example.org/harbour/notes#relay, add yours."),
    (
        "Ben",
        "Will do. Here is the list for today:\n1. spare battery\n2. the long cable\n3. coffee ☕",
    ),
    ("Mara", "Coffee first."),
)
_ANSWERS = (
    "Welcome aboard! Your line is on the server's disk, that is what the tick says.",
    "Pull the network cable and write something: it goes out by itself when you are back.",
    "Alt+Up and Alt+Down change the room, and the moon at the left below makes it dark.",
    "Start a second window with another --name and --data, and talk to yourself.",
)


class DemoPerson:
    """Somebody in the room. Everything heard is kept, in order."""

    def __init__(self, folder: Path, server: str, name: str) -> None:
        self.name = name
        self.heard: list[tuple[int, str, str]] = []
        self._names: dict[int, str] = {}
        self._receipts = 0
        self._complete = False
        self._person = 0
        self._answers = 0
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._runtime = ClientRuntime(
            DataFolder.open(folder), parse_address(server), name, self._events.put
        )

    def start(self) -> None:
        """Sign in and join the room."""
        self._runtime.start()
        self.until(lambda: self._complete)
        self._post(EntryKind.JOIN, "")
        self.until(lambda: self._receipts > 0)

    def say(self, text: str) -> None:
        """One message; returns when it is durable."""
        self._post_and_wait(EntryKind.MESSAGE, text)

    def set_topic(self, topic: str) -> None:
        """What the room is about."""
        self._post_and_wait(EntryKind.TOPIC, topic)

    def _post_and_wait(self, kind: int, text: str) -> None:
        before = self._receipts
        self._post(kind, text)
        self.until(lambda: self._receipts > before)

    def stop(self) -> None:
        """Say goodbye."""
        self._runtime.stop(3)

    def listen(self, seconds: float) -> list[str]:
        """What others said meanwhile."""
        before = len(self.heard)
        self._drain(seconds)
        return [text for author, _, text in self.heard[before:] if author != self._person]

    def answer(self) -> None:
        """A hint for whoever spoke."""
        self.say(_ANSWERS[self._answers % len(_ANSWERS)])
        self._answers += 1

    def transcript(self) -> str:
        """What was said, a line each."""
        lines = []
        for author, time_text, text in self.heard:
            name = self._names.get(author, f"person {author}")
            lines += [f"{time_text}  {name:>8}  {line}" for line in text.splitlines()]
        return "\n".join(lines)

    def until(self, condition: Callable[[], bool], seconds: float = 20) -> None:
        """Wait for something to be so; raises ``TimeoutError`` when it does not become so."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name} waits in vain: is the server there?")
            self._drain(0.05)

    def _post(self, kind: int, text: str) -> None:
        self._runtime.submit(StorePost(0, b"", ROOM, kind, text, int(time.time() * 1000)))

    def _drain(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                self._apply(self._events.get(timeout=left))
            except queue.Empty:
                return

    def _apply(self, event: Event) -> None:
        match event:
            case SignedIn():
                self._person = event.person
                self._names[event.person] = event.name
            case RoomsComplete():
                self._complete = True
            case PersonNamed():
                self._names[event.person] = event.name
            case PostAccepted():
                self._receipts += 1
            case EntriesReceived():
                for entry in event.entries:
                    if entry.kind == EntryKind.MESSAGE:
                        when = time.strftime("%H:%M:%S", time.localtime(entry.time_ms / 1000))
                        self.heard.append((entry.author, when, entry.text))
            case _:
                pass
