"""What the owner can do about the record of the glasses, their phones, and the key that opens pictures."""

from __future__ import annotations

from abc import ABC, abstractmethod

from companion_app.control.keys import OwnerKeys
from companion_app.control.record import GlassesRecord
from companion_app.ledger import Ledger, Verdict
from companion_app.link.answers import Hello, Phone
from companion_app.link.client import GlassesClient
from companion_app.link.pins import Pin


class OwnerActs(ABC):
    """A part of the companion. Raises NotPaired; where glasses are asked, NotConnected, GlassesRefused, LinkError."""

    ledger: Ledger
    journal_verdict: Verdict | None
    _record: GlassesRecord
    _keys: OwnerKeys

    @property
    @abstractmethod
    def glasses(self) -> GlassesClient:
        """The open session. Raises NotConnected."""

    @property
    @abstractmethod
    def pin(self) -> Pin:
        """The glasses in use. Raises NotPaired."""

    @abstractmethod
    async def say_hello(self) -> Hello:
        """Ask the glasses anew who and how they are."""

    def journal_lines(self) -> tuple[str, ...]:
        """The records of the glasses that this phone holds, oldest first."""
        return self._record.mirror(self.pin).lines()

    @property
    def journal_unsigned(self) -> int:
        """How many of them, the newest, this phone has not countersigned."""
        return len(self._record.mirror(self.pin).unsigned_lines())

    @property
    def journal_findings(self) -> tuple[str, ...]:
        """What the last visit found, one sentence each; empty where the record is whole or was not read yet."""
        verdict = self.journal_verdict
        return () if verdict is None else (*(str(finding) for finding in verdict.findings), *verdict.told)

    async def accept_journal(self) -> None:
        """Go on from what the glasses say now, after reading what was found; recorded, and the old lines are kept."""
        self.journal_verdict = await self._record.accept(self.glasses, await self.say_hello(), self.pin)

    async def phones(self) -> list[Phone]:
        """The phones that the glasses admit."""
        return await self.glasses.phones()

    async def revoke(self, phone: int) -> None:
        """Have the glasses forget a phone at once; recorded first. Raises LedgerWriteFailed."""
        self.ledger.append("revoke", glasses=self.pin.glasses, phone=phone)
        await self.glasses.revoke(phone)

    async def invite(self) -> str:
        """A new one-time code for a further phone; recorded first. Raises LedgerWriteFailed."""
        self.ledger.append("invite", glasses=self.pin.glasses)
        return await self.glasses.invite()

    def recovery_phrase(self) -> str:
        """24 words that open every picture and pair a new phone with the glasses. Raises LedgerWriteFailed."""
        return self._keys.phrase()

    async def own_comparison_code(self) -> str:
        """What this phone shows while the owner's phone shares the key with it."""
        return await self._keys.own_comparison_code(self.pin)

    async def comparison_code(self, phone: int) -> str:
        """What the other phone must show before `share_key`. Raises UnknownPhone."""
        return await self._keys.comparison_code(self.glasses, self.pin, phone)

    async def share_key(self, phone: int) -> None:
        """Let another phone open pictures, once people have compared its code.

        Raises NotTheOwner, NotCompared, PhoneChanged, UnknownPhone, LedgerWriteFailed.
        """
        await self._keys.share(self.glasses, self.pin, phone)
