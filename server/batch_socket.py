"""Many datagrams in one system call, on Linux: ``recvmmsg`` and ``sendmmsg``.

Theory. All memory the kernel needs is made once: an array of message headers, and for each a slot
for the datagram, the peer's address and one ancillary message. A call then only copies bytes into
slots and writes lengths; the lengths are reached through flat integer views of the arrays, which
costs a tenth of setting a field of a ctypes structure. The peer's address in the kernel's form
(the *name*) is translated once and remembered. Where ``_sending.c`` was built, sending needs no
slots: there the kernel is pointed at the datagrams where they are.

A server bound to a wildcard address answers from the address it was asked at (RFC 8085, 5): the
kernel tells it with each datagram (``IP_PKTINFO``), and the same ancillary message, handed back
with the answer, sets its source. Only the interface is cleared, because routes may change.
"""

from __future__ import annotations

import ctypes
import errno
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from server.datagram_socket import (
    PEERS_MAX,
    RECEIVE_BYTES_MAX,
    Address,
    PlainSocket,
    fragmenting,
    plain_address,
    system_address,
)

#: Goes up with every change of what ``_sending.c`` offers: one that was built before is not used.
_INTERFACE: Final = 2

try:
    from server import _sending
    from server._sending import send_from

    if getattr(_sending, "INTERFACE", 0) != _INTERFACE:
        raise ImportError("it was built from other sources")
except ImportError:  # no compiler when this was installed
    send_from = None  # type: ignore[assignment]

#: See ``_sending.pyi``.
SendFrom = Callable[
    [int, list[tuple[bytes, Address]], int, dict[Address, bytes], dict[bytes, bytes] | None, bool],
    int,
]
#: The native way to send, None where it was not built: the one place where that is decided.
NATIVE: Final[SendFrom | None] = send_from

#: Messages handed to the kernel in one call.
SLOTS: Final = 128

_SLOT_BYTES: Final = RECEIVE_BYTES_MAX
_CONTROL_BYTES: Final = 64
#: Not named in the standard library.
_IP_PKTINFO: Final = 8

#: ``sockaddr_in`` and ``sockaddr_in6``: family, port in network order, then what differs.
_NAME_4: Final = struct.Struct("=H2s4s8x")
_NAME_6: Final = struct.Struct("=H2s4x16sI")
#: Options of a socket that are not named in the standard library; ``UDP_SEGMENT`` has runs of
#: datagrams for one peer cut apart by the kernel.
_SOL_UDP: Final = 17
_UDP_SEGMENT: Final = 103
#: The device, or the system, does not cut at all.
_NEVER_CUTS: Final = (errno.EIO, errno.EOPNOTSUPP, errno.ENOPROTOOPT)
#: Where the ancillary message holds the number of the interface.
_INTERFACE_AT: Final = {socket.AF_INET: 16, socket.AF_INET6: 32}
#: A source address that is not ours any more, or leads nowhere.
_WRONG_SOURCE: Final = (errno.EINVAL, errno.EADDRNOTAVAIL, errno.ENETUNREACH, errno.EHOSTUNREACH)


