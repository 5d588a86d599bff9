"""Sealed items: what the owner's key opens, and every change that it must not."""

from __future__ import annotations

import hashlib
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight import wire

from companion_app.gallery.errors import CannotOpen
from companion_app.gallery.unsealing import unseal
from companion_app.keys.owner import OwnerKey
from companion_app.keys.protection import Protection
from tests.app.sealing import LIGHT, Boot

OWNER = OwnerKey(X25519PrivateKey.from_private_bytes(bytes(range(32))), Protection.NONE)
JPEG = b"\xff\xd8" + os.urandom(5000) + b"\xff\xd9"


def fault(blob: bytes, owner: OwnerKey = OWNER) -> str:
    with pytest.raises(CannotOpen) as raised:
        unseal(blob, owner)
    return raised.value.fault


@pytest.mark.parametrize("size", [1, 15, 16, 17, 5000])
def test_what_was_sealed_opens(size: int) -> None:
    jpeg = os.urandom(size)
    opened = unseal(Boot(OWNER.public).seal(jpeg), OWNER)
    assert opened.jpeg == jpeg
    assert (opened.item, opened.trigger, opened.light) == (1, "button", LIGHT)
    assert opened.jpeg_sha256 == hashlib.sha256(jpeg).hexdigest()
    assert len(opened.salt) == 32


def test_each_item_of_a_boot_opens_with_its_own_step() -> None:
    boot = Boot(OWNER.public)
    blobs = [boot.seal(JPEG + bytes([number])) for number in range(5)]
    assert [unseal(blob, OWNER).item for blob in reversed(blobs)] == [5, 4, 3, 2, 1]


def test_another_owners_key_opens_nothing() -> None:
    other = OwnerKey(X25519PrivateKey.generate(), Protection.NONE)
    assert fault(Boot(OWNER.public).seal(JPEG), other) == "not_for_this_owner_or_changed"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_flipped_bit_is_found(data: st.DataObject) -> None:
    blob = bytearray(Boot(OWNER.public).seal(JPEG[:200]))
    at = data.draw(st.integers(0, len(blob) - 1))
    blob[at] ^= 1 << data.draw(st.integers(0, 7))
    # The top bit of an X25519 point is ignored by RFC 7748, but the key schedule and the MAC cover it.
    assert fault(bytes(blob))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused(blob: bytes) -> None:
    assert fault(blob)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_cut_or_lengthened_blob_is_refused(data: st.DataObject) -> None:
    blob = Boot(OWNER.public).seal(JPEG[:200])
    cut = data.draw(st.integers(0, len(blob) - 1))
    assert fault(blob[:cut])
    assert fault(blob + data.draw(st.binary(min_size=1, max_size=50))) == "bad_length"


def test_the_mac_is_checked_before_anything_is_decrypted() -> None:
    """Wrong padding under a right MAC is `bad_padding`; under a wrong MAC nobody learns anything about the padding."""
    meta = b"{}"
    pad = 16 - (len(meta) + len(JPEG)) % 16
    blob = Boot(OWNER.public).seal_raw(meta, JPEG, pad=bytes(pad))
    assert fault(blob) == "bad_padding"
    assert fault(blob[:-1] + bytes([blob[-1] ^ 1])) == "not_for_this_owner_or_changed"


@pytest.mark.parametrize("pad_at", [0, -1])
def test_every_byte_of_the_padding_counts(pad_at: int) -> None:
    jpeg = bytes(14)  # with the two bytes of "{}" a whole block of padding follows
    padding = bytearray([16] * 16)
    padding[pad_at] = 15
    assert fault(Boot(OWNER.public).seal_raw(b"{}", jpeg, pad=bytes(padding))) == "bad_padding"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"magic": b"PSI2"}, "not_sealed"),
        ({"index": 100_001}, "bad_index"),
        ({"index": 0xFFFFFFFF}, "bad_index"),
        ({"index": 1}, "not_for_this_owner_or_changed"),
        ({"public": bytes(32)}, "bad_point"),
        ({"jpeg_bytes": 0xFFFFFFFF}, "bad_length"),
        ({"jpeg_bytes": len(JPEG) + 16}, "bad_length"),
        ({"meta_bytes": 0}, "bad_description"),
    ],
)
def test_a_bad_header_is_refused(change: dict[str, object], expected: str) -> None:
    meta = b"{}" if "meta_bytes" not in change else b""
    assert fault(Boot(OWNER.public).seal_raw(meta, JPEG, **change)) == expected


def test_the_last_index_that_is_allowed_is_only_a_wrong_key() -> None:
    assert fault(Boot(OWNER.public).seal_raw(b"{}", JPEG, index=100_000)) == "not_for_this_owner_or_changed"


def test_an_oversized_blob_is_refused_by_its_length() -> None:
    assert fault(b"PSI1" + bytes(wire.MAX_ITEM_BYTES)) == "bad_length"


def test_a_picture_that_is_not_the_one_described_is_refused() -> None:
    assert fault(Boot(OWNER.public).seal(JPEG, jpeg_sha256="00" * 32)) == "picture_changed"


@pytest.mark.parametrize(
    "change", [{"id": 0}, {"salt": "ab"}, {"light": 1}, {"trigger": ""}, {"time_s": -1}, {"jpeg_sha256": "X" * 64}]
)
def test_a_description_that_breaks_its_table_is_refused(change: dict[str, object]) -> None:
    assert fault(Boot(OWNER.public).seal(JPEG, **change)) == "bad_description"


@pytest.mark.parametrize("meta", [b"", b"[]", b"{", b"\xff", b"[" * 50])
def test_a_description_that_is_no_object_is_refused(meta: bytes) -> None:
    assert fault(Boot(OWNER.public).seal_raw(meta, JPEG)) == "bad_description"
