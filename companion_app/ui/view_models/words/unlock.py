"""Words for the lock of this app's data: the two ways, what each means, and what happens when it is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion_app.language import N_, _, ngettext
from companion_app.ui.view_models.words.problem import Problem
from companion_app.vault.protectors import KEYSTORE, LEAST_PASSPHRASE_CHARACTERS, PASSPHRASE


@dataclass(frozen=True)
class Way:
    """One way to lock; `lost`: what happens when it is forgotten or gone."""

    title: str
    detail: str
    lost: str


WAYS: Mapping[str, Way] = {
    PASSPHRASE: Way(
        N_("A passphrase"),
        N_("You type it each time the app starts. Nothing on this device opens the data without it."),
        N_(
            "If you forget it, nobody can open what lies on this device, and nobody can reset it. With the 24 words of "
            "your recovery phrase on paper you begin anew: the app pairs with your glasses again and opens what is "
            "still on them. You find the phrase in the settings, under Phones and keys."
        ),
    ),
    KEYSTORE: Way(
        N_("The keystore of this system"),
        N_("The app opens by itself for whoever is logged in here. It is locked while this device is."),
        N_(
            "If the system loses its keystore, what lies on this device cannot be opened any more. The 24 words of "
            "your recovery phrase help as they do for a forgotten passphrase: write them down."
        ),
    ),
}


def unequal_words() -> Problem:
    """The passphrase was typed twice, and not the same."""
    return Problem(_("The two passphrases are not the same."), _("Type it again, slowly: a slip would lock you out."))


def length_words() -> str:
    """How long a passphrase must be, and why."""
    return ngettext(
        "At least {n} character: four or five words that do not belong together are easy to keep and hard to guess.",
        "At least {n} characters: four or five words that do not belong together are easy to keep and hard to guess.",
        LEAST_PASSPHRASE_CHARACTERS,
    )
