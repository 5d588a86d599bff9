"""What a process is made of once it has done its work: Python modules and native libraries that were really loaded."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGES = "site-packages"
# Names as they stand in a library that asks the system for a network by itself.
_WAYS = (b"\0connect\0", b"\0getaddrinfo\0", b"\0gethostbyname\0", b"\0sendto\0")


def inventory() -> dict[str, list[str]]:
    """`modules`: names of all that was imported; `libraries`: of the packages' native ones those that could reach a
    network by themselves, by file name."""
    return {"modules": sorted(sys.modules), "libraries": sorted(_able(_native()))}


def _native() -> set[Path]:
    lines = Path("/proc/self/maps").read_text().splitlines()
    files = {Path(line.split(maxsplit=5)[5]) for line in lines if _PACKAGES in line}
    return {file for file in files if ".so" in file.name}


def _able(libraries: set[Path]) -> set[str]:
    return {file.name for file in libraries if any(way in file.read_bytes() for way in _WAYS)}
