"""The colours that carry a meaning (good, caution, problem, notice), for each scheme. Pure data: no Kivy.

Material's scheme gives the neutral and primary colours; it has no tone for "proven" and "unproven": these stand here.
Meaning never rests on them alone: a sign and words always stand beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Tone:
    """Hex colours of one meaning: the fill of its surface, ink on that fill (at least 7:1), and its border."""

    fill: str
    ink: str
    line: str


KINDS = ("good", "caution", "problem", "notice")

_LIGHT = {
    "good": Tone("#d4f0dc", "#073d1c", "#2e7d4c"),
    "caution": Tone("#ffe7bd", "#432b00", "#996300"),
    "problem": Tone("#ffdcd8", "#5c0a08", "#b3352c"),
    "notice": Tone("#dce9f7", "#12324f", "#4a7099"),
}
_DARK = {
    "good": Tone("#0e3a20", "#c2f0cf", "#5fae7c"),
    "caution": Tone("#432f05", "#ffe1a8", "#c99a3d"),
    "problem": Tone("#521614", "#ffd9d4", "#e5837a"),
    "notice": Tone("#142d45", "#cfe3f8", "#6c97c2"),
}
_HIGH_CONTRAST_LIGHT = {
    "good": Tone("#ffffff", "#00320f", "#00320f"),
    "caution": Tone("#ffffff", "#3a2400", "#3a2400"),
    "problem": Tone("#ffffff", "#560003", "#560003"),
    "notice": Tone("#ffffff", "#00264a", "#00264a"),
}
_HIGH_CONTRAST_DARK = {
    "good": Tone("#000000", "#d0ffdc", "#d0ffdc"),
    "caution": Tone("#000000", "#ffedc9", "#ffedc9"),
    "problem": Tone("#000000", "#ffe6e3", "#ffe6e3"),
    "notice": Tone("#000000", "#e0f0ff", "#e0f0ff"),
}


def tones(*, dark: bool, high_contrast: bool) -> Mapping[str, Tone]:
    """The tone of every kind in KINDS for one scheme."""
    if high_contrast:
        return _HIGH_CONTRAST_DARK if dark else _HIGH_CONTRAST_LIGHT
    return _DARK if dark else _LIGHT
