"""Who may talk: a phone is paired, invited, revoked, and never half of it."""

import binascii

from plainsight.hkdf import hmac_sha256
from plainsight.pairing import Applicant, Pairing
from plainsight.phones import Phones
from plainsight.setup_code import SetupCode, write_code
from plainsight.ways_in.at_boot import WaysIn
from plainsight.ways_in.key_copies import KeyCopies
from plainsight.ways_in.recovery_code import RecoveryCode

from scenarios.glasses import ANCHOR, NOW_S, OWNER, Glasses, Remembering

_SECRET = bytes(range(16))
_NONCE = bytes(16)
_FIRST, _SECOND = bytes([1] * 32), bytes([2] * 32)


class Identity:
    """As far as pairing looks at it."""

    certificate_sha256 = ANCHOR


class Window:
    """Always open."""

    def is_open(self):
        return True

    def close(self):
        """Not seen here."""

    def attempt_failed(self):
        raise AssertionError("a right proof failed")


class Failures:
    """Nobody fails."""

    def count(self, kind):
        raise AssertionError(kind)


class Clock:
    """The time of day."""

    def unix_s(self):
        return NOW_S


class Desk:
    """Everything that a boot opens to let phones in."""

    def __init__(self):
        self.glasses = Glasses()
        self.phones = Phones("phones.json")
        self.code = SetupCode("setup.json")
        self.recovery = RecoveryCode("recovery.json")
        ways_in = WaysIn(self.phones, self.code, self.recovery)
        ways_in.load(self.glasses.damage)
        ways_in.repair()
        self.pairing = Pairing(
            Identity(),
            self.phones,
            self.code,
            self.recovery,
            Window(),
            self.glasses.store,
            self.glasses.journal,
            Failures(),
            Clock(),
        )
        self.copies = KeyCopies(self.phones, self.glasses.journal)

    def pair(self, certificate_sha256, secret):
        """A phone with the right code."""
        transcript = ANCHOR + certificate_sha256 + _NONCE
        fields = {
            "proof": binascii.hexlify(hmac_sha256(secret, b"plainsight-pair-phone-v1" + transcript)).decode(),
            "name": "phone",
            "owner_key": binascii.hexlify(OWNER).decode(),
            "recovery": "cd" * 16,
            "wrap_key": "ef" * 32,
        }
        self.pairing.pair(Applicant(secret, "code"), _NONCE, certificate_sha256, fields)

    def numbers(self):
        """The phones that are paired, each of them on record."""
        recorded = [row["phone"] for row in self.glasses.records("pairing")]
        numbers = [phone.number for phone in self.phones.all()]
        for number in numbers:
            if number not in recorded:
                raise AssertionError("phone %d is paired off the record" % number)
        return numbers


class Letting(Remembering):
    """A chip with a code that nobody used yet."""

    def glasses_of(self, desk):
        return desk.glasses

    def prepare(self):
        write_code("setup.json", _SECRET)
        self.boot()

    def boot(self):
        return Desk()

    def judge(self, desk):
        desk.glasses.check()
        return self.sort(desk, desk.numbers())

    def judge_flipped(self, desk):
        """A list that is lost lets nobody in; a code that is lost lets nobody in."""
        if not self.reported(desk):
            if not desk.phones.all() and desk.code.secret is None:
                return "nobody is let in"
            if desk.glasses.store.owner is None:
                return "no owner, so that nothing is taken"
        return super().judge_flipped(desk)


class Pair(Letting):
    name = "pairing: first phone"

    def act(self, desk):
        desk.pair(_FIRST, _SECRET)

    def sort(self, desk, numbers):
        if numbers == [] and desk.code.secret == _SECRET:
            return "old"
        if numbers == [1] and desk.code.secret is None and desk.glasses.store.owner == OWNER:
            return "new"
        raise AssertionError("phones %s, code %s" % (numbers, desk.code.secret))

    def use(self, desk):
        """The phone tries again with what it has, as an app would."""
        if not desk.phones.all():
            self.act(desk)
        if Desk().numbers() != [1]:
            raise AssertionError("the phone does not get in")


class Paired(Letting):
    """One phone is paired."""

    def prepare(self):
        super().prepare()
        Desk().pair(_FIRST, _SECRET)


class Invite(Paired):
    name = "pairing: new code"

    def act(self, desk):
        desk.pairing.invite()

    def sort(self, desk, numbers):
        if numbers != [1] or desk.code.secret == _SECRET:
            raise AssertionError("phones %s, or the used code is good again" % numbers)
        return "old" if desk.code.secret is None else "new"


class PairSecond(Paired):
    name = "pairing: second phone"

    def prepare(self):
        super().prepare()
        write_code("setup.json", _NONCE)

    def act(self, desk):
        desk.pair(_SECOND, _NONCE)

    def sort(self, desk, numbers):
        if numbers == [1] and desk.code.secret == _NONCE:
            return "old"
        if numbers == [1, 2] and desk.code.secret is None:
            return "new"
        raise AssertionError("phones %s, code %s" % (numbers, desk.code.secret))


class Revoke(Paired):
    """Two phones, and one sends the other away."""

    name = "pairing: revoke"

    def prepare(self):
        super().prepare()
        write_code("setup.json", _NONCE)
        Desk().pair(_SECOND, _NONCE)

    def act(self, desk):
        desk.pairing.revoke(2, 1)

    def sort(self, desk, numbers):
        revoked = [row["phone"] for row in desk.glasses.records("revoke")]
        if numbers == [1] and revoked == [2]:
            return "new"
        if numbers == [1, 2]:
            return "old"
        raise AssertionError("phones %s, on record as revoked %s" % (numbers, revoked))


class Wrap(Paired):
    """A phone leaves a copy of the owner's key for another one."""

    name = "pairing: leave a wrapped key"

    def act(self, desk):
        desk.copies.leave(1, "AbCd" * 40, 1)

    def sort(self, desk, numbers):
        wrapped = desk.phones.find(1).wrapped
        if numbers != [1] or wrapped not in ("", "AbCd" * 40):
            raise AssertionError("phones %s, wrapped %s" % (numbers, wrapped))
        if wrapped and not desk.glasses.records("wrap"):
            raise AssertionError("left off the record")
        return "new" if wrapped else "old"


class Unwrap(Wrap):
    """The other phone takes it."""

    name = "pairing: take a wrapped key"
    ends = ("new", "old")

    def prepare(self):
        super().prepare()
        Desk().copies.leave(1, "AbCd" * 40, 1)

    def act(self, desk):
        desk.copies.take(desk.phones.find(1))


ALL = (Pair, Invite, PairSecond, Revoke, Wrap, Unwrap)
