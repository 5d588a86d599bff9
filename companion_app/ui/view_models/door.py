"""Before the rooms and after them: locked until the wearer opens, locked again when they leave it alone, and gone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from companion_app.ports.keystore import Keystore
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.preferences import PreferencesModel
from companion_app.ui.view_models.unlock import UnlockModel
from companion_app.vault import Attempts, Vault
from companion_app.vault.protectors import BESIDE

# What lies behind the door takes longer to import than the window to open: only once the lock was seen.
if TYPE_CHECKING:
    from companion_app.companion import Companion
    from companion_app.service.live_notice import LiveNotice
    from companion_app.ui.view_models.shell import ShellModel

_S_PER_MIN = 60.0
_BEHIND = "companion_app.ui.view_models.behind"


class DoorModel(Observable):
    """`shell` holds every other model while the door is open; while it is shut they do not exist, and `unlock` does.

    `erased` is set for good once everything was deleted: it says where the receipt lies.
    """

    def __init__(
        self,
        preferences: PreferencesModel,
        make_unlock: Callable[[Callable[[Vault], Awaitable[None]]], UnlockModel] | None = None,
        *,
        open_companion: Callable[[Vault], Awaitable[Companion]] | None = None,
        steady_s: Callable[[], float] = time.monotonic,
        show_live: Callable[[Companion], LiveNotice] | None = None,
    ) -> None:
        super().__init__()
        self.preferences = preferences
        self.shell: ShellModel | None = None
        self.erased: Path | None = None
        self._make_unlock = make_unlock
        self._open_companion = open_companion
        self._steady_s = steady_s
        self._touched_s = steady_s()
        self._show_live = show_live
        self._notice: LiveNotice | None = None
        self._companion: Companion | None = None
        self._vault: Vault | None = None
        self._passing = asyncio.Lock()  # nobody opens what is still being closed
        self.unlock = self._new_unlock()

    @classmethod
    def of_folder(cls, folder: Path, keystore: Keystore, preferences: PreferencesModel) -> DoorModel:
        """The door to what lies in `folder`."""
        attempts = Attempts()
        return cls(
            preferences,
            lambda opened: UnlockModel(folder, keystore, opened, attempts),
            show_live=_live_notice,
        )

    @classmethod
    def open_to(cls, shell: ShellModel, preferences: PreferencesModel) -> DoorModel:
        """A door that stands open and cannot be shut: whoever opened the companion closes it."""
        door = cls(preferences)
        door.shell = shell
        shell.observe(door._look_for_the_end)
        return door

    @property
    def can_lock(self) -> bool:
        """True where locking would keep anybody out: not with a key that lies beside what it opens."""
        return self._vault is not None and BESIDE not in self._vault.protectors

    async def begin(self) -> None:
        """Once the window is there: open what opens without a question."""
        if self.unlock is not None:
            await self.unlock.begin()

    def touched(self) -> None:
        """The wearer is there."""
        self._touched_s = self._steady_s()

    @property
    def is_left_alone(self) -> bool:
        """True once it is time to lock: nobody touched anything for as long as the wearer said.

        Never while something is live, nor while everything is being deleted.
        """
        minutes, shell = self.preferences.value.lock_after_min, self.shell
        if not self.can_lock or not minutes or shell is None or shell.live.running or shell.settings.is_erasing:
            return False
        return self._steady_s() - self._touched_s >= minutes * _S_PER_MIN

    async def lock(self) -> None:
        """Close everything and forget the keys; what was under way ends as if the app were closed."""
        if not self.can_lock:
            return
        self.shell = None
        self.unlock = self._new_unlock()
        self.changed()
        await self.close()

    async def close(self) -> None:
        """Close what was opened here, without showing anything."""
        async with self._passing:
            notice, self._notice = self._notice, None
            companion, self._companion = self._companion, None
            vault, self._vault = self._vault, None
            try:
                if notice is not None:
                    await notice.close()
                if companion is not None:
                    await companion.close()
            finally:
                if vault is not None:
                    vault.lock()

    def _new_unlock(self) -> UnlockModel | None:
        """The window follows what is typed and chosen there as it follows the door."""
        if self._make_unlock is None:
            return None
        unlock = self._make_unlock(self._enter)
        unlock.observe(self.changed)
        return unlock

    async def _enter(self, vault: Vault) -> None:
        behind = await asyncio.to_thread(import_module, _BEHIND)
        async with self._passing:
            companion: Companion = await (self._open_companion or behind.Companion.open)(vault)
            self._companion, self._vault = companion, vault
            self._notice = self._show_live(companion) if self._show_live is not None else None
        self.touched()
        self.shell = shell = behind.ShellModel(companion, preferences=self.preferences)
        shell.settings.lock_now = self.lock if self.can_lock else None
        shell.observe(self._look_for_the_end)
        companion.reading.begin()  # words in pictures, one at a time, while nothing else is to be done
        self.changed()

    def _look_for_the_end(self) -> None:
        if self.shell is not None and self.shell.erased is not None and self.erased is None:
            self.erased = self.shell.erased
            self.changed()


def _live_notice(companion: Companion) -> LiveNotice:
    behind = import_module(_BEHIND)
    return behind.LiveNotice(behind.Watching(companion), companion.tell_problem)
