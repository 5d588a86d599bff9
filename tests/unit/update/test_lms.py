"""LMS: what the signer makes is what RFC 8554 prints, and the verifier believes that and nothing else."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight.update import lms

from host_tools.release.lms import PrivateKey
from tests.unit.update import rfc8554

ROOT = Path(__file__).parents[3]
SMALL = PrivateKey(bytes(range(32)), bytes(range(16)), height=5)
PUBLIC = SMALL.public()
MESSAGE = b'{"version":"1.2.3"}'
SIGNATURE = SMALL.sign(17, MESSAGE, bytes(range(32)))


async def _at_once() -> None:
    """No other task waits."""


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    return asyncio.run(lms.verify(key, message, signature, _at_once))


def test_keys_are_those_of_the_rfc() -> None:
    assert PrivateKey(rfc8554.SEED, rfc8554.IDENTIFIER).public() == rfc8554.PUBLIC
    assert PrivateKey(rfc8554.SECOND_SEED, rfc8554.SECOND_IDENTIFIER, 5, 8).public() == rfc8554.SECOND_PUBLIC


def test_signatures_are_those_of_the_rfc_and_verify() -> None:
    key = PrivateKey(rfc8554.SEED, rfc8554.IDENTIFIER)
    signature = key.sign(rfc8554.NUMBER, rfc8554.SECOND_PUBLIC, rfc8554.RANDOMIZER)
    assert len(signature) == lms.signature_bytes(rfc8554.PUBLIC) == 2508
    assert signature[:40] == bytes.fromhex("0000000300000003") + rfc8554.RANDOMIZER
    assert signature[40:72] == rfc8554.FIRST_CHAIN
    assert signature[40 + 66 * 32 :] == rfc8554.LAST_CHAIN + bytes.fromhex("00000006") + rfc8554.PATH
    assert verify(rfc8554.PUBLIC, rfc8554.SECOND_PUBLIC, signature)
    assert not verify(rfc8554.PUBLIC, rfc8554.SECOND_PUBLIC + b"\n", signature)


def test_the_wider_digits_of_the_rfc_verify_too() -> None:
    key = PrivateKey(rfc8554.SECOND_SEED, rfc8554.SECOND_IDENTIFIER, 5, 8)
    signature = key.sign(rfc8554.SECOND_NUMBER, rfc8554.MESSAGE, rfc8554.SECOND_RANDOMIZER)
    assert len(signature) == lms.signature_bytes(rfc8554.SECOND_PUBLIC)
    assert signature[40:72] == rfc8554.SECOND_FIRST_CHAIN
    assert signature[-160:] == rfc8554.SECOND_PATH
    assert verify(rfc8554.SECOND_PUBLIC, rfc8554.MESSAGE, signature)


@pytest.mark.parametrize("number", [0, 1, 16, 31])
def test_every_leaf_climbs_to_the_root(number: int) -> None:
    assert verify(PUBLIC, MESSAGE, SMALL.sign(number, MESSAGE, bytes(32)))


@given(at=st.integers(0, len(SIGNATURE) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_anywhere_is_noticed(at: int, bit: int) -> None:
    spoilt = bytearray(SIGNATURE)
    spoilt[at] ^= 1 << bit
    assert not verify(PUBLIC, MESSAGE, bytes(spoilt))


@given(at=st.integers(0, len(MESSAGE) - 1), bit=st.integers(0, 7))
def test_another_message_is_noticed(at: int, bit: int) -> None:
    spoilt = bytearray(MESSAGE)
    spoilt[at] ^= 1 << bit
    assert not verify(PUBLIC, bytes(spoilt), SIGNATURE)


@pytest.mark.parametrize("at", range(len(PUBLIC)))
def test_another_key_is_noticed(at: int) -> None:
    spoilt = bytearray(PUBLIC)
    spoilt[at] ^= 1
    assert not verify(bytes(spoilt), MESSAGE, SIGNATURE)


@given(key=st.binary(max_size=60), message=st.binary(max_size=40), signature=st.binary(max_size=3000))
def test_noise_is_no_signature(key: bytes, message: bytes, signature: bytes) -> None:
    assert not verify(key, message, signature)
    assert not verify(PUBLIC, message, signature)
    assert not verify(PUBLIC, message, signature[: len(SIGNATURE)].ljust(len(SIGNATURE), b"\0"))


@pytest.mark.parametrize("length", [0, 4, 39, 40, 100, len(SIGNATURE) - 1, len(SIGNATURE) + 1])
def test_a_signature_of_another_length_is_none(length: int) -> None:
    assert not verify(PUBLIC, MESSAGE, SIGNATURE[:length].ljust(length, b"\0"))


def test_a_number_past_the_last_leaf_is_refused() -> None:
    """Even under a key that was made for it: its climb would go on past the end of the path, over nothing."""
    head = PrivateKey(SMALL.seed, SMALL.identifier).sign(32, MESSAGE, bytes(32))[: 40 + 67 * 32]
    signature = head + (5).to_bytes(4, "big") + bytes(5 * 32)
    prefix = SMALL.identifier + signature[:4]
    digest = hashlib.sha256(prefix + b"\x81\x81" + bytes(32) + MESSAGE).digest()
    leaf = asyncio.run(lms._one_time_key(prefix, lms.digits(digest, 4, 4), signature, 4, _at_once))
    root = lms._root(SMALL.identifier, 64, leaf, signature, len(head) + 4)
    assert not verify(PUBLIC[:24] + root, MESSAGE, signature)


def test_the_types_in_the_signature_must_be_the_key_s() -> None:
    tree_at = len(SIGNATURE) - 5 * 32 - 4
    for at, type_ in ((4, 4), (tree_at, 6)):
        assert not verify(PUBLIC, MESSAGE, SIGNATURE[:at] + type_.to_bytes(4, "big") + SIGNATURE[at + 4 :])


def test_it_pauses_after_every_chain() -> None:
    pauses = 0

    async def count() -> None:
        nonlocal pauses
        pauses += 1

    assert asyncio.run(lms.verify(PUBLIC, MESSAGE, SIGNATURE, count))
    assert pauses == 67


@pytest.mark.parametrize("number", [-1, 32])
def test_a_key_signs_with_its_own_numbers_alone(number: int) -> None:
    with pytest.raises(ValueError, match="number"):
        SMALL.sign(number, MESSAGE, bytes(32))


def test_micropython_believes_the_same() -> None:
    spoilt = SIGNATURE[:-1] + bytes((SIGNATURE[-1] ^ 1,))
    code = (
        "import asyncio\nfrom plainsight.update import lms\nasync def pause(): pass\n"
        f"for signature in ({SIGNATURE!r}, {spoilt!r}):\n"
        f"    print(asyncio.run(lms.verify({PUBLIC!r}, {MESSAGE!r}, signature, pause)))\n"
    )
    micropython = Path(sys.executable).with_name("micropython")
    environment = {"MICROPYPATH": f"{ROOT / 'firmware'}{os.pathsep}.frozen", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([micropython, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
