"""What to say of a clip beside its first frame."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.gallery import Picture
from companion_app.language import N_, _, ngettext, number

_AS_WANTED = frozenset({"done", "button", "app"})  # its length was over, or somebody ended it
# What stopped a clip that is kept as far as it came: said without the refusals' "no picture was kept".
_WHY: Mapping[str, str] = {
    "light_lost": N_("the capture light was lost"),
    "light_open": N_("the capture light draws no current"),
    "light_short": N_("the capture light draws too much current"),
    "light_unseen": N_("the light's sensor did not see the capture light"),
    "light_stray": N_("another light disturbed the capture light's proof"),
    "camera_failed": N_("the camera failed"),
    "camera_no_frame": N_("the camera gave no picture in time"),
    "camera_bad_frame": N_("the camera gave half a picture"),
    "storage_full": N_("the storage was full"),
    "storage_failed": N_("the storage could not be written"),
    "battery_low": N_("the battery was too low to prove the light"),
    "too_hot": N_("the glasses became too hot"),
}


def clip_mark(picture: Picture | None) -> str:
    """Length and frames of a clip, and why it ended where nobody wanted that; empty for a photograph."""
    if picture is None or picture.kind != "clip":
        return ""
    long_s = number(picture.duration_ms / 1000, 1)
    frames = ngettext("{n} frame", "{n} frames", picture.frames)
    if not picture.whole:
        return _(
            "Clip · {seconds} s · {frames} · cut off: the glasses lost power, this much was kept",
            seconds=long_s,
            frames=frames,
        )
    if picture.reason in _AS_WANTED:
        return _("Clip · {seconds} s · {frames}", seconds=long_s, frames=frames)
    return _("Clip · {seconds} s · {frames} · ended early: {why}", seconds=long_s, frames=frames, why=_why(picture))


def _why(picture: Picture) -> str:
    return _(_WHY.get(picture.reason, picture.reason))
