"""Runs the chosen benches on one board and leaves it running its program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from companion_app.errors import AppError
from host_tools.bench.on_board.benches import ALONE, BOOT, NOT_THERE, WITH_PHONE
from host_tools.bench.on_board.booting import boot
from host_tools.bench.on_board.figures import LeftOut, Outcome
from host_tools.cable.errors import CableLost
from host_tools.exits import HostError
from host_tools.harness.board import HilBoard
from host_tools.harness.phone import Phone
from host_tools.worn.errors import AppFailed

Tell = Callable[[str], None]
_PHONE_S = 900.0  # the longest is forty photographs over a slow link


class NoPhone(HostError):
    """Benches that need a phone are left out; `reason` says why, and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Run:
    """`phone()` gives a connected one while the program runs, or raises NoPhone, AppError; it is asked at most once."""

    board: HilBoard
    phone: Callable[[], Phone]
    quick: bool
    tell: Tell

    def measure(self, names: Sequence[str]) -> list[Outcome]:
        """A figure or a reason for every name; where the board is lost on the way, what was measured until then."""
        found: list[Outcome] = []
        try:
            try:
                self._measure(names, found)
            finally:
                self._restart()
        except CableLost as lost:
            return [*found, LeftOut("all that was to come", str(lost).splitlines()[0], failed=True)]
        return found + [NOT_THERE[name]() for name in names if name in NOT_THERE]

    def _measure(self, names: Sequence[str], found: list[Outcome]) -> None:
        if BOOT in names:
            found += self._one(BOOT, lambda: boot(self.board, quick=self.quick))
        self._over_the_air([name for name in names if name in WITH_PHONE], found)
        for name in ALONE:
            if name in names:
                found += self._one(name, lambda: self._alone(name))  # noqa: B023 - called at once

    def _alone(self, name: str) -> Sequence[Outcome]:
        with self.board.repl() as cable:  # anew: each with a heap that nothing else has used
            return ALONE[name](cable, quick=self.quick)

    def _over_the_air(self, names: Sequence[str], found: list[Outcome]) -> None:
        if not names:
            return
        self._restart()
        try:
            phone = self.phone()
        except NoPhone as missing:
            found += [LeftOut(name, missing.reason) for name in names]
            return
        except AppError as error:
            found += [LeftOut(name, str(AppFailed(error)), failed=True) for name in names]
            return
        for name in names:
            bench = WITH_PHONE[name]
            found += self._one(name, lambda: phone.call(lambda app: bench(app, quick=self.quick), _PHONE_S))  # noqa: B023

    def _one(self, name: str, bench: Callable[[], Sequence[Outcome]]) -> list[Outcome]:
        """One bench; what fails takes nothing else with it but the loss of the board."""
        self.tell(f"measuring {name} …")
        try:
            return [*bench()]
        except CableLost:
            raise
        except HostError as error:
            return [LeftOut(name, str(error).splitlines()[0], failed=True)]
        except AppError as error:
            return [LeftOut(name, str(AppFailed(error)), failed=True)]

    def _restart(self) -> None:
        with self.board.repl():
            self.tell("restarting the board …")
        self.board.hard_reset()
        self.board.ready()
