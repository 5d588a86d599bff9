"""What the capture light's evidence proves about one picture, and what it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from companion_app.language import N_, _


@dataclass(frozen=True)
class LightWords:
    """A verdict in words; `proven` only picks the sign beside them."""

    proven: bool
    title: str
    detail: str


_PROVEN = {
    "current": N_(
        "Current flowed through the capture light during the whole exposure. "
        "This does not catch a covered light or a resistor in its place."
    ),
    "optical": N_(
        "A sensor beside the capture light saw it during the whole exposure. "
        "This does not catch a cover that reflects like glass."
    ),
    "supply": N_("A sensor saw the capture light during the whole exposure, and the camera has no power without it."),
}
_UNPROVEN = {
    "software": N_(
        "These glasses have nothing that measures the light. It was switched on, but nobody can tell whether it shone."
    ),
}
_NO_EVIDENCE = N_("There is no evidence that the capture light shone while this picture was taken.")


def light_words(light: Mapping[str, Any]) -> LightWords:
    """Words for a picture's `light` {"level", "verdict", ...}. Whatever is not clearly proven is unproven."""
    level = str(light.get("level", ""))
    if light.get("verdict") == "proven" and level in _PROVEN:
        return LightWords(True, _("Capture light proven"), _(_PROVEN[level]))
    return LightWords(False, _("Capture light UNPROVEN"), _(_UNPROVEN.get(level, _NO_EVIDENCE)))
