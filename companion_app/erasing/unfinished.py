"""Here everything goes: the key first, then what it opened. Plain file work, so that a start after a crash goes on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from companion_app import alone
from companion_app.erasing.errors import NoPlaceForReceipt
from companion_app.erasing.marker import FILE, Marker, read_marker, remove_marker
from companion_app.erasing.receipt import ErasureReceipt, State
from companion_app.erasing.receipt_place import ReceiptPlace
from companion_app.files import sync_folder
from companion_app.ports.errors import KeystoreError
from companion_app.ports.keystore import Keystore, system_keystore
from companion_app.vault import destroy

_REMOVED = "removed"


def finish(
    folder: Path, *, clock: Callable[[], float] = time.time, keystore: Callable[[], Keystore] = system_keystore
) -> Path | None:
    """Go on where destroying had begun, before anything in `folder` is opened; returns the receipt's folder.

    None where nothing had begun, or the receipt's place cannot be written any more. Needs the folder alone. What cannot
    be removed stands in the receipt and is unreadable; raises OSError where the key itself cannot be destroyed.
    """
    marker = read_marker(folder)
    if marker is None or not marker.destroying:
        return None
    destroy(folder)
    destroyed_s = int(clock())
    told = _withdraw(marker, keystore)
    removed, left = _remove_all(folder)
    place = ReceiptPlace(marker.receipt) if marker.receipt is not None else None
    before = place.read() if place is not None else None
    receipt = replace(
        before or ErasureReceipt(begun_s=destroyed_s),
        state=State.DONE,
        key_destroyed_s=destroyed_s,
        keystore=told,
        files_removed=removed,
        left=tuple(left),
        done_s=int(clock()),
    )
    written = place is not None and _write(place, receipt)
    remove_marker(folder)
    return place.folder if place is not None and written else None


def _withdraw(marker: Marker, keystore: Callable[[], Keystore]) -> str:
    """What became of the secrets in the system's keystore, in a word; "" where there were none."""
    told = ""
    for entry in marker.entries:
        try:
            keystore().remove(entry)
        except KeystoreError as error:
            told = type(error).__name__
        else:
            told = told or _REMOVED
    return told


def _remove_all(folder: Path) -> tuple[int, list[str]]:
    """Everything but the marker and the file that keeps others out; how many files went, and what did not."""
    removed, left = 0, list[str]()
    for parent, folders, files in os.walk(folder, topdown=False):
        for name in files:
            if Path(parent) == folder and name in (FILE, alone.FILE):
                continue
            removed += _removed(Path(parent) / name, Path.unlink, folder, left)
        for name in folders:
            path = Path(parent) / name
            _removed(path, Path.unlink if path.is_symlink() else Path.rmdir, folder, left)
    sync_folder(folder)
    return removed, left


def _removed(path: Path, act: Callable[[Path], None], folder: Path, left: list[str]) -> bool:
    try:
        act(path)
    except FileNotFoundError:
        return False
    except OSError:
        left.append(path.relative_to(folder).as_posix())
        return False
    return True


def _write(place: ReceiptPlace, receipt: ErasureReceipt) -> bool:
    """False where its place is gone, a stick that was pulled out for example."""
    try:
        place.write(receipt)
    except NoPlaceForReceipt:
        return False
    return True
