"""A room's hash chain: one value after each entry that stands for everything up to it.

Theory. With BLAKE2b cut to 16 bytes, ``‖`` for concatenation and all numbers 64 bits unsigned,
big-endian::

    body_n   = BLAKE2b(salt ‖ text in UTF-8)             salt: 16 random bytes
    header_n = kind ‖ author ‖ device ‖ client_seq ‖ time_ms ‖ flags ‖ n
    chain_0  = 16 random bytes, the room's seed
    chain_n  = BLAKE2b(chain_{n-1} ‖ header_n ‖ body_n)

Two histories agree up to an entry exactly if their values there agree. The body enters by its
salted hash alone: when a message is deleted, salt and text go, ``body_n`` stays, the chain stays
whole, and a short text cannot be guessed from what is left. Others are shown the first
``CHAIN_BYTES`` of a value only, so whoever sees values cannot continue the chain.
"""

from __future__ import annotations

from hashlib import blake2b
from struct import Struct
from typing import Final

from server.room_log import NewEntry

#: Of a chain value as it is stored, of a body's hash, and of a salt.
HASH_BYTES: Final = 16
SALT_BYTES: Final = 16

_HEADER: Final = Struct(">7Q")


def hash_body(salt: bytes, text: str) -> bytes:
    """What the chain knows of a text."""
    return blake2b(salt + text.encode(), digest_size=HASH_BYTES).digest()


def extend_chain(chain: bytes, number: int, entry: NewEntry, body_hash: bytes) -> bytes:
    """The chain value after ``entry``, from the value before it; its text is not looked at."""
    header = _HEADER.pack(
        entry.kind,
        entry.author,
        entry.device,
        entry.client_seq,
        entry.time_ms,
        entry.flags,
        number,
    )
    return blake2b(chain + header + body_hash, digest_size=HASH_BYTES).digest()
