"""The owner's key on its way to another phone: encrypted for that phone alone, and bound to glasses and owner.

    copy = base64(ephemeral public key 32 | ChaCha20-Poly1305 of the private key, 48 bytes)
    key  = HKDF-SHA-256(X25519(ephemeral, wrap key), salt = ephemeral public ‖ wrap key, info = label)
    associated data = label ‖ SHA-256 of the glasses' certificate ‖ number of the phone ‖ wrap key ‖ owner's public key

The glasses carry the copy and could exchange the wrap key for one of their own. So people compare a code on both
screens; it is stretched with scrypt, so that nobody finds a second key with the same code while they look.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from companion_app.keys.errors import CopyOfAnotherKey, CopyUnreadable
from companion_app.keys.owner import read_x25519, write_x25519
from companion_app.vault import SealedFiles

_LABEL = b"plainsight-owner-key-copy-v1"
_CODE_LABEL = b"plainsight-comparison-v1"
_KEY_BYTES = 32
_COPY_BYTES = 32 + 32 + 16
_NONCE = bytes(12)  # the ephemeral key, and so the key that it gives, encrypts once
_CODE_CHARACTERS = 8
_CODE_BYTES = 5
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**15, 8, 1  # 32 MiB and about 0.1 s for each guess
_FILE = "wrap.json"


@dataclass(frozen=True)
class Binding:
    """Whose key goes where: all of it must agree on both ends."""

    glasses_sha256: bytes
    phone: int
    wrap_key: bytes
    owner_key: bytes

    @property
    def data(self) -> bytes:
        """The associated data."""
        return _LABEL + self.glasses_sha256 + bytes((self.phone,)) + self.wrap_key + self.owner_key


def load_wrap_key(files: SealedFiles) -> X25519PrivateKey:
    """The key that copies for this phone are encrypted for, made at the first call. Raises KeyUnreadable."""
    if not files.exists(_FILE):
        write_x25519(files, _FILE, X25519PrivateKey.generate())
    return read_x25519(files, _FILE)


def wrap(private: X25519PrivateKey, binding: Binding) -> str:
    """A copy of the owner's key for the phone in `binding`. Raises ValueError where its wrap key is no usable point."""
    ephemeral = X25519PrivateKey.generate()
    public = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(binding.wrap_key))
    sealed = ChaCha20Poly1305(_derived(shared, public, binding)).encrypt(
        _NONCE, private.private_bytes_raw(), binding.data
    )
    return base64.b64encode(public + sealed).decode()


def unwrap(copy: str, own: X25519PrivateKey, binding: Binding) -> X25519PrivateKey:
    """The owner's key from a copy for this phone. Raises CopyUnreadable, CopyOfAnotherKey."""
    try:
        data = base64.b64decode(copy, validate=True)
        if len(data) != _COPY_BYTES:
            raise CopyUnreadable
        public, sealed = data[:_KEY_BYTES], data[_KEY_BYTES:]
        shared = own.exchange(X25519PublicKey.from_public_bytes(public))
        raw = ChaCha20Poly1305(_derived(shared, public, binding)).decrypt(_NONCE, sealed, binding.data)
    except (binascii.Error, ValueError, InvalidTag) as error:
        raise CopyUnreadable from error
    private = X25519PrivateKey.from_private_bytes(raw)
    if private.public_key().public_bytes_raw() != binding.owner_key:
        raise CopyOfAnotherKey
    return private


def comparison_code(glasses_sha256: bytes, wrap_key: bytes) -> str:
    """Eight characters for people to compare on two screens, such as "K7QF-2MXA". Takes about 0.1 s."""
    stretched = Scrypt(salt=_CODE_LABEL + glasses_sha256, length=_CODE_BYTES, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P)
    code = base64.b32encode(stretched.derive(wrap_key)).decode()
    return f"{code[: _CODE_CHARACTERS // 2]}-{code[_CODE_CHARACTERS // 2 :]}"


def _derived(shared: bytes, ephemeral: bytes, binding: Binding) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=ephemeral + binding.wrap_key, info=_LABEL).derive(shared)
