"""Chooses which firmware runs, before any of it is imported: slot a, slot b, or the files that were flashed.

It lies outside of the slots, takes no updates, and imports nothing of what it starts. A release that was installed is
on trial until it confirms itself: each boot of a trial is written down before the release gets control, and after the
third one, or where its files are gone, the release before it runs again.
"""

import os
import sys

from loader import record

ATTEMPTS = 3
_WATCHDOG_MS = 60_000  # for a release that hangs before it starts its own

slot = record.FLASHED  # what runs
verdict = "new"  # what the record was: new (there is none), ok or damaged
_entered = False
_trial = False


def enter(root: str = "") -> str:
    """Put the folder of the chosen slot first in sys.path; returns the slot. Never raises; acts once a boot."""
    global slot, verdict, _entered, _trial
    if _entered:
        return slot
    _entered = True
    fields, verdict = record.read(root)
    slot, _trial = _choose(root, fields)
    if fields["trial"] and not _is_counted(root, fields):
        slot, _trial = _way_back(root, fields), False
    _put_first(root)
    if _trial:
        _watch()
    return slot


def visit(root: str = "") -> str:
    """As `enter`, for whoever came in by the console: counts no boot, writes nothing, starts no watchdog."""
    global slot, verdict
    if not _entered:
        root = root.rstrip("/")
        fields, verdict = record.read(root)
        slot, _ = _choose(root, fields)
        _put_first(root)
    return slot


def on_trial() -> bool:
    """True in a boot of a release that was not confirmed when it got control."""
    return _trial


def _choose(root: str, fields: dict) -> tuple:
    """The slot to run and whether it is on trial."""
    if verdict != "ok":
        return _without_record(root), False
    chosen = fields["slot"]
    if not fields["trial"]:
        return (chosen if _is_whole(root, chosen) else record.FLASHED), False
    if fields["attempts"] < ATTEMPTS and _is_whole(root, chosen):
        return chosen, True
    return _way_back(root, fields), False


def _way_back(root: str, fields: dict) -> str:
    return fields["before"] if _is_whole(root, fields["before"]) else record.FLASHED


def _without_record(root: str) -> str:
    """What was flashed. Where a cable brought main.py and filled a slot, nothing was: the first slot with files."""
    if _exists(root + "/main.py") and not _exists(root + "/plainsight"):
        for name in record.SLOTS:
            if _is_whole(root, name):
                return name
    return record.FLASHED


def _is_counted(root: str, fields: dict) -> bool:
    """Write down what has to be known at the next boot. What can't be counted must not be tried."""
    if _trial:
        fields["attempts"] += 1
    else:
        fields.update({"slot": fields["before"], "trial": False, "attempts": 0, "news": record.ROLLED_BACK})
    try:
        record.write(root, fields)
    except OSError:
        return False
    return True


def _put_first(root: str) -> None:
    folder = record.folder(root, slot)
    if slot != record.FLASHED and folder not in sys.path:
        sys.path.insert(0, folder)


def _is_whole(root: str, name: str) -> bool:
    return name == record.FLASHED or _exists(record.folder(root, name) + "/plainsight")


def _exists(path: str) -> bool:
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def _watch() -> None:
    try:
        from machine import WDT
    except ImportError:  # not a microcontroller
        return
    WDT(timeout=_WATCHDOG_MS)
