"""What people type to come to the server, and links that do it for them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

#: A machine may have many addresses; nobody types more than one.
WAYS_MAX: Final = 8
#: RFC 1918; Docker takes its own networks from here.
_BRIDGES: Final = ipaddress.ip_network("172.16.0.0/12")

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def reachable(host: str, found: Iterable[str]) -> list[str]:
    """Of the machine's addresses, those at which others find a server that is bound to ``host``,
    IPv4 first."""
    bound = ipaddress.ip_address(host)
    if not bound.is_unspecified:
        return [host]
    usable = set()
    for word in found:
        try:
            address = ipaddress.ip_address(word)
        except ValueError:
            continue  # a system may have addresses of other kinds
        # One of IPv6 that is valid on one link only says nothing without that link's name.
        linked = address.version == 6 and address.is_link_local
        if linked or address.is_loopback or address.is_unspecified or address.is_multicast:
            continue
        if bound.version >= address.version:
            usable.add(address)
    return [str(each) for each in sorted(usable, key=_rank)]


def _rank(address: _Address) -> tuple[int, bool, int]:
    """IPv4 first, and of that last where bridges to containers are, which nobody else reaches."""
    return address.version, address in _BRIDGES, int(address)


def ways_in(host: str, port: int, fingerprint: str, found: Iterable[str]) -> list[str]:
    """A line for each address, with its invite link; on a machine without a network that of the
    machine itself."""
    addresses = reachable(host, found) or ["127.0.0.1"]
    lines = [_line(each, port, fingerprint) for each in addresses[:WAYS_MAX]]
    left = len(addresses) - WAYS_MAX
    if left > 0:
        lines.append(f"and {left} more address{'es' if left > 1 else ''} of this computer")
    return lines


def shown(host: str, port: int) -> str:
    """As it is typed, an IPv6 host in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _line(host: str, port: int, fingerprint: str) -> str:
    typed = shown(host, port)
    only_here = " (this computer only)" if ipaddress.ip_address(host).is_loopback else ""
    return f"address {typed}{only_here} invite link hubbub://{typed}#{fingerprint}"
