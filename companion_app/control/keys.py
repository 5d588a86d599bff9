"""The owner's key beyond one phone: shared with another, written down, restored; each act of the owner is recorded."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from companion_app.control.errors import NotCompared, PhoneChanged, UnknownPhone
from companion_app.gallery.errors import NotTheOwner
from companion_app.keys.errors import KeyInUse
from companion_app.keys.offer import Offer
from companion_app.keys.owner import OwnerKey
from companion_app.keys.phrase import key_of, phrase_of, recovery_code
from companion_app.keys.wrapping import Binding, comparison_code, load_wrap_key, unwrap, wrap
from companion_app.ledger import Ledger
from companion_app.link.answers import Phone
from companion_app.link.client import GlassesClient
from companion_app.link.errors import GlassesRefused
from companion_app.link.pins import Pin
from companion_app.vault import SealedFiles


class OwnerKeys:
    """`owner` is replaced in place where another key is restored or received."""

    def __init__(self, files: SealedFiles, owner: OwnerKey, ledger: Ledger) -> None:
        """Raises KeyUnreadable."""
        self._owner = owner
        self._ledger = ledger
        self._wrap_key = load_wrap_key(files)
        self._compared: dict[tuple[str, int], bytes] = {}

    def offer(self, private: X25519PrivateKey | None = None) -> Offer:
        """What to offer at pairing, for the owner's key or for another one."""
        private = private or self._owner.private
        return Offer(private.public_key().public_bytes_raw(), recovery_code(private), self._wrap_public)

    def phrase(self) -> str:
        """The owner's key as 24 words; that it was shown is recorded first. Raises LedgerWriteFailed."""
        self._ledger.append("phrase_shown", owner_key=self._owner.public.hex())
        return phrase_of(self._owner.private)

    def from_phrase(self, phrase: str, pins: Sequence[Pin]) -> tuple[X25519PrivateKey, str]:
        """The key of a typed phrase, and the code that pairs with its glasses. Raises PhraseWrong, KeyInUse."""
        private = key_of(phrase)
        self._check_free(private.public_key().public_bytes_raw(), pins)
        return private, base64.b32encode(recovery_code(private)).decode().rstrip("=")

    def restore(self, private: X25519PrivateKey, pin: Pin) -> None:
        """Take a key from a phrase as the owner's. Raises NotTheOwner, LedgerWriteFailed, OSError."""
        public = private.public_key().public_bytes_raw()
        if pin.owner_key != public:
            raise NotTheOwner(pin.owner_key.hex())
        self._ledger.append("key_restored", glasses=pin.glasses, owner_key=public.hex())
        self._owner.replace(private)

    async def own_comparison_code(self, pin: Pin) -> str:
        """What this phone shows while the owner's phone shares the key with it."""
        return await asyncio.to_thread(comparison_code, pin.certificate_sha256, self._wrap_public)

    async def comparison_code(self, client: GlassesClient, pin: Pin, phone: int) -> str:
        """What the other phone must show before `share`. Raises UnknownPhone, GlassesRefused, LinkError."""
        wrap_key = _wrap_key(await _phone(client, phone))
        self._compared[pin.glasses, phone] = wrap_key
        return await asyncio.to_thread(comparison_code, pin.certificate_sha256, wrap_key)

    async def share(self, client: GlassesClient, pin: Pin, phone: int) -> None:
        """Leave the owner's key on the glasses for another phone, whose code people have compared. Recorded first.

        Raises NotTheOwner, NotCompared, PhoneChanged, UnknownPhone, GlassesRefused, LinkError, LedgerWriteFailed.
        """
        if pin.owner_key != self._owner.public:
            raise NotTheOwner(pin.owner_key.hex())
        compared = self._compared.get((pin.glasses, phone))
        if compared is None:
            raise NotCompared(phone)
        row = await _phone(client, phone)
        if _wrap_key(row) != compared:
            raise PhoneChanged(phone)
        copy = wrap(self._owner.private, Binding(pin.certificate_sha256, phone, compared, self._owner.public))
        self._ledger.append("key_shared", glasses=pin.glasses, phone=phone, name=row.name, wrap_key=compared.hex())
        await client.wrap(phone, copy)
        del self._compared[pin.glasses, phone]

    async def take(self, client: GlassesClient, pin: Pin, pins: Sequence[Pin]) -> bool:
        """Take the owner's key where another phone left it for this one; True where pictures can be opened from now on.

        Raises KeyInUse, CopyUnreadable, CopyOfAnotherKey, LinkError, LedgerWriteFailed, OSError.
        """
        if not any(row.current and row.wrapped for row in await client.phones()):
            return False
        self._check_free(pin.owner_key, pins)
        copy = await client.unwrap()
        if copy is None:
            return False
        private = unwrap(copy, self._wrap_key, self._binding(pin))
        self._ledger.append("key_received", glasses=pin.glasses, owner_key=pin.owner_key.hex())
        self._owner.replace(private)
        return True

    def _binding(self, pin: Pin) -> Binding:
        return Binding(pin.certificate_sha256, pin.phone, self._wrap_public, pin.owner_key)

    @property
    def _wrap_public(self) -> bytes:
        return self._wrap_key.public_key().public_bytes_raw()

    def _check_free(self, public: bytes, pins: Sequence[Pin]) -> None:
        """Raises KeyInUse where another key would shut this phone out of pictures that it can open now."""
        own = self._owner.public
        if public != own and any(pin.owner_key == own for pin in pins):
            raise KeyInUse


async def _phone(client: GlassesClient, number: int) -> Phone:
    for row in await client.phones():
        if row.id == number:
            return row
    raise UnknownPhone(number)


def _wrap_key(phone: Phone) -> bytes:
    """Raises GlassesRefused as the glasses would."""
    if phone.wrap_key is None:
        raise GlassesRefused("wrap", "no_wrap_key", {})
    return bytes.fromhex(phone.wrap_key)
