"""Who is let in, and who no longer: callers of the knock, the pairing proof, invitations and revocation."""

import binascii

from plainsight import x25519
from plainsight.compat import const, same, urandom
from plainsight.errors import Refused
from plainsight.hkdf import hmac_sha256
from plainsight.knock import knock_key
from plainsight.phones import Phone
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
    from plainsight.ways_in.recovery_code import RecoveryCode

_PHONE_LABEL = b"plainsight-pair-phone-v1"
_GLASSES_LABEL = b"plainsight-pair-glasses-v1"
_PAIR_KEY_BYTES = const(32)
_WAYS_IN = ("code", "recovery")


class Applicant:
    """Somebody who knocked with the one-time or the recovery code, and may ask to be paired and nothing else."""

    def __init__(self, secret: bytes, by: str):
        self.secret = secret
        self.by = by  # "code" or "recovery"


class Pairing:
    """The list of those who may talk, and the only ways to change it."""

    def __init__(
        self,
        identity: "Identity",
        phones: "Phones",
        code: "SetupCode",
        recovery: "RecoveryCode",
        window: "PairingWindow",
        store: "Store",
        journal: "Journal",
        failures: "Failures",
        clock: "Clock",
    ):
        self._identity = identity
        self._phones = phones
        self._code = code
        self._recovery = recovery
        self._window = window
        self._store = store
        self._journal = journal
        self._failures = failures
        self._clock = clock
        self.on_revoked: Callable[[Phone], None] | None = None

    def callers(self) -> "list[tuple[bytes, Phone | Applicant]]":
        """(knock key, Phone or Applicant) of everybody whose knock is answered now."""
        callers: "list[tuple[bytes, Phone | Applicant]]" = [(phone.knock_key, phone) for phone in self._phones.all()]
        if self._window.is_open():
            for by in _WAYS_IN:
                secret = self._secret(by)
                if secret is not None:
                    callers.append((knock_key(secret), Applicant(secret, by)))
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
        if applicant.secret != self._secret(applicant.by) or not same(proof, expected):
            self.attempt_failed("proof")
            raise Refused("pairing_refused")
        if not self._phones.room_for(certificate_sha256):
            raise Refused("too_many_phones")
        owner = self._owner(applicant, fields.get("owner_key"))
        phone = self._new_phone(certificate_sha256, fields, applicant.secret)
        record = {"phone": phone.number, "certificate_sha256": _hex(certificate_sha256), "by": applicant.by}
        self._journal.append("pairing", owner=_hex(owner), **record)
        self._let_in(phone, owner, fields)
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
        return [_row(phone, phone is current) for phone in self._phones.all()]

    def _secret(self, by: str) -> bytes | None:
        """The code that lets somebody in this way now."""
        return self._recovery.secret if by == "recovery" else self._code.secret

    def _new_phone(self, certificate_sha256: bytes, fields: dict, secret: bytes) -> Phone:
        number = self._phones.number_for(certificate_sha256)
        name = _printable(fields["name"])
        used, wrap_key = code_sha256(secret), fields.get("wrap_key", "")
        return Phone(number, name, certificate_sha256, urandom(_PAIR_KEY_BYTES), self._clock.unix_s(), used, wrap_key)

    def _owner(self, applicant: Applicant, offered: str | None) -> bytes:
        """The owner's public key: the one that is set, or the first phone's. Sets nothing. Raises Refused.

        A phone that comes while others are paired can't become the owner, even where the key on flash is damaged.
        """
        known = self._store.owner
        if known is not None:
            return known
        if self._phones.all() and applicant.by != "recovery":
            raise Refused("no_owner")
        if offered is None:
            raise Refused("bad_request", {"reason": "missing_owner_key"})
        owner = binascii.unhexlify(offered)
        if not any(x25519.shared_secret(urandom(x25519.KEY_BYTES), owner)):
            raise Refused("bad_request", {"reason": "bad_owner_key"})
        return owner

    def _let_in(self, phone: Phone, owner: bytes, fields: dict) -> None:
        """Everything that a pairing writes, the phone last: after a power cut it is in as a whole, or comes again."""
        try:
            if self._store.owner is None:
                self._store.set_owner(owner)
            if "recovery" in fields and not self._phones.all() and fields.get("owner_key") == _hex(owner):
                self._recovery.keep(binascii.unhexlify(fields["recovery"]))
            self._phones.pin(phone)
        except OSError:
            raise Refused("storage_failed")
        self._window.close()
        try:
            self._code.void()
        except OSError:
            pass  # void in memory; on flash the pinned phone's record of the code makes it void at the next start


def _row(phone: Phone, current: bool) -> dict:
    """One phone as the protocol describes it."""
    row = {"id": phone.number, "name": phone.name, "paired_s": phone.paired_s, "current": current}
    if phone.wrap_key:
        row["wrap_key"] = phone.wrap_key
    row["wrapped"] = bool(phone.wrapped)
    return row


def _hex(data: bytes) -> str:
    return binascii.hexlify(data).decode()


def _printable(name: str) -> str:
    """A name without control characters and lone surrogates: no screen shows them, not every JSON reader takes them."""
    return "".join(letter if _is_printable(ord(letter)) else "?" for letter in name)


def _is_printable(code: int) -> bool:
    return code >= 0x20 and code != 0x7F and not 0xD800 <= code < 0xE000
