"""Opened copies in a folder of the owner's: whole ones alone, and nothing that lay there is replaced."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from companion_app.files import sync_folder, write_all

_MODE = 0o600  # whoever may see it, is for the owner to say


def copy_to(folder: Path, names: Iterable[str], content: bytes) -> Path:
    """`content` under the first of `names` that is free, durable on return. Raises OSError, and leaves no piece."""
    for name in names:
        path = folder / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
        except FileExistsError:
            continue
        try:
            try:
                write_all(handle, content)
                os.fsync(handle)
            finally:
                os.close(handle)
            sync_folder(folder)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path
    raise FileExistsError(str(folder))
