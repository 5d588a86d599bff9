"""What this computer has of what virtual glasses, the window, the radio and the tools need."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from host_tools.doctor.finding import Check, Finding
from host_tools.exits import MissingTool
from host_tools.journey.plan import default_photo

_BIN = Path(sys.executable).parent
_BLUETOOTH_ADAPTERS = Path("/sys/class/bluetooth")
_SETUP = "run make setup"
_PACKAGES = ("bleak", "bumble", "cryptography", "httpx", "kivy", "kivymd", "PIL", "segno", "serial", "mpremote")


def python() -> Finding:
    """The version that the lock is made for."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    right = sys.version_info[:2] == (3, 11)
    return Finding("Python", right, True, version, "" if right else f"the lock is made for 3.11; {_SETUP} with that")


def program(name: str) -> Finding:
    """A program of the environment, or of the system."""
    beside = _BIN / name
    found = str(beside) if beside.exists() else shutil.which(name)
    return Finding(name, found is not None, True, found or "not found", "" if found else _SETUP)


def packages() -> Finding:
    """What the commands import."""
    return _importable("packages", _PACKAGES, needed=True, do=_SETUP)


def answers() -> Finding:
    """What the answers on this computer need."""
    wanted = ("rapidocr", "onnxruntime", "cv2", "zxingcpp")
    return _importable("local answers", wanted, needed=False, do=f"the local endpoint can answer less; {_SETUP}")


def photo() -> Finding:
    """The photograph that ships with a dependency."""
    try:
        return Finding("default photograph", True, False, str(default_photo()))
    except MissingTool as error:
        return Finding("default photograph", False, False, "not found", error.remedy)


def display() -> Finding:
    """Where a window would be drawn."""
    name = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    do = "" if name else "`plainsight app` starts a virtual one and saves screenshots"
    return Finding("display", bool(name), False, name or "none", do)


def xvfb() -> Finding:
    """The virtual display, needed where there is no other."""
    found = shutil.which("Xvfb")
    needed = not (os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"))
    do = "" if found else "sudo apt-get install xvfb xauth (a window without a display)"
    return Finding("Xvfb", found is not None, needed, found or "not found", do)


def adapter() -> Finding:
    """A Bluetooth adapter that the system knows."""
    names = sorted(path.name for path in _BLUETOOTH_ADAPTERS.iterdir()) if _BLUETOOTH_ADAPTERS.is_dir() else []
    do = "" if names else "--radio system can't work here; --radio virtual needs none"
    return Finding("Bluetooth adapter", bool(names), False, ", ".join(names) or "none", do)


def _importable(name: str, wanted: tuple[str, ...], *, needed: bool, do: str) -> Finding:
    missing = [one for one in wanted if importlib.util.find_spec(one) is None]
    if missing:
        return Finding(name, False, needed, f"missing {', '.join(missing)}", do)
    return Finding(name, True, needed, "all found")


CHECKS: tuple[Check, ...] = (
    python,
    lambda: program("micropython"),
    lambda: program("mpy-cross"),
    lambda: program("mpremote"),
    lambda: program("esptool"),
    packages,
    answers,
    photo,
    display,
    xvfb,
    adapter,
)
