"""What to say of a clip beside its first frame."""

from __future__ import annotations

from plainsight import wire

from companion_app.gallery import Picture

_AS_WANTED = frozenset({"done", "button", "app"})  # its length was over, or somebody ended it


def clip_mark(picture: Picture | None) -> str:
    """Length and frames of a clip, and why it ended where nobody wanted that; empty for a photograph."""
    if picture is None or picture.kind != "clip":
        return ""
    frames = f"{picture.frames} frame{'' if picture.frames == 1 else 's'}"
    return f"Clip · {picture.duration_ms / 1000:.1f} s · {frames}{_end(picture)}"


def _end(picture: Picture) -> str:
    if not picture.whole:
        return " · cut off: the glasses lost power, this much was kept"
    if picture.reason in _AS_WANTED:
        return ""
    return f" · ended early: {wire.ERRORS.get(picture.reason, picture.reason)}"
