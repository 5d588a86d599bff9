"""The USB ids that boards show, each with its source: who answers there, and whether glasses can be behind it."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What answers on a port, as far as its USB id says."""

    ESP_ROM = "Espressif USB serial/JTAG"  # the ROM loader, or a program that uses the chip's own USB serial port
    MICROPYTHON = "MicroPython on an Espressif chip"
    XIAO_S3 = "Seeed XIAO ESP32S3"
    PICO = "MicroPython on a Raspberry Pi Pico"
    BRIDGE = "USB serial adapter"  # a chip of any maker may be behind it
    SIMULATED = "simulated"
    UNKNOWN = "unknown"

    @property
    def may_be_glasses(self) -> bool:
        """A board behind it can be taken without being named."""
        return self in (Kind.ESP_ROM, Kind.MICROPYTHON, Kind.XIAO_S3)


ESPRESSIF = 0x303A
SEEED = 0x2886
RASPBERRY_PI = 0x2E8A

_KNOWN: dict[tuple[int, int], Kind] = {
    # ESP32-S3 Technical Reference Manual, "USB Serial/JTAG Controller"; Espressif's list of product ids (usb-pids).
    (ESPRESSIF, 0x1001): Kind.ESP_ROM,
    # ESP32-S3 in ROM download mode over USB-OTG (esptool: ESP32S3ROM.USB_PID).
    (ESPRESSIF, 0x0009): Kind.ESP_ROM,
    # MicroPython: shared/tinyusb, ports/esp32 (MICROPY_HW_USB_VID, MICROPY_HW_USB_PID).
    (ESPRESSIF, 0x4001): Kind.MICROPYTHON,
    # Arduino and PlatformIO board definitions of the XIAO ESP32S3: loader and program.
    (SEEED, 0x0056): Kind.XIAO_S3,
    (SEEED, 0x8056): Kind.XIAO_S3,
    # MicroPython: ports/rp2/mpconfigport.h.
    (RASPBERRY_PI, 0x0005): Kind.PICO,
}
# Linux kernel, drivers/usb/serial: cp210x.c, ch341.c, ftdi_sio_ids.h.
_BRIDGE_VENDORS = (0x10C4, 0x1A86, 0x0403)


def kind_of(vid: int | None, pid: int | None) -> Kind:
    """What a USB id says; UNKNOWN for ids that are not in the table, and for ports that are no USB devices."""
    if vid is None or pid is None:
        return Kind.UNKNOWN
    if vid in _BRIDGE_VENDORS:
        return Kind.BRIDGE
    return _KNOWN.get((vid, pid), Kind.UNKNOWN)
