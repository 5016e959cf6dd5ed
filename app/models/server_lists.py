"""Servers one may go to: those that the network tells of, and those that were used before.

What the network tells is a hint by strangers. It is shown made safe, and leads to an address, never
to a pin: with a fingerprint out of an announcement anybody on the network could replace a server's.
Who claims to be a server that was used before has to show the key of that one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Final

from app.structs import Struct
from protocol.limits import NAME_BYTES_MAX

#: More are not shown: a list is for choosing from.
FOUND_MAX: Final = 64
_PEOPLE_MAX: Final = 1_000_000
_FINGERPRINT_BYTES_MAX: Final = 64


class FoundServer(Struct, frozen=True):
    """A server that announces itself. ``key`` names the announcement."""

    key: str
    name: str
    #: ``HOST:PORT``, an IPv6 host in brackets.
    address: str
    people: int
    #: None while it was not measured, or when nobody answers.
    round_trip_s: float | None = None
    #: Of the key that it says it has: nobody has looked.
    fingerprint: str = ""


class SavedServer(Struct, frozen=True):
    """A server that was used before: where, what it is called, and who one is there."""

    address: str
    name: str
    nick: str
    #: Of its pinned key, or of the one it must have; empty before first contact.
    fingerprint: str
    #: Other addresses of the same server, those that worked last first.
    others: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """All ways to it."""
        return (self.address, *self.others)


class Destination(Struct, frozen=True):
    """Where a connection leads."""

    #: ``HOST:PORT``.
    address: str
    #: The room that a link names, else empty.
    room: str = ""
    #: Nobody on another computer can use this address.
    is_loopback: bool = False


class ServerLists:
    """Both lists as they now are."""

    def __init__(self) -> None:
        self.found: tuple[FoundServer, ...] = ()
        #: Why none can be found, else empty.
        self.problem = ""
        self.saved: tuple[SavedServer, ...] = ()
        #: What the person calls some of them: by the key's fingerprint, by address where no key is
        #: known yet.
        self.names: dict[str, str] = {}

    def saved_at(self, address: str) -> SavedServer | None:
        """The saved server that this is a way to."""
        return next((server for server in self.saved if address in server.addresses), None)

    def name_key(self, address: str, fingerprint: str = "") -> str:
        """Under what the name of the server there is kept; ``fingerprint`` if it is known. Another
        server at the same address is another one."""
        server = self.saved_at(address)
        return fingerprint or (server.fingerprint if server else "") or address

    def name_at(self, address: str, fingerprint: str = "") -> str:
        """What the person calls the server there, "" for its own name."""
        return self.names.get(self.name_key(address, fingerprint), "")

    def with_adopted_names(self) -> dict[str, str]:
        """The names, those given to addresses now by the keys of the servers that are there. Where
        no server is saved a name is nobody's."""
        kept = {key: name for key, name in self.names.items() if ":" not in key}
        for address, name in self.names.items():
            if address not in kept and self.saved_at(address) is not None:
                kept.setdefault(self.name_key(address), name)
        return kept


def read_announcement(
    key: str, properties: Mapping[bytes, bytes | None], addresses: Sequence[str], port: int | None
) -> FoundServer | None:
    """What an announcement says; None if it makes no sense to us."""
    host = _best(addresses)
    name = _name(properties.get(b"name"))
    if not host or not name or port is None or not 0 < port <= 65535:
        return None
    shown = f"[{host}]" if ":" in host else host
    return FoundServer(
        key,
        name,
        f"{shown}:{port}",
        _people(properties.get(b"n")),
        fingerprint=_fingerprint(properties.get(b"fp")),
    )


def _best(addresses: Sequence[str]) -> str:
    """One address that works without the name of a link, the older family first."""
    usable = []
    for word in addresses:
        try:
            address = ipaddress.ip_address(word)
        except ValueError:
            continue
        on_one_link = address.version == 6 and (address.is_link_local or address.scope_id)
        if not (on_one_link or address.is_multicast or address.is_unspecified):
            usable.append(address)
    return str(min(usable, key=lambda address: address.version)) if usable else ""


def _name(word: bytes | None) -> str:
    try:
        name = (word or b"").decode()
    except UnicodeDecodeError:
        return ""
    is_sound = name.isprintable() and len(name.encode()) <= NAME_BYTES_MAX
    return name.strip() if is_sound else ""


def _people(word: bytes | None) -> int:
    if word is None or not word.isdigit() or len(word) > 7:
        return 0
    return min(int(word), _PEOPLE_MAX)


def _fingerprint(word: bytes | None) -> str:
    is_sound = word is not None and word.isalnum() and len(word) <= _FINGERPRINT_BYTES_MAX
    return word.decode() if word is not None and is_sound else ""
