"""A finder of the glasses who reads their flash: for pictures, for keys that open any, for other secrets."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# File: what stands in it, by field. Whatever is not listed here must not be on the flash.
SECRETS = {
    r"identity/key\.der": {"": "private key by which these glasses show who they are"},
    r"identity/setup\.json": {"secret": "one-time code, until it is used"},
    r"identity/recovery\.json": {"": "code that lets its owner pair a new phone in a window that the button opened"},
    r"identity/phones\.json": {
        "pair_key": "key of the knock, the beacon and the countersignature, for each phone",
        "wrapped": "the owner's key, encrypted for another phone, until that phone takes it",
    },
}
NO_SECRETS = {
    r"identity/device\.json": (),
    r"identity/cert\.der": ("",),
    r"identity/setup\.json": (),
    r"identity/phones\.json": ("cert_sha256", "code_sha256", "wrap_key"),
    r"identity/release\.key": ("",),  # the public half
    r"journal/\d{8}\.log": ("certificate_sha256", "consent", "commit", "owner"),
    r"journal/head": ("head", "base_head"),
    r"journal/index": ("",),  # heads of the chain
    r"journal/countersigned": ("head", "mac"),
    r"journal/reserve": ("",),  # zeros
    r"media/owner\.key": ("",),  # the public half
    r"media/(last|glasses\.tag)": (),
    r"media/\d{8}(\.imported)?\.json": ("sealed_sha256", "thumb_sha256"),
    r"media/\d{8}\.(psi|thm)": ("",),  # sealed
    r"(clock|crashes)\.json": (),
    r"sd/plainsight/(card|seen)": (),
    r"sd/plainsight/[0-9a-f]{16}/\d{8}\.(psi|thm)": ("",),  # sealed
    r"settings\.json": (),
}

_HEADER = struct.Struct("<4s32sI")
_SIZE_BYTES = 4  # of the first chunk
_SEALED_FILES = (".psi", ".thm")
_KEY_BYTES = 32
_BLOCK_BYTES = 4096
_CHUNK_BYTES = 16
_AES_BLOCK_BYTES = 16
_FEWEST_DIFFERENT_BYTES = 8  # in 16 bytes of JPEG; runs of padding prove nothing
_FEWEST_IN_KEY = 18  # of 32 random bytes, all but never fewer differ
_LONG_HEX = re.compile(rb"[0-9A-Fa-f]{32,}")
_NAMED_HEX = re.compile(rb'"(\w+)": ?"([0-9A-Fa-f]{32,})"')
_UNFINISHED = ".new"


@dataclass(frozen=True)
class Sealed:
    """One sealed item; `boot_public` and `step` say under which key."""

    blob: bytes
    boot_public: bytes
    step: int

    @classmethod
    def read(cls, blob: bytes) -> Sealed:
        """Raises ValueError where it does not begin as a sealed item does."""
        magic, boot_public, step = _HEADER.unpack_from(blob)
        if magic != b"PSI2":
            raise ValueError(magic)
        return cls(blob, boot_public, step)


def picture_in(raw: bytes, frames: Iterable[bytes]) -> bool:
    """Any 31 bytes of any of the JPEGs in a row, anywhere; or the hash of one, as bytes or as digits."""
    frames = list(frames)
    digests = [hashlib.sha256(frame) for frame in frames]
    if any(digest.digest() in raw or digest.hexdigest().encode() in raw.lower() for digest in digests):
        return True
    chunks = {
        frame[at : at + _CHUNK_BYTES] for frame in frames for at in range(0, len(frame) - _CHUNK_BYTES, _CHUNK_BYTES)
    }
    chunks = {chunk for chunk in chunks if len(set(chunk)) >= _FEWEST_DIFFERENT_BYTES}
    raw = b"".join(blocks_in_use(raw))
    starts = np.unique(np.frombuffer(b"".join(chunk[:8] for chunk in chunks), "<u8"))
    for shift in range(8):
        words = np.frombuffer(raw, "<u8", (len(raw) - shift) // 8, shift)
        for hit in np.flatnonzero(np.isin(words, starts)):
            at = shift + 8 * int(hit)
            if raw[at : at + _CHUNK_BYTES] in chunks:
                return True
    return False


def blocks_in_use(raw: bytes) -> list[bytes]:
    """The blocks that were written since chip or card was new."""
    blocks = [raw[at : at + _BLOCK_BYTES] for at in range(0, len(raw), _BLOCK_BYTES)]
    return [block for block in blocks if block.count(b"\xff") < len(block) and block.count(b"\x00") < len(block)]


def keys_in(raw: bytes, files: dict[str, bytes], sealed: bytes) -> set[bytes]:
    """Everything that could be a 32-byte key: windows of files, of what was deleted, of directories, and long digits.

    `sealed`: the sealed items that are or were on the flash; blocks of them are left out.
    """
    places = [content for path, content in files.items() if not path.endswith(_SEALED_FILES)]
    places += [block.rstrip(b"\xff") for block in blocks_in_use(raw) if block[64:1024] not in sealed]
    digits = [bytes.fromhex(run.decode()[: len(run) // 2 * 2]) for place in places for run in _LONG_HEX.findall(place)]
    return {key for place in (*places, *digits) for key in _windows(place)}


def _windows(place: bytes) -> Iterator[bytes]:
    for at in range(len(place) - _KEY_BYTES + 1):
        window = place[at : at + _KEY_BYTES]
        if len(set(window)) >= _FEWEST_IN_KEY:
            yield window


class Opener:
    """Tries one key on sealed items in every role that a key of the design could have."""

    def __init__(self, items: Iterable[Sealed], owner_public: bytes) -> None:
        self._items = list(items)
        self._owner_public = owner_public
        self._publics = {owner_public, *(item.boot_public for item in self._items)}

    def opens(self, key: bytes) -> bool:
        """As a private key of either side, as an agreed secret, as a state of the ratchet, as an item's own key."""
        if X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw() in self._publics:
            return True
        return any(self._opens_item(item, key) for item in self._items)

    def _opens_item(self, item: Sealed, key: bytes) -> bool:
        agreed = _hmac(item.boot_public + self._owner_public, key)
        if _decrypts(item, key):
            return True
        for state in (key, _hmac(agreed, b"plainsight-boot-v1\x01")):
            for _ in range(item.step + 1):
                if _decrypts(item, _hmac(state, b"plainsight-item-v1\x01")):
                    return True
                state = _hmac(state, b"plainsight-next-v1\x01")
        return False


