"""The release key on disk: a secret that never changes, and beside it the state that only ever goes forward.

NAME         seed and identifier, readable by its owner alone; keep a copy off this computer
NAME.pub     the public key in hex, for `plainsight provision --release-key`
NAME.state   the number of the next one-time key; it must never go back, so it is no part of a backup
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plainsight.update.lms import signature_bytes

from host_tools.release.errors import KeyExhausted, KeyFileError, StateMissing
from host_tools.release.lms import HASH_BYTES, PrivateKey

_KIND = "plainsight release key"
_IDENTIFIER_BYTES = 16
_NO_KEY = "this is no release key; give the file that `plainsight release keygen` made"
_NO_PUBLIC_KEY = "this is no public release key; give the .pub file that `plainsight release keygen` made"


@dataclass(frozen=True)
class KeyFile:
    """A release key and where it lies."""

    path: Path
    private: PrivateKey
    public: bytes

    @property
    def state(self) -> Path:
        """The file that says which one-time keys are spent."""
        return _beside(self.path, ".state")

    def sign(self, message: bytes) -> tuple[bytes, int]:
        """A signature, and how many are left; its number is spent on disk before it exists.

        Raises StateMissing, KeyExhausted, KeyFileError.
        """
        number = self._spend()
        return self.private.sign(number, message, os.urandom(HASH_BYTES)), self.private.signatures - number - 1

    def next_number(self) -> int:
        """The first one-time key that is not spent. Raises StateMissing, KeyFileError."""
        try:
            fields: Any = json.loads(self.state.read_text())
            number, identifier = fields["next"], fields["identifier"]
        except FileNotFoundError as error:
            raise StateMissing(self.state) from error
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise KeyFileError(self.state, "the state of the key is damaged: remove it, see `sign --help`") from error
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise KeyFileError(self.state, "the state of the key is damaged: remove it, see `sign --help`")
        if identifier != self.private.identifier.hex():
            raise KeyFileError(self.state, "this is the state of another key")
        return number

    def renew_state(self, spent_up_to: int) -> None:
        """Go on after a lost state with everything up to this number spent. Raises KeyFileError where there is one."""
        with self._locked():
            if self.state.exists():
                raise KeyFileError(self.state, "it is there: --spent-up-to is for a state that was lost")
            self._write_state(spent_up_to + 1)

    def _spend(self) -> int:
        with self._locked():
            number = self.next_number()
            if number >= self.private.signatures:
                raise KeyExhausted(self.path, self.private.signatures)
            self._write_state(number + 1)
        return number

    def _write_state(self, number: int) -> None:
        """On the medium, with its name, when this returns."""
        text = json.dumps({"identifier": self.private.identifier.hex(), "next": number}) + "\n"
        beside = _beside(self.state, ".new")
        try:
            with beside.open("w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.state)
            folder = os.open(self.state.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise KeyFileError(self.state, f"{error.strerror}; nothing was signed") from error

    @contextmanager
    def _locked(self) -> Generator[None]:
        """Alone with the state: two signers at once would spend one number twice."""
        with self.path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def create(path: Path, *, height: int = 10) -> KeyFile:
    """A new key in new files. Raises KeyFileError; nothing is ever overwritten."""
    if path.exists():
        raise KeyFileError(path, "it is there already; a release key is never overwritten")
    private = PrivateKey(os.urandom(HASH_BYTES), os.urandom(_IDENTIFIER_BYTES), height)
    key = KeyFile(path, private, private.public())
    if key.state.exists():
        raise KeyFileError(key.state, "it is there already, and belongs to another key")
    fields = {
        "kind": _KIND,
        "height": height,
        "identifier": private.identifier.hex(),
        "seed": private.seed.hex(),
        "public": key.public.hex(),
    }
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(json.dumps(fields, indent=1) + "\n")
        _beside(path, ".pub").write_text(key.public.hex() + "\n")
    except FileExistsError as error:
        raise KeyFileError(path, "it is there already; a release key is never overwritten") from error
    except OSError as error:
        raise KeyFileError(path, error.strerror or str(error)) from error
    key.renew_state(-1)
    return key


def load(path: Path) -> KeyFile:
    """Read a key. Raises KeyFileError."""
    try:
        fields: Any = json.loads(path.read_text())
        if fields["kind"] != _KIND:
            raise ValueError
        private = PrivateKey(bytes.fromhex(fields["seed"]), bytes.fromhex(fields["identifier"]), fields["height"])
        public = bytes.fromhex(fields["public"])
        if not signature_bytes(public) or public[8:24] != private.identifier or len(private.seed) != HASH_BYTES:
            raise ValueError
    except OSError as error:
        raise KeyFileError(path, f"{error.strerror}; `plainsight release keygen` makes one") from error
    except (ValueError, KeyError, TypeError) as error:
        raise KeyFileError(path, _NO_KEY) from error
    return KeyFile(path, private, public)


def load_public(path: Path) -> bytes:
    """The 56 bytes of a NAME.pub file. Raises KeyFileError."""
    try:
        public = bytes.fromhex(path.read_text().strip())
    except OSError as error:
        raise KeyFileError(path, error.strerror or str(error)) from error
    except ValueError as error:
        raise KeyFileError(path, _NO_PUBLIC_KEY) from error
    if not signature_bytes(public):
        raise KeyFileError(path, _NO_PUBLIC_KEY)
    return public


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
