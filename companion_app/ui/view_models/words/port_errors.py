"""Words for what the system underneath the app did not give, by class of `companion_app.ports`."""

from __future__ import annotations

from collections.abc import Mapping

_PASSPHRASE = "Protect this app with a passphrase instead."

PORT_WORDS: Mapping[str, tuple[str, str]] = {
    "PortError": ("This system did not give the app what it asked for.", "Try again."),
    "KeystoreError": ("The keystore of this system could not be used.", _PASSPHRASE),
    "KeystoreMissing": ("This system has no keystore that can be relied upon.", _PASSPHRASE),
    "KeystoreLocked": ("The keystore of this system is locked.", "Unlock it, then try again."),
    "KeystoreDenied": ("The keystore of this system did not let this app in.", "Allow it when the system asks."),
    "KeystoreFailed": (
        "The keystore of this system did not do what it was asked.",
        f"Try again. If it happens again: {_PASSPHRASE}",
    ),
    "SecretLost": (
        "The keystore of this system no longer holds this app's secret.",
        "Open the app by its passphrase, if it has one. Otherwise begin anew with your recovery phrase.",
    ),
}
