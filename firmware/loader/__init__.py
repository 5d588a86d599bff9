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
    if slot != record.FLASHED:
        sys.path.insert(0, record.folder(root, slot))
    if _trial:
        _watch()
    return slot


def on_trial() -> bool:
    """True in a boot of a release that was not confirmed when it got control."""
    return _trial


def _choose(root: str, fields: dict) -> tuple:
    """The slot to run and whether it is on trial; writes down what has to be known at the next boot."""
    chosen, before = fields["slot"], fields["before"]
    if not fields["trial"]:
        return (chosen if _is_whole(root, chosen) else record.FLASHED), False
    try:
        if fields["attempts"] < ATTEMPTS and _is_whole(root, chosen):
            fields["attempts"] += 1
            record.write(root, fields)
            return chosen, True
        fields.update({"slot": before, "trial": False, "attempts": 0, "news": "rolled_back"})
        record.write(root, fields)
    except OSError:
        pass  # what can't be counted must not be tried
    return (before if _is_whole(root, before) else record.FLASHED), False


def _is_whole(root: str, name: str) -> bool:
    if name == record.FLASHED:
        return True
    try:
        os.stat(record.folder(root, name) + "/plainsight")
    except OSError:
        return False
    return True


def _watch() -> None:
    try:
        from machine import WDT
    except ImportError:  # not a microcontroller
        return
    WDT(timeout=_WATCHDOG_MS)
