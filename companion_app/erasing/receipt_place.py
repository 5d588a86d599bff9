"""Where the receipt lies: a new folder in one that the owner named, outside of everything that goes."""

from __future__ import annotations

import json
import time
from pathlib import Path

from companion_app.erasing.errors import NoPlaceForReceipt, ReceiptInside
from companion_app.erasing.receipt import ErasureReceipt
from companion_app.erasing.words import receipt_text
from companion_app.files import write_atomic, write_json

_DATA, _TEXT = "receipt.json", "receipt.txt"
_MOST_BYTES = 4 << 20
_MOST_FOLDERS = 100  # of one second


class ReceiptPlace:
    """One erasing's own folder; `write` replaces data and text as they grow."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def make(cls, parent: Path, app_folder: Path, now_s: float) -> ReceiptPlace:
        """A new folder below `parent`, which is made where it is missing. Raises ReceiptInside, NoPlaceForReceipt."""
        if parent.resolve().is_relative_to(app_folder.resolve()):
            raise ReceiptInside(app_folder)
        name = time.strftime("plainsight-erasure-%Y%m%d-%H%M%S", time.gmtime(now_s))
        try:
            parent.mkdir(parents=True, exist_ok=True)
            for number in range(1, _MOST_FOLDERS):
                folder = parent / (name if number == 1 else f"{name}-{number}")
                try:
                    folder.mkdir(mode=0o700)
                except FileExistsError:
                    continue
                return cls(folder)
        except OSError as error:
            raise NoPlaceForReceipt(parent, error.errno) from error
        raise NoPlaceForReceipt(parent, None)

    def write(self, receipt: ErasureReceipt) -> None:
        """Durable on return. Raises NoPlaceForReceipt."""
        try:
            write_json(self.folder / _DATA, receipt.to_json())
            write_atomic(self.folder / _TEXT, receipt_text(receipt).encode())
        except OSError as error:
            raise NoPlaceForReceipt(self.folder, error.errno) from error

    def write_request(self, name: str, text: str) -> None:
        """One letter to a recipient. Raises NoPlaceForReceipt."""
        try:
            write_atomic(self.folder / name, text.encode())
        except OSError as error:
            raise NoPlaceForReceipt(self.folder, error.errno) from error

    def read(self) -> ErasureReceipt | None:
        """What was written last; None where it is gone or no receipt."""
        try:
            with (self.folder / _DATA).open("rb") as file:
                return ErasureReceipt.from_json(json.loads(file.read(_MOST_BYTES)))
        except (OSError, ValueError, RecursionError):
            return None
