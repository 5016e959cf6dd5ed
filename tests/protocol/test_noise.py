"""The handshake against published vectors, and against bytes that are not genuine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from protocol.errors import LocalProtocolError, RemoteProtocolError
from protocol.noise import (
    MESSAGE_1_BYTES,
    MESSAGE_2_BYTES,
    MESSAGE_3_BYTES,
    NONCE,
    KeyPair,
    NoiseXX,
    fingerprint,
    fingerprint_matches,
    generate_private_key,
    public_key,
)
from tests.protocol.handshake_pair import dice

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors/noise_xx_25519_chachapoly_blake2s.json").read_text()
)["vectors"]

# All points of order 1, 2, 4 or 8 on the curve and its twist (https://cr.yp.to/ecdh.html#validate),
# each once more with the top bit set, which RFC 7748 tells a receiver to ignore.
P = 2**255 - 19
LOW_ORDER_POINTS = [
    (number + top_bit).to_bytes(32, "little")
    for top_bit in (0, 2**255)
    for number in (
        *(0, 1, P - 1, P, P + 1),
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
    )
]


def pair_from(vector: dict[str, Any]) -> tuple[NoiseXX, NoiseXX]:
    def side(role: str) -> NoiseXX:
        return NoiseXX(
            initiator=role == "init",
            static=KeyPair(bytes.fromhex(vector[f"{role}_static"])),
            ephemeral=KeyPair(bytes.fromhex(vector[f"{role}_ephemeral"])),
            prologue=bytes.fromhex(vector[f"{role}_prologue"]),
        )

    return side("init"), side("resp")


def new_pair(prologue: bytes = b"", other_prologue: bytes = b"") -> tuple[NoiseXX, NoiseXX]:
    random_bytes = dice()

    def side(initiator: bool, prologue: bytes) -> NoiseXX:
        static, ephemeral = (KeyPair(generate_private_key(random_bytes)) for _ in range(2))
        return NoiseXX(initiator=initiator, static=static, ephemeral=ephemeral, prologue=prologue)

    return side(True, prologue), side(False, other_prologue)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["source"] for vector in VECTORS])
class TestPublishedVectors:
    def test_messages_and_hash_are_reproduced_byte_for_byte(self, vector: dict[str, Any]) -> None:
        sides = pair_from(vector)
        for number, message in enumerate(vector["messages"][:3]):
            writer, reader = sides[number % 2], sides[1 - number % 2]
            payload = bytes.fromhex(message["payload"])
            written = writer.write_message(payload)
            assert written.hex() == message["ciphertext"]
            assert reader.read_message(written) == payload
        initiator, responder = (side.split() for side in sides)
        assert initiator.handshake_hash == responder.handshake_hash
        if "handshake_hash" in vector:
            assert initiator.handshake_hash.hex() == vector["handshake_hash"]
        assert (initiator.send, initiator.receive) == (responder.receive, responder.send)
        self.check_transport(vector, (initiator.send, responder.send))

    def check_transport(self, vector: dict[str, Any], keys: tuple[bytes, bytes]) -> None:
        assert len(vector["messages"]) > 3
        for number, message in enumerate(vector["messages"][3:], start=3):
            cipher = ChaCha20Poly1305(keys[number % 2])
            nonce = NONCE.pack((number - 3) // 2)
            sealed = cipher.encrypt(nonce, bytes.fromhex(message["payload"]), b"")
            assert sealed.hex() == message["ciphertext"]

    def test_each_side_learns_the_other_ones_key(self, vector: dict[str, Any]) -> None:
        initiator, responder = pair_from(vector)
        responder.read_message(initiator.write_message())
        initiator.read_message(responder.write_message())
        responder.read_message(initiator.write_message())
        assert initiator.remote_static == public_key(bytes.fromhex(vector["resp_static"]))
        assert responder.remote_static == public_key(bytes.fromhex(vector["init_static"]))


class TestWrongMessages:
    def test_another_prologue_makes_the_handshake_fail(self) -> None:
        initiator, responder = new_pair(b"what I offered", b"what you saw")
        responder.read_message(initiator.write_message())
        with pytest.raises(RemoteProtocolError):
            initiator.read_message(responder.write_message())

    def test_a_flipped_bit_anywhere_is_refused_and_changes_nothing(self) -> None:
        initiator, responder = new_pair()
        responder.read_message(initiator.write_message())
        message_2 = responder.write_message(b"two")
        self.refuse_all_but(initiator, message_2)
        assert initiator.read_message(message_2) == b"two"
        message_3 = initiator.write_message(b"three")
        self.refuse_all_but(responder, message_3)
        assert responder.read_message(message_3) == b"three"
        assert initiator.split().handshake_hash == responder.split().handshake_hash

    def refuse_all_but(self, reader: NoiseXX, genuine: bytes) -> None:
        before = dict(vars(reader))
        for offset in range(len(genuine)):
            forged = bytearray(genuine)
            forged[offset] ^= 0x10
            with pytest.raises(RemoteProtocolError):
                reader.read_message(bytes(forged))
        for forged_2 in (b"", genuine[:31], genuine[:-1], genuine + b"\0"):
            with pytest.raises(RemoteProtocolError):
                reader.read_message(forged_2)
        assert vars(reader) == before

    @pytest.mark.parametrize("point", LOW_ORDER_POINTS, ids=range(len(LOW_ORDER_POINTS)))
    def test_a_point_of_low_order_is_refused(self, point: bytes) -> None:
        _, responder = new_pair()
        responder.read_message(point)
        with pytest.raises(RemoteProtocolError):
            responder.write_message()
        with pytest.raises(RemoteProtocolError):
            KeyPair(bytes(range(32))).exchange(point)

    def test_a_short_first_message_is_refused(self) -> None:
        _, responder = new_pair()
        with pytest.raises(RemoteProtocolError):
            responder.read_message(b"\x07" * 31)


class TestOwnMistakes:
    def test_messages_out_of_turn_are_refused(self) -> None:
        initiator, responder = new_pair()
        with pytest.raises(LocalProtocolError):
            responder.write_message()
        initiator.write_message()
        with pytest.raises(LocalProtocolError):
            initiator.write_message()
        with pytest.raises(LocalProtocolError):
            initiator.split()

    def test_a_finished_handshake_takes_no_more(self) -> None:
        initiator, responder = new_pair()
        message_1 = initiator.write_message()
        assert len(message_1) == MESSAGE_1_BYTES
        responder.read_message(message_1)
        message_2 = responder.write_message()
        assert len(message_2) == MESSAGE_2_BYTES
        initiator.read_message(message_2)
        message_3 = initiator.write_message()
        assert len(message_3) == MESSAGE_3_BYTES
        responder.read_message(message_3)
        with pytest.raises(LocalProtocolError):
            responder.write_message()

    def test_a_private_key_of_another_length_is_refused(self) -> None:
        with pytest.raises(LocalProtocolError):
            public_key(b"\x01" * 31)


class TestFingerprint:
    def test_is_one_lower_case_word_of_32_characters(self) -> None:
        word = fingerprint(b"\x05" * 32)
        assert len(word) == 32
        assert word.isalnum()
        assert word == word.lower()

    def test_matches_its_own_key_alone_in_any_case(self) -> None:
        word = fingerprint(b"\x05" * 32)
        assert fingerprint_matches(b"\x05" * 32, word.upper() + "\n")
        assert not fingerprint_matches(b"\x06" * 32, word)
        assert not fingerprint_matches(b"\x05" * 32, word[:-1])
        assert not fingerprint_matches(b"\x05" * 32, "")
