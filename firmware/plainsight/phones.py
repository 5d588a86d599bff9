"""The phones that are paired, on flash: number, name, certificate hash, pair key and wrap key of each."""

import binascii
import hashlib
import json

from plainsight import files
from plainsight.compat import const
from plainsight.hkdf import HASH_BYTES, hmac_sha256
from plainsight.knock import knock_key

MAX_PHONES = const(5)
_CHECKED = ("id", "name", "cert_sha256", "pair_key", "paired_s", "code_sha256", "wrap_key", "wrapped")
_CHECK_CHARACTERS = const(16)
_UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, RuntimeError)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Phone:
    """One paired phone."""

    def __init__(
        self,
        number: int,
        name: str,
        certificate_sha256: bytes,
        pair_key: bytes,
        paired_s: int,
        code_sha256: str,
        wrap_key: str = "",
        wrapped: str = "",
    ):
        self.number = number
        self.name = name
        self.certificate_sha256 = certificate_sha256
        self.pair_key = pair_key
        self.paired_s = paired_s
        self.code_sha256 = code_sha256  # of the code it was paired with: a one-time code is used up in the same write
        self.wrap_key = wrap_key  # hex, X25519: what the owner's key can be encrypted for on its way to this phone
        self.wrapped = wrapped  # base64: the owner's key, encrypted so, until the phone takes it
        self.knock_key = knock_key(pair_key)
        self.beacon_key = hmac_sha256(pair_key, b"beacon")
        self.countersign_key = hmac_sha256(pair_key, b"countersign")

    def to_json(self) -> dict:
        """As it stands on flash."""
        row = {
            "id": self.number,
            "name": self.name,
            "cert_sha256": binascii.hexlify(self.certificate_sha256).decode(),
            "pair_key": binascii.hexlify(self.pair_key).decode(),
            "paired_s": self.paired_s,
            "code_sha256": self.code_sha256,
            "wrap_key": self.wrap_key,
            "wrapped": self.wrapped,
        }
        row["check"] = row_check(row)
        return row


def row_check(row: dict) -> str:
    """By which a row says itself that no bit of it has flipped; a damaged one costs one phone and not all."""
    text = "\n".join(str(row[name]) for name in _CHECKED)
    return binascii.hexlify(hashlib.sha256(text.encode()).digest()).decode()[:_CHECK_CHARACTERS]


def _from_json(row: dict) -> Phone:
    """Raises one of _UNREADABLE."""
    if row["check"] != row_check(row) or type(row["id"]) is not int or type(row["paired_s"]) is not int:
        raise ValueError
    certificate_sha256 = binascii.unhexlify(row["cert_sha256"])
    pair_key = binascii.unhexlify(row["pair_key"])
    texts = [row[name] for name in ("name", "code_sha256", "wrap_key", "wrapped")]
    if len(certificate_sha256) != HASH_BYTES or len(pair_key) != HASH_BYTES or not 1 <= row["id"] <= MAX_PHONES:
        raise ValueError
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    return Phone(row["id"], texts[0], certificate_sha256, pair_key, row["paired_s"], texts[1], texts[2], texts[3])


class Phones:
    """The list of paired phones. What it says is on flash before a method returns; OSError leaves it as it was."""

    def __init__(self, path: str):
        self._path = path
        self._phones: list[Phone] = []

    def load(self, note: "Callable[[str], None]") -> None:
        """Read the list; a file that is missing means nobody is paired. Rows that are no phone are told to `note`."""
        self._phones = []
        try:
            rows = json.loads(files.read(self._path) or b"[]")
        except OSError:
            rows = []
            note("unreadable")
        except _UNREADABLE:
            rows = None
        if not isinstance(rows, list):
            rows = []
            note("damaged")
        for row in rows:
            self._take_row(row, note)

    def rewrite(self) -> None:
        """Write the list as it is known: what was damaged is gone. Raises OSError."""
        self._keep(self._phones)

    def all(self) -> list[Phone]:
        """The paired phones, oldest first."""
        return list(self._phones)

    def find(self, number: int) -> Phone | None:
        """The phone with this number."""
        for phone in self._phones:
            if phone.number == number:
                return phone
        return None

    def is_pinned(self, phone: Phone) -> bool:
        """True while this very pairing stands: a phone that was paired anew has another key."""
        return phone in self._phones

    def with_certificate(self, certificate_sha256: bytes) -> Phone | None:
        """The phone that holds this certificate."""
        for phone in self._phones:
            if phone.certificate_sha256 == certificate_sha256:
                return phone
        return None

    def room_for(self, certificate_sha256: bytes) -> bool:
        """True where this certificate can be pinned: it replaces itself, or fewer than MAX_PHONES are."""
        return len(self._phones) < MAX_PHONES or self.with_certificate(certificate_sha256) is not None

    def number_for(self, certificate_sha256: bytes) -> int:
        """The number a phone with this certificate gets: its earlier one, or the smallest that is free."""
        earlier = self.with_certificate(certificate_sha256)
        if earlier is not None:
            return earlier.number
        number = 1
        while self.find(number) is not None:
            number += 1
        return number

    def pin(self, phone: Phone) -> None:
        """Add a phone, in place of an earlier pairing of the same certificate."""
        self._keep([other for other in self._phones if other.certificate_sha256 != phone.certificate_sha256] + [phone])

    def keep_copy(self, phone: Phone, wrapped: str) -> None:
        """Keep, or with "" forget, a copy of the owner's key that waits for one of the phones."""
        before = phone.wrapped
        phone.wrapped = wrapped
        try:
            self._keep(self._phones)
        except OSError:
            phone.wrapped = before
            raise

    def remove(self, phone: Phone) -> None:
        """Forget one phone."""
        self._keep([other for other in self._phones if other is not phone])

    def _take_row(self, row: "Any", note: "Callable[[str], None]") -> None:
        try:
            phone = _from_json(row)
        except _UNREADABLE:
            note("damaged row")
            return
        if self.find(phone.number) is not None or self.with_certificate(phone.certificate_sha256) is not None:
            note("repeated row")
        else:
            self._phones.append(phone)

    def _keep(self, phones: list[Phone]) -> None:
        files.write_atomic(self._path, json.dumps([phone.to_json() for phone in phones]).encode())
        self._phones = phones
