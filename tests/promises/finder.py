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
    r"journal/\d{8}\.log": ("certificate_sha256", "consent", "commit", "digest", "owner"),
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
_LIKE_ERASED_BYTES = 2
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
    return bool(chunks_in(raw, chunks))


def chunks_in(raw: bytes, chunks: Iterable[bytes]) -> set[bytes]:
    """Which of these pieces of 16 bytes stand anywhere in what was written."""
    wanted = set(chunks)
    if not wanted:
        return set()
    found: set[bytes] = set()
    raw = b"".join(blocks_in_use(raw))
    starts = np.unique(np.frombuffer(b"".join(chunk[:8] for chunk in wanted), "<u8"))
    for shift in range(8):
        words = np.frombuffer(raw, "<u8", (len(raw) - shift) // 8, shift)
        nearest = starts[np.minimum(np.searchsorted(starts, words), len(starts) - 1)]  # isin would sort the whole flash
        for hit in np.flatnonzero(nearest == words):
            at = shift + 8 * int(hit)
            if raw[at : at + _CHUNK_BYTES] in wanted:
                found.add(raw[at : at + _CHUNK_BYTES])
    return found


def blocks_in_use(raw: bytes) -> list[bytes]:
    """The blocks that were written since chip or card was new."""
    blocks = [raw[at : at + _BLOCK_BYTES] for at in range(0, len(raw), _BLOCK_BYTES)]
    return [block for block in blocks if block.count(b"\xff") < len(block) and block.count(b"\x00") < len(block)]


def keys_in(raw: bytes, files: dict[str, bytes], sealed: bytes) -> set[bytes]:
    """Everything that could be a 32-byte key: windows of files, of what was deleted, of directories, and long digits.

    `sealed`: the sealed items that are or were on the flash; blocks of them are left out.
    """
    places = [content for path, content in files.items() if not path.endswith(_SEALED_FILES)]
    # Of the erased end of a block a little stays: a key may end in the same bytes.
    used = [(block, len(block.rstrip(b"\xff"))) for block in blocks_in_use(raw) if block[64:1024] not in sealed]
    places += [block[: end + _LIKE_ERASED_BYTES] for block, end in used]
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
        items = list(items)
        self._owner_public = owner_public
        self._boots = {item.boot_public for item in items}
        self._last_step = max((item.step for item in items), default=0)
        # The second and third block of each plaintext lie in META, which is JSON.
        bodies = [item.blob[_HEADER.size + _SIZE_BYTES :][: 3 * _AES_BLOCK_BYTES] for item in items]
        self._sealed = b"".join(body[_AES_BLOCK_BYTES:] for body in bodies)
        self._before = int.from_bytes(b"".join(body[:-_AES_BLOCK_BYTES] for body in bodies))

    def opens(self, key: bytes) -> bool:
        """As a private key of either side, as an agreed secret, as a state of the ratchet, as an item's own key."""
        public = X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()
        return public == self._owner_public or public in self._boots or any(map(self._decrypts, self._candidates(key)))

    def _candidates(self, key: bytes) -> Iterator[bytes]:
        yield key
        yield from self._item_keys(key)
        for boot_public in self._boots:
            agreed = _hmac(boot_public + self._owner_public, key)
            yield from self._item_keys(_hmac(agreed, b"plainsight-boot-v1\x01"))

    def _item_keys(self, state: bytes) -> Iterator[bytes]:
        """The keys of the items that come after this state of the ratchet."""
        for _ in range(self._last_step + 1):
            yield _hmac(state, b"plainsight-item-v1\x01")
            state = _hmac(state, b"plainsight-next-v1\x01")

    def _decrypts(self, key: bytes) -> bool:
        """Any item. All at once: CBC without its IV is ECB and an exclusive or."""
        plain = Cipher(algorithms.AES(key), modes.ECB()).decryptor().update(self._sealed)
        plain = (int.from_bytes(plain) ^ self._before).to_bytes(len(plain))
        texts = (plain[at : at + 2 * _AES_BLOCK_BYTES] for at in range(0, len(plain), 2 * _AES_BLOCK_BYTES))
        return any(text.isascii() and text.decode().isprintable() for text in texts)


def _hmac(key: bytes, data: bytes) -> bytes:
    """One block of HKDF (RFC 5869)."""
    return hmac.digest(key, data, "sha256")


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
