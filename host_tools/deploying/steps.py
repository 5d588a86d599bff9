"""The steps of a deploy on the board, each short; whichever is interrupted, the same command goes on from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from loader import record

from host_tools.cable.answers import ask
from host_tools.cable.board_files import BESIDE
from host_tools.cable.errors import BoardCodeFailed
from host_tools.deploying.board import Board, Progress
from host_tools.deploying.errors import ApplicationBroken, NotWhole
from host_tools.deploying.found import STAGE_FOLDER, Found, hash_in_steps, nothing
from host_tools.deploying.manifest import MAIN, Application, Entry, entries, slot_folder
from host_tools.deploying.plan import Plan

_COPIED_AT_ONCE = 8
_COPY_S = 30.0
_TRY_S = 90.0  # from sources a board compiles everything
_COPY = """\
def _copy(old, new):
 piece = memoryview(bytearray(4096))
 with open(old, "rb") as source, open(new, "wb") as target:
  while True:
   size = source.readinto(piece)
   if not size:
    return
   target.write(piece[:size])
"""
_PRUNE = """\
import os
def _prune(path):
 empty = True
 for entry in list(os.ilistdir(path)):
  if not entry[1] & 0x4000 or not _prune(path + "/" + entry[0]):
   empty = False
 if empty:
  os.rmdir(path)
 return empty
