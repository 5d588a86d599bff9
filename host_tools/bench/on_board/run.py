"""Runs the chosen benches on one board and leaves it running its program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from companion_app.companion import Companion
from companion_app.errors import AppError
from host_tools.bench.on_board.benches import ALONE, BOOT, NOT_THERE, WITH_PHONE
from host_tools.bench.on_board.booting import boot
from host_tools.bench.on_board.figures import LeftOut, Outcome
from host_tools.bench.on_board.phone import NoPhone, owners_phone, virtual_phone
from host_tools.cable import BoardInfo, Cable
from host_tools.cable.errors import CableLost
from host_tools.cable.target import OpenTarget
from host_tools.exits import HostError
from host_tools.provisioning.setup_code import SetupCode
from host_tools.worn.errors import AppFailed

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Wish:
    """What to measure. `radio`: system (this computer's adapter) or none; the virtual board has its own."""

    names: Sequence[str]
    quick: bool
    radio: str
    folder: Path | None = None


class Run:
    """One run on one open cable; `code` pairs a phone with a virtual board that was just provisioned."""

    def __init__(
        self, cable: Cable, where: OpenTarget, info: BoardInfo, code: SetupCode | None, wish: Wish, tell: Tell
    ) -> None:
        self._cable = cable
        self._where = where
        self._info = info
        self._code = code
        self._wish = wish
        self._tell = tell

    def measure(self) -> list[Outcome]:
        """A figure or a reason for every name. Raises CableLost where the board is gone."""
        names = self._wish.names
        found: list[Outcome] = []
        try:
            if BOOT in names:
                self._tell("measuring boot …")
                found.append(boot(self._cable, quick=self._wish.quick))
            found += self._with_phone([name for name in names if name in WITH_PHONE])
            for name in (name for name in names if name in ALONE):
                found += self._alone(name)
        finally:
            self._restart()
        return found + [NOT_THERE[name]() for name in names if name in NOT_THERE]

    def _restart(self) -> None:
        self._cable.enter_repl(soft_reset=False)
        self._cable.hard_reset()

    def _alone(self, name: str) -> list[Outcome]:
        self._tell(f"measuring {name} …")
        try:
            self._cable.enter_repl()  # anew: each with a heap that nothing else has used
            return [*ALONE[name](self._cable, quick=self._wish.quick)]
        except CableLost:
            raise
        except HostError as error:
            return [LeftOut(name, str(error), failed=True)]

    def _with_phone(self, names: Sequence[str]) -> list[Outcome]:
        if not names:
            return []
        reason = self._why_no_phone()
        if reason:
            return [LeftOut(name, reason) for name in names]
        self._restart()
        try:
            return asyncio.run(self._phone_benches(names))
        except NoPhone as missing:
            return [LeftOut(name, missing.reason) for name in names]
        except AppError as error:
            return [LeftOut(name, str(AppFailed(error)), failed=True) for name in names]

    async def _phone_benches(self, names: Sequence[str]) -> list[Outcome]:
        found: list[Outcome] = []
        async with self._phone() as app:
            for name in names:
                self._tell(f"measuring {name} …")
                try:
                    found += await WITH_PHONE[name](app, quick=self._wish.quick)
                except AppError as error:
                    found.append(LeftOut(name, str(AppFailed(error)), failed=True))
        return found

    def _phone(self) -> AbstractAsyncContextManager[Companion]:
        if self._where.virtual is not None and self._code is not None:
            return virtual_phone(self._where.virtual, self._code)
        return owners_phone(self._wish.folder)

    def _why_no_phone(self) -> str:
        """The reason for leaving out what needs one; "" where there should be one."""
        if self._where.virtual is not None:
            return ""
        if self._where.simulated:
            return "the radio of this virtual board belongs to another process: --target sim has its own"
        if not self._info.provisioned:
            return (
                "the glasses have no identity: `plainsight provision --mode development`, then pair this computer's app"
            )
        if self._wish.radio != "system":
            return "needs a phone: --radio system takes this computer's Bluetooth adapter and its paired app"
        return ""
