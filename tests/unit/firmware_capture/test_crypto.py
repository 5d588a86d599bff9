"""X25519, HMAC and HKDF against the vectors of their RFCs and against `cryptography`."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plainsight import hkdf, x25519

KEY = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize(
    ("scalar", "point", "product"),
    [
        (  # RFC 7748, 5.2, first
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
            "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        ),
        (  # RFC 7748, 5.2, second: the top bit of the point must be ignored
            "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
            "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
            "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        ),
    ],
)
def test_rfc7748_vectors(scalar: str, point: str, product: str) -> None:
    assert x25519.shared_secret(bytes.fromhex(scalar), bytes.fromhex(point)).hex() == product


def test_rfc7748_iterated_a_thousand_times() -> None:
    k = u = b"\x09" + bytes(31)
    for _ in range(1000):
        k, u = x25519.shared_secret(k, u), k
    assert k.hex() == "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"


@given(private=KEY, peer=KEY)
@example(private=bytes(32), peer=b"\x09" + bytes(31))
@example(private=b"\xff" * 32, peer=b"\x08" + bytes(31))
@settings(max_examples=40, deadline=None)
def test_x25519_agrees_with_cryptography(private: bytes, peer: bytes) -> None:
    theirs = X25519PrivateKey.from_private_bytes(private)
    assert x25519.public_key(private) == theirs.public_key().public_bytes_raw()
    peer_public = X25519PrivateKey.from_private_bytes(peer).public_key().public_bytes_raw()
    assert x25519.shared_secret(private, peer_public) == theirs.exchange(X25519PublicKey.from_public_bytes(peer_public))


@pytest.mark.parametrize("point", [0, 1, 2**255 - 19, 2**255 - 18, 2**255 - 20])
def test_points_of_small_order_give_zero(point: int) -> None:
    assert x25519.shared_secret(b"\x55" * 32, point.to_bytes(32, "little")) == bytes(32)


@given(point=st.integers(2**255 - 17, 2**255 - 1))
@settings(max_examples=10, deadline=None)
def test_coordinates_above_the_prime_are_reduced(point: int) -> None:
    scalar = b"\x77" * 32
    reduced = (point - (2**255 - 19)).to_bytes(32, "little")
    assert x25519.shared_secret(scalar, point.to_bytes(32, "little")) == x25519.shared_secret(scalar, reduced)


@given(key=st.binary(max_size=200), pieces=st.lists(st.binary(max_size=200), max_size=4))
@example(key=bytes(64), pieces=[])
@example(key=bytes(65), pieces=[b""])
def test_hmac_agrees_with_the_standard_library(key: bytes, pieces: list[bytes]) -> None:
    code = hkdf.Hmac(key)
    for piece in pieces:
        code.update(piece)
    message = b"".join(pieces)
    assert code.digest() == hkdf.hmac_sha256(key, message) == hmac.digest(key, message, hashlib.sha256)


def test_rfc5869_case_1() -> None:
    key = hkdf.extract(bytes.fromhex("000102030405060708090a0b0c"), b"\x0b" * 22)
    assert key.hex() == "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"
    out = bytearray(42)
    hkdf.expand_into(out, key, bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"))
    assert out.hex() == ("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")


@given(key=KEY, info=st.binary(max_size=80), size=st.integers(1, 200))
@settings(max_examples=50)
def test_expand_agrees_with_cryptography(key: bytes, info: bytes, size: int) -> None:
    out = bytearray(size)
    hkdf.expand_into(out, key, info)
    assert out == HKDFExpand(SHA256(), size, info).derive(key)
