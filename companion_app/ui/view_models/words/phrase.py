"""What is wrong with a typed recovery phrase, down to the word."""

from __future__ import annotations

from companion_app.keys.errors import PhraseWrong
from companion_app.language import _, listed
from companion_app.ui.view_models.words.problem import Problem


def phrase_problem(error: PhraseWrong) -> Problem:
    """Which word, and what may be meant; a phrase whose words all exist names none."""
    if error.fault == "unknown_word":
        what = _("Word {n}, “{word}”, is in no recovery phrase.", n=error.position, word=error.word)
        if error.near:
            return Problem(what, _("Did you mean: {words}?", words=listed(error.near)))
        return Problem(what, _("Check that word, then try again."))
    if error.fault == "word_count":
        return Problem(
            _("A recovery phrase has 24 words, not {n}.", n=error.position), _("Type all of them, in their order.")
        )
    return Problem(
        _("Every word exists, but together they are no recovery phrase."),
        _("One is wrong, or two changed places: check each word and its place, then try again."),
    )
