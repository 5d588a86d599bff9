"""The Settings room: doors to its pages, one behind the other, and the same way back through all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from platformdirs import user_documents_path

from companion_app.companion import Companion
from companion_app.diagnosis import Diagnosis
from companion_app.erasing.erasing import Erasing
from companion_app.language import _
from companion_app.ui.view_models.first_login import FirstLoginModel
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.phones.phones import PhonesModel
from companion_app.ui.view_models.preferences import PreferencesModel
from companion_app.ui.view_models.rooms import RoomModel
from companion_app.ui.view_models.settings.about import AboutModel
from companion_app.ui.view_models.settings.answers import AnswersModel
from companion_app.ui.view_models.settings.appearance import AppearanceModel
from companion_app.ui.view_models.settings.blocks import Block, BlocksModel, Do, Door, Heading, Job
from companion_app.ui.view_models.settings.diagnostics import DiagnosticsModel
from companion_app.ui.view_models.settings.erase import EraseModel
from companion_app.ui.view_models.settings.glasses import GlassesSettingsModel
from companion_app.ui.view_models.settings.licences import LicenceModel, LicencesModel
from companion_app.ui.view_models.settings.lock import LockSettingsModel
from companion_app.ui.view_models.settings.proof import ProofModel
from companion_app.ui.view_models.settings.storage import StorageModel
from companion_app.ui.view_models.words.voice import voice_words

# What SettingsModel.open shows; each is laid out by the same page.
PAGES: tuple[type[BlocksModel], ...] = (
    AnswersModel,
    GlassesSettingsModel,
    DiagnosticsModel,
    StorageModel,
    AppearanceModel,
    LockSettingsModel,
    EraseModel,
    ProofModel,
    LicencesModel,
    LicenceModel,
    AboutModel,
)


class SettingsModel(RoomModel):
    """`open_askers` and `erased` are the shell's; `lock_now` is given by the door where it can be shut."""

    def __init__(
        self,
        companion: Companion,
        questions: FirstLoginModel,
        preferences: PreferencesModel,
        *,
        open_askers: Callable[[], None],
        erased: Callable[[Path], None],
        now_s: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.preferences = preferences
        self.lock_now: Do | None = None
        self._companion = companion
        self._questions = questions
        self._open_askers = open_askers
        self._erased = erased
        self._now_s = now_s
        self._behind: list[Observable] = []
        questions.observe(self.changed)

    @property
    def title(self) -> str:
        """What the room is called."""
        return _("Settings")

    @property
    def is_erasing(self) -> bool:
        """True while everything is being deleted: a lock in the middle would hide how it ends."""
        pages = (*self._behind, self.inside)
        return any(page.running for page in pages if isinstance(page, EraseModel))

    def enter(self, inside: Observable) -> None:
        """Show a page within, over the one that is shown."""
        if self.inside is not None:
            self._behind.append(self.inside)
        super().enter(inside)

    def back(self) -> bool:
        """One page back; False where the room shows its first page already."""
        left = self.inside
        if isinstance(left, BlocksModel):
            left.end()
        if not super().back():
            return False
        if self._behind:
            super().enter(self._behind.pop())
        return True

    def open(self, page: BlocksModel) -> Job:
        """Show a page, which then asks for what it does not have yet."""
        self.enter(page)
        return page.begin()

    def blocks(self) -> Sequence[Block]:
        """The doors."""
        return [*self._about_you(), *self._about_the_glasses(), *self._about_this_device(), *self._about_the_app()]

    def _about_you(self) -> Sequence[Block]:
        companion = self._companion
        return (
            Heading(_("You")),
            self._door(
                "answers",
                _("Your answers"),
                voice_words(companion.onboarding.voice),
                "account-voice",
                lambda: AnswersModel(companion, self._questions),
            ),
            Door(
                "askers",
                _("Who can be asked, and where you are"),
                _("Services that may answer about a picture"),
                "account-question-outline",
                self._open_askers,
            ),
        )

    def _about_the_glasses(self) -> Sequence[Block]:
        companion, folder = self._companion, self._companion.folder
        return (
            Heading(_("Your glasses")),
            self._door(
                "glasses",
                _("Settings of the glasses"),
                _("Each confirmed by them"),
                "glasses",
                lambda: GlassesSettingsModel(companion, self._now_s),
            ),
            self._door(
                "phones",
                _("Phones and keys"),
                _("Who may use the glasses, and what brings a lost phone back"),
                "key-outline",
                lambda: PhonesModel(companion, self.open, self.enter, self.back),
            ),
            self._door(
                "diagnostics",
                _("No image arrives"),
                _("Look for the reason, step by step"),
                "stethoscope",
                lambda: DiagnosticsModel(Diagnosis(companion, folder)),
            ),
        )

    def _about_this_device(self) -> Sequence[Block]:
        companion, preferences = self._companion, self.preferences
        return (
            Heading(_("This device")),
            self._door(
                "storage",
                _("Storage"),
                _("What lies here and on the glasses"),
                "harddisk",
                lambda: StorageModel(companion, companion.folder),
            ),
            self._door(
                "appearance",
                _("Appearance and language"),
                _("Light, size of text, words"),
                "palette-outline",
                lambda: AppearanceModel(preferences),
            ),
            self._door(
                "lock",
                _("Lock"),
                _("What opens this app's data, and when it closes"),
                "lock-outline",
                lambda: LockSettingsModel(companion.vault, preferences, self.lock_now),
            ),
            self._door(
                "erase",
                _("Delete everything everywhere"),
                _("Here, on the glasses, and asked back from others"),
                "delete-forever-outline",
                self._erase,
            ),
        )

    def _about_the_app(self) -> Sequence[Block]:
        companion = self._companion
        return (
            Heading(_("This app")),
            self._door(
                "proof",
                _("What this app can prove"),
                _("And what it cannot"),
                "scale-balance",
                lambda: ProofModel(companion),
            ),
            self._door(
                "licences",
                _("Licences"),
                _("What it is made of"),
                "file-document-outline",
                lambda: LicencesModel(self.enter),
            ),
            self._door(
                "about",
                _("About"),
                _("Versions, and where its data lies"),
                "information-outline",
                lambda: AboutModel(companion, companion.folder),
            ),
        )

    def _door(self, key: str, title: str, detail: str, icon: str, make: Callable[[], BlocksModel]) -> Door:
        return Door(key, title, detail, icon, lambda: self.open(make()))

    def _erase(self) -> EraseModel:
        companion = self._companion
        return EraseModel(companion, Erasing(companion, companion.folder), user_documents_path(), self._erased)
