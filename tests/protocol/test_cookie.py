"""A cookie is good for one address and nonce, for one to two minutes, from one server."""

from __future__ import annotations

import pytest

from protocol.cookie import (
    COOKIE_BYTES,
    COOKIE_SECRET_S,
    SERVER_NONCE_BYTES,
    Address,
    Baked,
    CookieJar,
)
from tests.protocol.handshake_pair import dice

HERE: Address = ("192.0.2.1", 4000)
NONCE = b"n" * 32


def test_is_good_where_it_was_baked() -> None:
    jar = CookieJar(dice())
    baked = jar.bake(HERE, NONCE, 5.0)
    assert (len(baked.server_nonce), len(baked.cookie)) == (SERVER_NONCE_BYTES, COOKIE_BYTES)
    assert jar.check(baked, HERE, NONCE, 5.0)
    assert jar.bake(HERE, NONCE, 6.0) == baked


@pytest.mark.parametrize(
    ("address", "nonce"),
    [
        (("192.0.2.1", 4001), NONCE),
        (("192.0.2.2", 4000), NONCE),
        (("2001:db8::1", 4000), NONCE),
        (HERE, b"m" + NONCE[1:]),
    ],
    ids=["port", "host", "family", "nonce"],
)
def test_is_no_good_elsewhere(address: Address, nonce: bytes) -> None:
    jar = CookieJar(dice())
    assert not jar.check(jar.bake(HERE, NONCE, 5.0), address, nonce, 5.0)


def test_any_changed_byte_spoils_it() -> None:
    jar = CookieJar(dice())
    baked = b"".join(jar.bake(HERE, NONCE, 5.0))
    for offset in range(len(baked)):
        changed = bytearray(baked)
        changed[offset] ^= 1
        parts = Baked(bytes(changed[:SERVER_NONCE_BYTES]), bytes(changed[SERVER_NONCE_BYTES:]))
        assert not jar.check(parts, HERE, NONCE, 5.0)


def test_lives_through_one_change_of_secret_and_not_two() -> None:
    jar = CookieJar(dice())
    baked = jar.bake(HERE, NONCE, COOKIE_SECRET_S - 1)
    assert jar.check(baked, HERE, NONCE, 2 * COOKIE_SECRET_S - 1)
    assert not jar.check(baked, HERE, NONCE, 2 * COOKIE_SECRET_S)


def test_dies_in_a_long_silence() -> None:
    jar = CookieJar(dice())
    baked = jar.bake(HERE, NONCE, 5.0)
    assert not jar.check(baked, HERE, NONCE, 100 * COOKIE_SECRET_S)


def test_dies_with_the_server() -> None:
    baked = CookieJar(dice(1)).bake(HERE, NONCE, 5.0)
    assert not CookieJar(dice(2)).check(baked, HERE, NONCE, 5.0)


def test_the_jar_keeps_two_secrets_and_no_client() -> None:
    jar = CookieJar(dice())
    for second in range(1000):
        jar.bake(("192.0.2.1", second), NONCE, float(second))
    assert len(jar._secrets) == 2
