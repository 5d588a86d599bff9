"""Turns what Bleak and the system raise into the app's errors."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakDBusError, BleakError

from companion_app.link.errors import LinkError, NoRadio, RadioDenied, RadioFailed, RadioOff

_ABSENT = frozenset(
    {
        BleakBluetoothNotAvailableReason.NO_BLUETOOTH,
        BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE,
        BleakBluetoothNotAvailableReason.UNKNOWN,
    }
)
# Where no Bluetooth service runs, D-Bus knows no org.bluez or has no adapter object.
_ABSENT_DBUS = ("ServiceUnknown", "NameHasNoOwner", "UnknownObject", "NoReply")


@contextmanager
def radio_errors() -> Generator[None]:
    """Raise NoRadio, RadioOff, RadioDenied or RadioFailed for what the system's Bluetooth raises."""
    try:
        yield
    except TimeoutError:  # an OSError, but the caller's own deadline
        raise
    except BleakBluetoothNotAvailableError as error:
        raise _unavailable(error.reason) from error
    except BleakDBusError as error:
        absent = error.dbus_error.endswith(_ABSENT_DBUS)
        raise (NoRadio() if absent else RadioFailed(str(error))) from error
    except BleakError as error:
        absent = "no bluetooth adapter" in str(error).lower()
        raise (NoRadio() if absent else RadioFailed(str(error))) from error
    except (FileNotFoundError, ConnectionRefusedError) as error:
        # Bleak lets these through bare when there is no D-Bus socket.
        raise NoRadio from error
    except OSError as error:
        raise RadioFailed(str(error)) from error


def _unavailable(reason: BleakBluetoothNotAvailableReason) -> LinkError:
    if reason in _ABSENT:
        return NoRadio()
    if reason is BleakBluetoothNotAvailableReason.POWERED_OFF:
        return RadioOff()
    return RadioDenied()
