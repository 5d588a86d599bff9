"""What a board on a cable has of what glasses need; looks only, and lets its program run again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from host_tools.cable import BoardInfo, Cable
from host_tools.cable.answers import ask
from host_tools.cable.errors import BoardConfused, CableError, ReplClosed, WrongBoard
from host_tools.cable.info import check_application, check_glasses
from host_tools.deploying import firmware_hash
from host_tools.doctor.finding import Finding
from host_tools.printable import printable
from host_tools.provisioning.over_cable import leave_running

if TYPE_CHECKING:
    from host_tools.cable.target import OpenTarget

_OLDEST = (1, 27)  # what the firmware is written for (docs/boot.md); the camera images have it
_LEAST_HEAP_BYTES = 2 * 1024 * 1024  # two frames of the camera and a session: impossible without PSRAM
_LEAST_FREE_BYTES = 512 * 1024
_MPY_VERSION = 6
_SHOWN = 200
_RELEASE = re.compile(r"v?(\d{1,4})\.(\d{1,4})")

_STATE_CODE = """\
import gc, json
def _file(path):
 try:
  with open(path) as file:
   return json.loads(file.read(4096))
 except (OSError, ValueError):
  return None
gc.collect()
answer({"heap": gc.mem_free() + gc.mem_alloc(), "crashes": _file("/crashes.json")})
"""


def look(opened: OpenTarget, open_cable: Callable[[str], Cable] = Cable.open) -> Iterator[Finding]:
    """Every finding as it is made; a board that can't be reached ends them with the reason."""
    place = "board, simulated" if opened.simulated else "board"
    for finding in _look(opened.port, open_cable):
        yield replace(finding, place=place)


def _look(port: str, open_cable: Callable[[str], Cable]) -> Iterator[Finding]:
    try:
        with open_cable(port) as cable:
            yield Finding("cable", True, True, port)
            try:
                cable.enter_repl()
            except ReplClosed as closed:
                # As it should be, where the glasses are locked; nothing else can be seen from here.
                yield of_error("console", closed, needed=False)
                return
            yield Finding("console", True, True, "open")
            try:
                yield from _at_repl(cable)
            finally:  # whatever it answered
                leave_running(cable)
    except CableError as error:
        yield of_error("cable", error)


def _at_repl(cable: Cable) -> Iterator[Finding]:
    info = cable.info()
    yield chip(info, cable.port)
    yield micropython(info, cable.port)
    yield camera(info, cable.port)
    yield storage(info)
    state = ask(cable, _STATE_CODE, step="looking at memory and crash log")
    if not isinstance(state, dict):
        raise BoardConfused(cable.port, "looking at memory and crash log", repr(state))
    fields = cast("dict[str, object]", state)
    yield memory(fields.get("heap"), cable.port)
    yield application(info, firmware_hash(cable) if info.application else None, cable.port)
    yield identity(info, cable.port)
    yield crash_log(fields.get("crashes"))


def chip(info: BoardInfo, port: str) -> Finding:
    """A board that there is firmware for."""
    flash = f", {info.flash_bytes // 1024 // 1024} MiB of flash" if info.flash_bytes else ""
    try:
        check_glasses(info, port)
    except WrongBoard as wrong:
        return of_error("chip", wrong)
    return Finding("chip", True, True, f"{info.machine}{flash}, id {info.unique_id or 'unknown'}")


def micropython(info: BoardInfo, port: str) -> Finding:
    """New enough, and able to load what is compiled for it."""
    detail = f"{info.release}, .mpy version {info.mpy_version}" + (f" for {info.arch}" if info.arch else "")
    found = _RELEASE.match(info.release)
    new = found is not None and (int(found.group(1)), int(found.group(2))) >= _OLDEST
    if new and info.mpy_version == _MPY_VERSION:
        return Finding("MicroPython", True, True, detail)
    wanted = ".".join(str(part) for part in _OLDEST)
    return Finding(
        "MicroPython", False, True, detail, f"{wanted} or later is needed; plainsight flash --target {port} writes it"
    )


def camera(info: BoardInfo, port: str) -> Finding:
    """The camera module: it is in the image, or nowhere."""
    if info.has_camera:
        return Finding("camera module", True, True, "in the image")
    do = f"plainsight flash --target {port} writes an image that has it (plainsight flash --list)"
    return Finding("camera module", False, True, "this MicroPython was built without it", do)


def storage(info: BoardInfo) -> Finding:
    """Room for pictures, beside the firmware's two slots."""
    detail = f"{info.files_free // 1024} of {info.files_bytes // 1024} KiB free"
    room = info.files_free >= _LEAST_FREE_BYTES
    do = "" if room else "import the pictures and have them erased (plainsight import, plainsight settings)"
    return Finding("storage", room, False, detail, do)


def memory(heap: object, port: str) -> Finding:
    """PSRAM, seen by the size of the heap."""
    if not isinstance(heap, int) or isinstance(heap, bool) or heap < 0:
        return Finding(
            "memory", False, True, f"the board answered {repr(heap)[:_SHOWN]}", f"plainsight flash --target {port}"
        )
    enough = heap >= _LEAST_HEAP_BYTES
    do = (
        ""
        if enough
        else f"the image does not use this board's PSRAM; plainsight flash --target {port} writes one that does"
    )
    return Finding("memory", enough, True, f"{heap // 1024} KiB of heap", do)


def application(info: BoardInfo, sha256: str | None, port: str) -> Finding:
    """Plainsight itself; `sha256` names all its files, None where nothing was deployed (a part of the image, then)."""
    try:
        version = check_application(info, port)
    except CableError as error:
        return of_error("application", error)
    return Finding("application", True, True, f"Plainsight {version}, {sha256 or 'part of the image'}")


def identity(info: BoardInfo, port: str) -> Finding:
    """Key and certificate; whoever can be asked for them at a REPL must not be locked."""
    if info.provisioned and info.mode == "locked":
        do = (
            f"plainsight deploy --target {port} renews boot.py and main.py, which shut it; do not wear them before "
            "Ctrl-C does nothing"
        )
        return Finding("identity", False, True, "locked, and the console is open", do)
    if info.provisioned:
        return Finding("identity", True, False, f"{info.mode}, level {info.level}")
    return Finding("identity", False, False, "none", f"plainsight provision --target {port} makes one")


def crash_log(stored: object) -> Finding:
    """The newest crash that nobody has seen, as the firmware wrote it down (plainsight/crashes.py)."""
    fields = cast("dict[str, object]", stored) if isinstance(stored, dict) else {}
    rows = fields.get("crashes")
    if not isinstance(rows, list) or not rows:
        return Finding("crash log", True, False, "empty")
    newest = cast("list[object]", rows)[-1]
    words = cast("dict[str, object]", newest) if isinstance(newest, dict) else {}
    detail = f"{len(cast('list[object]', rows))} kept; newest: {words.get('cause')}: {words.get('text')}"
    do = "reset and watch the console (mpremote); report it with this line (SECURITY.md, CONTRIBUTING.md)"
    return Finding("crash log", False, False, printable(detail)[:_SHOWN], do)


def of_error(name: str, error: CableError, *, needed: bool = True) -> Finding:
    """A finding that an error of the cable is; its text has what happened before the colon, the way out after it."""
    what, _, way_out = str(error).partition(": ")
    return Finding(name, False, needed, what, way_out)
