"""Sealing a picture to nowhere and to flash, the ciphers under it, and wiping a frame."""

import hashlib
import os

import cryptolib
from plainsight import compat, seal, x25519

_AES_CBC = 2
_PATH = "/bench.tmp"


def _nowhere(_data):
    pass


def _sealed(sealer, ratchet, picture, write):
    sealer.begin(write, ratchet)
    sealer.put(picture)
    sealer.finish()


def _to_flash(sealer, ratchet, picture):
    with open(_PATH, "wb") as file:
        _sealed(sealer, ratchet, picture, file.write)


def _chunks_us(sealer, ratchet, rounds):
    """Microseconds of each chunk of a clip: filled, sealed, written, flushed."""
    chunk = bytes(seal.CHUNK_BYTES)
    with open(_PATH, "wb") as file:
        sealer.begin(file.write, ratchet)
        sealer.put(chunk)

        def one():
            sealer.put(chunk)
            file.flush()

        found = samples_us(one, rounds)
        sealer.finish()
    return found


def main(picture_bytes, rounds):
    from board import Board

    picture = bytearray(picture_bytes)
    sealer = seal.Sealer()
    owner = x25519.public_key(compat.urandom(x25519.KEY_BYTES))
    ratchet = seal.Ratchet(owner)
    chunk = bytearray(seal.CHUNK_BYTES)
    cipher = cryptolib.aes(bytes(32), _AES_CBC, bytes(16))
    wipe = Board().wipe
    try:
        answer(
            {
                "seal_us": samples_us(lambda: _sealed(sealer, ratchet, picture, _nowhere), rounds),
                "store_us": samples_us(lambda: _to_flash(sealer, ratchet, picture), rounds),
                "chunk_us": _chunks_us(sealer, ratchet, rounds),
                "aes_us": samples_us(lambda: cipher.encrypt(chunk, chunk), rounds),
                "sha256_us": samples_us(lambda: hashlib.sha256(chunk).digest(), rounds),
                "wipe_us": samples_us(lambda: wipe(picture), rounds),
                "chunk_bytes": [len(chunk)],
            }
        )
    finally:
        if "bench.tmp" in os.listdir("/"):
            os.remove(_PATH)
