"""What people type to come to the server, and links that do it for them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

#: A machine may have many addresses; nobody types more than one.
WAYS_MAX: Final = 8


def reachable(host: str, found: Iterable[str]) -> list[str]:
    """Of the machine's addresses, those at which others find a server that is bound to ``host``,
    IPv4 first."""
    bound = ipaddress.ip_address(host)
    if not bound.is_unspecified:
        return [host]
    usable = set()
    for word in found:
        address = ipaddress.ip_address(word)
        # One of IPv6 that is valid on one link only says nothing without that link's name.
        linked = address.version == 6 and address.is_link_local
        if not address.is_loopback and not linked and bound.version >= address.version:
            usable.add(address)
    return [str(each) for each in sorted(usable, key=lambda each: (each.version, int(each)))]


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
