"""Delete everything everywhere: what goes, where the receipt shall lie, a typed yes, and then no way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from companion_app.companion import Companion
from companion_app.erasing.erasing import Erasing
from companion_app.erasing.errors import GlassesNotErased
from companion_app.erasing.receipt import ErasureReceipt, State
from companion_app.erasing.survey import survey
from companion_app.errors import AppError
from companion_app.language import N_, _, listed, ngettext
from companion_app.ui.view_models.settings.blocks import Act, Block, BlocksModel, Entry, Heading, Reading, Say, Words
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem

CONFIRMATION = N_("delete everything")  # what has to be typed
_MOST_CHARACTERS = 400
_HERE = N_("Everything: {pictures}, {records} of the ledger, all answers, settings and keys")
_THERE = N_("{glasses}: every picture, every paired phone, the permission to listen")
_KEY_FIRST = N_(
    "The key goes first. If the power fails in the middle, nobody can read what is left, and the next start goes on."
)
_STAYS = (
    N_("Copies that you exported, and pictures on other phones that have your key."),
    N_("What was shared: you get a letter for each recipient, and send it yourself."),
    N_("The journal of the glasses, which holds no pictures. The reset gesture at their button erases it, too."),
    N_("Your recovery phrase on paper."),
)


class EraseModel(BlocksModel):
    """Nothing happens before `erase`, which needs the typed words; `gone` is called once nothing is left."""

    def __init__(self, companion: Companion, erasing: Erasing, documents: Path, gone: Callable[[Path], None]) -> None:
        super().__init__()
        self._companion = companion
        self._erasing = erasing
        self._gone = gone
        self.folder = str(documents)
        self.typed = ""
        self.running = False
        self.receipt: ErasureReceipt | None = None
        self.problem: Problem | None = None
        self.without_glasses = False  # the way on is offered: they could not be erased

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("Delete everything everywhere")

    @property
    def can_erase(self) -> bool:
        """True with the words typed, a place for the receipt, and nothing under way."""
        typed = " ".join(self.typed.split()).casefold()
        return not self.running and typed == _(CONFIRMATION).casefold() and bool(self.folder.strip())

    def write_folder(self, folder: str) -> None:
        """Where the receipt shall lie."""
        if folder != self.folder:
            self.folder = folder[:_MOST_CHARACTERS]
            self.changed()

    def write_typed(self, typed: str) -> None:
        """What stands in the field of the confirmation."""
        if typed != self.typed:
            self.typed = typed[:_MOST_CHARACTERS]
            self.changed()

    async def erase(self, *, without_glasses: bool = False) -> None:
        """Everything goes; afterwards `gone` was called, or `problem` says why nothing here was destroyed."""
        if not self.can_erase:
            return
        self.running, self.problem, self.without_glasses = True, None, False
        self.changed()
        try:
            place = await self._erasing.run(_place(self.folder), self._hear, without_glasses=without_glasses)
        except GlassesNotErased as error:
            self.problem, self.without_glasses = problem(error), True
        except AppError as error:
            self.problem = problem(error)
        except OSError as error:
            what = _("Something could not be written: {why}.", why=error.strerror or type(error).__name__)
            self.problem = Problem(what, _("Make room on this device, then try again."))
        else:
            self._gone(place or _place(self.folder))
        finally:
            self.running = False
            self.changed()

    def give_up(self) -> None:
        """Keep what is here after all."""
        self._erasing.give_up()
        self.typed, self.problem, self.without_glasses, self.receipt = "", None, False, None
        self.changed()

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        return [*self._begun(), *self._what_goes(), *self._what_stays(), *self._yes(), *self._trouble()]

    def _begun(self) -> Sequence[Block]:
        begun = self._erasing.begun
        if begun is None or self.running:
            return ()
        told = _("Its receipt lies in {folder}. Go on below, or give it up.", folder=str(begun))
        return (
            Say("caution", "progress-alert", _("This was begun before and not finished."), told),
            Act("give_up", _("Keep everything after all"), "undo", self.give_up),
        )

    def _what_goes(self) -> Sequence[Block]:
        found = survey(self._companion)
        pictures = ngettext("{n} picture", "{n} pictures", found.pictures)
        records = ngettext("{n} record", "{n} records", found.records)
        return (
            Heading(_("What goes")),
            Reading(_("On this device"), _(_HERE, pictures=pictures, records=records)),
            Reading(_("On the glasses"), self._there(found.glasses)),
            Reading(_("Asked back from"), listed(found.recipients) or _("nobody: nothing left this device")),
            Words(_(_KEY_FIRST), quiet=True),
        )

    def _there(self, glasses: str) -> str:
        if not glasses:
            return _("None are paired.")
        return _(_THERE, glasses=self._companion.names.of(glasses) or glasses)

    def _what_stays(self) -> Sequence[Block]:
        return (Heading(_("What this cannot reach")), *(Words(_(text), quiet=True) for text in _STAYS))

    def _yes(self) -> Sequence[Block]:
        return (
            Heading(_("Your receipt")),
            Words(_("It says what was erased, where and when. It has to lie outside of this app."), quiet=True),
            Entry("folder", _("Folder for the receipt"), "", self.folder, self.write_folder),
            Entry("typed", _("Type “{words}” to go on", words=_(CONFIRMATION)), "", self.typed, self.write_typed),
            Act(
                "erase",
                self._progress() if self.running else _("Delete everything"),
                "delete-forever-outline",
                self.erase,
                "filled",
                enabled=self.can_erase,
            ),
        )

    def _trouble(self) -> Sequence[Block]:
        if self.problem is None:
            return ()
        blocks: list[Block] = [
            Say("problem", "alert-circle-outline", self.problem.what, self.problem.next_step, seek=True)
        ]
        if self.without_glasses:
            told = _("What they hold stays on them, sealed to a key that nobody has any more.")
            blocks += [
                Words(told, quiet=True),
                Act(
                    "without",
                    _("Go on without the glasses"),
                    "glasses",
                    lambda: self.erase(without_glasses=True),
                    enabled=self.can_erase,
                ),
            ]
        return blocks

    def _hear(self, receipt: ErasureReceipt) -> None:
        self.receipt = receipt
        self.changed()

    def _progress(self) -> str:
        if self.receipt is None or self.receipt.state is State.ASKING:
            return _("Asking glasses and recipients…")
        return _("Deleting…")


def _place(folder: str) -> Path:
    """`folder` as it was typed; ~ is the home of whoever typed it."""
    return Path(folder.strip()).expanduser()
