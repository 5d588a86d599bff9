"""What was asked and answered before: as long as the owner's answers let it stay, and forgotten at a word."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from companion_app.assistant.history import History, Kept
from companion_app.errors import AppError
from companion_app.language import _, listed, moment_words, ngettext
from companion_app.ui.view_models.settings.blocks import Act, Block, BlocksModel, Heading, Say, Words
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem

_MOST_SHOWN = 100


class AskHistoryModel(BlocksModel):
    """`show(picture id)` goes back to asking about that picture. Forgetting all takes two touches."""

    def __init__(self, history: History, show: Callable[[str], None]) -> None:
        super().__init__()
        self._history = history
        self._show = show
        self._sure = False
        self.problem: Problem | None = None
        self._end = history.observe(lambda _nothing: self.changed())

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("Questions before")

    def end(self) -> None:
        """Stop looking."""
        self._end()

    def forget(self, entry: str) -> None:
        """Forget one for good."""
        self._try(lambda: self._history.forget(entry))

    def forget_all(self) -> None:
        """The first touch asks, the second forgets everything."""
        if not self._sure:
            self._sure = True
            self.changed()
            return
        self._sure = False
        self._try(self._history.forget_all)

    def keep(self) -> None:
        """Leave everything as it is."""
        self._sure = False
        self.changed()

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        kept = self._history.all()
        blocks: list[Block] = []
        if self.problem is not None:
            blocks.append(Say("problem", "alert-circle-outline", self.problem.what, self.problem.next_step, seek=True))
        if not kept:
            return [*blocks, Words(_("Nothing is kept. What you ask from now on stands here, as your answers allow."))]
        count = ngettext("{n} question is kept on this device.", "{n} questions are kept on this device.", len(kept))
        blocks += [Words(count), *self._forgetting()]
        for entry in kept[:_MOST_SHOWN]:
            blocks += self._entry(entry)
        if len(kept) > _MOST_SHOWN:
            older = ngettext("{n} older one is not shown.", "{n} older ones are not shown.", len(kept) - _MOST_SHOWN)
            blocks.append(Words(older, quiet=True))
        return blocks

    def _forgetting(self) -> Sequence[Block]:
        if not self._sure:
            return (Act("forget_all", _("Forget all of them…"), "delete-sweep-outline", self.forget_all),)
        return (
            Say("caution", "alert-outline", _("They cannot be brought back."), seek=True),
            Act("forget_all", _("Forget all of them for good"), "delete-sweep-outline", self.forget_all),
            Act("keep", _("Keep them"), "undo", self.keep),
        )

    def _entry(self, entry: Kept) -> Sequence[Block]:
        asked = entry.question or _("The words of this question were not kept.")
        notes = [moment_words(entry.time_s), _("answered by {who}", who=_(entry.answered_by))]
        if entry.spoken:
            notes.append(_("spoken"))
        return (
            Heading(asked),
            *((Words(entry.answer),) if entry.answer else ()),
            Words(listed(notes), quiet=True),
            Act(
                f"show {entry.id}",
                _("Ask about that picture again"),
                "comment-question-outline",
                lambda: self._show(entry.picture),
            ),
            Act(f"forget {entry.id}", _("Forget this one"), "delete-outline", lambda: self.forget(entry.id), "plain"),
        )

    def _try(self, act: Callable[[], None]) -> None:
        self.problem = None
        try:
            act()
        except AppError as error:
            self.problem = problem(error)
        self.changed()
