"""Words for what can go wrong with the names of glasses; by class name."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_

BEGINNING_WORDS: Mapping[str, tuple[str, str]] = {
    "BadName": (
        N_("That name cannot be used: it is too long, or has characters that cannot be shown."),
        N_("Choose a name of at most 40 letters."),
    ),
    "UnknownGlasses": (N_("This phone is not paired with those glasses."), N_("Look at the list of glasses again.")),
}
