"""The five datagrams that open a session, as records and as bytes.

    client                                     server
    HELLO  nonce, offer, padding        ->
                                        <-     RETRY  selection, nonce, cookie: nothing is kept
    M1     all of that, Noise message 1 ->
                                        <-     M2     Noise message 2 (in it: the server's index)
    M3     Noise message 3              ->

Everything in M1 before the Noise message is its *negotiation*. Both sides make it the prologue
of the handshake, so a change by anybody on the way, to the offer, the selection, a nonce, the
cookie or the client's index, makes the handshake fail. The server's index travels inside Noise
message 2 for the same reason.

Decoders return None for whatever is not exactly what it should be.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from protocol.cookie import COOKIE_BYTES, SERVER_NONCE_BYTES, Baked
from protocol.datagrams import INDEX_BYTES, ROUTE, DatagramType
from protocol.errors import LocalProtocolError
from protocol.limits import DATAGRAM_BYTES_MAX
from protocol.noise import MESSAGE_1_BYTES, MESSAGE_2_BYTES, MESSAGE_3_BYTES

CLIENT_NONCE_BYTES: Final = 32
#: So much of the client's nonce comes back in a RETRY: enough against blind forgery.
ECHO_BYTES: Final = 8
#: The only answer an unproven address can get is no longer than this.
RETRY_BYTES_MAX: Final = 64
#: Versions or suites that one offer may list.
OFFERED_MAX: Final = 16
#: M3 carries a word for the application, not a message.
M3_PAYLOAD_BYTES_MAX: Final = 256
#: Noise_XX_25519_ChaChaPoly_BLAKE2s. The byte is there for a later suite.
SUITE_NOISE_XX: Final = 1
SUITES: Final = (SUITE_NOISE_XX,)

_PROLOGUE: Final = b"hubbub handshake"
_RETRY_BYTES: Final = 3 + ECHO_BYTES + SERVER_NONCE_BYTES + COOKIE_BYTES
_REFUSAL_BYTES: Final = 3 + ECHO_BYTES
_M2_BYTES: Final = ROUTE.size + MESSAGE_2_BYTES + INDEX_BYTES
_M3_BYTES_MIN: Final = ROUTE.size + MESSAGE_3_BYTES

assert _RETRY_BYTES <= RETRY_BYTES_MAX


class Offer(NamedTuple):
    """What a client speaks, each in 1..255."""

    versions: tuple[int, ...]
    suites: tuple[int, ...]


class Selection(NamedTuple):
    """What the server chose from it."""

    version: int
    suite: int


class Retry(NamedTuple):
    """The server would go on like this, if the client can show that it got this datagram."""

    selection: Selection
    echo: bytes
    baked: Baked


class VersionRefusal(NamedTuple):
    """Nothing in common; the newest version that the server speaks."""

    server_version: int
    echo: bytes


class Negotiation(NamedTuple):
    """What the two sides agreed on before the first key, as the client tells it."""

    client_index: int
    client_nonce: bytes
    offer: Offer
    selection: Selection
    baked: Baked


class M1(NamedTuple):
    """The client's first Noise message, and what it builds on."""

    negotiation: Negotiation
    prologue: bytes
    message: bytes


def select(offer: Offer, versions: tuple[int, ...]) -> Selection | None:
    """The newest version and suite that both sides speak; None if there is none.

    A pure function of the client's own list: the server computes it again from M1.
    """
    common_versions = set(offer.versions).intersection(versions)
    common_suites = set(offer.suites).intersection(SUITES)
    if not common_versions or not common_suites:
        return None
    return Selection(max(common_versions), max(common_suites))


def encode_hello(client_nonce: bytes, offer: Offer) -> bytes:
    """Padded to a full datagram, so that no answer can be longer than the question."""
    hello = bytes((DatagramType.HELLO,)) + client_nonce + _encode_offer(offer)
    return hello.ljust(DATAGRAM_BYTES_MAX, b"\0")


def decode_hello(datagram: bytes) -> tuple[bytes, Offer] | None:
    """The client's nonce and offer."""
    if len(datagram) != DATAGRAM_BYTES_MAX or datagram[0] != DatagramType.HELLO:
        return None
    offer, _ = _decode_offer(datagram, 1 + CLIENT_NONCE_BYTES)
    return None if offer is None else (datagram[1 : 1 + CLIENT_NONCE_BYTES], offer)


def encode_retry(selection: Selection, client_nonce: bytes, baked: Baked) -> bytes:
    """Tells the client to come again with this."""
    head = bytes((DatagramType.RETRY, *selection))
    return head + client_nonce[:ECHO_BYTES] + baked.server_nonce + baked.cookie


