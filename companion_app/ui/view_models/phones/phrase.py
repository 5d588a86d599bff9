"""The recovery phrase on the screen: shown after a second touch, on record, and gone when the page is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.language import _
from companion_app.ui.view_models.settings.blocks import Act, Block, Heading, Say, Words
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem

_IN_A_ROW = 4


class Phrase:
    """`changed` is called after each change."""

    def __init__(self, companion: Companion, changed: Callable[[], None]) -> None:
        self._companion = companion
        self._changed = changed
        self.asked = False
        self.words: tuple[str, ...] = ()
        self.problem: Problem | None = None

    def ask(self) -> None:
        """Say first what the words are worth."""
        self.asked, self.problem = True, None
        self._changed()

    def show(self) -> None:
        """Show them; that is recorded before."""
        try:
            self.words = tuple(self._companion.recovery_phrase().split())
        except AppError as error:
            self.problem = problem(error)
        self.asked = False
        self._changed()

    def hide(self) -> None:
        """Forget what was shown."""
        self.asked, self.words = False, ()
        self._changed()

    def blocks(self, *, owner: bool) -> Sequence[Block]:
        """What stands on the page; nothing on the phone of a guest, whose key opens nothing here."""
        if not owner:
            return ()
        blocks: list[Block] = [Heading(_("Recovery phrase"))]
        if self.problem is not None:
            blocks.append(Say("problem", "alert-circle-outline", self.problem.what, self.problem.next_step))
        if self.words:
            lines = [self.words[at : at + _IN_A_ROW] for at in range(0, len(self.words), _IN_A_ROW)]
            numbered = [
                "   ".join(f"{row * _IN_A_ROW + place + 1}. {word}" for place, word in enumerate(line))
                for row, line in enumerate(lines)
            ]
            return [
                *blocks,
                Words("\n".join(numbered)),
                Act("hide", _("I wrote them down: hide them"), "eye-off", self.hide),
            ]
        blocks.append(
            Words(
                _(
                    "24 words that are your key: they open every picture of your glasses and let a new phone pair when "
                    "every other way is lost. Without them, what lies on lost phones stays closed for ever."
                )
            )
        )
        if not self.asked:
            return [*blocks, Act("ask", _("Show the 24 words"), "text-box-outline", self.ask)]
        return [
            *blocks,
            Say(
                "caution",
                "eye-outline",
                _("Whoever reads them opens everything"),
                _("Look who is around you. Write them on paper, and keep them apart from the glasses. No photograph."),
            ),
            Act("not now", _("Not now"), "close", self.hide),
            Act("show", _("Show them now"), "eye-outline", self.show),
        ]
