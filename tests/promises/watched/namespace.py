"""Two network namespaces joined by one cable: the phone's, where the app runs, and the world's, with all that answers.

Made by root with `unshare --net --mount`, or by anybody where user namespaces are allowed. Nothing of either reaches
the computer's own network.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

PHONE = "192.0.2.2"
PHONE_INTERFACE = "phone"
NAME_SERVER = "203.0.113.53"
_GATEWAY, _GATEWAY_6, _PHONE_6 = "192.0.2.1", "2001:db8::1", "2001:db8::2"
_WORLD_MAC, _PHONE_MAC = "02:00:00:00:00:01", "02:00:00:00:00:02"
_REFUSALS = ("not permitted", "permission denied", "unknown device type", "not supported", "no space left")
CANNOT = "this machine lets nobody make a network namespace with a cable in it (unshare --net --mount, ip link)"


def unshared() -> list[str]:
    """The beginning of a command that runs in namespaces of its own, from which nothing leads out."""
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *as_root, "--net", "--mount"]


@functools.cache
def possible() -> bool:
    """Whether both namespaces can be made here; tried once. Raises CalledProcessError for any reason but a refusal."""
    if not all(shutil.which(program) for program in ("unshare", "nsenter", "ip", "mount")):
        return False
    steps = (
        "mount --bind /etc/hosts /etc/resolv.conf",
        "ip link add near type veth peer name far",
        "unshare --net true",
    )
    tried = subprocess.run([*unshared(), "sh", "-c", " && ".join(steps)], capture_output=True, text=True, check=False)
    if tried.returncode and not any(word in tried.stderr.lower() for word in _REFUSALS):
        tried.check_returncode()
    return tried.returncode == 0


def lay_cable(phone_pid: int, addresses: Sequence[str]) -> None:
    """From within the world: a cable to the namespace of `phone_pid`, whose default route leads here.

    `addresses`: what the world answers on besides its gateway. Neighbours are known on both ends, so that no ARP
    precedes a packet, and no address configures itself.
    """
    phone = ["nsenter", "--target", str(phone_pid), "--net"]
    _ip("link add world type veth peer name", PHONE_INTERFACE, "netns", str(phone_pid))
    _ip("link set lo up")
    _ip("link set world addrgenmode none address", _WORLD_MAC)
    for address in (f"{_GATEWAY}/24", *(f"{address}/32" for address in addresses)):
        _ip("address add", address, "dev world")
    _ip("address add", f"{_GATEWAY_6}/64", "dev world nodad")
    _ip("link set world up")
    _ip("link set lo up", before=phone)
    _ip("link set", PHONE_INTERFACE, "addrgenmode none address", _PHONE_MAC, before=phone)
    _ip("address add", f"{PHONE}/24", "dev", PHONE_INTERFACE, before=phone)
    _ip("address add", f"{_PHONE_6}/64", "dev", PHONE_INTERFACE, "nodad", before=phone)
    _ip("link set", PHONE_INTERFACE, "up", before=phone)
    for version, gateway, own in (("-4", _GATEWAY, PHONE), ("-6", _GATEWAY_6, _PHONE_6)):
        _ip(version, "neighbour add", gateway, "lladdr", _WORLD_MAC, "dev", PHONE_INTERFACE, before=phone)
        _ip(version, "neighbour add", own, "lladdr", _PHONE_MAC, "dev world")
        _ip(version, "route add default via", gateway, "dev", PHONE_INTERFACE, before=phone)


def lead_nowhere() -> None:
    """From within one namespace: a default route into a cable whose other end nobody listens on."""
    _ip("link add", PHONE_INTERFACE, "type veth peer name world")
    _ip("link set lo up")
    for name in (PHONE_INTERFACE, "world"):
        _ip("link set", name, "addrgenmode none")
        _ip("link set", name, "up")
    for version, address, gateway in (("-4", f"{PHONE}/24", _GATEWAY), ("-6", f"{_PHONE_6}/64", _GATEWAY_6)):
        _ip(version, "address add", address, "dev", PHONE_INTERFACE, *(["nodad"] if version == "-6" else []))
        _ip(version, "neighbour add", gateway, "lladdr", _WORLD_MAC, "dev", PHONE_INTERFACE)
        _ip(version, "route add default via", gateway, "dev", PHONE_INTERFACE)


def name_servers(file: Path) -> None:
    """Let this mount namespace ask the world's name server alone: `file` becomes /etc/resolv.conf."""
    file.write_text(f"nameserver {NAME_SERVER}\noptions timeout:10 attempts:1\n")
    subprocess.run(["mount", "--bind", str(file), "/etc/resolv.conf"], check=True)


def _ip(*words: str, before: Sequence[str] = ()) -> None:
    subprocess.run([*before, "ip", *" ".join(words).split()], check=True, capture_output=True, text=True)
