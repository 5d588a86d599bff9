"""What can go wrong between the app and the system it runs on."""

from __future__ import annotations

from companion_app.errors import AppError


class PortError(AppError):
    """Base of what the system underneath did not give."""


class KeystoreError(PortError):
    """Base of what can go wrong with the system's keystore; `keystore` is its name as its owner knows it."""

    def __init__(self, keystore: str, fault: str = "") -> None:
        super().__init__(keystore, fault)
        self.keystore = keystore
        self.fault = fault


class KeystoreMissing(KeystoreError):
    """This system has no keystore that may be relied upon; `fault` says what was looked for."""


class KeystoreLocked(KeystoreError):
    """The keystore is locked, and was not unlocked when it asked."""


class KeystoreDenied(KeystoreError):
    """The keystore, or the person it asked, refused this app."""


class KeystoreFailed(KeystoreError):
    """The keystore broke off, or did not keep what it was given; `fault` in the system's own words."""


class SecretLost(KeystoreError):
    """The keystore holds no such secret, or can never open it again; `entry` is its name."""

    def __init__(self, keystore: str, entry: str, fault: str = "") -> None:
        super().__init__(keystore, fault)
        self.args = (keystore, entry, fault)
        self.entry = entry


class CameraError(PortError):
    """Base of what can go wrong with this device's own camera; `fault` says what happened."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class CameraMissing(CameraError):
    """There is no camera here, or nothing that could ask it."""


class CameraDenied(CameraError):
    """The system, or the person it asked, did not let the app at the camera."""


class CameraFailed(CameraError):
    """The camera broke off."""


class NoticesMissing(PortError):
    """This system shows no notices for apps, or does not answer; `fault` says what was tried."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault
