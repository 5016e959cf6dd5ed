"""UDP sockets as the endpoint wants them: many datagrams a call, plain addresses, no errors.

An address is ``(host, port)``, whatever the socket's family: an IPv4 peer of a dual-stack socket
is known by its IPv4 address, and a link-local one keeps its scope (``fe80::1%2``). What cannot be
sent is dropped and counted: the protocol lives with loss, and an ICMP error is at most a hint
(RFC 8085, 5.2).
"""

from __future__ import annotations

import contextlib
import errno
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import Final, Protocol, cast

Address = tuple[str, int]
SystemAddress = tuple[str, int] | tuple[str, int, int, int]

#: Longer ones are cut, and are too long for the protocol even then.
RECEIVE_BYTES_MAX: Final = 2048
#: Peers whose address is remembered in the form the system wants.
PEERS_MAX: Final = 16_384

#: The default of some 200 KiB holds a hundred datagrams; the system may allow less than this.
_BUFFER_BYTES: Final = 4 * 1024 * 1024
_MAPPED: Final = "::ffff:"
#: Of Linux, for IPv4 (not named in the standard library): whether the don't-fragment bit is set.
_IP_MTU_DISCOVER: Final = 10
_IP_PMTUDISC_DONT: Final = 0
_IP_PMTUDISC_DO: Final = 2


class DatagramSocket(Protocol):
    """What the endpoint needs of a socket."""

    @property
    def is_ipv6(self) -> bool: ...

    def fileno(self) -> int: ...

    def receive(self, count_max: int) -> list[tuple[bytes, Address]]:
        """What has come in, at most so many; empty when there is nothing. Never waits."""

    def send(self, datagrams: list[tuple[bytes, Address]]) -> int:
        """Send them in this order; returns how many were dropped. Never waits, never raises."""

    def send_in_fragments(self, datagrams: list[tuple[bytes, Address]]) -> int:
        """The same without the don't-fragment bit, for paths that are known to be narrow."""

    def close(self) -> None: ...


class PlainSocket:
    """One system call for each datagram: works everywhere."""

    def __init__(self, udp: socket.socket) -> None:
        """Takes over a bound socket."""
        udp.setblocking(False)
        self.is_ipv6: Final = udp.family == socket.AF_INET6
        self._socket = udp
        self._targets: dict[Address, SystemAddress] = {}

    def fileno(self) -> int:
        return self._socket.fileno()

    def receive(self, count_max: int) -> list[tuple[bytes, Address]]:
        received: list[tuple[bytes, Address]] = []
        for _ in range(count_max):
            try:
                datagram, source = self._socket.recvfrom(RECEIVE_BYTES_MAX)
            except BlockingIOError:
                break
            except OSError:
                # Windows and some BSDs report here that an earlier datagram met a closed port.
                continue
            received.append((datagram, plain_address(source)))
        return received

    def send(self, datagrams: list[tuple[bytes, Address]]) -> int:
        dropped = 0
        for datagram, address in datagrams:
            try:
                self._send_one(datagram, self._target(address))
            except OSError:
                dropped += 1
        return dropped

    def send_in_fragments(self, datagrams: list[tuple[bytes, Address]]) -> int:
        with fragmenting(self._socket):
            return self.send(datagrams)

    def close(self) -> None:
        self._socket.close()

    def _send_one(self, datagram: bytes, target: SystemAddress) -> None:
        try:
            self._socket.sendto(datagram, target)
        except OSError as error:
            if error.errno != errno.EMSGSIZE:
                raise
            with fragmenting(self._socket):
                self._socket.sendto(datagram, target)

    def _target(self, address: Address) -> SystemAddress:
        target = self._targets.get(address)
        if target is None:
            target = system_address(address, self._socket.family)
            if len(self._targets) >= PEERS_MAX:
                self._targets.clear()
            self._targets[address] = target
        return target


