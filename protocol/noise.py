"""The Noise handshake XX over X25519, ChaCha20-Poly1305 and BLAKE2s, pattern unchanged.

Noise Protocol Framework, revision 34. Three messages prove to each side that the other holds
its static key, and give both two fresh keys, one per direction:

    -> e        <- e, ee, s, es        -> s, se

A handshake knows nothing of datagrams, retransmission or time. Its ephemeral key and its
prologue are arguments, so the published vectors and the simulation can drive it. Reading a wrong
message changes nothing: the right one may still come.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from struct import Struct
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from protocol.errors import LocalProtocolError, RemoteProtocolError
from protocol.limits import TAG_BYTES

KEY_BYTES: Final = 32
#: What a message of the handshake is longer than its payload.
MESSAGE_1_BYTES: Final = KEY_BYTES
MESSAGE_2_BYTES: Final = KEY_BYTES + KEY_BYTES + TAG_BYTES + TAG_BYTES
MESSAGE_3_BYTES: Final = KEY_BYTES + TAG_BYTES + TAG_BYTES
#: Four zero bytes and the counter, little-endian (Noise 12.2).
NONCE: Final = Struct("<4xQ")

_PROTOCOL_NAME: Final = b"Noise_XX_25519_ChaChaPoly_BLAKE2s"
_PATTERN: Final = (("e",), ("e", "ee", "s", "es"), ("s", "se"))
_FINGERPRINT_BYTES: Final = 20


class KeyPair:
    """An X25519 key: its public half as bytes, its private half only for use."""

    def __init__(self, private: bytes) -> None:
        if len(private) != KEY_BYTES:
            raise LocalProtocolError(f"a private key has {KEY_BYTES} bytes, not {len(private)}")
        self._private = X25519PrivateKey.from_private_bytes(private)
        self.public: Final = self._private.public_key().public_bytes_raw()

    def exchange(self, public: bytes) -> bytes:
        """The shared secret; ``RemoteProtocolError`` for points of low order (RFC 7748, 6.1)."""
        try:
            return self._private.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError:
            raise RemoteProtocolError("a public key of low order") from None


def generate_private_key(random_bytes: Callable[[int], bytes]) -> bytes:
    """A new private key; X25519 takes any 32 random bytes."""
    return random_bytes(KEY_BYTES)


def public_key(private: bytes) -> bytes:
    """The public half of a private key; ``LocalProtocolError`` unless it has 32 bytes."""
    return KeyPair(private).public


def fingerprint(public: bytes) -> str:
    """A public key as one word that people can compare: 160 bits in 32 lower-case characters."""
    digest = hashlib.blake2s(public, digest_size=_FINGERPRINT_BYTES, person=b"hubbubfp").digest()
    return base64.b32encode(digest).decode("ascii").lower()


def fingerprint_matches(public: bytes, word: str) -> bool:
    """Whether ``word``, typed or pasted in any case, is this key's fingerprint."""
    return fingerprint(public) == word.strip().lower()


class TransportKeys(NamedTuple):
    """What a finished handshake leaves: a key per direction, and a hash only the two sides know."""

    send: bytes
    receive: bytes
    handshake_hash: bytes


