"""A keystore in memory, whose owner can lock it, refuse it and lose it."""

from __future__ import annotations

from dataclasses import dataclass, field

from companion_app.ports.errors import KeystoreDenied, KeystoreLocked, SecretLost
from companion_app.ports.keystore import checked


@dataclass
class MemoryKeystore:
    """`Keystore` (companion_app/ports/keystore): `locked` and `denied` are what its owner says."""

    name: str = "a keystore of the tests"
    secrets: dict[str, bytes] = field(default_factory=dict)
    locked: bool = False
    denied: bool = False

    def check(self) -> None:
        if self.denied:
            raise KeystoreDenied(self.name)
        if self.locked:
            raise KeystoreLocked(self.name)

    def put(self, entry: str, secret: bytes) -> None:
        self.check()
        self.secrets[entry] = checked(secret)

    def get(self, entry: str) -> bytes:
        self.check()
        if entry not in self.secrets:
            raise SecretLost(self.name, entry)
        return self.secrets[entry]

    def remove(self, entry: str) -> None:
        self.check()
        self.secrets.pop(entry, None)
