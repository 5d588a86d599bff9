"""The computer's side of the cable: which boards are plugged in, and whether this user may open them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from host_tools.cable.errors import DIALOUT, UDEV_FILE, UDEV_RULE
from host_tools.cable.ports import PortInfo, ports
from host_tools.doctor.finding import Check, Finding

_RULES = Path(UDEV_FILE)
_ADD_RULE = f"echo '{UDEV_RULE}' | sudo tee {UDEV_FILE} && sudo udevadm control --reload, then plug the board in again"


def boards() -> Finding:
    """What is plugged in."""
    return boards_among(ports())


def boards_among(here: Sequence[PortInfo]) -> Finding:
    """Boards by their USB ids, and other serial devices that one may be behind."""
    detail = "; ".join(str(port) for port in here) or "no USB serial port"
    found = any(port.kind.may_be_glasses for port in here)
    if found:
        return Finding("boards", True, False, detail)
    others = "; --target names one of these all the same" if here else ""
    return Finding("boards", False, False, detail, f"plug one in with a cable that carries data, BOOT held{others}")


def permission() -> Finding:
    """Whether this user may open the ports."""
    return permission_for(ports())


def permission_for(here: Sequence[PortInfo]) -> Finding:
    """Every port that is there, tried; with none there, what can be said beforehand."""
    do = f"{DIALOUT} and log in again, or {_ADD_RULE}"
    closed = [port.device for port in here if not os.access(port.device, os.R_OK | os.W_OK)]
    if closed:
        return Finding("permission", False, True, f"you may not open {', '.join(closed)}", do)
    if here:
        return Finding("permission", True, True, f"you may open {', '.join(port.device for port in here)}")
    if os.geteuid() == 0 or _RULES.exists() or _in_dialout():
        return Finding("permission", True, False, "you will be able to open serial ports")
    return Finding("permission", False, False, "you may not be able to open serial ports", do)


def modem_manager() -> Finding:
    """A daemon that talks to each new serial port, and holds it meanwhile, unless a rule keeps it away."""
    if shutil.which("ModemManager") is None or _RULES.exists():
        return Finding("modem manager", True, False, "keeps away from boards")
    return Finding("modem manager", False, False, "it opens each board for seconds after it was plugged in", _ADD_RULE)


def _in_dialout() -> bool:
    try:
        import grp

        return grp.getgrnam("dialout").gr_gid in (*os.getgroups(), os.getegid())
    except (ImportError, KeyError):  # not Linux, or not Debian
        return False


CHECKS: tuple[Check, ...] = (boards, permission, modem_manager)
