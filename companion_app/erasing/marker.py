"""`erasing.json` in the app's folder, in the clear: that everything is to go, and where the receipt lies.

It tells no more than that. While it says that destroying began, every start goes on with it before anything else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from companion_app.files import remove, write_json
from companion_app.vault import Vault

FILE = "erasing.json"
_VERSION = 1
_MOST_BYTES = 64 << 10


@dataclass(frozen=True)
class Marker:
    """`destroying`: the point of no return is passed. `receipt`: its folder, None where the marker cannot be read any
    more. `entries`: names of secrets in the system's keystore."""

    destroying: bool
    receipt: Path | None
    entries: tuple[str, ...] = ()

    def write(self, folder: Path) -> None:
        """Durable on return. Raises OSError and leaves the old one."""
        receipt = str(self.receipt) if self.receipt is not None else ""
        fields = {"destroying": self.destroying, "receipt": receipt, "entries": list(self.entries)}
        write_json(folder / FILE, {"version": _VERSION, **fields})


def read_marker(folder: Path) -> Marker | None:
    """None where nothing was begun. A damaged one says what the lock says: without it the key was destroyed already."""
    try:
        with (folder / FILE).open("rb") as file:
            content = file.read(_MOST_BYTES)
    except FileNotFoundError:
        return None
    try:
        fields = cast("dict[str, Any]", json.loads(content))
        entries = tuple(str(entry) for entry in fields["entries"])
        return Marker(fields["destroying"] is not False, Path(fields["receipt"]), entries)
    except (ValueError, KeyError, TypeError, RecursionError):
        return Marker(not Vault.exists(folder), None)


def remove_marker(folder: Path) -> None:
    """The last thing that goes. Raises OSError."""
    remove(folder / FILE)
