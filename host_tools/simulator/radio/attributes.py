"""The attribute values of MicroPython's GATT server, with the sizes and the losses its buffers really have."""

from __future__ import annotations

from dataclasses import dataclass

# modbluetooth.h, MP_BLUETOOTH_DEFAULT_ATTR_LEN: what an attribute holds until gatts_set_buffer says otherwise.
DEFAULT_BUFFER_BYTES = 20


@dataclass(frozen=True)
class Loss:
    """What a write from the phone cost: `overwritten` bytes nobody had read, and `cut_off` bytes that did not fit."""

    overwritten: int
    cut_off: int

    @property
    def total(self) -> int:
        return self.overwritten + self.cut_off


class AttributeBuffer:
    """One value: replaced by each write of the phone, or appended to it until the firmware reads."""

    def __init__(self) -> None:
        self.value = b""
        self._capacity = DEFAULT_BUFFER_BYTES
        self._append = False
        self._unread = 0

    def set_buffer(self, capacity: int, append: bool) -> None:
        """As `gatts_set_buffer`: the value starts empty."""
        self.value = b""
        self._capacity = capacity
        self._append = append
        self._unread = 0

    def write_from_phone(self, data: bytes) -> Loss:
        """Store at once, whether or not the firmware has read the value before, as the NimBLE port does."""
        before = self.value if self._append else b""
        overwritten = 0 if self._append else self._unread
        combined = before + data
        self.value = combined[: self._capacity]
        stored = len(self.value) - len(before)
        self._unread = len(self.value)
        return Loss(overwritten, len(data) - stored)

    def write_from_firmware(self, data: bytes) -> None:
        """As `gatts_write`: the buffer grows to hold it."""
        self.value = data
        self._capacity = max(self._capacity, len(data))
        self._unread = 0

    def read_by_firmware(self) -> bytes:
        """As `gatts_read`: an appending buffer is empty afterwards."""
        value = self.value
        self._unread = 0
        if self._append:
            self.value = b""
        return value
