"""Promise 4's arithmetic: the owner opens what was sealed, nobody else does, and used keys are gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plainsight import hkdf, seal

from tests.unit.firmware_capture import opener

OWNER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
OWNER_PUBLIC = OWNER.public_key().public_bytes_raw()
BOOT_PRIVATE = bytes(range(32, 64))
CHUNK = 16384


def ratchet() -> seal.Ratchet:
    return seal.Ratchet(OWNER_PUBLIC, lambda count: BOOT_PRIVATE[:count])


def sealed(keys: seal.Ratchet, *pieces: bytes, sealer: seal.Sealer | None = None) -> bytes:
    out = bytearray()
    sealer = sealer or seal.Sealer()
    sealer.begin(out.extend, keys)
    for piece in pieces:
        sealer.put(piece)
    digest = sealer.finish()
    assert digest == hashlib.sha256(out).digest()
    full, last = divmod(sum(map(len, pieces)) - 1, seal.CHUNK_BYTES)
    chunks = full * seal.chunk_bytes(seal.CHUNK_BYTES) + seal.chunk_bytes(last + 1)
    assert len(out) == sealer.written == seal.HEADER_BYTES + chunks
    return bytes(out)


def some(count: int) -> bytes:
    return bytes(index * 7 % 251 for index in range(count))


@given(pieces=st.lists(st.one_of(st.binary(max_size=50), st.integers(0, 40_000).map(some)), min_size=1, max_size=8))
@example(pieces=[b"x", some(CHUNK)])
@example(pieces=[some(CHUNK), b"", b"y"])
@settings(max_examples=40, deadline=None)
def test_the_owner_opens_it_however_it_was_put_together(pieces: list[bytes]) -> None:
    pieces = [*pieces, b"end"]
    assert opener.plaintext(OWNER, sealed(ratchet(), *pieces)) == (b"".join(pieces), True)


@pytest.mark.parametrize("size", [1, 15, 16, 17, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 15])
def test_every_edge_of_block_and_chunk(size: int) -> None:
    blob = sealed(ratchet(), some(size))
    assert opener.plaintext(OWNER, blob) == (some(size), True)
    chunks = -(-size // CHUNK)
    assert len(blob) == 40 + size + chunks * (4 + 32) + sum(
        16 - part % 16 for part in [CHUNK] * (chunks - 1) + [size - CHUNK * (chunks - 1)]
    )


def test_one_write_for_each_chunk_and_one_for_the_header() -> None:
    written: list[int] = []
    sealer = seal.Sealer()
    sealer.begin(lambda data: written.append(len(data)), ratchet())
    assert written == [40]
    sealer.put(some(CHUNK))
    assert (written, sealer.room) == ([40], 0)  # it could be the last one
    sealer.put(b"z")
    assert written == [40, seal.chunk_bytes(CHUNK)]
    sealer.finish()
    assert written[2:] == [4 + 16 + 32]


def test_one_sealer_seals_one_item_after_another() -> None:
    sealer, keys = seal.Sealer(), ratchet()
    for step, text in enumerate((some(20_000), b"short", some(CHUNK + 3))):
        blob = sealed(keys, text, sealer=sealer)
        assert int.from_bytes(blob[36:40], "little") == step
        assert opener.plaintext(OWNER, blob) == (text, True)


def test_the_same_text_in_each_chunk_looks_different() -> None:
    blob = sealed(ratchet(), bytes(3 * CHUNK))
    bodies = [blob[40 + n * seal.chunk_bytes(CHUNK) :][4 : 4 + CHUNK] for n in range(3)]
    blocks = [body[at : at + 16] for body in bodies for at in range(0, CHUNK, 16)]
    assert len(set(blocks)) == len(blocks)


def test_what_the_caller_holds_is_not_changed() -> None:
    frame = bytearray(some(40_000))
    sealed(ratchet(), frame)
    assert frame == some(40_000)


def test_a_stranger_cannot_open_it() -> None:
    stranger = X25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
    with pytest.raises(opener.CannotOpen):
        opener.plaintext(stranger, sealed(ratchet(), b"a picture"))


@given(position=st.integers(0, 10**6), flip=st.integers(1, 255))
@settings(max_examples=80, deadline=None)
def test_every_byte_is_authenticated(position: int, flip: int) -> None:
    blob = bytearray(sealed(ratchet(), some(CHUNK + 500)))
    blob[position % len(blob)] ^= flip
    with pytest.raises((opener.CannotOpen, ValueError)):
        opener.plaintext(OWNER, bytes(blob))


def test_chunks_cannot_be_left_out_swapped_doubled_or_taken_from_another_item() -> None:
    keys = ratchet()
    blob, other = sealed(keys, some(3 * CHUNK + 9)), sealed(keys, some(3 * CHUNK + 9))
    size = seal.chunk_bytes(CHUNK)
    header, chunks, last = (
        blob[:40],
        [blob[40 + n * size : 40 + (n + 1) * size] for n in range(3)],
        blob[40 + 3 * size :],
    )
    for wrong in (
        [*chunks[1:], last],
        [chunks[1], chunks[0], chunks[2], last],
        [chunks[0], chunks[0], *chunks[1:], last],
        [other[40 : 40 + size], *chunks[1:], last],
        [*chunks, last, last],
    ):
        with pytest.raises(opener.CannotOpen):
            opener.plaintext(OWNER, header + b"".join(wrong))
    assert opener.plaintext(OWNER, header + b"".join(chunks[:2])) == (some(2 * CHUNK), False)  # cut off, and seen to be


def test_each_boot_draws_a_key_of_its_own() -> None:
    assert seal.Ratchet(OWNER_PUBLIC).public != seal.Ratchet(OWNER_PUBLIC).public


def held(thing: object, depth: int = 3) -> Iterator[bytes]:
    """Every run of bytes that an object still holds."""
    for value in vars(thing).values():
        if isinstance(value, (bytes, bytearray)):
            yield bytes(value)
        elif depth and hasattr(value, "__dict__"):
            yield from held(value, depth - 1)


def test_used_keys_are_gone() -> None:
    keys = ratchet()
    public = keys.public
    k0 = opener.boot_key(OWNER, public)
    secrets = [BOOT_PRIVATE, OWNER.exchange(X25519PrivateKey.from_private_bytes(BOOT_PRIVATE).public_key())]
    assert k0 in list(held(keys))
    _, material = keys.next()
    for secret in [*secrets, k0, bytes(material[:32])]:
        assert all(secret not in kept for kept in held(keys))


@pytest.mark.parametrize("ending", ["finish", "end", "begin"])
def test_the_keys_of_an_item_are_gone_when_it_ends(ending: str) -> None:
    keys = ratchet()
    item = opener.item_keys(OWNER, keys.public, 0)
    sealer = seal.Sealer()
    sealer.begin(bytearray().extend, keys)
    sealer.put(b"something private")
    before = list(held(sealer))
    inner = bytes(byte ^ 0x36 for byte in item.mac)
    assert any(item.seed in kept for kept in before)
    assert any(inner in kept for kept in before)
    assert not any(item.aes in kept for kept in before), "only the cipher has it"
    if ending == "begin":
        sealer.begin(bytearray().extend, keys)
    else:
        getattr(sealer, ending)()
    for secret in (item.aes, item.mac, item.seed, inner, b"private"):
        assert all(secret not in kept for kept in held(sealer))
    assert sealer.room == CHUNK


def test_the_material_is_erased_before_the_first_byte_is_written() -> None:
    seen: list[bytearray] = []

    class Watched(seal.Ratchet):
        def next(self) -> tuple[int, bytearray]:
            step, material = super().next()
            seen.append(material)
            return step, material

    written: list[bytes] = []
    sealer = seal.Sealer()
    sealer.begin(lambda data: written.append(bytes(seen[0])), Watched(OWNER_PUBLIC))
    assert written == [bytes(80)]


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


@given(key=st.binary(max_size=64), parts=st.lists(st.binary(max_size=100), max_size=4))
def test_a_kept_key_gives_the_same_codes(key: bytes, parts: list[bytes]) -> None:
    kept = hkdf.HmacKey(key)
    for _ in range(2):
        assert kept.code(*parts) == hkdf.hmac_sha256(key, b"".join(parts))
    kept.erase()
    assert not any(vars(kept)["_inner"] + vars(kept)["_outer"])
