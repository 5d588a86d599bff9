"""The glasses this phone is paired with: pinned certificate and pair key of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from companion_app.link.errors import PinsUnreadable
from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken

_FILE = "glasses.json"
_VERSION = 2
_KEY_BYTES = 32


@dataclass(frozen=True)
class Pin:
    """One pair of glasses; `phone` is the number they know this phone by, `owner_key` the public key they seal to."""

    certificate_sha256: bytes
    pair_key: bytes = field(repr=False)
    phone: int
    owner_key: bytes

    @property
    def glasses(self) -> str:
        """A short name for folders and records: the first eight bytes of the certificate's hash, hex."""
        return self.certificate_sha256[:8].hex()


class PinStore:
    """The pins among `files`, newest pairing last; the newest is the one in use."""

    def __init__(self, files: SealedFiles) -> None:
        """Raises PinsUnreadable, VaultLocked."""
        self._files = files
        self._pins = _load(files)

    @property
    def current(self) -> Pin | None:
        """The glasses in use."""
        return self._pins[-1] if self._pins else None

    def all(self) -> tuple[Pin, ...]:
        """Every pair of glasses, the newest pairing last."""
        return tuple(self._pins)

    def add(self, pin: Pin) -> None:
        """Pin glasses, durable on return; an older pin of the same certificate goes."""
        self._save([*self._others(pin.certificate_sha256), pin])

    def forget(self, certificate_sha256: bytes) -> None:
        """Unpin; the glasses still know this phone until they revoke it."""
        self._save(self._others(certificate_sha256))

    def _others(self, certificate_sha256: bytes) -> list[Pin]:
        return [pin for pin in self._pins if pin.certificate_sha256 != certificate_sha256]

    def _save(self, pins: list[Pin]) -> None:
        rows = [
            {
                "certificate_sha256": pin.certificate_sha256.hex(),
                "pair_key": pin.pair_key.hex(),
                "phone": pin.phone,
                "owner_key": pin.owner_key.hex(),
            }
            for pin in pins
        ]
        self._files.write_json(_FILE, {"version": _VERSION, "glasses": rows})
        self._pins = pins


def _load(files: SealedFiles) -> list[Pin]:
    try:
        value = files.read_json(_FILE)
    except FileNotFoundError:
        return []
    except SealBroken as error:
        raise PinsUnreadable from error
    try:
        fields = cast("dict[str, Any]", value)
        if fields["version"] != _VERSION:
            raise PinsUnreadable
        return [_pin(row) for row in fields["glasses"]]
    except (KeyError, TypeError, ValueError) as error:
        raise PinsUnreadable from error


def _pin(row: dict[str, Any]) -> Pin:
    certificate, pair_key, owner_key = (
        bytes.fromhex(row[name]) for name in ("certificate_sha256", "pair_key", "owner_key")
    )
    if {len(certificate), len(pair_key), len(owner_key)} != {_KEY_BYTES} or type(row["phone"]) is not int:
        raise ValueError(row.keys())
    return Pin(certificate, pair_key, row["phone"], owner_key)