def _hmac(key: bytes, data: bytes) -> bytes:
    """One block of HKDF (RFC 5869)."""
    return hmac.digest(key, data, "sha256")


def _decrypts(item: Sealed, key: bytes) -> bool:
    """The second and third block of the plaintext lie in META, which is JSON; CBC needs no IV for them."""
    body = item.blob[_HEADER.size + _SIZE_BYTES :]
    before, blocks = body[:_AES_BLOCK_BYTES], body[_AES_BLOCK_BYTES : 3 * _AES_BLOCK_BYTES]
    plain = Cipher(algorithms.AES(key), modes.CBC(before)).decryptor().update(blocks)
    return all(0x20 <= byte < 0x7F for byte in plain)


def unlisted(files: dict[str, bytes]) -> list[str]:
    """Files that nobody listed, and long digits or long words in fields that nobody listed."""
    found: list[str] = []
    for path, content in files.items():
        name = path.removesuffix(_UNFINISHED)
        public = next((fields for pattern, fields in NO_SECRETS.items() if re.fullmatch(pattern, name)), None)
        secret = next((tuple(fields) for pattern, fields in SECRETS.items() if re.fullmatch(pattern, name)), ())
        if public is None and not secret:
            found.append(path)
        elif "" not in (public or ()) + secret:
            found += [f"{path}: {what}" for what in _unlisted_fields(content, set((public or ()) + secret))]
    return found


def _unlisted_fields(content: bytes, listed: set[str]) -> list[str]:
    named = _NAMED_HEX.findall(content)
    found = [name.decode() for name, _ in named if name.decode() not in listed]
    if len(named) != len(_LONG_HEX.findall(content)):
        found.append("digits without a name")
    for line in content.splitlines():
        found += [
            f"a long word in {name}" for name, word in _words(_parsed(line)) if name not in listed and len(word) > 24
        ]
    return found


def _parsed(line: bytes) -> object:
    """What stands in one line; as a word where it is no JSON, such as a checksum."""
    try:
        return json.loads(line)
    except ValueError:
        return line.decode("latin-1")


def _words(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _words(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner, name)
