"""Phones: who is paired, who is invited, who is forgotten."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.pairing import Pairing
    from plainsight.phones import Phone


class PhonesDesk:
    """`phones`, `revoke` and `invite`."""

    def __init__(self, pairing: "Pairing"):
        self._pairing = pairing
        self.answers = {"phones": self._phones, "revoke": self._revoke, "invite": self._invite}
        self.slow = {}

    def _phones(self, _fields: dict, phone: "Phone") -> dict:
        return {"phones": self._pairing.list(phone)}

    def _revoke(self, fields: dict, phone: "Phone") -> dict:
        self._pairing.revoke(fields["phone"], phone.number)
        return {"phone": fields["phone"]}

    def _invite(self, _fields: dict, _phone: "Phone") -> dict:
        return {"code": self._pairing.invite()}
