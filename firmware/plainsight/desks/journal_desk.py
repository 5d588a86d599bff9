"""The record: its lines for the phone, and the phone's signature under it."""

import binascii
import struct

from plainsight.compat import same
from plainsight.desks.fitting import rows_that_fit
from plainsight.errors import Refused
from plainsight.hkdf import hmac_sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.journal import Journal
    from plainsight.phones import Phone

_MOST_RECORDS = 16


class JournalDesk:
    """`journal` and `countersign`."""

    def __init__(self, journal: "Journal"):
        self._journal = journal
        self.answers = {"journal": self._records, "countersign": self._countersign}
        self.slow = {}

    def _records(self, fields: dict, _phone: "Phone") -> dict:
        lines, more = self._journal.lines(fields["from"], _MOST_RECORDS)
        fitting = rows_that_fit(lines)
        return {"records": fitting, "more": more or len(fitting) < len(lines)}

    def _countersign(self, fields: dict, phone: "Phone") -> dict:
        head = binascii.unhexlify(fields["head"])
        mac = binascii.unhexlify(fields["mac"])
        if not same(mac, hmac_sha256(phone.countersign_key, struct.pack("<I", fields["count"]) + head)):
            raise Refused("bad_request", {"reason": "bad_mac"})
        self._journal.countersign(fields["count"], head, mac)
        return {"count": fields["count"]}
