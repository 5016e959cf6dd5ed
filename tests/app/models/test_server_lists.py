"""Announcements as strangers write them."""

from __future__ import annotations

import pytest

from app.models.server_lists import FoundServer, SavedServer, ServerLists, read_announcement

GOOD = {b"v": b"1", b"name": "Hafen ☕".encode(), b"fp": b"a" * 32, b"n": b"12"}


class TestReadAnnouncement:
    def test_name_address_and_people(self) -> None:
        found = read_announcement("key", GOOD, ["2001:db8::1", "192.0.2.7"], 48228)

        assert found == FoundServer("key", "Hafen ☕", "192.0.2.7:48228", 12, fingerprint="a" * 32)

    def test_address_of_the_newer_family_stands_in_brackets(self) -> None:
        found = read_announcement("key", GOOD, ["fe80::1", "2001:db8::1"], 1)

        assert found is not None and found.address == "[2001:db8::1]:1"

    @pytest.mark.parametrize(
        "name",
        [None, b"", b"   ", b"\xff\xfe", b"a\nb", b"a\x00b", "\u202eevil".encode(), b"a" * 65],
    )
    def test_name_that_is_none_is_nobody(self, name: bytes | None) -> None:
        assert read_announcement("key", {**GOOD, b"name": name}, ["192.0.2.7"], 1) is None

    @pytest.mark.parametrize(
        "addresses",
        [[], ["x"], ["fe80::1"], ["224.0.0.251"], ["0.0.0.0"], ["::1%a\xff b"], ["2001:db8::1%x"]],
    )
    def test_address_that_leads_nowhere_is_nobody(self, addresses: list[str]) -> None:
        assert read_announcement("key", GOOD, addresses, 1) is None

    @pytest.mark.parametrize("word", [None, b"", b"a b", b"\xff", b"a" * 65, "ä".encode(), b"#"])
    def test_key_that_is_none_is_not_told(self, word: bytes | None) -> None:
        found = read_announcement("key", {**GOOD, b"fp": word}, ["192.0.2.7"], 1)

        assert found is not None and found.fingerprint == ""

    @pytest.mark.parametrize("port", [None, 0, -1, 65536])
    def test_port_that_is_none_is_nobody(self, port: int | None) -> None:
        assert read_announcement("key", GOOD, ["192.0.2.7"], port) is None

    @pytest.mark.parametrize(
        ("word", "people"),
        [(None, 0), (b"", 0), (b"-1", 0), (b"9" * 5000, 0), (b"9999999", 1_000_000), (b"7", 7)],
    )
    def test_number_of_people_is_bounded(self, word: bytes | None, people: int) -> None:
        found = read_announcement("key", {**GOOD, b"n": word}, ["192.0.2.7"], 1)

        assert found is not None and found.people == people


def test_a_name_is_of_the_server_with_this_key_at_each_of_its_addresses() -> None:
    servers = ServerLists()
    servers.saved = (SavedServer("a:1", "Harbour", "anna", "f", ("b:1",)),)
    servers.names = {"f": "Work", "typed:1": "New"}

    assert [servers.name_at(a) for a in ("a:1", "b:1", "typed:1", "c:1")] == [
        "Work", "Work", "New", "",
    ]  # fmt: skip
    assert servers.name_at("b:1", "e") == ""
    servers.saved = ()
    assert servers.name_at("a:1") == ""
    assert servers.name_at("c:1", "f") == "Work"
