"""Only the server that holds the secret can end a session it has forgotten."""

from __future__ import annotations

from protocol.channel import Channel
from protocol.datagrams import receiver_index
from protocol.stateless_reset import is_reset, reset_datagram, reset_token

SECRET = b"s" * 32


def test_the_same_secret_makes_the_same_token_after_a_restart() -> None:
    assert reset_token(SECRET, 7) == reset_token(SECRET, 7)
    assert len({reset_token(SECRET, index) for index in range(100)}) == 100
    assert reset_token(b"t" * 32, 7) != reset_token(SECRET, 7)


def test_is_known_by_index_and_token() -> None:
    token = reset_token(SECRET, 7)
    datagram = reset_datagram(7, token)
    assert receiver_index(datagram) == 7
    assert is_reset(datagram, 7, token)
    assert not is_reset(datagram, 8, reset_token(SECRET, 8))
    assert not is_reset(datagram, 7, reset_token(b"t" * 32, 7))


def test_any_change_is_no_reset() -> None:
    token = reset_token(SECRET, 7)
    datagram = reset_datagram(7, token)
    for offset in range(len(datagram)):
        changed = bytearray(datagram)
        changed[offset] ^= 1
        assert not is_reset(bytes(changed), 7, token)
    assert not is_reset(datagram[:-1], 7, token)
    assert not is_reset(datagram + b"\0", 7, token)


def test_a_session_without_a_token_is_never_reset() -> None:
    assert not is_reset(reset_datagram(7, b""), 7, b"")


def test_is_smaller_than_anything_that_provokes_it() -> None:
    channel = Channel(send_key=SECRET, receive_key=SECRET, local_index=1, remote_index=7)
    assert len(reset_datagram(7, reset_token(SECRET, 7))) < len(channel.seal(b""))
