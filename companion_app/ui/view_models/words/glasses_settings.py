"""Words for every setting of the glasses (`plainsight.wire.SETTINGS`) but `voice`, which follows from the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion_app.language import N_, _
from companion_app.ui.view_models.words.measures import length

_MINUTE_S = 60


@dataclass(frozen=True)
class SettingWords:
    """Title and meaning of one setting, marked for the catalogues; `values`: what its choices are called."""

    title: str
    detail: str
    values: Mapping[str, str] | None = None


SETTINGS: Mapping[str, SettingWords] = {
    "button": SettingWords(
        N_("Button"),
        N_("A press takes a picture. Off, it still ends what runs and opens pairing."),
    ),
    "app": SettingWords(N_("This app"), N_("Pictures and live view may be asked for from a phone.")),
    "interval": SettingWords(N_("Time-lapse"), N_("Pictures at an interval, also without a phone.")),
    "burst": SettingWords(N_("Bursts"), N_("Several pictures in a row.")),
    "keyword": SettingWords(
        N_("Spoken words"),
        N_("The word for a picture does something. Needs your yes to listening; off, nobody listens."),
    ),
    "photo_size": SettingWords(
        N_("Size of photographs"),
        N_("Larger ones show more and take longer to come."),
        {"vga": N_("640 × 480"), "svga": N_("800 × 600"), "xga": N_("1024 × 768")},
    ),
    "thumbnails": SettingWords(N_("Thumbnails"), N_("A small picture comes first, so that you see sooner what waits.")),
    "clip_seconds": SettingWords(N_("Length of clips"), N_("A clip ends by itself after this.")),
    "clip_size": SettingWords(
        N_("Size of clips"),
        N_("Larger ones have fewer frames a second."),
        {"qvga": N_("320 × 240"), "vga": N_("640 × 480")},
    ),
    "clip_audio": SettingWords(
        N_("Sound in clips"),
        N_("Only where your answers let voice leave the glasses as well."),
    ),
    "storage": SettingWords(
        N_("Where pictures wait"),
        N_("Until this phone takes them. They are sealed in both places."),
        {"flash": N_("In the glasses"), "card": N_("On the SD card")},
    ),
    "erase_after_import": SettingWords(
        N_("Erase after import"),
        N_("The glasses erase a picture once this phone holds it."),
    ),
    "when_full": SettingWords(
        N_("When there is no room"),
        N_("A picture that no phone holds is never dropped."),
        {"refuse": N_("Take no more pictures"), "drop_imported": N_("Drop the oldest that a phone holds")},
    ),
    "shelf_after_min": SettingWords(N_("Sleep by themselves"), N_("Only the button wakes them then.")),
    "buzzer": SettingWords(N_("Buzzer"), N_("Sounds beside the lights, where a buzzer is fitted.")),
}

# The cards of the page, in order: a heading and the settings below it.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("What may take pictures"), ("button", "app", "interval", "burst", "keyword")),
    (N_("Photographs"), ("photo_size", "thumbnails")),
    (N_("Clips"), ("clip_seconds", "clip_size", "clip_audio")),
    (N_("Storage"), ("storage", "erase_after_import", "when_full")),
    (N_("Power and sound"), ("shelf_after_min", "buzzer")),
)
# What is offered of settings that are numbers; another value that is held stands beside them.
STEPS: Mapping[str, tuple[int, ...]] = {
    "clip_seconds": (10, 30, 60, 180, 300),
    "shelf_after_min": (0, 10, 30, 120, 480),
}


def value_words(name: str, value: object) -> str:
    """What this value of this setting is called."""
    named = SETTINGS[name].values
    if named is not None:
        return _(named.get(str(value), str(value)))
    if name == "shelf_after_min":
        return _("Never") if not value else _("After {time}", time=length(int(str(value)) * _MINUTE_S))
    if name == "clip_seconds":
        return length(int(str(value)))
    return _("On") if value else _("Off")