def bind(host: str, port: int) -> list[socket.socket]:
    """Sockets for ``host``, one for each family it has an address of, on one port; 0 picks one.

    ``::`` means every address of both families: one socket where the system allows it, else two;
    on a machine without IPv6 it means every IPv4 address.

    Raises:
        OSError: the name is unknown, the port is in use or not for us, or the address not ours.
    """
    if host == "::":
        return _bind_wildcard(port)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
    targets: dict[int, SystemAddress] = {}
    for family, _, _, _, target in found:
        # The type allows for a Python without IPv6, which gives something else.
        targets.setdefault(family, cast(SystemAddress, target))
    bound: list[socket.socket] = []
    try:
        for wanted, chosen in targets.items():
            # The first one picks the port, where it is to be picked.
            port = port or (bound[0].getsockname()[1] if bound else 0)
            bound.append(_bind_one(wanted, _with_port(chosen, port)))
    except OSError:
        for udp in bound:
            udp.close()
        raise
    return bound


def plain_address(address: Sequence[object]) -> Address:
    """``(host, port)`` of an address as the system gives it, for either family."""
    host, port = str(address[0]), int(str(address[1]))
    if host.startswith(_MAPPED) and "." in host:
        return host.removeprefix(_MAPPED), port
    if len(address) == 4 and address[3] and "%" not in host:
        return f"{host}%{address[3]}", port
    return host, port


def system_address(address: Address, family: int) -> SystemAddress:
    """The inverse of ``plain_address``, for a socket of this family.

    Raises:
        OSError: an address of the other family, which cannot be reached from here.
    """
    host, port = address
    if family == socket.AF_INET:
        if ":" in host:
            raise OSError(errno.EAFNOSUPPORT, "an IPv6 address on an IPv4 socket")
        return host, port
    if ":" not in host:
        return _MAPPED + host, port, 0, 0
    host, _, scope = host.partition("%")
    try:
        return host, port, 0, int(scope or 0)
    except ValueError:
        return host, port, 0, socket.if_nametoindex(scope)


@contextlib.contextmanager
def fragmenting(udp: socket.socket) -> Iterator[None]:
    """Without the don't-fragment bit, for datagrams that are longer than their path carries."""
    set_dont_fragment(udp, on=False)
    try:
        yield
    finally:
        set_dont_fragment(udp, on=True)


def set_dont_fragment(udp: socket.socket, *, on: bool) -> None:
    """Set or clear the don't-fragment bit of IPv4, where the system lets us."""
    if sys.platform == "linux":
        mode = _IP_PMTUDISC_DO if on else _IP_PMTUDISC_DONT
        with contextlib.suppress(OSError):  # not there: then fragments are what one gets
            udp.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, mode)


def _bind_wildcard(port: int) -> list[socket.socket]:
    try:
        both = _bind_one(socket.AF_INET6, ("::", port, 0, 0), dual_stack=True)
    except OSError as error:
        if error.errno not in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
            raise
        return [_bind_one(socket.AF_INET, ("0.0.0.0", port))]
    if not both.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY):
        return [both]
    try:
        return [both, _bind_one(socket.AF_INET, ("0.0.0.0", both.getsockname()[1]))]
    except OSError:
        both.close()
        raise


def _bind_one(
    family: int,
    address: SystemAddress,
    *,
    dual_stack: bool = False,
) -> socket.socket:
    udp = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if family == socket.AF_INET6:
            with contextlib.suppress(OSError):  # read back by who asked
                udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, not dual_stack)
        if sys.platform == "win32":
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        _raise_buffer(udp, socket.SO_RCVBUF)
        _raise_buffer(udp, socket.SO_SNDBUF)
        set_dont_fragment(udp, on=True)
        udp.bind(address)
    except OSError:
        udp.close()
        raise
    return udp


def _raise_buffer(udp: socket.socket, option: int) -> None:
    """As far up as the system allows: Linux cuts what is too much, others refuse it."""
    size = _BUFFER_BYTES
    while size > udp.getsockopt(socket.SOL_SOCKET, option):
        with contextlib.suppress(OSError):  # less, then
            udp.setsockopt(socket.SOL_SOCKET, option, size)
            return
        size //= 2


def _with_port(target: SystemAddress, port: int) -> SystemAddress:
    if len(target) == 2:
        return target[0], port
    return target[0], port, target[2], target[3]
