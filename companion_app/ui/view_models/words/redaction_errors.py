"""Words for what keeps a picture from being made fit to leave, by class name of the package `redaction`."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_

_OTHER_PICTURE = N_("Choose another picture.")

REDACTION_WORDS: Mapping[str, tuple[str, str]] = {
    "RedactionError": (
        N_("This picture could not be made fit to leave. Nothing was sent."),
        N_("Ask this device instead."),
    ),
    "RedactionUnavailable": (
        N_("What this device needs to find faces and text in pictures is not installed. Nothing was sent."),
        N_("Install the app with its answers, or ask this device instead."),
    ),
    "DetectionFailed": (
        N_("This device could not look for faces and text in this picture. Nothing was sent."),
        N_("Take a new picture, or ask this device instead."),
    ),
    "PictureUnreadable": (
        N_("This is no whole JPEG, PNG or WebP picture. Nothing was sent."),
        _OTHER_PICTURE,
    ),
    "PictureOutOfBounds": (
        N_("This picture is too large to be looked at here. Nothing was sent."),
        _OTHER_PICTURE,
    ),
    "PlanError": (N_("That cannot be masked or shown in this picture."), N_("Look at the preview again.")),
    "FaceNeedsConsent": (
        N_("This is somebody's face. It stays masked until you say that this person agreed."),
        N_("Ask the person, then say so."),
    ),
    "BadArea": (N_("That area lies outside the picture."), N_("Choose an area inside it.")),
    "CropTooSmall": (N_("That part of the picture is too small to send."), N_("Choose a larger part.")),
    "StillVisible": (
        N_("A second look still sees something that should be masked. Nothing was sent."),
        N_("Mask it, too, or send only the part that you need."),
    ),
}