class NoiseXX:
    """One side of one handshake: ``write_message`` and ``read_message`` in turn, then ``split``.

    The caller must compare ``remote_static`` with whom it expects before it writes its own
    third message, which is the one that names it.
    """

    def __init__(
        self, *, initiator: bool, static: KeyPair, ephemeral: KeyPair, prologue: bytes
    ) -> None:
        self.remote_static: bytes | None = None
        self._initiator = initiator
        self._static = static
        self._ephemeral = ephemeral
        self._remote_ephemeral = b""
        self._messages_done = 0
        # All of the state is immutable, so that a shallow copy of it can be gone back to.
        self._hash = hashlib.blake2s(_PROTOCOL_NAME).digest()
        self._chaining_key = self._hash
        self._key: bytes | None = None
        self._nonce = 0
        self._mix_hash(prologue)

    def write_message(self, payload: bytes = b"") -> bytes:
        """Our next message. The payload of the first one travels in the clear.

        Raises ``RemoteProtocolError`` when the peer's key turns out to be of low order: then
        nothing has changed, and the handshake can only be dropped.
        """
        before = self.__dict__.copy()
        try:
            return self._write(payload)
        except RemoteProtocolError:
            self.__dict__.update(before)
            raise

    def read_message(self, message: bytes) -> bytes:
        """The payload of the peer's next message.

        Raises ``RemoteProtocolError``, and changes nothing, unless it is genuine.
        """
        before = self.__dict__.copy()
        try:
            return self._read(message)
        except RemoteProtocolError:
            self.__dict__.update(before)
            raise

    def split(self) -> TransportKeys:
        """The keys of both directions, once all three messages have passed."""
        if self._messages_done != len(_PATTERN):
            raise LocalProtocolError("the handshake is not finished")
        first, second = _hkdf(self._chaining_key, b"")
        send, receive = (first, second) if self._initiator else (second, first)
        return TransportKeys(send, receive, self._hash)

    def _write(self, payload: bytes) -> bytes:
        message = b""
        for token in self._begin_message(writing=True):
            if token == "e":
                self._mix_hash(self._ephemeral.public)
                message += self._ephemeral.public
            elif token == "s":
                message += self._encrypt_and_hash(self._static.public)
            else:
                self._mix_key(self._shared_secret(token))
        return message + self._encrypt_and_hash(payload)

    def _read(self, message: bytes) -> bytes:
        for token in self._begin_message(writing=False):
            if token == "e":
                self._remote_ephemeral, message = message[:KEY_BYTES], message[KEY_BYTES:]
                if len(self._remote_ephemeral) != KEY_BYTES:
                    raise RemoteProtocolError("a handshake message is too short")
                self._mix_hash(self._remote_ephemeral)
            elif token == "s":
                sealed = KEY_BYTES + TAG_BYTES
                self.remote_static = self._decrypt_and_hash(message[:sealed])
                message = message[sealed:]
            else:
                self._mix_key(self._shared_secret(token))
        return self._decrypt_and_hash(message)

    def _begin_message(self, *, writing: bool) -> tuple[str, ...]:
        done = self._messages_done
        our_turn = self._initiator == (done % 2 == 0)
        if done == len(_PATTERN) or our_turn != writing:
            raise LocalProtocolError("a handshake message out of turn")
        self._messages_done = done + 1
        return _PATTERN[done]

    def _shared_secret(self, token: str) -> bytes:
        # The first letter of a token is the initiator's key, the second the responder's.
        ours, theirs = (0, 1) if self._initiator else (1, 0)
        pair = self._ephemeral if token[ours] == "e" else self._static
        public = self._remote_ephemeral if token[theirs] == "e" else self.remote_static
        assert public is not None, "the pattern sends a key before it uses it"
        return pair.exchange(public)

    def _mix_hash(self, data: bytes) -> None:
        self._hash = hashlib.blake2s(self._hash + data).digest()

    def _mix_key(self, secret: bytes) -> None:
        self._chaining_key, self._key = _hkdf(self._chaining_key, secret)
        self._nonce = 0

    def _encrypt_and_hash(self, plaintext: bytes) -> bytes:
        text = plaintext
        if self._key is not None:
            cipher = ChaCha20Poly1305(self._key)
            text = cipher.encrypt(NONCE.pack(self._nonce), plaintext, self._hash)
            self._nonce += 1
        self._mix_hash(text)
        return text

    def _decrypt_and_hash(self, text: bytes) -> bytes:
        plaintext = text
        if self._key is not None:
            cipher = ChaCha20Poly1305(self._key)
            try:
                plaintext = cipher.decrypt(NONCE.pack(self._nonce), text, self._hash)
            except InvalidTag:
                raise RemoteProtocolError("a handshake message is not genuine") from None
            self._nonce += 1
        self._mix_hash(text)
        return plaintext


def _hkdf(chaining_key: bytes, secret: bytes) -> tuple[bytes, bytes]:
    """Two keys from one secret (Noise 4.3)."""
    temporary = hmac.digest(chaining_key, secret, hashlib.blake2s)
    first = hmac.digest(temporary, b"\x01", hashlib.blake2s)
    second = hmac.digest(temporary, first + b"\x02", hashlib.blake2s)
    return first, second
