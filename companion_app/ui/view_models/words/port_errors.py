"""Words for what the system underneath the app did not give, by class of `companion_app.ports`."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_

_PASSPHRASE = N_("Protect this app with a passphrase instead.")
_TYPE_IT = N_("Type the code instead.")

PORT_WORDS: Mapping[str, tuple[str, str]] = {
    "PortError": (N_("This system did not give the app what it asked for."), N_("Try again.")),
    "KeystoreError": (N_("The keystore of this system could not be used."), _PASSPHRASE),
    "KeystoreMissing": (N_("This system has no keystore that can be relied upon."), _PASSPHRASE),
    "KeystoreLocked": (N_("The keystore of this system is locked."), N_("Unlock it, then try again.")),
    "KeystoreDenied": (
        N_("The keystore of this system did not let this app in."),
        N_("Allow it when the system asks, or protect this app with a passphrase instead."),
    ),
    "KeystoreFailed": (
        N_("The keystore of this system did not do what it was asked."),
        N_("Try again. If it happens again, protect this app with a passphrase instead."),
    ),
    "SecretLost": (
        N_("The keystore of this system no longer holds this app's secret."),
        N_("Open the app by its passphrase, if it has one. Otherwise begin anew with your recovery phrase."),
    ),
    "CameraError": (N_("The camera of this device could not be used."), _TYPE_IT),
    "CameraMissing": (N_("This device has no camera that the app can use."), _TYPE_IT),
    "CameraDenied": (
        N_("The system did not let this app use the camera."),
        N_("Type the code instead, or allow the camera in the system's settings."),
    ),
    "CameraFailed": (N_("The camera of this device stopped."), N_("Try again, or type the code instead.")),
    "NoticesMissing": (
        N_("This system shows no notices for this app."),
        N_("What is live stands at the top of this window for as long as it is open."),
    ),
}