"""
_TRY = """\
import sys
sys.path[:0] = {folders!r}
import board, gatt_radio
from plainsight import start
answer([board.__file__, gatt_radio.__file__, start.__file__])
"""
_TRIED = 3


def end_trial(board: Board, found: Found) -> None:
    """Give up a release on trial, as the loader does: its slot is going to be written over."""
    given_up = {"slot": found.running, "trial": False, "attempts": 0, "news": record.ROLLED_BACK}
    board.put(record.place(""), record.pack({**found.record, **given_up}))


def fill_slot(board: Board, made: Application, plan: Plan, found: Found, progress: Progress) -> None:
    """Clear, copy and upload until the slot holds the application. Nothing of what runs is touched."""
    folder = slot_folder(plan.slot)
    for path in plan.clear:
        board.remove(f"{folder}/{path}")
    if found.slots[plan.slot]:
        board.execute(f"{_PRUNE}_prune({folder!r})")
    for parent in _parents([f"{folder}/{path}" for path in plan.copy + plan.upload]):
        board.make_folder(parent)
    _copy(board, slot_folder(found.running), folder, plan.copy, progress)
    _upload(board, {f"{folder}/{path}": made.slot[path] for path in plan.upload}, progress)


def stage_root(board: Board, made: Application, plan: Plan, found: Found, progress: Progress) -> None:
    """Put what goes to the root of the flash beside the slots, and read it back. Raises NotWhole."""
    if found.stage:  # of a deploy that was cut off, perhaps of another application
        board.remove(STAGE_FOLDER)
    contents = {f"{STAGE_FOLDER}/{path}": made.root[path] for path in plan.stage}
    for parent in _parents(contents):
        board.make_folder(parent)
    _upload(board, contents, progress)
    _compare(board, entries(contents), hash_in_steps(board, contents))


def check_slot(board: Board, made: Application, plan: Plan, progress: Progress) -> None:
    """Read back every file of the slot. Raises NotWhole where one differs, is missing, or is none of ours."""
    folder = slot_folder(plan.slot)
    wanted = {f"{folder}/{path}": entry for path, entry in entries(made.slot).items()}
    lying = board.files(folder)
    hashes = hash_in_steps(board, lying, lambda done, size: progress("verified", done, size))
    _compare(board, wanted, hashes)
    if extra := sorted(set(lying) - set(wanted)):
        raise NotWhole(board.port, extra)


def try_application(board: Board, plan: Plan) -> None:
    """Import the new application in a fresh interpreter. Raises ApplicationBroken."""
    folder = slot_folder(plan.slot)
    board.enter_repl(soft_reset=True)
    code = _TRY.format(folders=[folder, STAGE_FOLDER] if plan.stage else [folder])
    try:
        places = str(ask(board, code, step="trying the application", timeout_s=_TRY_S))
    except BoardCodeFailed as failed:
        raise ApplicationBroken(board.port, failed.traceback) from failed
    if places.count(folder + "/") != _TRIED:
        raise ApplicationBroken(board.port, f"it would run from {places}")


def replace_root(board: Board, plan: Plan, found: Found) -> None:
    """Put loader and boot.py into place, main.py gone meanwhile: cut off here, the board waits at its REPL."""
    if not plan.stage and not plan.unlink:
        return
    if MAIN in found.root:
        board.remove("/" + MAIN)
    for parent in _parents(["/" + path for path in plan.stage]):
        board.make_folder(parent)
    for path in plan.stage:
        if path != MAIN:
            _place(board, path)
    for path in plan.unlink:
        board.remove("/" + path)


def switch(board: Board, made: Application, plan: Plan, found: Found) -> None:
    """From the next boot on the slot runs; main.py comes last. Raises NotWhole."""
    if plan.switch:
        board.put(record.place(""), record.pack(switched(made, plan, found)))
    if MAIN in plan.stage:
        _place(board, MAIN)
    if plan.stage:
        board.remove(STAGE_FOLDER)
    wanted = {"/" + path: entry for path, entry in entries(made.root).items()}
    if plan.switch:
        wanted |= entries({record.place(""): record.pack(switched(made, plan, found))})
    _compare(board, wanted, hash_in_steps(board, wanted))


def switched(made: Application, plan: Plan, found: Found) -> dict[str, Any]:
    """The slot record after the deploy. What has not been recorded by the glasses yet stays to be recorded."""
    news = set(str(found.record["news"]).split()) | {record.DEPLOYED}
    if found.on_trial:
        news.add(record.ROLLED_BACK)
    floor = found.record["floor"]  # a cable brings any version; what is accepted over the air does not change
    fields = nothing() | {"slot": plan.slot, "version": made.version, "sha256": made.sha256}
    return fields | {"floor": floor, "next_floor": floor, "news": " ".join(sorted(news, reverse=True))}


def _copy(board: Board, source: str, target: str, paths: tuple[str, ...], progress: Progress) -> None:
    """On the board, from slot to slot."""
    for start in range(0, len(paths), _COPIED_AT_ONCE):
        some = paths[start : start + _COPIED_AT_ONCE]
        calls = "".join(f"_copy({f'{source}/{path}'!r}, {f'{target}/{path}'!r})\n" for path in some)
        board.execute(_COPY + calls, timeout_s=_COPY_S)
        progress("copied", start + len(some), len(paths))


def _place(board: Board, path: str) -> None:
    """From the stage to the root: copied beside, then renamed.

    Moved from folder to folder it would be two commits of littlefs, and a cut between them hides a neighbour, too,
    until something is written (MicroPython 1.29; tests/unit/deploying/test_littlefs.py).
    """
    beside = f"/{path}{BESIDE}"
    board.execute(f"{_COPY}_copy({f'{STAGE_FOLDER}/{path}'!r}, {beside!r})", timeout_s=_COPY_S)
    board.rename(beside, "/" + path)


def _upload(board: Board, contents: Mapping[str, bytes], progress: Progress) -> None:
    size, sent = sum(len(content) for content in contents.values()), 0
    for path, content in contents.items():
        before = sent
        board.put(path, content, lambda done, _all, before=before: progress("uploaded", before + done, size))
        sent += len(content)


def _compare(board: Board, wanted: Mapping[str, Entry], hashes: Mapping[str, str]) -> None:
    wrong = [path for path, entry in wanted.items() if hashes.get(path) != entry.sha256]
    if wrong:
        raise NotWhole(board.port, wrong)


def _parents(paths: Iterable[str]) -> list[str]:
    """The folders of some files, without those that come with a longer one."""
    folders = sorted({path.rsplit("/", 1)[0] for path in paths if path.count("/") > 1})
    return [one for one in folders if not any(other.startswith(one + "/") for other in folders)]
