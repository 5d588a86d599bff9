"""Android's keystore: it gives no secret away, so a key that never leaves it seals each secret, kept as a file beside.

The files lie in the folder that Android never backs up: on another phone the key would be missing anyhow. Never run on
a phone; against stand-ins of the Java classes only (tests/app/ports).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from companion_app.files import private_folder, remove, write_atomic
from companion_app.ports.android import JavaException, autoclass, context, jnius
from companion_app.ports.errors import KeystoreFailed, KeystoreLocked, SecretLost
from companion_app.ports.keystore import checked

_NAME = "Android's keystore"
_PROVIDER = "AndroidKeyStore"
_ALIAS = "plainsight"
_KEY_BITS = 256
_TRANSFORMATION = "AES/GCM/NoPadding"
_NONCE_BYTES = 12  # the only length AndroidKeyStore makes for GCM
_TAG_BITS = 128
# android.security.keystore.KeyProperties and javax.crypto.Cipher
_PURPOSE_ENCRYPT, _PURPOSE_DECRYPT = 1, 2
_ENCRYPT_MODE, _DECRYPT_MODE = 1, 2
_LOST = ("KeyPermanentlyInvalidatedException", "AEADBadTagException", "UnrecoverableKeyException")
_LOCKED = ("UserNotAuthenticatedException",)


class AndroidKeystore:
    """`Keystore` of this phone; usable only while the phone is unlocked."""

    name = _NAME

    def check(self) -> None:
        """Return where the system's key is there, or could be made. Raises as Keystore says."""
        with _failures(_ALIAS):
            _key(make=True)

    def put(self, entry: str, secret: bytes) -> None:
        """Keep `secret`, sealed by the system's key, and read it back. Raises ValueError, KeystoreError."""
        with _failures(entry):
            cipher = _cipher()
            cipher.init(_ENCRYPT_MODE, _key(make=True))
            cipher.updateAAD(entry.encode())
            sealed = _bytes(cipher.getIV()) + _bytes(cipher.doFinal(checked(secret)))
            write_atomic(_file(entry), sealed)
        if self.get(entry) != secret:
            raise KeystoreFailed(_NAME, "it did not keep what it was given")

    def get(self, entry: str) -> bytes:
        """The secret under `entry`. Raises SecretLost, KeystoreError."""
        with _failures(entry):
            file = _file(entry)
            if not file.exists():
                raise SecretLost(_NAME, entry)
            sealed = file.read_bytes()
            parameters = autoclass("javax.crypto.spec.GCMParameterSpec")(_TAG_BITS, sealed[:_NONCE_BYTES])
            cipher = _cipher()
            cipher.init(_DECRYPT_MODE, _key(make=False), parameters)
            cipher.updateAAD(entry.encode())
            return _bytes(cipher.doFinal(sealed[_NONCE_BYTES:]))

    def remove(self, entry: str) -> None:
        """Forget the secret under `entry`, which need not be there. Raises KeystoreError."""
        with _failures(entry):
            remove(_file(entry))


def _file(entry: str) -> Path:
    folder = private_folder(Path(context().getNoBackupFilesDir().getAbsolutePath()) / "keystore")
    return folder / entry.encode().hex()


def _cipher() -> jnius.Cipher:
    return autoclass("javax.crypto.Cipher").getInstance(_TRANSFORMATION)


def _key(*, make: bool) -> jnius.Key:
    """The key inside the system's keystore; `make`: a new one where there is none. Raises SecretLost."""
    store = autoclass("java.security.KeyStore").getInstance(_PROVIDER)
    store.load(None)
    key = store.getKey(_ALIAS, None)
    if key is not None:
        return key
    if not make:
        raise SecretLost(_NAME, _ALIAS, "the key that sealed it is gone")
    builder = autoclass("android.security.keystore.KeyGenParameterSpec$Builder")(
        _ALIAS, _PURPOSE_ENCRYPT | _PURPOSE_DECRYPT
    )
    builder.setBlockModes("GCM")
    builder.setEncryptionPaddings("NoPadding")
    builder.setKeySize(_KEY_BITS)
    builder.setUnlockedDeviceRequired(True)
    generator = autoclass("javax.crypto.KeyGenerator").getInstance("AES", _PROVIDER)
    generator.init(builder.build())
    return generator.generateKey()


def _bytes(signed: Sequence[int]) -> bytes:
    """A Java byte array, whose elements are signed, as bytes."""
    return bytes(value & 0xFF for value in signed)


@contextmanager
def _failures(entry: str) -> Generator[None]:
    """What Java throws, and what the disk does, as errors of this port."""
    try:
        yield
    except OSError as error:
        raise KeystoreFailed(_NAME, str(error)) from error
    except JavaException as error:
        kind = error.classname.rpartition(".")[2]
        if kind in _LOST:
            raise SecretLost(_NAME, entry, kind) from error
        raise (KeystoreLocked if kind in _LOCKED else KeystoreFailed)(_NAME, kind) from error
