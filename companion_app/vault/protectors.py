"""Who may open the vault. Each protector yields the same key again that wraps the data key, or says why it cannot."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping
from typing import Any, Protocol

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from companion_app.ports.keystore import Keystore as KeystorePort
from companion_app.vault.errors import PassphraseTooLong, PassphraseTooShort, WrongKeystoreSecret, WrongPassphrase

KEY_BYTES = 32
LEAST_PASSPHRASE_CHARACTERS = 12
MOST_PASSPHRASE_CHARACTERS = 1024
PASSPHRASE, KEYSTORE, BESIDE = "passphrase", "keystore", "beside"
_SALT_BYTES = 16
_ENTRY_BYTES = 4
_LEAST_N, _MOST_N = 2**15, 2**20  # 32 MiB for each guess; a file that asks for more than 1 GiB is damaged
_USUAL_N = 2**16  # 64 MiB and about 0.2 s for each guess, and small phones have it
_R, _P = 8, 1

Row = Mapping[str, Any]  # what the vault's file keeps of one protector


class Protector(Protocol):
    """`kind` names it in the file; `wrong` is what a key that opens nothing means."""

    kind: str

    def begin(self, vault: str) -> tuple[dict[str, Any], bytes]:
        """Make what the file is to keep, and the wrapping key that belongs to it. `vault`: the vault's id."""
        ...

    def key(self, row: Row, vault: str) -> bytes:
        """The wrapping key. Raises ValueError, KeyError, TypeError where `row` is damaged, else its own errors."""
        ...

    def wrong(self) -> Exception:
        """The error where the key does not fit."""
        ...

    def withdraw(self, row: Row) -> None:
        """The file does not keep `row` any more: leave nothing behind elsewhere."""
        ...


class Passphrase:
    """Words that a person knows, stretched with scrypt; its cost stands in the file."""

    kind = PASSPHRASE

    def __init__(self, words: str, n: int = _USUAL_N) -> None:
        self._words = unicodedata.normalize("NFKC", words).strip()
        self._n = n

    def begin(self, vault: str) -> tuple[dict[str, Any], bytes]:
        """Raises PassphraseTooShort, PassphraseTooLong."""
        if len(self._words) < LEAST_PASSPHRASE_CHARACTERS:
            raise PassphraseTooShort(len(self._words), LEAST_PASSPHRASE_CHARACTERS)
        if len(self._words) > MOST_PASSPHRASE_CHARACTERS:
            raise PassphraseTooLong(MOST_PASSPHRASE_CHARACTERS)
        row: dict[str, Any] = {"salt": secrets.token_hex(_SALT_BYTES), "n": self._n, "r": _R, "p": _P}
        return row, self.key(row, vault)

    def key(self, row: Row, vault: str) -> bytes:
        """Takes its time on purpose: call it in a thread."""
        n, salt = row["n"], bytes.fromhex(row["salt"])
        if type(n) is not int or not _LEAST_N <= n <= _MOST_N or (row["r"], row["p"]) != (_R, _P):
            raise ValueError(n)
        stretched = Scrypt(salt=salt + vault.encode(), length=KEY_BYTES, n=n, r=_R, p=_P)
        return stretched.derive(self._words[: MOST_PASSPHRASE_CHARACTERS + 1].encode("utf-8", "surrogatepass"))

    def wrong(self) -> Exception:
        """Not these words."""
        return WrongPassphrase()

    def withdraw(self, row: Row) -> None:
        """It lies nowhere but in a head."""


class Keystore:
    """A secret in the system's keystore, which opens with the phone or the desktop session; see `ports.keystore`."""

    kind = KEYSTORE

    def __init__(self, port: KeystorePort) -> None:
        self._port = port

    def begin(self, vault: str) -> tuple[dict[str, Any], bytes]:
        """Raises KeystoreError. Blocks while the system asks its user: call it in a thread."""
        key = secrets.token_bytes(KEY_BYTES)
        entry = f"plainsight-{vault}-{secrets.token_hex(_ENTRY_BYTES)}"  # never over one that the file still needs
        self._port.put(entry, key)
        return {"entry": entry}, key

    def key(self, row: Row, vault: str) -> bytes:  # noqa: ARG002 (as every protector)
        """Raises KeystoreError. Blocks while the system asks its user: call it in a thread."""
        return self._port.get(str(row["entry"]))

    def wrong(self) -> Exception:
        """Something else lies under our name."""
        return WrongKeystoreSecret()

    def withdraw(self, row: Row) -> None:
        """Raises KeystoreError."""
        self._port.remove(str(row["entry"]))


class KeyBeside:
    """Protects nothing: the key lies in the same file as what it wraps. For virtual glasses and tests alone."""

    kind = BESIDE

    def begin(self, vault: str) -> tuple[dict[str, Any], bytes]:  # noqa: ARG002 (as every protector)
        """A key for the file to keep."""
        key = secrets.token_bytes(KEY_BYTES)
        return {"protects": "nothing", "key": key.hex()}, key

    def key(self, row: Row, vault: str) -> bytes:  # noqa: ARG002 (as every protector)
        """As the file says."""
        return bytes.fromhex(row["key"])

    def wrong(self) -> Exception:
        """The file was changed."""
        return ValueError("the key beside is of another vault")

    def withdraw(self, row: Row) -> None:
        """It lay in the file alone."""
