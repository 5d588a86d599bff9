"""Destroys a sealed folder again and again in children of this process, each killed (-9) at another step.

Usage: dying.py FOLDER. Prints a JSON array: for each child whether it was killed, what lay there then (`lock`: whether
the vault still opened, `files`: of how many, `destroying`: what the marker said), and what lay there after a restart.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from companion_app.erasing.marker import Marker, read_marker
from companion_app.erasing.receipt import ErasureReceipt
from companion_app.erasing.receipt_place import ReceiptPlace
from companion_app.erasing.unfinished import finish
from companion_app.vault import KeyBeside, SealedFiles, Vault
from companion_app.vault.errors import VaultError
from tests.app.ports.keystores import MemoryKeystore

SECRET = b"the plaintext that nobody may read again"
FILES = 6
_MOST_STEPS = 120
_STEPS = ("write", "fsync", "replace", "unlink", "rmdir")


def prepare(folder: Path) -> None:
    """An app's folder with sealed files in two rooms, and a receipt begun outside."""
    vault = Vault.create(folder / "app", KeyBeside())
    for number in range(FILES):
        SealedFiles(vault, folder / "app" / f"room{number % 2}").write(f"file{number}", SECRET)
    (folder / "receipt").mkdir()
    ReceiptPlace(folder / "receipt").write(ErasureReceipt(begun_s=1))


def erase(folder: Path) -> None:
    """From the point of no return on, as `Erasing.run` does it."""
    Marker(destroying=True, receipt=folder / "receipt").write(folder / "app")
    finish(folder / "app", keystore=MemoryKeystore)


def die_at(step: int) -> None:
    """Patch every durable act: this process is killed instead of the `step`-th; a write dies half-way."""
    left = step

    def dying(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def instead(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                if name == "write":
                    act(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*arguments, **named)

        return instead

    for name in _STEPS:
        setattr(os, name, dying(name, getattr(os, name)))


def look(folder: Path) -> dict[str, Any]:
    """What is left: sealed files that open, files at all, and what the marker says."""
    app, opened = folder / "app", 0
    marker = read_marker(app)
    with suppress(VaultError):
        vault = Vault.open(app, KeyBeside())
        for number in range(FILES):
            with suppress(VaultError, FileNotFoundError):
                opened += SealedFiles(vault, app / f"room{number % 2}").read(f"file{number}") == SECRET
    files = [path for path in app.rglob("*") if path.is_file() and path.parent != app]
    rest = sorted(path.name for path in app.iterdir())
    destroying = marker.destroying if marker is not None else None
    return {"opened": opened, "files": len(files), "destroying": destroying, "rest": rest}


def main(folder: Path) -> None:
    prepare(folder / "origin")
    rows: list[dict[str, Any]] = []
    for step in range(1, _MOST_STEPS):
        here = folder / str(step)
        shutil.copytree(folder / "origin", here)
        pid = os.fork()
        if pid == 0:
            die_at(step)
            erase(here)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        found = look(here)
        finish(here / "app", keystore=MemoryKeystore)
        receipt = ReceiptPlace(here / "receipt").read()
        state = receipt.state.value if receipt is not None else None
        rows.append({"killed": os.WIFSIGNALED(status), **found, "after": look(here), "state": state})
        if not os.WIFSIGNALED(status):
            break
    sys.stdout.write(json.dumps(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
