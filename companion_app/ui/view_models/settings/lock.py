"""What locks this app's data: when, by what, and the way to change it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from companion_app.errors import AppError
from companion_app.language import _, listed
from companion_app.ports.keystore import Keystore as KeystorePort
from companion_app.ports.keystore import system_keystore
from companion_app.ui.view_models.preferences import LOCK_MINUTES, PreferencesModel
from companion_app.ui.view_models.settings.blocks import (
    Act,
    Block,
    BlocksModel,
    Do,
    Entry,
    Heading,
    Pick,
    Reading,
    Say,
    Words,
)
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.measures import length
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.unlock import WAYS, unequal_words
from companion_app.vault import Attempts, Keystore, Passphrase, Protector, Vault
from companion_app.vault.protectors import BESIDE, KEYSTORE, PASSPHRASE

_MINUTE_S = 60
_MOST_CHARACTERS = 2000


class LockSettingsModel(BlocksModel):
    """`lock_now` None: nothing here can be locked. Who changes the passphrase has to know the one before."""

    def __init__(
        self,
        vault: Vault,
        preferences: PreferencesModel,
        lock_now: Do | None,
        keystore: Callable[[], KeystorePort] = system_keystore,
    ) -> None:
        super().__init__()
        self._vault = vault
        self._preferences = preferences
        self._lock_now = lock_now
        self._keystore = keystore
        self._attempts = Attempts()
        self.before = self.words = self.again = ""
        self.busy = False
        self.done = False
        self.problem: Problem | None = None
        self._end = preferences.observe(self.changed)

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("Lock")

    def end(self) -> None:
        """Stop looking, and keep no words."""
        self.before = self.words = self.again = ""
        self._end()

    @property
    def _asks_before(self) -> bool:
        return PASSPHRASE in self._vault.protectors

    @property
    def can_change(self) -> bool:
        """True with everything typed and nothing under way."""
        return not self.busy and bool(self.words and self.again) and (bool(self.before) or not self._asks_before)

    async def change(self) -> None:
        """From now on the new passphrase alone opens it, or `problem` says why not and the old lock stays."""
        if not self.can_change:
            return
        if self.words.strip() != self.again.strip():
            self.problem = unequal_words()
            self.changed()
            return
        await self._replace(lambda: Passphrase(self.words))

    async def use_keystore(self) -> None:
        """From now on the system's keystore alone opens it."""
        if not self.busy and (self.before or not self._asks_before):
            await self._replace(lambda: Keystore(self._keystore()))

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        return [*self._standing(), *self._by_itself(), *self._changing()]

    def _standing(self) -> Sequence[Block]:
        kinds = [kind for kind in self._vault.protectors if kind in WAYS]
        if BESIDE in self._vault.protectors:
            told = _("This is so for virtual glasses alone: the key lies beside what it opens.")
            return (Say("caution", "lock-open-alert-outline", _("Nothing here is locked."), told),)
        blocks: list[Block] = [
            Heading(_("Now")),
            Reading(_("Opened by"), listed(_(WAYS[kind].title) for kind in kinds)),
            *(Words(_(WAYS[kind].lost), quiet=True) for kind in kinds),
        ]
        if self._lock_now is not None:
            blocks.append(Act("lock", _("Lock now"), "lock-outline", self._lock_now, "filled"))
        return blocks

    def _by_itself(self) -> Sequence[Block]:
        preferences = self._preferences
        if BESIDE in self._vault.protectors:
            return ()
        held = preferences.value.lock_after_min
        return (
            Heading(_("Lock by itself")),
            Words(_("When nobody touched anything for that long, and nothing is live."), quiet=True),
            *(self._after(minutes, held == minutes, preferences) for minutes in LOCK_MINUTES),
        )

    def _after(self, minutes: int, chosen: bool, preferences: PreferencesModel) -> Pick:
        title = length(minutes * _MINUTE_S) if minutes else _("Never")
        return Pick(f"after={minutes}", title, "", chosen, lambda: preferences.change(lock_after_min=minutes))

    def _changing(self) -> Sequence[Block]:
        blocks: list[Block] = [Heading(_("Change the lock"))]
        if self._asks_before:
            entry = Entry("before", _("Passphrase as it is now"), "", self.before, self._type("before"), secret=True)
            blocks.append(entry)
        blocks += [
            Entry(
                "words", _("New passphrase"), _("at least 12 characters"), self.words, self._type("words"), secret=True
            ),
            Entry("again", _("Once more"), "", self.again, self._type("again"), secret=True),
            Act("change", _("Change the passphrase"), "lock-reset", self.change, enabled=self.can_change),
        ]
        if KEYSTORE not in self._vault.protectors:
            usable = not self.busy and (bool(self.before) or not self._asks_before)
            use = _("Use the keystore of this system instead")
            blocks.append(Act("keystore", use, "key-chain-variant", self.use_keystore, "plain", enabled=usable))
        if self.busy:
            blocks.append(Say("notice", "progress-clock", _("This takes a moment, on purpose.")))
        if self.done:
            blocks.append(Say("good", "check", _("The lock was changed."), seek=True))
        if self.problem is not None:
            blocks.append(Say("problem", "alert-circle-outline", self.problem.what, self.problem.next_step, seek=True))
        return blocks

    def _type(self, name: str) -> Callable[[str], None]:
        def write(text: str) -> None:
            if text != getattr(self, name):
                setattr(self, name, text[:_MOST_CHARACTERS])
                self.problem, self.done = None, False
                self.changed()

        return write

    async def _replace(self, make: Callable[[], Protector]) -> None:
        """In a thread: scrypt costs time on purpose, and a keystore may ask its user."""
        self.busy, self.problem, self.done = True, None, False
        self.changed()
        try:
            await asyncio.to_thread(self._check_and_replace, make)
        except AppError as error:
            self.problem = problem(error)
        except OSError as error:
            what = _("The lock could not be written: {why}.", why=error.strerror or type(error).__name__)
            self.problem = Problem(what, _("Make room on this device, then try again. The old lock stays."))
        else:
            self.done = True
        finally:
            self.before = self.words = self.again = ""
            self.busy = False
            self.changed()

    def _check_and_replace(self, make: Callable[[], Protector]) -> None:
        """Raises VaultError, KeystoreError, OSError; then the old lock stays."""
        if self._asks_before:
            Vault.open(self._vault.folder, Passphrase(self.before), self._attempts).lock()
        self._vault.change(make(), instead_of=Keystore(self._keystore()))