def encode_version_refusal(server_version: int, client_nonce: bytes) -> bytes:
    """A RETRY with version 0: nothing in common."""
    return bytes((DatagramType.RETRY, 0, server_version)) + client_nonce[:ECHO_BYTES]


def decode_retry(datagram: bytes) -> Retry | VersionRefusal | None:
    """What the server answered to HELLO."""
    if len(datagram) not in (_REFUSAL_BYTES, _RETRY_BYTES) or datagram[0] != DatagramType.RETRY:
        return None
    echo = datagram[3:_REFUSAL_BYTES]
    if len(datagram) == _REFUSAL_BYTES:
        return VersionRefusal(datagram[2], echo) if datagram[1] == 0 else None
    cookie_at = _REFUSAL_BYTES + SERVER_NONCE_BYTES
    baked = Baked(datagram[_REFUSAL_BYTES:cookie_at], datagram[cookie_at:])
    return Retry(Selection(datagram[1], datagram[2]), echo, baked)


def encode_negotiation(negotiation: Negotiation) -> bytes:
    """The part of M1 before the Noise message."""
    client_index, client_nonce, offer, selection, baked = negotiation
    route = ROUTE.pack(DatagramType.M1, client_index)
    return b"".join((route, client_nonce, _encode_offer(offer), bytes(selection), *baked))


def decode_m1(datagram: bytes) -> M1 | None:
    """Takes M1 apart; whether any of it is true is for the cookie and the handshake to say."""
    nonce_at = ROUTE.size
    offer_at = nonce_at + CLIENT_NONCE_BYTES
    if len(datagram) <= offer_at or datagram[0] != DatagramType.M1:
        return None
    offer, selection_at = _decode_offer(datagram, offer_at)
    server_nonce_at = selection_at + 2
    cookie_at = server_nonce_at + SERVER_NONCE_BYTES
    message_at = cookie_at + COOKIE_BYTES
    if offer is None or len(datagram) != message_at + MESSAGE_1_BYTES:
        return None
    negotiation = Negotiation(
        int.from_bytes(datagram[1:nonce_at]),
        datagram[nonce_at:offer_at],
        offer,
        Selection(datagram[selection_at], datagram[selection_at + 1]),
        Baked(datagram[server_nonce_at:cookie_at], datagram[cookie_at:message_at]),
    )
    return M1(negotiation, prologue_of(datagram[:message_at]), datagram[message_at:])


def prologue_of(negotiation: bytes) -> bytes:
    """What both sides must have seen alike for the handshake to succeed."""
    return _PROLOGUE + negotiation


def encode_m2(client_index: int, message: bytes) -> bytes:
    """The server's Noise message, whose payload is the server's index."""
    return ROUTE.pack(DatagramType.M2, client_index) + message


def decode_m2(datagram: bytes, client_index: int) -> bytes | None:
    """The Noise message of an M2 for this client."""
    if len(datagram) != _M2_BYTES or not datagram.startswith(encode_m2(client_index, b"")):
        return None
    return datagram[ROUTE.size :]


def encode_m3(server_index: int, message: bytes) -> bytes:
    """The client's second Noise message."""
    return ROUTE.pack(DatagramType.M3, server_index) + message


def decode_m3(datagram: bytes) -> tuple[int, bytes] | None:
    """The server's index and the Noise message of an M3."""
    longest = _M3_BYTES_MIN + M3_PAYLOAD_BYTES_MAX
    if not _M3_BYTES_MIN <= len(datagram) <= longest or datagram[0] != DatagramType.M3:
        return None
    return int.from_bytes(datagram[1 : ROUTE.size]), datagram[ROUTE.size :]


def _encode_offer(offer: Offer) -> bytes:
    versions, suites = offer
    if not 0 < len(versions) <= OFFERED_MAX or not 0 < len(suites) <= OFFERED_MAX:
        raise LocalProtocolError(f"an offer lists 1 to {OFFERED_MAX} versions and suites")
    return bytes((len(versions), *versions, len(suites), *suites))


def _decode_offer(datagram: bytes, start: int) -> tuple[Offer | None, int]:
    """The offer that begins at ``start``, and where it ends."""
    versions, suites_at = _decode_list(datagram, start)
    suites, end = _decode_list(datagram, suites_at)
    return (Offer(versions, suites) if versions and suites else None), end


def _decode_list(datagram: bytes, start: int) -> tuple[tuple[int, ...], int]:
    """A counted list of bytes, empty where it is not well-formed."""
    count = datagram[start] if start < len(datagram) else 0
    end = start + 1 + count
    items = tuple(datagram[start + 1 : end])
    well_formed = count <= OFFERED_MAX and len(items) == count and 0 not in items
    return (items if well_formed else ()), end
