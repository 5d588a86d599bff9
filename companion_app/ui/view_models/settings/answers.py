"""Your answers: what each allows now, whether the glasses have confirmed it, and the way to change it."""

from __future__ import annotations

from collections.abc import Sequence

from companion_app.companion import Companion
from companion_app.language import _
from companion_app.onboarding import Question, Standing, VoicePolicy
from companion_app.onboarding.questions import LEAVE, LISTEN, VOICE_KEEP
from companion_app.ui.view_models.first_login import FirstLoginModel
from companion_app.ui.view_models.settings.blocks import Act, Block, BlocksModel, Heading, Say, Words
from companion_app.ui.view_models.words.answers import answer_words, confirmation_words


class AnswersModel(BlocksModel):
    """The questions themselves are asked on the pages of the first login."""

    def __init__(self, companion: Companion, questions: FirstLoginModel) -> None:
        super().__init__()
        self._companion = companion
        self._questions = questions
        self._ends = (
            companion.onboarding.observe(lambda _record: self.changed()),
            companion.connection.observe(lambda _change: self.changed()),
        )

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("Your answers")

    def end(self) -> None:
        """Stop looking."""
        for end in self._ends:
            end()

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        blocks: list[Block] = [
            Words(_("Each answer is a record of its own, and counts until you change it.")),
            Act("opt_out", _("Opt out of everything"), "cancel", self._questions.opt_out),
        ]
        failed = self._questions.problem
        if failed is not None:
            blocks.append(Say("problem", "alert-circle-outline", failed.what, failed.next_step, seek=True))
        for standing in self._companion.onboarding.summary():
            if self._concerns(standing.question):
                blocks += self._standing(standing)
        return blocks

    def _concerns(self, asked: Question) -> bool:
        """What only follows from a yes is not shown where there was none."""
        onboarding = self._companion.onboarding
        if asked is LEAVE:
            return onboarding.allows(LISTEN.id)
        if asked is VOICE_KEEP:
            return onboarding.voice is VoicePolicy.STREAM or onboarding.allows(VOICE_KEEP.id)
        return True

    @property
    def _name(self) -> str:
        """What the glasses are called."""
        companion = self._companion
        return (companion.names.of(companion.glasses_id) if companion.paired else "") or _("Your pair of glasses")

    def _standing(self, standing: Standing) -> Sequence[Block]:
        asked = standing.question
        told = confirmation_words(self._companion.confirmation(asked.id), self._name)
        return (
            Heading(_(asked.text)),
            Words(answer_words(standing)),
            *((Words(told, quiet=True),) if told else ()),
            Act(asked.id, _("Change this answer"), "pencil-outline", lambda: self._questions.reconsider(asked.id)),
        )
