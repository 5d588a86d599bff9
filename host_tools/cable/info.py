"""What a board says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from host_tools.cable.answers import Board, ask
from host_tools.cable.errors import BoardConfused, BrokenApplication, NoApplication, WrongBoard
from host_tools.cable.ports import is_simulated
from host_tools.printable import printable

# sys.implementation._mpy, bits 10 to 15 (py/persistentcode.h, MP_NATIVE_ARCH_*).
_ARCHITECTURES = (
    "", "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp", "xtensa", "xtensawin",
    "rv32imc", "rv64imc",
)  # fmt: skip
_CHIP = "ESP32S3"  # as os.uname().machine names it: "Generic ESP32S3 module with ESP32S3"
_STEP = "asking the board about itself"
_ASK_S = 20.0

_CODE = """\
import sys, os
def _info():
 import binascii
 found = {"machine": os.uname().machine, "release": os.uname().release, "mpy": getattr(sys.implementation, "_mpy", 0)}
 try:
  import machine
  found["unique_id"] = binascii.hexlify(machine.unique_id()).decode()
 except (ImportError, AttributeError):
  pass
 try:
  import esp
  found["flash_bytes"] = esp.flash_size()
 except (ImportError, AttributeError):
  pass
 try:
  stat = os.statvfs("/")
  found["files_bytes"], found["files_free"] = stat[1] * stat[2], stat[0] * stat[3]
 except OSError:
  pass
 try:
  import camera
  found["camera"] = True
 except ImportError:
  pass
 try:
  import loader
  loader.visit("")
  from plainsight.version import FIRMWARE_VERSION
  import plainsight.identity as identity
  summary = identity.summary("")
  found["provisioned"], found["mode"], found["level"] = summary["provisioned"], summary["mode"], summary["level"]
  found["application"] = FIRMWARE_VERSION
 except ImportError as error:
  if "'loader'" not in str(error):
   found["broken"] = repr(error)
 except Exception as error:
  found["broken"] = repr(error)
 return found
answer(_info())
"""


@dataclass(frozen=True)
class BoardInfo:
    """`arch` is mpy-cross's name of it, "" for none. `flash_bytes`: the chip's; 0 where MicroPython can't say.

    `application`: version of Plainsight on the board, None where there is none, or one that can't be imported: `broken`
    says why, then. `mode` and `level` are its identity's, None without one.
    """

    machine: str
    release: str
    mpy_version: int
    arch: str
    unique_id: str
    flash_bytes: int
    files_bytes: int
    files_free: int
    has_camera: bool
    simulated: bool
    application: str | None
    broken: str
    provisioned: bool
    mode: str | None
    level: str | None


def ask_info(board: Board) -> BoardInfo:
    """Ask a board at its REPL. Raises BoardConfused and what `execute` raises."""
    return read_info(ask(board, _CODE, step=_STEP, timeout_s=_ASK_S), board.port)


def read_info(answer: object, port: str) -> BoardInfo:
    """What the board answered, checked. Raises BoardConfused."""
    if not isinstance(answer, dict):
        raise BoardConfused(port, _STEP, repr(answer))
    fields = cast("dict[str, object]", answer)

    def text(name: str) -> str:
        value = fields.get(name, "")
        if not isinstance(value, str):
            raise BoardConfused(port, _STEP, f"{name}: {value!r}")
        return printable(value)

    def number(name: str) -> int:
        value = fields.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise BoardConfused(port, _STEP, f"{name}: {value!r}")
        return value

    machine, mpy = text("machine"), number("mpy")
    if not machine:
        raise BoardConfused(port, _STEP, repr(fields))
    return BoardInfo(
        machine=machine,
        release=text("release"),
        mpy_version=mpy & 0xFF,
        arch=architecture(mpy),
        unique_id=text("unique_id"),
        flash_bytes=number("flash_bytes"),
        files_bytes=number("files_bytes"),
        files_free=number("files_free"),
        has_camera=fields.get("camera") is True,
        simulated=is_simulated(port, machine),
        application=text("application") or None,
        broken=text("broken"),
        provisioned=fields.get("provisioned") is True,
        mode=_optional(fields.get("mode")),
        level=_optional(fields.get("level")),
    )


def check_glasses(info: BoardInfo, port: str) -> None:
    """Raises WrongBoard for a board that no firmware of ours is made for, such as a probe."""
    if _CHIP not in info.machine:
        raise WrongBoard(port, info.machine, f"an {_CHIP}")


def check_application(info: BoardInfo, port: str) -> str:
    """The version of Plainsight on the board. Raises NoApplication, BrokenApplication."""
    if info.broken:
        raise BrokenApplication(port, info.broken)
    if info.application is None:
        raise NoApplication(port)
    return info.application


def architecture(mpy: int) -> str:
    """mpy-cross's name for the native code that a board takes; "" for none, or one that is unknown here."""
    index = (mpy >> 10) & 0x3F  # flags of the architecture stand above
    return _ARCHITECTURES[index] if index < len(_ARCHITECTURES) else ""


def _optional(value: object) -> str | None:
    return printable(value) if isinstance(value, str) else None
