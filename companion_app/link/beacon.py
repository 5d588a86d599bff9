"""What the glasses advertise, and how their own phone recognises them in it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from plainsight import wire

_SALT_BYTES = 3
_ID_BYTES = 6
_PAYLOAD_BYTES = 1 + _SALT_BYTES + _ID_BYTES
_MAX_MORE_IDS = 4
_TEST_COMPANY = 0xFFFF
_CAMERA, _PAIRING, _PAIRED, _RECORDING = 1, 2, 4, 8


@dataclass(frozen=True)
class Beacon:
    """One advertisement: state bits, salt and up to five identifiers, of which unused ones are noise."""

    camera_in_use: bool
    pairing_open: bool
    paired: bool
    salt: bytes
    ids: tuple[bytes, ...]
    recording: bool = False  # a clip or a time-lapse goes on, also between two of its frames

    def belongs_to(self, pair_key: bytes) -> bool:
        """True when one identifier was made with this pair key."""
        wanted = beacon_id(pair_key, self.salt)
        return any([hmac.compare_digest(wanted, one) for one in self.ids])


def beacon_id(pair_key: bytes, salt: bytes) -> bytes:
    """The six bytes by which the phone with `pair_key` knows its glasses while they use `salt`."""
    return hmac.digest(hmac.digest(pair_key, b"beacon", hashlib.sha256), salt, hashlib.sha256)[:_ID_BYTES]


def parse_beacon(service_data: Mapping[str, bytes], manufacturer_data: Mapping[int, bytes]) -> Beacon | None:
    """The beacon in an advertisement, or None where it is somebody else's or malformed."""
    payload = service_data.get(wire.SERVICE_UUID)
    if payload is None or len(payload) != _PAYLOAD_BYTES:
        return None
    more = manufacturer_data.get(_TEST_COMPANY, b"")
    if len(more) % _ID_BYTES or len(more) > _MAX_MORE_IDS * _ID_BYTES:
        more = b""
    ids = (payload[1 + _SALT_BYTES :], *(more[at : at + _ID_BYTES] for at in range(0, len(more), _ID_BYTES)))
    state = payload[0]
    return Beacon(
        camera_in_use=bool(state & _CAMERA),
        pairing_open=bool(state & _PAIRING),
        paired=bool(state & _PAIRED),
        salt=payload[1 : 1 + _SALT_BYTES],
        ids=ids,
        recording=bool(state & _RECORDING),
    )
