"""Addresses of servers as people type, paste and pass them on."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

DEFAULT_PORT: Final = 48228

_SCHEME: Final = "hubbub://"
#: Longer than any host name (RFC 1035, 2.3.4) with room for an address' zone.
_HOST_CHARACTERS_MAX: Final = 255
_ROOM_BYTES_MAX: Final = 64
#: As ``protocol.noise.fingerprint`` writes it.
_FINGERPRINT: Final = re.compile(r"[a-z2-7]{32}")
_HOST: Final = re.compile(r"[^\s/?#@:\[\]%]+")
_PORT: Final = re.compile(r"[0-9]{1,5}")
_BRACKETED: Final = re.compile(r"\[([^\[\]]*)\](?::(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server may be found, what its key must match, and a room to go to."""

    host: str
    port: int = DEFAULT_PORT
    fingerprint: str | None = None
    room: str | None = None

    @property
    def host_and_port(self) -> str:
        """The address as one word, an IPv6 host in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this computer can use the address."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost" or self.host.endswith(".localhost")

    @property
    def link(self) -> str:
        """The address as an invite link, which ``parse_address`` reads back."""
        room = "" if self.room is None else f"/{quote(self.room, safe='')}"
        fingerprint = "" if self.fingerprint is None else f"#{self.fingerprint}"
        return f"{_SCHEME}{self.host_and_port}{room}{fingerprint}"


def parse_address(text: str) -> ServerAddress:
    """Read ``[hubbub://]HOST[:PORT][/ROOM][#FINGERPRINT]``; an IPv6 host may stand in brackets.

    Raises:
        ValueError: it is no address; the text says in one line what is wrong with it.
    """
    rest = text.strip()
    if rest[: len(_SCHEME)].lower() == _SCHEME:
        rest = rest[len(_SCHEME) :]
    elif "://" in rest:
        raise ValueError(f"a link to a server begins with {_SCHEME}")
    rest, hash_sign, fingerprint = rest.partition("#")
    place, slash, room = rest.partition("/")
    host, port = _split_host_and_port(place)
    return ServerAddress(
        host=_checked_host(host),
        port=DEFAULT_PORT if port is None else _checked_port(port),
        fingerprint=_checked_fingerprint(fingerprint) if hash_sign else None,
        room=_checked_room(room) if slash and room else None,
    )


def _split_host_and_port(place: str) -> tuple[str, str | None]:
    if place.startswith("["):
        match = _BRACKETED.fullmatch(place)
        if match is None or not _is_ipv6(match[1]):
            raise ValueError(
                f"{place[:80]!r} is no IPv6 address in brackets, as in [::1]:{DEFAULT_PORT}"
            )
        return match[1], match[2]
    if place.count(":") > 1:
        if not _is_ipv6(place):
            raise ValueError(f"{place[:80]!r} has too many colons: HOST:PORT, or [IPV6]:PORT")
        return place, None
    host, colon, port = place.partition(":")
    return host, port if colon else None


def _is_ipv6(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def _checked_host(host: str) -> str:
    if not host:
        raise ValueError("the address names no host")
    plain = host.isprintable() and len(host) <= _HOST_CHARACTERS_MAX
    if not plain or not (_HOST.fullmatch(host) or _is_ipv6(host)):
        raise ValueError(f"{host[:80]!r} is no name of a host")
    return host.lower()


def _checked_port(port: str) -> int:
    if not _PORT.fullmatch(port) or not 1 <= int(port) <= 65535:
        raise ValueError(f"{port[:80]!r} is no port: a number from 1 to 65535")
    return int(port)


def _checked_fingerprint(fingerprint: str) -> str:
    word = fingerprint.strip().lower()
    if not _FINGERPRINT.fullmatch(word):
        raise ValueError(f"{fingerprint[:80]!r} is no fingerprint: 32 letters and digits 2 to 7")
    return word


def _checked_room(room: str) -> str:
    try:
        name = unquote(room, errors="strict")
        size = len(name.encode())
    except UnicodeError:
        raise ValueError(f"{room[:80]!r} is no name of a room") from None
    if size > _ROOM_BYTES_MAX or not name.isprintable():
        raise ValueError(f"{room[:80]!r} is no name of a room")
    return name
