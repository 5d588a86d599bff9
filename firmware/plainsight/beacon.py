"""What the glasses broadcast: an honest state for all, and an identifier that only their own phones know from noise.

For people around: whether the camera is in use, and whether it goes on being used (a clip, a time-lapse, a
live session). Not the charge: it would tell nobody around anything they need, and would help to tell one pair of
glasses from another.
Address and identifiers turn over together, every quarter of an hour; docs/power.md says what that does not hide.
"""

from plainsight import wire
from plainsight.compat import const, urandom
from plainsight.hkdf import hmac_sha256
from plainsight.phones import MAX_PHONES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from plainsight.clock import Clock
    from plainsight.phones import Phones

    class Broadcaster(Protocol):
        """What the beacon needs of a radio."""

        def advertise(self, data: bytes, response: bytes, connectable: bool) -> None: ...
        def renew_address(self) -> None: ...


CAMERA_IN_USE = const(1)
WINDOW_OPEN = const(2)
PAIRED = const(4)
RECORDING = const(8)  # a clip, a time-lapse or a live session, also between two of its frames
SALT_MS = const(900_000)
_LOOK_MS = const(100)
_SALT_BYTES = const(3)
_ID_BYTES = const(6)
_FLAGS = b"\x02\x01\x06"  # general discoverable, no BR/EDR
_SERVICE_DATA_128 = const(0x21)
_MANUFACTURER_DATA = const(0xFF)
_NO_COMPANY = b"\xff\xff"  # the number the Bluetooth SIG keeps for tests


def uuid_bytes(text: str) -> bytes:
    """A UUID as it goes over the air: least significant byte first."""
    digits = text.replace("-", "")
    return bytes(int(digits[at : at + 2], 16) for at in range(len(digits) - 2, -2, -2))


def identifier(beacon_key: bytes, salt: bytes) -> bytes:
    """How a paired phone recognises the glasses while `salt` lasts."""
    return hmac_sha256(beacon_key, salt)[:_ID_BYTES]


def advertisement(state: int, salt: bytes, first: bytes) -> bytes:
    """Flags and service data: 31 bytes, the most there is room for."""
    data = bytes((_SERVICE_DATA_128,)) + uuid_bytes(wire.SERVICE_UUID) + bytes((state,)) + salt + first
    return _FLAGS + bytes((len(data),)) + data


def scan_response(others: list) -> bytes:
    """The identifiers of the further phones."""
    data = bytes((_MANUFACTURER_DATA,)) + _NO_COMPANY + b"".join(others)
    return bytes((len(data),)) + data


class Beacon:
    """Keeps the advertisement true; asks `camera_in_use`, `window_open` and `recording`. `radio` is a GattRadio."""

    def __init__(
        self,
        radio: "Broadcaster",
        phones: "Phones",
        clock: "Clock",
        camera_in_use: "Callable[[], bool]",
        window_open: "Callable[[], bool]",
        recording: "Callable[[], bool]",
    ):
        self._radio = radio
        self._phones = phones
        self._clock = clock
        self._camera_in_use = camera_in_use
        self._window_open = window_open
        self._recording = recording
        self._off = False
        self._connectable = True
        self._salt = b""
        self._addressed = b""  # the salt that the address goes with
        self._salted_ms = 0
        self._identifiers: list[bytes] = []
        self._known: list = []
        self._shown: tuple | None = None

    def state(self) -> int:
        """The state byte as it is now."""
        state = PAIRED if self._phones.all() else 0
        if self._camera_in_use():
            state |= CAMERA_IN_USE
        if self._window_open():
            state |= WINDOW_OPEN
        if self._recording():
            state |= RECORDING
        return state

    def accept(self, connectable: bool) -> None:
        """Whether a phone may connect now; the state is broadcast either way."""
        self._connectable = connectable
        self._shown = None  # the radio stops advertising by itself when a phone connects
        self.refresh()

    def stop(self) -> None:
        """Broadcast nothing from now on: the radio is switched off."""
        self._off = True

    def refresh(self) -> None:
        """Broadcast what is true now, where it differs from what is broadcast."""
        if self._off:
            return
        self._turn_over()
        shown = (self._salt, self.state(), self._connectable)
        if shown == self._shown:
            return
        try:
            if self._addressed != self._salt:  # an old identifier with a new address, or the reverse, would link them
                self._radio.renew_address()
                self._addressed = self._salt
            first = advertisement(shown[1], self._salt, self._identifiers[0])
            self._radio.advertise(first, scan_response(self._identifiers[1:]), self._connectable)
        except OSError:
            return  # the radio is busy with a connection that begins or ends: the next look tries again
        self._shown = shown

    async def run(self, alive: "Callable[[], None]") -> None:
        """Keep it true for ever; `alive` is called each time."""
        while True:
            alive()
            self.refresh()
            await self._clock.sleep_ms(_LOOK_MS)

    def _turn_over(self) -> None:
        """A new salt every quarter of an hour and whenever the phones change, so that a number can't be followed."""
        phones = self._phones.all()
        if self._salt and phones == self._known and self._clock.diff(self._clock.ms(), self._salted_ms) < SALT_MS:
            return
        self._known = phones
        self._salted_ms = self._clock.ms()
        self._salt = urandom(_SALT_BYTES)
        # Places without a phone hold noise, so that nobody can count the phones.
        self._identifiers = [identifier(phone.beacon_key, self._salt) for phone in phones]
        while len(self._identifiers) < MAX_PHONES:
            self._identifiers.append(urandom(_ID_BYTES))
