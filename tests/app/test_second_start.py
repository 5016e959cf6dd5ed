"""A second start: what it may ask of the first window, and what is ignored."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.client_config import ServerAddress
from app.second_start import (
    FILE_NAME,
    REQUEST_BYTES_MAX,
    Request,
    RequestListener,
    ask_first_window,
    read_request,
)

pytestmark = pytest.mark.skipif(
    not hasattr(socket, "AF_UNIX"), reason="this system has no sockets in folders"
)

LINK = ServerAddress("studio.local", 5, "a" * 32, "dev room")


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[RequestListener]:
    listener = RequestListener.open(tmp_path)
    assert listener is not None
    yield listener
    listener.close()


class TestAsking:
    @pytest.mark.parametrize("request_", [Request(), Request(LINK), Request(None, "dev")])
    def test_request_arrives_as_it_was(
        self, listener: RequestListener, tmp_path: Path, request_: Request
    ) -> None:
        assert ask_first_window(tmp_path, request_)

        assert listener.take() == [request_]
        assert listener.take() == []

    def test_without_a_window_nobody_is_asked(self, tmp_path: Path) -> None:
        assert not ask_first_window(tmp_path, Request())

    def test_socket_of_a_crashed_window_is_nobody_and_is_replaced(self, tmp_path: Path) -> None:
        crashed = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        crashed.bind(str(tmp_path / FILE_NAME))
        crashed.close()
        assert not ask_first_window(tmp_path, Request())

        listener = RequestListener.open(tmp_path)

        assert listener is not None and ask_first_window(tmp_path, Request())
        listener.close()

    def test_window_that_does_not_read_makes_nobody_wait(
        self, listener: RequestListener, tmp_path: Path
    ) -> None:
        taken = [ask_first_window(tmp_path, Request()) for _ in range(5_000)]

        assert taken[0] and not taken[-1]

    def test_socket_is_for_its_owner_and_gone_at_the_end(self, tmp_path: Path) -> None:
        listener = RequestListener.open(tmp_path)
        assert listener is not None
        assert stat.S_IMODE(os.stat(tmp_path / FILE_NAME).st_mode) == 0o600

        listener.close()

        assert not (tmp_path / FILE_NAME).exists()

    def test_path_too_long_for_a_socket_goes_without(self, tmp_path: Path) -> None:
        deep = tmp_path / ("x" * 120)
        deep.mkdir()

        assert RequestListener.open(deep) is None
        assert not ask_first_window(deep, Request())


class TestNonsense:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"\xff\xfe",
            b"[]",
            b"7",
            b"null",
            b"[" * 2000,
            b'{"link": ""}',
            b'{"link": 5, "room": ""}',
            b'{"link": "http://x", "room": ""}',
            b'{"link": "", "room": 5}',
            b'{"link": "", "room": "a\\nb"}',
            b'{"link": "", "room": "' + b"x" * 65 + b'"}',
            b'{"link": "", "room": ""}' + b" " * REQUEST_BYTES_MAX,
        ],
    )
    def test_it_is_ignored(self, data: bytes) -> None:
        assert read_request(data) is None

    def test_listener_goes_on_after_it(self, listener: RequestListener, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stranger:
            stranger.connect(str(tmp_path / FILE_NAME))
            stranger.send(b"x" * 10_000)
            stranger.send(b"{}")
        ask_first_window(tmp_path, Request(None, "dev"))

        assert listener.take() == [Request(None, "dev")]
