"""What was masked and what stays, in a line."""

from __future__ import annotations

from companion_app.sharing import Redactions


def masked_words(redactions: Redactions | None) -> str:
    """One line about what would leave of a picture; None: it stays here as it was taken."""
    if redactions is None:
        return "nothing masked: the picture stays on this device"
    masked = counted(dict(redactions.masked)) or "nothing"
    kept = "; ".join(f"{kind} ({reason})" for kind, reason in dict.fromkeys(redactions.kept))
    crop = f"; cropped to {redactions.width} × {redactions.height} px" if redactions.crop else ""
    return f"masked: {masked}" + (f"; kept: {kept}" if kept else "") + crop


def counted(kinds: dict[str, int]) -> str:
    """ "2 face, 1 card": kinds and how many of each."""
    return ", ".join(f"{count} {kind}" for kind, count in kinds.items())
