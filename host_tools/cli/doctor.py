"""`plainsight doctor`: what is missing on this computer, and what to do about it."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit, MissingTool
from host_tools.journey.plan import default_photo

_BIN = Path(sys.executable).parent
_BLUETOOTH_ADAPTERS = Path("/sys/class/bluetooth")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. A thing that is not `needed` limits what can be done, and is no failure."""

    name: str
    present: bool
    needed: bool
    detail: str


def add_parser(commands: Commands) -> None:
    """Add `doctor` to the command line."""
    parser = add_command(
        commands,
        "doctor",
        summary="what is missing on this computer and what to do",
        description="Look for what the virtual glasses, the window and a real radio need. Nothing is changed.",
        examples="  plainsight doctor\n  plainsight doctor --json\n",
        codes=(Exit.OK, Exit.USAGE, Exit.HOST),
    )
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the findings; the exit code says whether something needed is missing."""
    findings = [check() for check in _CHECKS]
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            mark = "ok     " if finding.present else ("MISSING" if finding.needed else "without")
            print(f"{mark}  {finding.name}: {finding.detail}")
    return Exit.HOST if any(finding.needed and not finding.present for finding in findings) else Exit.OK


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    right = sys.version_info[:2] == (3, 11)
    return Finding("Python", right, True, version if right else f"{version}; the lock is made for 3.11")


def _program(name: str) -> Finding:
    beside = _BIN / name
    found = str(beside) if beside.exists() else shutil.which(name)
    return Finding(name, found is not None, True, found or "run make setup")


def _packages() -> Finding:
    wanted = ("bleak", "bumble", "cryptography", "httpx", "kivy", "kivymd", "PIL", "segno")
    missing = [name for name in wanted if importlib.util.find_spec(name) is None]
    return Finding(
        "packages", not missing, True, f"missing {', '.join(missing)}; run make setup" if missing else "all found"
    )


def _answers() -> Finding:
    missing = [
        name for name in ("rapidocr", "onnxruntime", "cv2", "zxingcpp") if importlib.util.find_spec(name) is None
    ]
    detail = f"missing {', '.join(missing)}: the local endpoint can answer less" if missing else "all found"
    return Finding("local answers", not missing, False, detail)


def _photo() -> Finding:
    try:
        return Finding("default photograph", True, False, str(default_photo()))
    except MissingTool as error:
        return Finding("default photograph", False, False, error.remedy)


def _display() -> Finding:
    name = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    if name:
        return Finding("display", True, False, name)
    return Finding("display", False, False, "none: `plainsight app` starts a virtual one and saves screenshots")


def _xvfb() -> Finding:
    found = shutil.which("Xvfb")
    needed = not (os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"))
    return Finding(
        "Xvfb", found is not None, needed, found or "sudo apt-get install xvfb xauth (a window without a display)"
    )


def _adapter() -> Finding:
    names = sorted(path.name for path in _BLUETOOTH_ADAPTERS.iterdir()) if _BLUETOOTH_ADAPTERS.is_dir() else []
    detail = ", ".join(names) or "none: --radio system can't work here; --radio virtual needs none"
    return Finding("Bluetooth adapter", bool(names), False, detail)


_CHECKS: tuple[Callable[[], Finding], ...] = (
    _python,
    lambda: _program("micropython"),
    lambda: _program("mpy-cross"),
    _packages,
    _answers,
    _photo,
    _display,
    _xvfb,
    _adapter,
)
