"""Who is let in, and who no longer: callers of the knock, the pairing proof, invitations and revocation."""

import binascii

from plainsight.compat import const, same, urandom
from plainsight.errors import Refused
from plainsight.hkdf import hmac_sha256
from plainsight.knock import knock_key
from plainsight.phones import Phone
from plainsight.seal import BadOwnerKey
from plainsight.setup_code import code_sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.clock import Clock
    from plainsight.failures import Failures
    from plainsight.identity import Identity
    from plainsight.journal import Journal
    from plainsight.pairing_window import PairingWindow
    from plainsight.phones import Phones
    from plainsight.setup_code import SetupCode
    from plainsight.store import Store

_PHONE_LABEL = b"plainsight-pair-phone-v1"
_GLASSES_LABEL = b"plainsight-pair-glasses-v1"
_PAIR_KEY_BYTES = const(32)


class Applicant:
    """Somebody who knocked with the one-time code, and may ask to be paired and nothing else."""

    def __init__(self, secret: bytes):
        self.secret = secret


class Pairing:
    """The list of those who may talk, and the only ways to change it."""

    def __init__(
        self,
        identity: "Identity",
        phones: "Phones",
        code: "SetupCode",
        window: "PairingWindow",
        store: "Store",
        journal: "Journal",
        failures: "Failures",
        clock: "Clock",
    ):
        self._identity = identity
        self._phones = phones
        self._code = code
        self._window = window
        self._store = store
        self._journal = journal
        self._failures = failures
        self._clock = clock
        self.on_revoked: Callable[[Phone], None] | None = None

    def callers(self) -> "list[tuple[bytes, Phone | Applicant]]":
        """(knock key, Phone or Applicant) of everybody whose knock is answered now."""
        callers: "list[tuple[bytes, Phone | Applicant]]" = [(phone.knock_key, phone) for phone in self._phones.all()]
        if self._window.is_open() and self._code.secret is not None:
            callers.append((knock_key(self._code.secret), Applicant(self._code.secret)))
        return callers

    def attempt_failed(self, kind: str) -> None:
        """Somebody was refused: it goes into the journal with all the others, and counts against an open window.

        `silent` does not count against it: a phone that lost its link is silent too.
        """
        self._failures.count(kind)
        if kind != "silent":
            self._window.attempt_failed()

    def pair(self, applicant: Applicant, nonce: bytes, certificate_sha256: bytes, fields: dict) -> tuple[Phone, dict]:
        """Check the proof and pin the phone: (phone, answer). Raises Refused, and then nobody is pinned."""
        if not self._window.is_open():
            raise Refused("pairing_closed")
        transcript = self._identity.certificate_sha256 + certificate_sha256 + nonce
        proof = binascii.unhexlify(fields["proof"])
        expected = hmac_sha256(applicant.secret, _PHONE_LABEL + transcript)
        if applicant.secret != self._code.secret or not same(proof, expected):
            self.attempt_failed("proof")
            raise Refused("pairing_refused")
        if not self._phones.room_for(certificate_sha256):
            raise Refused("too_many_phones")
        phone = self._new_phone(certificate_sha256, fields["name"], applicant.secret)
        owner = self._owner(fields.get("owner_key"))
        self._journal.append("pairing", phone=phone.number, certificate_sha256=_hex(certificate_sha256))
        self._pin(phone)
        return phone, {
            "proof": _hex(hmac_sha256(applicant.secret, _GLASSES_LABEL + transcript)),
            "pair_key": _hex(phone.pair_key),
            "phone": phone.number,
            "owner_key": _hex(owner),
        }

    def invite(self) -> str:
        """A new one-time code for a further phone, as typed; an earlier one is void. Raises Refused."""
        try:
            return self._code.renew()
        except OSError:
            raise Refused("storage_failed")

    def revoke(self, number: int, by: int) -> None:
        """Forget a phone, and any code it may know, at once. Raises Refused."""
        phone = self._phones.find(number)
        if phone is None:
            raise Refused("unknown_phone")
        self._journal.append("revoke", phone=number, by=by)
        try:
            self._phones.remove(phone)
            self._code.void()
        except OSError:
            raise Refused("storage_failed")
        finally:
            if self.on_revoked is not None and not self._phones.is_pinned(phone):
                self.on_revoked(phone)

    def is_pinned(self, phone: Phone) -> bool:
        """True while this pairing stands."""
        return self._phones.is_pinned(phone)

    def list(self, current: Phone) -> list[dict]:
        """The paired phones as the protocol describes them."""
        return [
            {"id": phone.number, "name": phone.name, "paired_s": phone.paired_s, "current": phone is current}
            for phone in self._phones.all()
        ]

    def _new_phone(self, certificate_sha256: bytes, name: str, secret: bytes) -> Phone:
        number = self._phones.number_for(certificate_sha256)
        pair_key = urandom(_PAIR_KEY_BYTES)
        return Phone(number, _printable(name), certificate_sha256, pair_key, self._clock.unix_s(), code_sha256(secret))

    def _owner(self, offered: str | None) -> bytes:
        """The owner's public key: the one that is set, or the first phone's. Raises Refused."""
        known = self._store.owner
        if known is not None:
            return known
        if offered is None:
            raise Refused("bad_request", {"reason": "missing_owner_key"})
        owner = binascii.unhexlify(offered)
        try:
            self._store.set_owner(owner)
        except BadOwnerKey:
            raise Refused("bad_request", {"reason": "bad_owner_key"})
        except OSError:
            raise Refused("storage_failed")
        return owner

    def _pin(self, phone: Phone) -> None:
        try:
            self._phones.pin(phone)
        except OSError:
            raise Refused("storage_failed")
        self._window.close()
        try:
            self._code.void()
        except OSError:
            pass  # void in memory; on flash the pinned phone's record of the code makes it void at the next start


def _hex(data: bytes) -> str:
    return binascii.hexlify(data).decode()


def _printable(name: str) -> str:
    """A name without control characters and lone surrogates: no screen shows them, not every JSON reader takes them."""
    return "".join(letter if _is_printable(ord(letter)) else "?" for letter in name)


def _is_printable(code: int) -> bool:
    return code >= 0x20 and code != 0x7F and not 0xD800 <= code < 0xE000
