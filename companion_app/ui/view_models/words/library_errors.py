"""Words for what goes wrong with room, copies and what was asked before, by class name."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_

LIBRARY_WORDS: Mapping[str, tuple[str, str]] = {
    "NoSpaceLeft": (
        N_("There is too little room on this phone, so the import was stopped before it was full."),
        N_("Make room, then import again: it goes on where it was. Nothing is lost, it is still on the glasses."),
    ),
    "NotExported": (
        N_("Not everything was copied. Each copy that is there is whole, and nothing was replaced."),
        N_("Choose another folder outside this app's own, or make room there, then export again."),
    ),
    "HistoryError": (N_("What was asked before could not be read."), N_("Ask again.")),
    "EntryGone": (N_("That question was forgotten."), N_("Ask again, if you want to know.")),
    "NoSoundKept": (
        N_("The sound of that question is not kept."),
        N_("Your answers say whether it is kept, and for how long: see them in the settings."),
    ),
    "NotKept": (
        N_("This could not be written to your history. The answer stands."),
        N_("Make room on this device."),
    ),
}