class _Vector(ctypes.Structure):
    """``struct iovec``"""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Header(ctypes.Structure):
    """``struct mmsghdr``, with the ``struct msghdr`` in it laid flat."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_bytes", ctypes.c_uint32),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_bytes", ctypes.c_size_t),
        ("flags", ctypes.c_int),
        ("_end_of_msghdr", ctypes.c_int),
        ("done_bytes", ctypes.c_uint32),
    )


def is_available() -> bool:
    """Whether this system has the two calls, laid out as they are used here."""
    return sys.platform == "linux" and ctypes.sizeof(ctypes.c_void_p) == 8 and _libc() is not None


class _Slots:
    """Message headers, each with its datagram, name and ancillary message, all in flat memory."""

    def __init__(self, name_bytes: int) -> None:
        self._data = bytearray(SLOTS * _SLOT_BYTES)
        self._names = bytearray(SLOTS * name_bytes)
        self._controls = bytearray(SLOTS * _CONTROL_BYTES)
        self._vectors = (_Vector * SLOTS)()
        self.headers = (_Header * SLOTS)()
        for index in range(SLOTS):
            vector, header = self._vectors[index], self.headers[index]
            vector.base = _address_of(self._data) + index * _SLOT_BYTES
            vector.length = _SLOT_BYTES
            header.name = _address_of(self._names) + index * name_bytes
            header.name_bytes = name_bytes
            header.vectors = ctypes.addressof(vector)
            header.vector_count = 1
            header.control = _address_of(self._controls) + index * _CONTROL_BYTES
        self.data = _cut(self._data, _SLOT_BYTES)
        self.names = _cut(self._names, name_bytes)
        self.controls = _cut(self._controls, _CONTROL_BYTES)
        header_bytes = memoryview(self.headers).cast("B")
        #: One integer for each slot: a slot's number picks its length.
        self.lengths = memoryview(self._vectors).cast("B").cast("Q")[1::2]
        self.control_bytes = _column(header_bytes.cast("Q"), _Header.control_bytes.offset)
        self.done_bytes = _column(header_bytes.cast("I"), _Header.done_bytes.offset)


class BatchSocket:
    """A ``DatagramSocket`` that hands ``SLOTS`` datagrams to the kernel, or takes them, at once."""

    def __init__(self, udp: socket.socket, native: SendFrom | None = NATIVE) -> None:
        """Takes over a bound socket; ``native`` sends, or slots do."""
        libc = _libc()
        assert libc is not None, "ask is_available first"
        udp.setblocking(False)
        self.is_ipv6: Final = udp.family == socket.AF_INET6
        self._libc = libc
        self._socket = udp
        self._descriptor = udp.fileno()
        name_struct = _NAME_6 if self.is_ipv6 else _NAME_4
        self._in = _Slots(name_struct.size)
        self._native = native
        self._out = _Slots(name_struct.size) if native is None else None
        self._addresses: dict[bytes, Address] = {}
        self._names: dict[Address, bytes] = {}
        #: The name that each slot for sending holds: the same peers get datagrams in the same
        #: order all the time.
        self._named: list[bytes] = [b""] * SLOTS
        #: Name -> the ancillary message that makes our answers come from where it asked.
        self._sources: dict[bytes, bytes] = {}
        #: Datagrams of the last call; before the first one, no slot for receiving is ready.
        self._taken = SLOTS
        self._control_bytes = _CONTROL_BYTES if _ask_for_destinations(udp) else 0
        self._interface_at = _INTERFACE_AT[udp.family]
        #: Whether neighbours for one peer leave as one message, natively.
        self._in_runs = native is not None and _cuts_apart(udp)

    def fileno(self) -> int:
        return self._descriptor

    def receive(self, count_max: int) -> list[tuple[bytes, Address]]:
        slots, addresses, control_bytes = self._in, self._addresses, self._control_bytes
        count = min(count_max, SLOTS)
        if control_bytes:  # the kernel wrote how much it used over those of the last call
            for index in range(self._taken):
                slots.control_bytes[index] = control_bytes
        got = self._libc.recvmmsg(self._descriptor, slots.headers, count, 0, None)
        self._taken = max(got, 0)
        received: list[tuple[bytes, Address]] = []
        data, names, lengths = slots.data, slots.names, slots.done_bytes
        for index in range(got):  # none for -1: nothing there, or an error that passes
            name = names[index].tobytes()
            address = addresses.get(name)
            if address is None:
                address = self._remember(name)
            if control_bytes:
                self._note_source(name, index)
            received.append((data[index][: lengths[index]].tobytes(), address))
        return received

    def send(self, datagrams: list[tuple[bytes, Address]]) -> int:
        if self._native is not None:
            return self._send_native(self._native, datagrams, in_runs=self._in_runs)
        assert self._out is not None
        return sum(
            self._send_slots(self._out, datagrams[start : start + SLOTS])
            for start in range(0, len(datagrams), SLOTS)
        )

    def _send_native(
        self, send: SendFrom, datagrams: list[tuple[bytes, Address]], *, in_runs: bool
    ) -> int:
        sources = self._sources if self._control_bytes else None
        dropped = done = 0
        as_run = in_runs
        while done < len(datagrams):
            try:
                sent = send(self._descriptor, datagrams, done, self._names, sources, as_run)
            except OSError as error:  # it is the first one that cannot be sent
                if as_run:  # perhaps alone it can: the path may be too narrow for a run
                    as_run = False
                    self._in_runs = self._in_runs and error.errno not in _NEVER_CUTS
                    continue
                datagram, address = datagrams[done]
                dropped += not self._send_again(datagram, self._names[address], error.errno or 0)
                sent = 1
            if not sent and self._name_of(datagrams[done][1]) is None:
                dropped += 1
                sent = 1
            done += sent
            as_run = in_runs and self._in_runs
        return dropped

    def _send_slots(self, slots: _Slots, chunk: Sequence[tuple[bytes, Address]]) -> int:
        filled = self._fill(slots, chunk)
        dropped = len(chunk) - filled
        done = 0
        while done < filled:
            first = ctypes.byref(slots.headers, done * ctypes.sizeof(_Header))
            sent = self._libc.sendmmsg(self._descriptor, first, filled - done, 0)
            if sent <= 0:  # it is the first one that cannot be sent
                error = ctypes.get_errno()
                datagram = slots.data[done][: slots.lengths[done]].tobytes()
                dropped += not self._send_again(datagram, slots.names[done].tobytes(), error)
                sent = 1
            done += sent
        return dropped

    def send_in_fragments(self, datagrams: list[tuple[bytes, Address]]) -> int:
        with fragmenting(self._socket):
            if self._native is not None:
                return self._send_native(self._native, datagrams, in_runs=False)
            return self.send(datagrams)

    def close(self) -> None:
        self._socket.close()

    def _fill(self, slots: _Slots, chunk: Sequence[tuple[bytes, Address]]) -> int:
        """Lay datagrams into the first slots; returns how many, without the hopeless ones."""
        names, has_sources = self._names, self._control_bytes > 0
        data, lengths, named = slots.data, slots.lengths, self._named
        index = 0
        for datagram, address in chunk:
            size = len(datagram)
            name = names.get(address) or self._name_of(address)
            if name is None or size > _SLOT_BYTES:
                continue
            data[index][:size] = datagram
            lengths[index] = size
            if named[index] is not name:
                slots.names[index][:] = name
                named[index] = name
            if has_sources:
                self._set_source(slots, index, name)
            index += 1
        return index

    def _set_source(self, slots: _Slots, index: int, name: bytes) -> None:
        source = self._sources.get(name)
        if source is None:
            slots.control_bytes[index] = 0
        else:
            slots.controls[index][: len(source)] = source
            slots.control_bytes[index] = len(source)

    def _send_again(self, datagram: bytes, name: bytes, error: int) -> bool:
        """A second try for what a second try can help; whether it went out."""
        target = system_address(self._remember(name), self._socket.family)
        try:
            if error == errno.EMSGSIZE:
                with fragmenting(self._socket):
                    self._socket.sendto(datagram, target)
                return True
            if error in _WRONG_SOURCE and self._sources.pop(name, None) is not None:
                self._socket.sendto(datagram, target)
                return True
        except OSError:
            return False
        return False

    def _remember(self, name: bytes) -> Address:
        address = _decode_name(name)
        if len(self._addresses) >= PEERS_MAX:
            self._addresses.clear()
        self._addresses[name] = address
        return address

    def _name_of(self, address: Address) -> bytes | None:
        try:
            name = _encode_name(address, self._socket.family)
        except OSError:
            return None
        if len(self._names) >= PEERS_MAX:
            self._names.clear()
        self._names[address] = name
        return name

    def _note_source(self, name: bytes, index: int) -> None:
        """Remember where the peer of this slot reached us."""
        control = self._in.controls[index]
        control[self._interface_at : self._interface_at + 4] = bytes(4)
        source = control[: self._in.control_bytes[index]].tobytes()
        if self._sources.get(name) != source:
            if len(self._sources) >= PEERS_MAX:
                del self._sources[next(iter(self._sources))]
            self._sources[name] = source


def make_socket(udp: socket.socket) -> BatchSocket | PlainSocket:
    """The best that this system has for a bound socket."""
    return BatchSocket(udp) if is_available() else PlainSocket(udp)


def _ask_for_destinations(udp: socket.socket) -> bool:
    """Have the kernel say to which of our addresses each datagram came, if it can be several."""
    host = udp.getsockname()[0]
    if host == "0.0.0.0":
        udp.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
    elif host == "::":
        udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    else:
        return False
    return True


def _cuts_apart(udp: socket.socket) -> bool:
    """Whether the system knows ``UDP_SEGMENT``."""
    try:
        udp.getsockopt(_SOL_UDP, _UDP_SEGMENT)
    except OSError:
        return False
    return True


def _encode_name(address: Address, family: int) -> bytes:
    target = system_address(address, family)
    port = target[1].to_bytes(2)
    packed = socket.inet_pton(family, target[0])
    if len(target) == 2:
        return _NAME_4.pack(family, port, packed)
    return _NAME_6.pack(family, port, packed, target[3])


def _decode_name(name: bytes) -> Address:
    if len(name) == _NAME_4.size:
        family, port, packed = _NAME_4.unpack(name)
        scope = 0
    else:
        family, port, packed, scope = _NAME_6.unpack(name)
    return plain_address((socket.inet_ntop(family, packed), int.from_bytes(port), 0, scope))


def _address_of(memory: bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def _cut(memory: bytearray, size: int) -> list[memoryview]:
    whole = memoryview(memory)
    return [whole[start : start + size] for start in range(0, len(memory), size)]


def _column(integers: memoryview[int], offset: int) -> memoryview[int]:
    """One field of all headers, writable, from a view whose integers have the field's size."""
    size = integers.itemsize
    return integers[offset // size :: ctypes.sizeof(_Header) // size]


def _libc() -> Any:
    """The C library, None where it lacks the calls."""
    libc = ctypes.CDLL(None, use_errno=True)
    return libc if hasattr(libc, "recvmmsg") and hasattr(libc, "sendmmsg") else None
