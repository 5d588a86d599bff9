"""A companion whose glasses know several phones, and which knows several glasses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from companion_app.control.errors import NotCompared, UnknownGlasses
from companion_app.errors import AppError
from companion_app.link.answers import Phone
from companion_app.link.connection import ConnectionState, Reason
from companion_app.link.pins import Pin
from tests.app.ui.fakes import FakeCompanion

FIRST = Pin(b"\x11" * 32, b"k" * 32, 1, b"w" * 32)
SECOND = Pin(b"\x22" * 32, b"l" * 32, 2, b"w" * 32)
WORDS = " ".join(f"word{number}" for number in range(1, 25))


class OwnersCompanion(FakeCompanion):
    """Set `error` to have the next act fail, `owner` to make it the phone of a guest."""

    def __init__(self, folder: Path, now_s: Callable[[], float]) -> None:
        super().__init__(folder, now_s)
        self.pins = (FIRST,)
        self.owner = True
        self.error: AppError | None = None
        self.rows = [
            Phone(1, "This phone", 5, current=True),
            Phone(2, "New phone", 9, current=False, wrap_key="ab" * 32),
        ]
        self.acts: list[tuple[object, ...]] = []
        self._compared: set[int] = set()
        self.be_paired()

    @property
    def pin(self) -> Pin:
        return self.pins[-1]

    @property
    def paired(self) -> bool:
        return bool(self.pins)

    @property
    def opens_pictures(self) -> bool:
        return self.owner

    async def use_glasses(self, glasses: str) -> None:
        self._fail()
        found = next((pin for pin in self.pins if pin.glasses == glasses), None)
        if found is None:
            raise UnknownGlasses(glasses)
        if found != self.pins[-1]:
            self.connection.become(ConnectionState.DISCONNECTED, Reason.ASKED)
            self.pins = (*(pin for pin in self.pins if pin != found), found)

    async def unpair(self) -> None:
        self.acts.append(("unpair", self.pin.glasses))
        self.pins = self.pins[:-1]
        self.connection.become(ConnectionState.DISCONNECTED, Reason.REVOKED)

    async def phones(self) -> list[Phone]:
        self._fail()
        return list(self.rows)

    async def revoke(self, phone: int) -> None:
        self._fail()
        self.rows = [row for row in self.rows if row.id != phone]

    async def invite(self) -> str:
        self._fail()
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    async def own_comparison_code(self) -> str:
        return "OWNC-ODE2"

    async def comparison_code(self, phone: int) -> str:
        self._fail()
        self._compared.add(phone)
        return "K7QF-2MXA"

    async def share_key(self, phone: int) -> None:
        self._fail()
        if phone not in self._compared:
            raise NotCompared(phone)
        self.rows = [replace(row, wrapped=True) if row.id == phone else row for row in self.rows]

    def recovery_phrase(self) -> str:
        self._fail()
        self.ledger.append("phrase_shown")
        return WORDS

    def _fail(self) -> None:
        error, self.error = self.error, None
        if error is not None:
            raise error
