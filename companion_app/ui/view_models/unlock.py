"""Before everything: choose what locks this app's data, or open it. Until then nothing on this phone can be read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path

from companion_app.errors import AppError
from companion_app.language import _
from companion_app.ports.keystore import Keystore as KeystorePort
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.unlock import unequal_words
from companion_app.vault import Attempts, KeyBeside, Keystore, Passphrase, Protector, Vault
from companion_app.vault.errors import NoVault
from companion_app.vault.protectors import BESIDE, KEYSTORE, LEAST_PASSPHRASE_CHARACTERS, PASSPHRASE

_MAX_CHARACTERS = 2000


class Lock(StrEnum):
    """What the screen is about. BROKEN: the folder cannot be opened by any answer; the problem says why."""

    CHOOSE = "choose"
    LOCKED = "locked"
    BROKEN = "broken"
    OPEN = "open"


class UnlockModel(Observable):
    """`opened` is awaited with the open vault, while the screen is still busy; what it raises is a problem here, and
    the vault is locked again."""

    def __init__(
        self,
        folder: Path,
        keystore: KeystorePort,
        opened: Callable[[Vault], Awaitable[None]],
        attempts: Attempts | None = None,
    ) -> None:
        super().__init__()
        self._folder = folder
        self._keystore = keystore
        self._opened = opened
        self._attempts = attempts or Attempts()
        self.lock = Lock.LOCKED
        self.kinds: tuple[str, ...] = ()
        self.chosen: str | None = None
        self.passphrase = self.again = ""
        self.busy = False
        self.problem: Problem | None = None
        self.no_keystore: Problem | None = None
        self._look()

    @property
    def wants_passphrase(self) -> bool:
        """True where words are to be typed: for a new lock or for the one there is."""
        return self.chosen == PASSPHRASE if self.lock is Lock.CHOOSE else PASSPHRASE in self.kinds

    @property
    def long_enough(self) -> bool:
        """True once the typed words are as many characters as a passphrase needs."""
        return len(self.passphrase.strip()) >= LEAST_PASSPHRASE_CHARACTERS

    @property
    def can_create(self) -> bool:
        """True once a lock was chosen by hand, and a passphrase typed twice."""
        if self.lock is not Lock.CHOOSE or self.busy or self.chosen is None:
            return False
        return self.chosen != PASSPHRASE or (self.long_enough and bool(self.again))

    @property
    def can_unlock(self) -> bool:
        """True with words to try and nothing under way."""
        return self.lock is Lock.LOCKED and not self.busy and bool(self.passphrase.strip())

    @property
    def can_use_keystore(self) -> bool:
        """True where the system's keystore can open what is locked, and nothing is under way."""
        return self.lock is Lock.LOCKED and not self.busy and KEYSTORE in self.kinds

    async def begin(self) -> None:
        """Once the screen is there: open what opens by itself, or see whether there is a keystore to choose."""
        if self.lock is Lock.LOCKED and BESIDE in self.kinds:
            await self._open(KeyBeside())
        elif self.lock is Lock.LOCKED and PASSPHRASE not in self.kinds:
            await self.unlock_by_keystore()
        elif self.lock is Lock.CHOOSE:
            try:
                await asyncio.to_thread(self._keystore.check)
            except AppError as error:
                self.no_keystore = problem(error)
            self.changed()

    def choose(self, kind: str) -> None:
        """Pick a lock; nothing is made yet. What cannot be used is ignored."""
        if kind not in (PASSPHRASE, KEYSTORE) or (kind == KEYSTORE and self.no_keystore is not None):
            return
        self.chosen, self.problem = kind, None
        self.changed()

    def set_passphrase(self, words: str) -> None:
        """What the field holds now."""
        if words != self.passphrase:
            self.passphrase, self.problem = words[:_MAX_CHARACTERS], None
            self.changed()

    def set_again(self, words: str) -> None:
        """What the second field holds now."""
        if words != self.again:
            self.again, self.problem = words[:_MAX_CHARACTERS], None
            self.changed()

    async def create(self) -> None:
        """Make the lock that was chosen; afterwards it is open, or `problem` says why not and nothing was made."""
        if not self.can_create:
            return
        if self.chosen == PASSPHRASE and self.passphrase.strip() != self.again.strip():
            self.problem = unequal_words()
            self.changed()
            return
        protector = Passphrase(self.passphrase) if self.chosen == PASSPHRASE else Keystore(self._keystore)
        await self._run(lambda: Vault.create(self._folder, protector))

    async def unlock(self) -> None:
        """Try the typed passphrase."""
        if self.can_unlock:
            await self._open(Passphrase(self.passphrase))

    async def unlock_by_keystore(self) -> None:
        """Ask the system's keystore, which may ask its user."""
        if self.can_use_keystore:
            await self._open(Keystore(self._keystore))

    async def _open(self, protector: Protector) -> None:
        await self._run(lambda: Vault.open(self._folder, protector, self._attempts))

    async def _run(self, make: Callable[[], Vault]) -> None:
        """In a thread: a passphrase costs time on purpose, and a keystore may ask its user."""
        self.busy, self.problem = True, None
        self.changed()
        vault: Vault | None = None
        try:
            vault = await asyncio.to_thread(make)
            await self._opened(vault)
            self.lock = Lock.OPEN
        except AppError as error:
            self._look()
            self.problem = problem(error)
        except OSError as error:  # a full or read-only disk
            self._look()
            what = _("The lock could not be written: {why}.", why=error.strerror or type(error).__name__)
            self.problem = Problem(what, _("Make room on this device, then try again."))
        finally:
            if vault is not None and self.lock is not Lock.OPEN:
                vault.lock()
            self.passphrase = self.again = ""
            self.busy = False
            self.changed()

    def _look(self) -> None:
        """What there is to open, without opening it."""
        try:
            self.kinds = Vault.kinds(self._folder)
            self.lock = Lock.LOCKED
        except NoVault:
            self.lock = Lock.CHOOSE
        except AppError as error:
            self.lock, self.problem = Lock.BROKEN, problem(error)
