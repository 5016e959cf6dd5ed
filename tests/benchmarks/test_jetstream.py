"""The peer with a log on the disk: where its program comes from, and how its stream is made."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.jetstream import ask_for_stream, configuration, with_own_copies
from benchmarks.newer_nats import is_new_enough, later_source

MIRROR = "http://mirror.example/debian"
#: Of the suite's generator: its protocols, and whether authors get copies.
PROTOCOLS = '{"irc", 0, irc_hello},\n{"nats", 0, nats_hello},\n{"mqtt", 1, mqtt_hello},\n'


class TestProgram:
    @pytest.mark.parametrize(
        ("said", "enough"),
        [
            ("nats-server: v2.9.10\n", False),
            ("nats-server: v2.10.0\n", True),
            ("nats-server: v2.10.27\n", True),
            ("nats-server: v3.0.1\n", True),
            ("nats-server: v1.99.9\n", False),
            ("", False),
            ("no version", False),
        ],
    )
    def test_version_that_knows_how_to_sync(self, said: str, enough: bool) -> None:
        assert is_new_enough(said) is enough

    def test_later_release_comes_from_the_mirror_of_this_one(self) -> None:
        targets = (
            f"http://other.example/tools tools\n{MIRROR}-security bookworm-security\n"
            f"{MIRROR} bookworm-updates\n{MIRROR} bookworm\n"
        )
        assert later_source(targets, "bookworm") == f"deb {MIRROR} trixie main\n"

    @pytest.mark.parametrize("targets", ["", f"{MIRROR} bookworm-updates\n", "nothing\n"])
    def test_no_mirror_is_no_source(self, targets: str) -> None:
        assert later_source(targets, "bookworm") == ""


class TestStream:
    def test_each_message_is_synced(self, tmp_path: Path) -> None:
        assert "sync_interval: always" in configuration("127.0.0.1:1", tmp_path)

    def test_stream_is_asked_for(self) -> None:
        with FakeNats(b"+OK\r\nMSG _INBOX.made 1 17\r\n" + b'{"config":{}}\r\n') as nats:
            ask_for_stream(nats.port)
        assert b"PUB $JS.API.STREAM.CREATE.rooms _INBOX.made " in nats.heard
        assert b'"storage": "file"' in nats.heard

    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            (b'{"error":{"description":"insufficient storage"}}\r\n', "insufficient storage"),
            (b"-ERR 'Unknown Protocol Operation'\r\n", "Unknown Protocol"),
            (b"", "said nothing"),
        ],
    )
    def test_stream_that_is_not_made_is_told(self, answer: bytes, told: str) -> None:
        with FakeNats(answer) as nats, pytest.raises(RuntimeError, match=told):
            ask_for_stream(nats.port)


class TestClients:
    def test_only_those_of_nats_get_their_own_copies(self) -> None:
        changed = with_own_copies(PROTOCOLS)
        assert changed == PROTOCOLS.replace('"nats", 0', '"nats", 1')

    @pytest.mark.parametrize("source", ["", 2 * PROTOCOLS, PROTOCOLS.replace("nats", "stan")])
    def test_another_generator_is_refused(self, source: str) -> None:
        with pytest.raises(ValueError, match="generator"):
            with_own_copies(source)


class FakeNats:
    """Greets one client, hears what he asks, and gives one answer; then it is gone."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(10)
        self._threads = ThreadPoolExecutor(1)
        self.port: int = self._listener.getsockname()[1]
        self.heard = b""

    def __enter__(self) -> FakeNats:
        self._served = self._threads.submit(self._serve)
        return self

    def __exit__(self, *_: object) -> None:
        self._served.result(10)
        self._threads.shutdown()
        self._listener.close()

    def _serve(self) -> None:
        link, _ = self._listener.accept()
        with link:
            link.settimeout(10)
            link.sendall(b'INFO {"jetstream":true}\r\n')
            while not self.heard.endswith(b"}}\r\n"):
                self.heard += link.recv(4096)
            link.sendall(self._answer)
