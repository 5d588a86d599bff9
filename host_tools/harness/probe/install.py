"""Puts the probe's firmware onto a board that runs MicroPython: what differs is sent, and verified on the board."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from host_tools.cable.cable import Cable
from host_tools.cable.errors import BoardConfused
from host_tools.harness.probe.errors import GlassesOnPort, NotAProbe
from host_tools.harness.probe.probe import Hello, Probe

FIRMWARE = Path(__file__).resolve().parents[3] / "firmware" / "probe"
PACKAGE = "/plainsight_probe"

_GLASSES = ("/identity/", "/loader/", "/slots/", "/media/", "/journal/")
_QUESTIONS = 3  # to a board that has just been reset


@dataclass(frozen=True)
class Installed:
    """`sent`: the files that differed; `hello`: what the probe says of itself now."""

    port: str
    sent: list[str]
    removed: list[str]
    hello: Hello


def install(port: str, tell: Callable[[str], None], firmware: Path = FIRMWARE) -> Installed:
    """Bring the probe on this port up to date and start it. Interrupted, the same again goes on.

    Raises GlassesOnPort, NotAProbe where it does not answer afterwards, CableError.
    """
    with Cable.open(port) as cable:
        cable.enter_repl()
        sent, removed = _make_equal(cable, _wanted(firmware), tell)
        cable.hard_reset()
        port = cable.port
    tell("waiting for its answer")
    return Installed(port, sent, removed, _ask(port))


def _wanted(firmware: Path) -> dict[str, bytes]:
    """Path on the board to content; main.py last, so that it never starts half a program."""
    package = sorted((firmware / PACKAGE.strip("/")).glob("*.py"))
    wanted = {f"{PACKAGE}/{path.name}": path.read_bytes() for path in package}
    return {**wanted, "/main.py": (firmware / "main.py").read_bytes()}


def _make_equal(cable: Cable, wanted: dict[str, bytes], tell: Callable[[str], None]) -> tuple[list[str], list[str]]:
    """(files sent, files removed)."""
    here = cable.files()
    for path in here:
        if path.startswith(_GLASSES):
            raise GlassesOnPort(cable.port, path)
    have = cable.hashes(path for path in wanted if path in here)
    sent = [path for path, content in wanted.items() if have.get(path) != _hash(content)]
    removed = [path for path in here if path.startswith(PACKAGE + "/") and path not in wanted]
    cable.make_folder(PACKAGE)
    for path in removed:
        cable.remove(path)
    for path in sent:
        tell(f"sending {path}")
        cable.put(path, wanted[path])
    there = cable.hashes(wanted)
    for path, content in wanted.items():
        if there.get(path) != _hash(content):
            raise BoardConfused(cable.port, f"verifying {path}", there.get(path, "nothing"))
    return sent, removed


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _ask(port: str) -> Hello:
    """Its hello; a question that came while it booted is asked again."""
    for _ in range(_QUESTIONS - 1):
        with contextlib.suppress(NotAProbe):
            return _hello(port)
    return _hello(port)


def _hello(port: str) -> Hello:
    with Probe.open(port) as probe:
        return probe.hello
