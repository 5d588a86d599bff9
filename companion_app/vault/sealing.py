"""How bytes are sealed: whole files in pieces, single lines, and the names of files.

    file  = "PSVAULT1" | salt 16 | pieces of 64 KiB, each ChaCha20-Poly1305 with nonce = its number 11 | last? 1
    line  = base64(nonce 12 | ChaCha20-Poly1305(line)), so that one damaged line leaves the others readable
    name  = base32(AES-SIV(name)): the same name is the same file, and its text is known to nobody

A file's key belongs to its room, its name and its salt: moved, renamed or exchanged it opens no more. The pieces are a
STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): none can be left out, exchanged or cut off unseen.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV, ChaCha20Poly1305

MAGIC = b"PSVAULT1"
SALT_BYTES = 16
HEADER_BYTES = len(MAGIC) + SALT_BYTES
PIECE_BYTES = 64 << 10
TAG_BYTES = 16
NAME_KEY_BYTES = 64
_NONCE_BYTES = 12
_COUNTER_BYTES = 11


class Unsealable(Exception):
    """These bytes were not sealed so; `fault` says how that shows: changed, cut, not_sealed."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def new_salt() -> bytes:
    """For one file's key."""
    return secrets.token_bytes(SALT_BYTES)


def sealed_pieces(key: bytes, salt: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The whole file's bytes; `key` belongs to `salt` and seals this one file."""
    cipher = ChaCha20Poly1305(key)
    yield MAGIC + salt
    waiting, number = bytearray(), 0
    for piece in pieces:
        waiting += piece
        while len(waiting) > PIECE_BYTES:  # one at least stays, for it may be the last
            yield cipher.encrypt(_nonce(number, last=False), bytes(waiting[:PIECE_BYTES]), MAGIC)
            del waiting[:PIECE_BYTES]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(waiting), MAGIC)


def read_salt(file: BinaryIO) -> bytes:
    """The salt at the beginning of a sealed file. Raises Unsealable."""
    header = file.read(HEADER_BYTES)
    if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
        raise Unsealable("not_sealed")
    return header[len(MAGIC) :]


def opened_pieces(key: bytes, file: BinaryIO) -> Iterator[bytes]:
    """What was sealed, piece by piece, from behind the header on. Raises Unsealable at the piece that is wrong."""
    cipher, number = ChaCha20Poly1305(key), 0
    piece = file.read(PIECE_BYTES + TAG_BYTES)
    while True:
        following = file.read(PIECE_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), piece, MAGIC)
        except InvalidTag as error:
            raise Unsealable("cut" if _is_cut(cipher, number, piece, following) else "changed") from error
        if not following:
            return
        piece, number = following, number + 1


def opened_size(file_bytes: int) -> int:
    """How many bytes a sealed file of this size holds; 0 for what is none."""
    body = file_bytes - HEADER_BYTES
    pieces = -(-body // (PIECE_BYTES + TAG_BYTES))
    return max(0, body - pieces * TAG_BYTES)


def sealed_line(key: bytes, line: bytes) -> bytes:
    """One line of text without a newline, whatever `line` holds."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + ChaCha20Poly1305(key).encrypt(nonce, line, None))


def opened_line(key: bytes, sealed: bytes) -> bytes | None:
    """The line, None where it was not sealed so."""
    try:
        blob = base64.b64decode(sealed, validate=True)
        return ChaCha20Poly1305(key).decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], None)
    except (binascii.Error, ValueError, InvalidTag):
        return None


def sealed_name(key: bytes, name: str) -> str:
    """A file name that tells nothing but about how long `name` is."""
    return base64.b32encode(AESSIV(key).encrypt(name.encode(), None)).decode().rstrip("=").lower()


def opened_name(key: bytes, sealed: str) -> str | None:
    """The name, None where it was not sealed so."""
    try:
        blob = base64.b32decode(sealed.upper() + "=" * (-len(sealed) % 8))
        return AESSIV(key).decrypt(blob, None).decode()
    except (binascii.Error, ValueError, InvalidTag):
        return None


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_COUNTER_BYTES, "big") + bytes((last,))


def _is_cut(cipher: ChaCha20Poly1305, number: int, piece: bytes, following: bytes) -> bool:
    """True when the piece that ends the file was sealed as one with others behind it; a cut within it is a change."""
    if following:
        return False
    try:
        cipher.decrypt(_nonce(number, last=False), piece, MAGIC)
    except InvalidTag:
        return False
    return True
