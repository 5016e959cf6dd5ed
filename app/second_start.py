"""A second start with the same data folder asks the first one's window to come to the front.

Theory. While a window is open, a datagram socket ``window.socket`` lies in its data folder, for its
owner only. Whoever finds the folder locked sends it one small JSON object and ends; if nobody
listens there (a command line holds the folder, or the window crashed), the lock's own error
stands. Datagrams need no connection, so nothing that is sent can keep the window waiting. Systems
without such sockets (Windows) go without it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from app.client_config import ServerAddress, parse_address

FILE_NAME: Final = "window.socket"
#: A link has some hundred bytes.
REQUEST_BYTES_MAX: Final = 2048
#: Read at one wake-up; nobody starts a program more often.
_REQUESTS_MAX: Final = 8
_ROOM_CHARACTERS_MAX: Final = 64

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What the second start was told to open: perhaps a server, perhaps a room."""

    server: ServerAddress | None = None
    room: str = ""

    def encode(self) -> bytes:
        """As it is sent."""
        link = self.server.link if self.server else ""
        return json.dumps({"link": link, "room": self.room}).encode()


def read_request(data: bytes) -> Request | None:
    """What was sent; None for whatever is not exactly a request."""
    if len(data) > REQUEST_BYTES_MAX:
        return None
    try:
        values = json.loads(data)
        link, room = values["link"], values["room"]
        server = parse_address(link) if link else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(room, str) or len(room) > _ROOM_CHARACTERS_MAX or not room.isprintable():
        return None
    return Request(server, room)


def ask_first_window(folder: Path, request: Request) -> bool:
    """Hand the request to the window that uses the folder; False if there is none."""
    if not hasattr(socket, "AF_UNIX"):
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asking:
            asking.setblocking(False)
            asking.connect(str(folder / FILE_NAME))
            asking.send(request.encode())
    except OSError:  # nobody listens, or has time for it
        return False
    return True


class RequestListener:
    """Hears of second starts; all on the window's thread. Open it only with the folder locked."""

    @classmethod
    def open(cls, folder: Path) -> Self | None:
        """None where it cannot be had: then a second start says that the folder is in use."""
        if not hasattr(socket, "AF_UNIX"):
            return None
        path = folder / FILE_NAME
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            path.unlink(missing_ok=True)  # a crash left it; the lock says that nobody uses it
            listening.setblocking(False)
            listening.bind(str(path))
            path.chmod(0o600)
        except OSError as error:  # a path too long for a socket, a disk without them
            _log.warning("! a second start cannot find this one: %s", error)
            listening.close()
            return None
        return cls(path, listening)

    def __init__(self, path: Path, listening: socket.socket) -> None:
        """Use ``open``."""
        self._path = path
        self._listening = listening

    @property
    def descriptor(self) -> int:
        """Can be read when somebody asked."""
        return self._listening.fileno()

    def take(self) -> list[Request]:
        """What was asked; nonsense is dropped."""
        requests = []
        with contextlib.suppress(OSError):
            for _ in range(_REQUESTS_MAX):
                request = read_request(self._listening.recv(REQUEST_BYTES_MAX + 1))
                if request is not None:
                    requests.append(request)
        return requests

    def close(self) -> None:
        """Hear of nothing more; close every watcher of the descriptor before."""
        self._listening.close()
        with contextlib.suppress(OSError):
            os.unlink(self._path)
