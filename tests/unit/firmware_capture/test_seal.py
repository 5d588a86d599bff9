"""Promise 4's arithmetic: the owner opens what was sealed, nobody else does, and used keys are gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight import seal

from tests.unit.firmware_capture import opener

OWNER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
OWNER_PUBLIC = OWNER.public_key().public_bytes_raw()
BOOT_PRIVATE = bytes(range(32, 64))


def ratchet() -> seal.Ratchet:
    return seal.Ratchet(OWNER_PUBLIC, lambda count: BOOT_PRIVATE[:count])


def sealed(keys: seal.Ratchet, meta: bytes, jpeg: bytes) -> bytes:
    out = bytearray()
    digest = seal.seal(out.extend, keys, meta, jpeg)
    assert digest == hashlib.sha256(out).digest()
    assert len(out) == seal.sealed_bytes(len(meta), len(jpeg))
    return bytes(out)


@given(meta=st.integers(0, 60), jpeg=st.binary(max_size=3000))
@settings(max_examples=60, deadline=None)
def test_the_owner_opens_it(meta: int, jpeg: bytes) -> None:
    text = b'{"text":"' + b"x" * meta + b'"}'
    fields, opened = opener.unseal(OWNER, sealed(ratchet(), text, jpeg))
    assert (fields["text"], opened) == ("x" * meta, jpeg)


@pytest.mark.parametrize("plain", [2, 14, 15, 16, 17, 1007, 1008, 1022, 1023, 1024, 1025, 2048, 5000])
def test_every_edge_of_block_and_buffer(plain: int) -> None:
    jpeg = bytes(index % 251 for index in range(plain - 2))
    assert opener.unseal(OWNER, sealed(ratchet(), b"{}", jpeg))[1] == jpeg


def test_a_meta_that_is_longer_than_the_buffer() -> None:
    text = b'{"text":"' + b"x" * 3000 + b'"}'
    fields, jpeg = opener.unseal(OWNER, sealed(ratchet(), text, b"jpeg"))
    assert (len(fields["text"]), jpeg) == (3000, b"jpeg")


def test_it_is_written_in_small_pieces() -> None:
    pieces: list[int] = []
    seal.seal(lambda data: pieces.append(len(data)), ratchet(), b"{}", bytes(100_000))
    assert max(pieces) <= 1024


def test_what_the_caller_holds_is_not_changed() -> None:
    jpeg = bytearray(b"\x01" * 3000)
    sealed(ratchet(), b"{}", jpeg)
    assert jpeg == b"\x01" * 3000


def test_no_plaintext_in_it() -> None:
    blob = sealed(ratchet(), b'{"jpeg_sha256":"secret"}', b"\xff\xd8" + b"recognisable" * 50)
    assert b"secret" not in blob
    assert b"recognisable" not in blob


def test_a_stranger_cannot_open_it() -> None:
    stranger = X25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
    with pytest.raises(opener.CannotOpen):
        opener.unseal(stranger, sealed(ratchet(), b"{}", b"jpeg"))


@given(position=st.integers(0, 10_000), flip=st.integers(1, 255))
@settings(max_examples=80, deadline=None)
def test_every_byte_is_authenticated(position: int, flip: int) -> None:
    blob = bytearray(sealed(ratchet(), b"{}", b"\xff\xd8 a picture \xff\xd9"))
    blob[position % len(blob)] ^= flip
    try:
        opener.unseal(OWNER, bytes(blob))
    except (opener.CannotOpen, ValueError):
        return
    raise AssertionError("opened although changed")


def test_items_of_one_boot_have_keys_of_their_own() -> None:
    keys = ratchet()
    blobs = [sealed(keys, b"{}", b"the same picture") for _ in range(3)]
    assert len({blob[46:] for blob in blobs}) == 3
    for step, blob in enumerate(blobs):
        assert int.from_bytes(blob[36:40], "little") == step
        assert opener.unseal(OWNER, blob)[1] == b"the same picture"


def test_each_boot_draws_a_key_of_its_own() -> None:
    assert seal.Ratchet(OWNER_PUBLIC).public != seal.Ratchet(OWNER_PUBLIC).public


def held(thing: object) -> Iterator[bytes]:
    """Every run of bytes that an object still holds."""
    for value in vars(thing).values():
        if isinstance(value, (bytes, bytearray)):
            yield bytes(value)


def test_used_keys_are_gone() -> None:
    keys = ratchet()
    public = keys.public
    k0 = opener.boot_key(OWNER, public)
    secrets = [BOOT_PRIVATE, OWNER.exchange(X25519PrivateKey.from_private_bytes(BOOT_PRIVATE).public_key())]
    assert k0 in list(held(keys))
    _, material = keys.next()
    for secret in [*secrets, k0, bytes(material[:32])]:
        assert all(secret not in kept for kept in held(keys))


def test_the_material_is_erased_once_it_was_used() -> None:
    seen: list[bytearray] = []

    class Watched(seal.Ratchet):
        def next(self) -> tuple[int, bytearray]:
            step, material = super().next()
            seen.append(material)
            return step, material

    written: list[bytes] = []
    seal.seal(lambda data: written.append(bytes(seen[0])), Watched(OWNER_PUBLIC), b"{}", bytes(100))
    assert set(written) == {bytes(80)}, "gone before the first byte is written"


@pytest.mark.parametrize("point", [0, 1, 2**255 - 19])
def test_a_key_that_agrees_on_nothing_is_refused(point: int) -> None:
    with pytest.raises(seal.BadOwnerKey):
        seal.Ratchet(point.to_bytes(32, "little"))


def test_secrets_on_the_way_are_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    erased: list[bytearray] = []
    original = seal.erase

    def erase(secret: bytearray) -> None:
        assert any(secret), "a secret, not its remains"
        original(secret)
        erased.append(secret)

    monkeypatch.setattr(seal, "erase", erase)
    keys = ratchet()
    assert len(erased) == 2, "the boot's private key and the agreed secret"
    keys.next()
    assert len(erased) == 3, "the copy of the next key"
    assert all(secret == bytes(32) for secret in erased)
