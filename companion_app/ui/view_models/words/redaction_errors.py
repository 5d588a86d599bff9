"""Words for what keeps a picture from being made fit to leave, by class name of the package `redaction`."""

from __future__ import annotations

from collections.abc import Mapping

_NOTHING_LEFT = "Nothing was sent."
_OTHER_PICTURE = "Choose another picture."

REDACTION_WORDS: Mapping[str, tuple[str, str]] = {
    "RedactionError": (f"This picture could not be made fit to leave. {_NOTHING_LEFT}", "Ask this device instead."),
    "RedactionUnavailable": (
        f"What this device needs to find faces and text in pictures is not installed. {_NOTHING_LEFT}",
        "Install the app with its answers, or ask this device instead.",
    ),
    "DetectionFailed": (
        f"This device could not look for faces and text in this picture. {_NOTHING_LEFT}",
        "Take a new picture, or ask this device instead.",
    ),
    "PictureUnreadable": (f"This is no whole JPEG, PNG or WebP picture. {_NOTHING_LEFT}", _OTHER_PICTURE),
    "PictureOutOfBounds": (f"This picture is too large to be looked at here. {_NOTHING_LEFT}", _OTHER_PICTURE),
    "PlanError": ("That cannot be masked or shown in this picture.", "Look at the preview again."),
    "FaceNeedsConsent": (
        "This is somebody's face. It stays masked until you say that this person agreed.",
        "Ask the person, then say so.",
    ),
    "BadArea": ("That area lies outside the picture.", "Choose an area inside it."),
    "CropTooSmall": ("That part of the picture is too small to send.", "Choose a larger part."),
    "StillVisible": (
        f"A second look still sees something that should be masked. {_NOTHING_LEFT}",
        "Mask it, too, or send only the part that you need.",
    ),
}
