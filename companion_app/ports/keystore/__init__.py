"""The system's keystore: small secrets that the system opens for this app and this person alone."""

from __future__ import annotations

from typing import Protocol

from companion_app.ports.system import on_android

MOST_BYTES = 512
"""The largest secret every keystore takes (the narrowest, Windows', holds 2,560 bytes of UTF-16 text)."""


class Keystore(Protocol):
    """Secrets by name. Every call may block until its owner has answered the system: call it in a thread.

    Each raises KeystoreMissing, KeystoreLocked, KeystoreDenied or KeystoreFailed besides what it says itself.
    """

    @property
    def name(self) -> str:
        """What its owner knows it as."""
        ...

    def check(self) -> None:
        """Return where the keystore can be asked now; what stands in the way is raised."""
        ...

    def put(self, entry: str, secret: bytes) -> None:
        """Keep `secret` (1 to MOST_BYTES bytes) under `entry`, in place of an older one; on return it reads back."""
        ...

    def get(self, entry: str) -> bytes:
        """The secret under `entry`. Raises SecretLost."""
        ...

    def remove(self, entry: str) -> None:
        """Forget the secret under `entry`, which need not be there."""
        ...


def system_keystore() -> Keystore:
    """The keystore of this system; raises nothing, since only asking it tells (`check`)."""
    if on_android():
        from companion_app.ports.keystore.android import AndroidKeystore

        return AndroidKeystore()
    from companion_app.ports.keystore.desktop import DesktopKeystore

    return DesktopKeystore()


def checked(secret: bytes) -> bytes:
    """`secret` where every keystore can hold it. Raises ValueError."""
    if not 1 <= len(secret) <= MOST_BYTES:
        raise ValueError(f"a secret has 1 to {MOST_BYTES} bytes, not {len(secret)}")
    return secret
