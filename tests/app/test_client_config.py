"""Addresses as people type them: what is read, and what is said of the rest."""

from __future__ import annotations

import pytest

from app.client_config import DEFAULT_PORT, ServerAddress, parse_address
from protocol import noise

FINGERPRINT = noise.fingerprint(bytes(32))


class TestParseAddress:
    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("ship", ServerAddress("ship", 48228)),
            ("  Ship.Local:4000\n", ServerAddress("ship.local", 4000)),
            ("10.0.0.7:1", ServerAddress("10.0.0.7", 1)),
            ("[::1]:4000", ServerAddress("::1", 4000)),
            ("[::1]", ServerAddress("::1", 48228)),
            ("2001:DB8::1", ServerAddress("2001:db8::1", 48228)),
            ("[fe80::1%eth0]:65535", ServerAddress("fe80::1%eth0", 65535)),
            (f"ship:4000#{FINGERPRINT}", ServerAddress("ship", 4000, FINGERPRINT)),
            (f"ship#{FINGERPRINT.upper()}", ServerAddress("ship", 48228, FINGERPRINT)),
            (
                f"hubbub://[::1]:4000/tea%20room#{FINGERPRINT}",
                ServerAddress("::1", 4000, FINGERPRINT, "tea room"),
            ),
            ("HUBBUB://ship/general", ServerAddress("ship", 48228, None, "general")),
            ("hubbub://ship/", ServerAddress("ship", 48228)),
        ],
    )
    def test_reads(self, text: str, address: ServerAddress) -> None:
        assert parse_address(text) == address

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "names no host"),
            (":4000", "names no host"),
            ("https://ship", "begins with hubbub://"),
            ("ship:", "'' is no port"),
            ("ship:0", "'0' is no port"),
            ("ship:65536", "'65536' is no port"),
            ("ship:-1", "'-1' is no port"),
            ("ship:٣", "is no port"),
            ("[::1]4000", "in brackets"),
            ("[ship]:4000", "in brackets"),
            ("[::1", "in brackets"),
            ("a:b:c", "too many colons"),
            (":" * 9000, "too many colons"),
            (f"[{'x' * 9000}", "in brackets"),
            ("two words", "no name of a host"),
            ("me@ship", "no name of a host"),
            ("ship?x", "no name of a host"),
            ("sh\udcffip", "no name of a host"),
            ("x" * 256, "no name of a host"),
            ("ship#", "'' is no fingerprint"),
            (f"ship#{FINGERPRINT}a", "no fingerprint"),
            (f"ship#{'1' * 32}", "no fingerprint"),
            ("hubbub://ship/%ff", "no name of a room"),
            ("hubbub://ship/\ud800", "no name of a room"),
            ("hubbub://ship/a%00b", "no name of a room"),
            (f"hubbub://ship/{'x' * 65}", "no name of a room"),
        ],
    )
    def test_says_what_is_wrong(self, text: str, reason: str) -> None:
        with pytest.raises(ValueError, match=reason) as caught:
            parse_address(text)

        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 200

    @pytest.mark.parametrize("host", ["ship", "::1", "fe80::1%eth0"])
    def test_reads_back_its_own_link(self, host: str) -> None:
        address = ServerAddress(host, 4000, FINGERPRINT, "tea/room #1")

        assert parse_address(address.link) == address
        assert parse_address(address.host_and_port) == ServerAddress(host, 4000)

    def test_takes_the_longest_host_and_room(self) -> None:
        address = parse_address(f"hubbub://{'x' * 255}/{'y' * 64}")

        assert (address.port, len(address.room or "")) == (DEFAULT_PORT, 64)
