"""What this app can and cannot prove: the level of these glasses first, then each promise with its limit."""

from __future__ import annotations

from collections.abc import Sequence

from companion_app.companion import Companion
from companion_app.language import _
from companion_app.ui.view_models.settings.blocks import Block, BlocksModel, Heading, Say, Words
from companion_app.ui.view_models.words.proof import LEVEL_NAMES, LEVELS, PROMISES


class ProofModel(BlocksModel):
    """Words that were held against the tests; only the level of the glasses is looked up."""

    def __init__(self, companion: Companion) -> None:
        super().__init__()
        self._companion = companion

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("What this app can prove")

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        return [*self._these(), *self._promises(), *self._levels()]

    def _these(self) -> Sequence[Block]:
        hello = self._companion.hello
        if hello is None or hello.level not in LEVELS:
            told = _("Connect to see what your glasses can prove of their light.")
            return (Say("notice", "information-outline", _("The glasses have not spoken yet."), told),)
        catches, misses = LEVELS[hello.level]
        kind = "caution" if hello.level == "software" else "good"
        icon = "alert-outline" if hello.level == "software" else "lightbulb-on-outline"
        blocks: list[Block] = [
            Say(
                kind,
                icon,
                _("Your glasses prove their light at level {level}.", level=hello.level),
                _("Catches: {catches} Does not catch: {misses}", catches=_(catches), misses=_(misses)),
            )
        ]
        if hello.mode != "locked":
            told = _("Whoever plugs a cable into them can change what they do, and what they say about it.")
            blocks.append(Say("caution", "wrench-outline", _("These glasses are set up for development."), told))
        return blocks

    def _promises(self) -> Sequence[Block]:
        blocks: list[Block] = []
        for promise in PROMISES:
            blocks += [
                Heading(_(promise.title)),
                Words(_("Can be shown: {what}", what=_(promise.can))),
                Words(_("Cannot: {what}", what=_(promise.cannot)), quiet=True),
            ]
        return blocks

    def _levels(self) -> Sequence[Block]:
        blocks: list[Block] = [
            Heading(_("The levels of light")),
            Words(_("How the glasses are built decides what their light can prove."), quiet=True),
        ]
        for level, (catches, misses) in LEVELS.items():
            blocks.append(Words(_(LEVEL_NAMES[level])))
            blocks.append(
                Words(
                    _("Catches: {catches} Does not catch: {misses}", catches=_(catches), misses=_(misses)), quiet=True
                )
            )
        return blocks
