"""The hash chain: what it is made of, and that it hangs on everything it should."""

from __future__ import annotations

from hashlib import blake2b

import pytest
from msgspec.structs import replace

from server.hash_chain import extend_chain, hash_body
from server.room_log import NewEntry
from tests.server.log_fixtures import entry

SEED = bytes(range(16))
SALT = bytes(range(100, 116))


def test_chain_is_what_its_definition_says() -> None:
    new = NewEntry(kind=1, author=2, device=3, client_seq=4, time_ms=5, text="Grüße", flags=6)
    body = blake2b(SALT + "Grüße".encode(), digest_size=16).digest()
    header = b"".join(n.to_bytes(8, "big") for n in (1, 2, 3, 4, 5, 6, 7))
    wanted = blake2b(SEED + header + body, digest_size=16).digest()
    assert hash_body(SALT, "Grüße") == body
    assert extend_chain(SEED, 7, new, body) == wanted


@pytest.mark.parametrize("field", ["kind", "author", "device", "client_seq", "time_ms", "flags"])
def test_each_field_of_the_header_counts(field: str) -> None:
    body = hash_body(SALT, "hello")
    changed = replace(entry(), **{field: getattr(entry(), field) + 1})
    assert extend_chain(SEED, 1, changed, body) != extend_chain(SEED, 1, entry(), body)


def test_number_body_salt_and_history_count() -> None:
    values = {
        extend_chain(SEED, 1, entry(), hash_body(SALT, "hello")),
        extend_chain(SEED, 2, entry(), hash_body(SALT, "hello")),
        extend_chain(SEED, 1, entry(), hash_body(SALT, "hallo")),
        extend_chain(SEED, 1, entry(), hash_body(SEED, "hello")),
        extend_chain(SALT, 1, entry(), hash_body(SALT, "hello")),
    }
    assert len(values) == 5


def test_chain_does_not_need_the_text() -> None:
    body = hash_body(SALT, "hello")
    assert extend_chain(SEED, 1, entry(""), body) == extend_chain(SEED, 1, entry("hello"), body)
