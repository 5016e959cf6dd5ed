"""The addresses that a server names at its start, and the links for them."""

from __future__ import annotations

import pytest

from app.client_config import parse_address
from server.ways_in import WAYS_MAX, reachable, ways_in

FOUND = [
    "",
    "nonsense",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "127.0.0.1",
    "192.0.2.7",
    "::1",
    "fe80::1",
    "2001:db8::1",
    "192.0.2.7",
    "10.0.0.20",
]
FINGERPRINT = "a" * 32


class TestWaysIn:
    @pytest.mark.parametrize(
        ("host", "addresses"),
        [
            ("::", ["10.0.0.20", "192.0.2.7", "2001:db8::1"]),
            ("0.0.0.0", ["10.0.0.20", "192.0.2.7"]),
            ("192.0.2.7", ["192.0.2.7"]),
            ("::1", ["::1"]),
        ],
    )
    def test_addresses_are_those_that_others_reach(self, host: str, addresses: list[str]) -> None:
        assert reachable(host, FOUND) == addresses

    def test_bridges_to_containers_come_last(self) -> None:
        found = [f"172.{number}.0.1" for number in range(17, 26)]
        assert reachable("::", [*found, "192.168.1.20"])[:2] == ["192.168.1.20", "172.17.0.1"]

    @pytest.mark.parametrize("host", ["::", "0.0.0.0", "10.0.0.20", "2001:db8::1", "127.0.0.1"])
    def test_each_line_has_an_address_to_type_and_a_link_to_open(self, host: str) -> None:
        for line in ways_in(host, 5000, FINGERPRINT, FOUND):
            words = line.replace(" (this computer only)", "").split(" ")
            assert words[0] == "address" and words[2:4] == ["invite", "link"]
            typed, linked = parse_address(words[1]), parse_address(words[4])
            assert (linked.host, linked.port) == (typed.host, typed.port)
            assert typed.port == 5000 and linked.fingerprint == FINGERPRINT
            assert typed.is_loopback == ("(this computer only)" in line)

    def test_without_a_network_there_is_the_machine_itself(self) -> None:
        for host in ("::", "0.0.0.0"):
            (line,) = ways_in(host, 1, FINGERPRINT, ["127.0.0.1", "::1", "fe80::1"])
            assert line == (
                "address 127.0.0.1:1 (this computer only)"
                f" invite link hubbub://127.0.0.1:1#{FINGERPRINT}"
            )

    @pytest.mark.parametrize(
        ("count", "last"),
        [
            (WAYS_MAX + 1, "and 1 more address of this computer"),
            (300, "and 292 more addresses of this computer"),
        ],
    )
    def test_many_are_counted(self, count: int, last: str) -> None:
        found = [f"10.0.{number // 200}.{number % 200 + 1}" for number in range(count)]
        lines = ways_in("::", 1, FINGERPRINT, found)

        assert len(lines) == WAYS_MAX + 1
        assert lines[-1] == last
