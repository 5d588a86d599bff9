"""What this app can prove and what it cannot, in the words of the design and of its threat model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion_app.language import N_

# Level of the light: (what it catches, what it does not), as docs/threat-model.md has it.
LEVELS: Mapping[str, tuple[str, str]] = {
    "software": (
        N_("Mistakes of the glasses' own program, and nothing else."),
        N_("A light that is broken, bridged or covered. Every picture is marked as unproven."),
    ),
    "current": (
        N_("A light that is broken or disconnected."),
        N_("A resistor in its place, and a cover."),
    ),
    "optical": (
        N_("A light that is broken, bridged, replaced or covered."),
        N_("A cover that reflects like glass, and a pinhole in tape."),
    ),
    "supply": (
        N_("The same as optical, and changed programs: without the light the camera has no power."),
        N_("Somebody with a soldering iron."),
    ),
}
LEVEL_NAMES: Mapping[str, str] = {
    "software": N_("software: nothing measures the light"),
    "current": N_("current: the light's current is measured"),
    "optical": N_("optical: a sensor sees the light"),
    "supply": N_("supply: the sensor also gives the camera its power"),
}


@dataclass(frozen=True)
class PromiseWords:
    """One promise: what this app can show you of it, and what it has to take on trust."""

    title: str
    can: str
    cannot: str


PROMISES: tuple[PromiseWords, ...] = (
    PromiseWords(
        N_("No light, no frame"),
        N_("Each picture carries what the glasses measured of their light while it was taken."),
        N_(
            "The measurements come from the glasses. Whoever changes their program with a cable can make them lie, "
            "unless the light also gives the camera its power."
        ),
    ),
    PromiseWords(
        N_("No consent, no upload"),
        N_("Every byte that left this app went with a receipt, and this app has no other way out."),
        N_("What a recipient does with what it got, and what other apps on this device do."),
    ),
    PromiseWords(
        N_("Nothing off the record"),
        N_("Records that were edited, taken out or cut off are found: each holds the hash of the one before."),
        N_("That what was recorded is true, and a record put back whole to an older state on both devices at once."),
    ),
    PromiseWords(
        N_("Lost glasses show nobody your pictures"),
        N_("Pictures are sealed to your key as they are taken, and no key on the glasses opens them again."),
        N_("That nobody has your recovery phrase, or this device while it is unlocked."),
    ),
    PromiseWords(
        N_("Strangers get nothing"),
        N_("Only phones that were paired with a hand on the glasses are answered; you see the list of them."),
        N_("That a radio is near can be noticed by anybody. Who wears it cannot be read from it."),
    ),
    PromiseWords(
        N_("Your voice stays with you"),
        N_("No sound leaves the glasses without your yes, and this app drops what comes without it."),
        N_("What a microphone that is not ours hears, and what glasses with a changed program do before they send."),
    ),
)
