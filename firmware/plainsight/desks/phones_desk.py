"""Phones: who is paired, who is invited, who is forgotten, and the owner's key on its way from one to another."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.pairing import Pairing
    from plainsight.phones import Phone
    from plainsight.ways_in.key_copies import KeyCopies


class PhonesDesk:
    """`phones`, `revoke`, `invite`, `wrap` and `unwrap`."""

    def __init__(self, pairing: "Pairing", copies: "KeyCopies"):
        self._pairing = pairing
        self._copies = copies
        self.answers = {
            "phones": self._phones,
            "revoke": self._revoke,
            "invite": self._invite,
            "wrap": self._wrap,
            "unwrap": self._unwrap,
        }
        self.slow = {}

    def _phones(self, _fields: dict, phone: "Phone") -> dict:
        return {"phones": self._pairing.list(phone)}

    def _revoke(self, fields: dict, phone: "Phone") -> dict:
        self._pairing.revoke(fields["phone"], phone.number)
        return {"phone": fields["phone"]}

    def _invite(self, _fields: dict, _phone: "Phone") -> dict:
        return {"code": self._pairing.invite()}

    def _wrap(self, fields: dict, phone: "Phone") -> dict:
        self._copies.leave(fields["phone"], fields["wrapped"], phone.number)
        return {"phone": fields["phone"]}

    def _unwrap(self, _fields: dict, phone: "Phone") -> dict:
        wrapped = self._copies.take(phone)
        return {"wrapped": wrapped} if wrapped else {}
