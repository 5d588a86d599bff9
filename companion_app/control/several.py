"""Several pairs of glasses on one phone: which one is in use, what each is called, and parting from one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress

from companion_app.control.errors import UnknownGlasses
from companion_app.control.names import GlassesNames
from companion_app.ledger import Ledger, Verdict
from companion_app.link.client import GlassesClient
from companion_app.link.connection import Reason
from companion_app.link.errors import LinkError
from companion_app.link.glasses_link import GlassesLink
from companion_app.link.pins import Pin
from companion_app.onboarding import Onboarding
from companion_app.onboarding.confirmation import Confirmation, confirmation


class SeveralGlasses(ABC):
    """A part of the companion."""

    ledger: Ledger
    onboarding: Onboarding
    names: GlassesNames
    journal_verdict: Verdict | None
    _link: GlassesLink

    @property
    @abstractmethod
    def glasses(self) -> GlassesClient:
        """The open session. Raises NotConnected."""

    @property
    @abstractmethod
    def pin(self) -> Pin:
        """The glasses in use. Raises NotPaired."""

    @property
    def all_glasses(self) -> tuple[Pin, ...]:
        """Every pair that this phone is paired with; the one in use is the last."""
        return self._link.pins.all()

    async def use_glasses(self, glasses: str) -> None:
        """Use that pair from now on; not connected yet on return. Raises UnknownGlasses, OSError."""
        pin = next((one for one in self.all_glasses if one.glasses == glasses), None)
        if pin is None:
            raise UnknownGlasses(glasses)
        if pin == self._link.pins.current:
            return
        await self._link.disconnect()
        self._link.hello = self.journal_verdict = None
        self._link.pins.add(pin)

    async def unpair(self) -> None:
        """Forget the glasses in use, and have them forget this phone where they can be asked. Raises NotPaired."""
        pin = self.pin
        self.ledger.append("unpairing", glasses=pin.glasses, phone=pin.phone)
        with suppress(LinkError):
            await self.glasses.revoke(pin.phone)
        self._link.pins.forget(pin.certificate_sha256)
        self.names.give(pin.glasses, "")
        self._link.hello = self.journal_verdict = None
        await self._link.disconnect(Reason.REVOKED)  # last: who hears of it sees that they are gone

    def confirmation(self, question: str) -> Confirmation:
        """Whether the glasses in use hold what the present answer allows, and said so. Raises UnknownQuestion."""
        pin = self._link.pins.current
        return confirmation(self.onboarding, self.ledger, question, pin.glasses if pin is not None else None)
