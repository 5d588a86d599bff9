"""What must be said about the glasses themselves before anybody relies on them."""

from __future__ import annotations

from companion_app.language import _
from companion_app.ledger import Verdict
from companion_app.link.answers import Hello
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.verdict import verdict_words


def development_note(hello: Hello | None) -> Problem | None:
    """Words where the glasses are set up for development; None where they are locked or have not spoken yet."""
    if hello is None or hello.mode == "locked":
        return None
    return Problem(
        _("These glasses are set up for development."),
        _("Whoever plugs a cable into them can change what they do. To wear them, provision them as locked."),
    )


def journal_note(verdict: Verdict | None) -> Problem | None:
    """Words where the journal does not fit what this phone saw before; None where it does or was not read yet."""
    if verdict is None or verdict.intact:
        return None
    return Problem(
        _("The journal of the glasses was tampered with or damaged."),
        _("{found} Do not rely on what it says about that time.", found=verdict_words(verdict)),
    )
