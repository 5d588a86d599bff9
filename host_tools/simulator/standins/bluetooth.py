"""MicroPython's `bluetooth` module, peripheral role, on the virtual radio.

The interface is the documented one of MicroPython 1.27; what the firmware cannot use on the esp32 port (scanning, GATT
client, L2CAP, bonds) is absent. Handlers run at an await or during a call, as `worldlink` delivers events.
"""

import struct

import worldlink

FLAG_READ = 0x0002
FLAG_WRITE_NO_RESPONSE = 0x0004
FLAG_WRITE = 0x0008
FLAG_NOTIFY = 0x0010
FLAG_INDICATE = 0x0020

_ENODEV = 19
_DEFAULT_MTU = 256
_DEFAULT_RXBUF = 512
_ADDRESS_MODES = (0, 1)


class UUID:
    """16 bits from an int, 128 bits from text, either from bytes in little-endian order."""

    def __init__(self, value):
        if isinstance(value, UUID):
            self._bytes = value._bytes
        elif isinstance(value, int):
            if not 0 <= value <= 0xFFFF:
                raise ValueError("invalid UUID")
            self._bytes = struct.pack("<H", value)
        elif isinstance(value, str):
            digits = value.replace("-", "")
            if len(digits) != 32:
                raise ValueError("invalid UUID")
            self._bytes = bytes(int(digits[at : at + 2], 16) for at in range(30, -2, -2))
        else:
            self._bytes = bytes(value)
            if len(self._bytes) not in (2, 4, 16):
                raise ValueError("invalid UUID")

    def __bytes__(self):
        return self._bytes

    def __iter__(self):
        return iter(self._bytes)

    def __len__(self):
        return len(self._bytes)

    def __eq__(self, other):
        return isinstance(other, UUID) and self._bytes == other._bytes

    def __lt__(self, other):
        return self._bytes < other._bytes

    def __hash__(self):
        return hash(self._bytes)

    def __repr__(self):
        if len(self._bytes) == 2:
            return "UUID(0x%04x)" % struct.unpack("<H", self._bytes)[0]
        digits = "".join("%02x" % octet for octet in reversed(self._bytes))
        return "UUID('" + "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])) + "')"


class BLE:
    """The one radio; every construction returns the same object."""

    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = object.__new__(cls)
            cls._instance._reset()
        return cls._instance

    def _reset(self):
        self._active = False
        self._handler = None
        self._config = {"mtu": _DEFAULT_MTU, "gap_name": b"MPY ESP32", "rxbuf": _DEFAULT_RXBUF, "addr_mode": 0}

    def active(self, on=None):
        if on is not None and bool(on) != self._active:
            if on:
                worldlink.subscribe("ble", self._on_event)
            worldlink.call("ble", "active", bool(on))
            if not on:
                handler = self._handler
                self._reset()
                self._handler = handler
            self._active = bool(on)
        return self._active

    def config(self, *name, **values):
        if values:
            if name:
                raise TypeError("can't specify pos and kw args")
            for key in values:
                self._set(key, values[key])
            return None
        if len(name) != 1:
            raise TypeError("must query one param")
        if name[0] == "mac":
            return self._call("address")
        if name[0] not in self._config:
            raise ValueError("unknown config param")
        return self._config[name[0]]

    def _set(self, key, value):
        if key not in self._config:
            raise ValueError("unknown config param")
        if key == "mtu":
            self._call("set_mtu", value)
        elif key == "gap_name":
            if not self._active:
                raise OSError(_ENODEV)
            value = _octets(value)
        elif key == "addr_mode":
            if value not in _ADDRESS_MODES:
                raise ValueError("only public and random static addresses are modelled")
            self._call("set_address_mode", value)
        self._config[key] = value

    def irq(self, handler):
        self._handler = handler

    def gap_advertise(self, interval_us, adv_data=None, *, resp_data=None, connectable=True):
        self._call("gap_advertise", interval_us, _octets(adv_data), _octets(resp_data), bool(connectable))

    def gap_disconnect(self, conn_handle):
        return self._call("gap_disconnect", conn_handle)

    def gatts_register_services(self, services):
        described = []
        for uuid, characteristics in services:
            described.append((bytes(uuid), tuple(_characteristic(*each) for each in characteristics)))
        return self._call("gatts_register_services", tuple(described))

    def gatts_read(self, value_handle):
        return self._call("gatts_read", value_handle)

    def gatts_write(self, value_handle, data, send_update=False):
        self._call("gatts_write", value_handle, _octets(data), bool(send_update))

    def gatts_notify(self, conn_handle, value_handle, data=None):
        self._call("gatts_notify", conn_handle, value_handle, _octets(data))

    def gatts_indicate(self, conn_handle, value_handle, data=None):
        self._call("gatts_indicate", conn_handle, value_handle, _octets(data))

    def gatts_set_buffer(self, value_handle, length, append=False):
        self._call("gatts_set_buffer", value_handle, length, bool(append))

    def _call(self, method, *arguments):
        if not self._active:
            raise OSError(_ENODEV)
        return worldlink.call("ble", method, *arguments)

    def _on_event(self, code, *data):
        if self._active and self._handler is not None:
            # Buffers are only valid inside the handler on a board, so they are views here too.
            self._handler(code, tuple(memoryview(item) if isinstance(item, bytes) else item for item in data))


def _characteristic(uuid, flags, descriptors=()):
    return bytes(uuid), flags, tuple((bytes(each), each_flags) for each, each_flags in descriptors)


def _octets(data):
    """None stays None: it means the value that is stored already."""
    if data is None:
        return None
    return data.encode() if isinstance(data, str) else bytes(data)
