"""Datagrams of one length for one peer, in one call: the kernel cuts them apart (``UDP_SEGMENT``).

Theory. Most of a datagram's cost is its way through the kernel, and with segmentation offload a
run of datagrams goes that way once (udp(7); Linux 4.18). All of a run have one length, but for the
last, which may be shorter. A device that cannot cut, or a path that is too narrow, refuses the run
as a whole: then its datagrams are sent one by one as ever.
"""

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from server.datagram_socket import Address

#: The kernel cuts at most 64, and takes at most 65,507 bytes.
RUN_DATAGRAMS_MAX: Final = 40
_RUN_BYTES_MAX: Final = 60_000
#: Not named in the standard library.
_SOL_UDP: Final = 17
_UDP_SEGMENT: Final = 103
#: The device, or the system, does not do it at all.
_NEVER: Final = (errno.EIO, errno.EOPNOTSUPP, errno.ENOPROTOOPT)

Datagram = tuple[bytes, Address]
#: Level, type and value, as ``socket.sendmsg`` takes them.
Ancillary = tuple[int, int, bytes]


def is_available(udp: socket.socket) -> bool:
    """Whether the system knows the option."""
    try:
        udp.getsockopt(_SOL_UDP, _UDP_SEGMENT)
    except OSError:
        return False
    return True


def has_runs(datagrams: Sequence[Datagram]) -> bool:
    """Whether looking for runs is worth it: two neighbours go to one address."""
    return any(one[1] is next_[1] for one, next_ in pairwise(datagrams))


def runs(datagrams: Sequence[Datagram]) -> Iterator[Sequence[Datagram]]:
    """The datagrams in their order, as runs that one call can send; many are of one datagram."""
    start, count = 0, len(datagrams)
    while start < count:
        first, address = datagrams[start]
        end = start + 1
        most = start + min(RUN_DATAGRAMS_MAX, max(1, _RUN_BYTES_MAX // max(1, len(first))))
        while end < min(count, most) and datagrams[end][1] == address:
            size = len(datagrams[end][0])
            if size > len(first):
                break
            end += 1
            if size < len(first):
                break  # the last one
        yield datagrams[start:end]
        start = end


def send_run(
    udp: socket.socket,
    run: Sequence[Datagram],
    target: tuple[str, int] | tuple[str, int, int, int],
    more: Sequence[Ancillary],
) -> bool:
    """Send a run in one call; False if the path or the device wants them one by one.

    Raises:
        OSError: no run can be sent from this socket, now or later.
    """
    segment = (_SOL_UDP, _UDP_SEGMENT, struct.pack("=H", len(run[0][0])))
    try:
        udp.sendmsg([datagram for datagram, _ in run], [*more, segment], 0, target)
    except OSError as error:
        if error.errno in _NEVER:
            raise
        return False
    return True
