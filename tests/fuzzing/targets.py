"""What is fuzzed: each target takes any bytes, and asserts what must hold whatever they are.

A target raises only if something is wrong: an exception out of our code, or a promise that does
not hold. The cores behind the targets are made once and live through many inputs, as real ones do;
those that an input may end are made anew.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from app.addresses import is_openable
from app.client_config import parse_address
from app.markup import parts_of
from app.markup_parts import CodeBlock, References
from app.models.server_lists import read_announcement
from app.views.safe_text import (
    MARKS_IN_A_ROW_MAX,
    NAME_LENGTH_MAX,
    WORD_LENGTH_MAX,
    initials,
    safe_line,
    safe_message,
    safe_name,
    title_name,
)
from protocol import handshake_datagrams as wire
from protocol import limits
from protocol.client_handshake import ClientHandshakeState
from protocol.datagrams import DATA_HEADER, DatagramType
from protocol.errors import RemoteProtocolError
from protocol.frame_codec import decode_frames, decode_items, encode_frames
from protocol.frames import Changes, Ping
from protocol.server_handshakes import HandshakeLimits, Reply
from protocol.text_rules import canonical_name, is_text, split_text
from tests.app.models.test_hostile_server import HostileServer
from tests.fuzzing.sayings import FROM_CLIENTS, FROM_SERVERS, frames_of
from tests.protocol.handshake_pair import ADDRESS, new_client, new_server, only
from tests.server.server_pair import Client, ServerPair

Target = Callable[[bytes], None]

#: The cores are made anew after so many inputs, so that they stay small and findings repeatable.
_INPUTS_OF_A_CORE: Final = 500
_STRANGER: Final = ("198.51.100.9", 9)
_REFERENCES: Final = References(("anna", "ben ross"), ("dev",), "ada")


# --- bytes from strangers ----------------------------------------------------------------------
def datagrams(data: bytes) -> None:
    """A datagram from nowhere to a server and to a client in the middle of their work."""
    pair, ada = _server.get()
    assert ada.session is not None and ada.served is not None
    before = (ada.served.session.channel.received_count, ada.served.session.address)
    variants = [data]
    if data:
        # The same behind the header of a session that lives: it must not open.
        header = DATA_HEADER.pack(DatagramType.DATA, ada.session.channel.remote_index, data[0])
        variants.append(header + data)
    for datagram in variants:
        pair.server.receive(datagram, _STRANGER, pair.now)
        out = sum(len(sent) for sent, where in pair.server.take_datagrams() if where == _STRANGER)
        assert out <= len(datagram), "a stranger gets more than he sent"
    assert (ada.served.session.channel.received_count, ada.served.session.address) == before
    hostile = _client.get()
    for datagram in variants:
        hostile.client.receive(datagram, hostile.now)
    assert hostile.client.link.online


def handshakes(data: bytes) -> None:
    """The five datagrams of a handshake, read alone and in the middle of one."""
    for decode in (wire.decode_hello, wire.decode_retry, wire.decode_m1, wire.decode_m3):
        decode(data)
    wire.decode_m2(data, 7)
    server = _handshakes.get()
    half_open = server.half_open_count
    answer = server.receive(data, ADDRESS, 0.0)
    assert answer is None or isinstance(answer, Reply)
    client = new_client()
    retry = server.receive(only(client.datagrams_to_send(0.0)), ADDRESS, 0.0)
    assert isinstance(retry, Reply)
    client.receive(data, 0.0)
    client.receive(retry.datagram, 0.0)
    m1 = client.datagrams_to_send(0.0)[-1]
    # A true negotiation, and whatever it is as Noise message.
    body = len(m1) - 32
    garbled = server.receive(m1[:body] + data[:32].ljust(32, b"\0"), ADDRESS, 0.0)
    assert garbled is None or len(garbled.datagram) <= len(m1)  # type: ignore[union-attr]
    client.receive(data, 0.0)
    if client.state is ClientHandshakeState.AWAITING_M2:
        m2 = server.receive(m1, ADDRESS, 0.0)
        assert m2 is None or isinstance(m2, Reply)
    server.expire(1000.0)
    assert server.half_open_count == 0 <= half_open


def frames(data: bytes) -> None:
    """The plaintext of a datagram: frames, or one error; and back to the same frames."""
    try:
        decoded = decode_frames(data)
    except RemoteProtocolError:
        return
    assert len(decoded) <= limits.FRAMES_MAX
    for frame in decoded:
        if isinstance(frame, Changes):
            try:
                decode_items(frame.items)
            except RemoteProtocolError:
                continue
    if len(data) < limits.PLAINTEXT_BYTES_MAX // 2:  # what comes back may be a little longer
        assert decode_frames(encode_frames(decoded)) == decoded


def people_who_signed_in(data: bytes) -> None:
    """Sealed properly by somebody who is who he says: the server lives and stays small."""
    pair, ada = _server.get()
    assert ada.session is not None
    plaintext = frames_of(data, FROM_CLIENTS)
    if plaintext is None:
        return
    pair.server.receive(ada.session.seal_plaintext(plaintext, pair.now), ada.address, pair.now)
    pair.settle()
    ada.take()
    if ada.served is None or ada.served.closed:
        _server.end()
        return
    pair.wait(1, step=0.5)
    pair.say(ada, Ping())


def servers(data: bytes) -> None:
    """Sealed properly by the server one has signed in at: the client lives."""
    hostile = _client.get()
    assert hostile.session is not None
    plaintext = frames_of(data, FROM_SERVERS)
    if plaintext is None:
        return
    hostile.client.receive(hostile.session.seal_plaintext(plaintext, hostile.now), hostile.now)
    hostile.carry()
    hostile.wait(0.5)
    hostile.take()
    hostile.events.clear()
    if hostile.client.link.traffic.session is None or not hostile.client.link.online:
        _client.end()


# --- text from strangers -----------------------------------------------------------------------
def announcements(data: bytes) -> None:
    """What the network tells of servers: a name and an address that can be shown, or nothing."""
    name, _, rest = data.partition(b"\xff")
    people, _, place = rest.partition(b"\xff")
    addresses = [word.decode("latin-1") for word in place.split(b" ")]
    found = read_announcement(
        "key", {b"name": name, b"n": people}, addresses, int.from_bytes(data[:2])
    )
    if found is not None:
        assert found.name.isprintable() and 0 < len(found.name.encode()) <= limits.NAME_BYTES_MAX
        assert parse_address(found.address).host_and_port == found.address


def links(data: bytes) -> None:
    """What people paste as an address: one that means the same again, or an error in one line."""
    text = _text(data)
    for candidate in (text, f"hubbub://{text}", f"hubbub://host/{text}"):
        _one_link(candidate)


def _one_link(text: str) -> None:
    problem = ""
    try:
        address = parse_address(text)
        assert parse_address(address.link) == address
        assert address.link.isprintable()
    except ValueError as error:
        problem = str(error)
    assert problem.isprintable() and len(problem) < 1000


def shown_text(data: bytes) -> None:
    """Whatever is shown can harm no widget, and plain text stays as it is."""
    text = _text(data)
    message = safe_message(text)
    for character in message:
        assert character in "\n\t" or unicodedata.category(character) not in _HARMFUL
        assert not 0x202A <= ord(character) <= 0x202E and not 0x2066 <= ord(character) <= 0x2069
    assert all(len(word) <= WORD_LENGTH_MAX for word in message.replace("\u200b", " ").split())
    assert not _has_pile_of_marks(message)
    message.encode()
    for line in (safe_line(text), safe_name(text), title_name(text)):
        assert "\n" not in line and not _HARMFUL.intersection(map(unicodedata.category, line))
    assert 0 < len(safe_name(text)) <= NAME_LENGTH_MAX
    assert 1 <= len(initials(text)) <= 2


def markup(data: bytes) -> None:
    """The pieces of a message are the message, whatever marks are in it."""
    text = _text(data)
    parts = parts_of(text, _REFERENCES)
    assert parts
    lines = [
        "".join(segment.text for segment in part.segments)
        for part in parts
        if not isinstance(part, CodeBlock)
    ]
    quotes = any(getattr(part, "is_quote", False) for part in parts)
    if len(lines) == len(parts) and not quotes:
        assert "\n".join(lines) == text
    for part in parts:
        for segment in getattr(part, "segments", ()):
            assert segment.kind.name != "LINK" or is_openable(segment.text)


def names(data: bytes) -> None:
    """A name is refused, or has a form that is its own; a text splits into what it was."""
    text = _text(data)
    canonical = canonical_name(text)
    if canonical is not None:
        assert is_text(text, limits.NAME_BYTES_MAX)
        assert canonical_name(canonical) in (canonical, None)
        assert canonical_name(text.casefold()) in (canonical, None)
    if is_text(text, limits.MESSAGE_BYTES_MAX):
        parts = split_text(text)
        assert "".join(parts) == text and all(map(is_text, parts))


TARGETS: Final[dict[str, Target]] = {
    target.__name__: target
    for target in (
        datagrams, handshakes, frames, people_who_signed_in, servers,
        announcements, links, shown_text, markup, names,
    )
}  # fmt: skip

_HARMFUL: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


def _text(data: bytes) -> str:
    """Any text from any bytes, lone surrogates among it, as some sources give them."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape")


def _has_pile_of_marks(text: str) -> bool:
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks > MARKS_IN_A_ROW_MAX:
            return True
    return False


# --- the cores behind them ---------------------------------------------------------------------
_Core = TypeVar("_Core")


class _Kept(Generic[_Core]):
    """A core that lives through many inputs."""

    def __init__(self, make: Callable[[], _Core]) -> None:
        self._make = make
        self._core: _Core | None = None
        self._inputs_left = 0

    def get(self) -> _Core:
        """The core for one more input."""
        self._inputs_left -= 1
        if self._core is None or self._inputs_left < 0:
            self._core, self._inputs_left = self._make(), _INPUTS_OF_A_CORE
        return self._core

    def end(self) -> None:
        """The input was the end of it, as it may be."""
        self._core = None


def _make_server() -> tuple[ServerPair, Client]:
    pair = ServerPair()
    return pair, pair.join(1, "Ada")


def _make_client() -> HostileServer:
    hostile = HostileServer()
    hostile.follow(head=3)
    return hostile


_server: Final = _Kept(_make_server)
_client: Final = _Kept(_make_client)
_handshakes: Final = _Kept(
    lambda: new_server(HandshakeLimits(rate_per_source=None, rate_total=None))
)
