"""Ports as they are listed, and a board's REPL, for tests that have neither."""

from __future__ import annotations

from host_tools.cable.errors import ReplClosed
from host_tools.cable.info import BoardInfo, read_info
from host_tools.cable.ports import PortInfo
from host_tools.cable.usb_ids import Kind

INFO = read_info({"machine": "a test with ESP32S3", "release": "1.27.0"}, "/dev/ttyTest")
XIAO = PortInfo("/dev/ttyACM0", 0x303A, 0x1001, "24:0A:C4:80:33:5F", "USB JTAG/serial debug unit", Kind.ESP_ROM)
OTHER = PortInfo("/dev/ttyACM1", 0x303A, 0x4001, "240ac4803360", "Board CDC", Kind.MICROPYTHON)
BRIDGE = PortInfo("/dev/ttyUSB0", 0x10C4, 0xEA60, "0001", "CP2102N USB to UART Bridge", Kind.BRIDGE)


class Repl:
    """The board's REPL; `closed`: it does not open."""

    def __init__(self, *, closed: bool = False) -> None:
        self.closed = closed
        self.left: list[str] = []
        self.is_open = True
        self.fails: Exception | None = None

    def enter_repl(self, *, soft_reset: bool) -> None:
        assert not soft_reset  # what runs is interrupted; nothing is started anew before the person was asked
        if self.closed:
            raise ReplClosed("/dev/ttyACM1")

    def hears_ctrl_c(self, seconds: float) -> bool:
        return not self.closed

    def info(self) -> BoardInfo:
        if self.fails is not None:
            raise self.fails
        return INFO

    def files(self) -> dict[str, int]:
        return {"/main.py": 120}

    def leave(self, code: str) -> None:
        self.left.append(code)

    def hard_reset(self) -> None:
        self.left.append("hard reset")

    def close(self) -> None:
        self.is_open = False
