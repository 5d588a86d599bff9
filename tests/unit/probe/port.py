"""A serial port that is none: the test says what the probe's side answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from host_tools.cable.line import Line

Answers = Callable[[dict[str, Any]], bytes]


class Scripted:
    """SerialPort whose other end is a function from a request to bytes; `heard`: the requests."""

    rts = dtr = False

    def __init__(self, answers: Answers) -> None:
        self.heard: list[dict[str, Any]] = []
        self.closed = False
        self._answers = answers
        self._waiting = bytearray()

    @property
    def in_waiting(self) -> int:
        return len(self._waiting)

    def read(self, size: int = 1) -> bytes:
        taken = bytes(self._waiting[:size])
        del self._waiting[:size]
        return taken

    def write(self, data: bytes) -> int:
        for line in data.splitlines():
            if line:
                request = json.loads(line)
                self.heard.append(request)
                self._waiting += self._answers(request)
        return len(data)

    def close(self) -> None:
        self.closed = True


def good(request: dict[str, Any], **fields: object) -> bytes:
    """What a probe answers where nothing is wrong."""
    usual = {
        "hello": {"version": "1.0", "board": "test", "machine": "simulated", "boot": 5},
        "state": {"boot": 5, "on": {}, "lapses": 0},
        "sense": {"lit": False, "light_uv": 0, "current_ua": 0, "pulses": 0, "gap_us": 0, "next": 0},
        "edges": {"first": 0, "edges": [], "next": 0},
    }.get(request["do"], {"settles_ms": 0})
    return json.dumps({"id": request["id"], "ok": True, "probe": 1, "us": 1, **usual, **fields}).encode() + b"\r\n"


def line_to(answers: Answers) -> tuple[Line, Scripted]:
    """A Line whose time limit passes by itself when nothing comes."""
    device = Scripted(answers)
    now = [0.0]

    def clock() -> float:
        now[0] += 0.01
        return now[0]

    return Line("/dev/probe", device, clock), device
