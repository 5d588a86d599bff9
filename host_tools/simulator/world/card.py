"""The SD card in the slot, or out of it: pulled at any moment, protected, full, bad, somebody else's."""

from __future__ import annotations

import struct
from pathlib import Path

from host_tools.simulator.card_image import make_card, write_card

_STATE = struct.Struct("<IBBiI8i")  # as in standins/machine_sdcard.py
_NOT_PLANNED = -1
_BAD_BLOCKS = 8


class Card:
    """The slot is empty at first. `slot` is the file through which the board sees what is in it."""

    def __init__(self, slot: Path) -> None:
        self.slot = slot
        self.image = slot.with_name(slot.name + ".img")
        self._number = 0
        self._protected = False
        self._bad: list[int] = []
        self._save(inserted=False, left=_NOT_PLANNED, written=0)

    @property
    def inserted(self) -> bool:
        """The card is in the slot; a planned pull may have happened."""
        return bool(self._state()[1])

    @property
    def blocks_written(self) -> int:
        """Blocks of 512 bytes written since it was put in."""
        return self._state()[4]

    def insert(self, image: Path | None = None) -> None:
        """Put a card in: this image, or the one that was in before; a new one is formatted."""
        if image is not None:
            self.image = image.absolute()
        if not self.image.exists():
            make_card(self.image)
        self._number += 1
        self._save(inserted=True, left=_NOT_PLANNED, written=0)

    def pull(self) -> None:
        """Take it out, whatever the board does with it."""
        self._save(inserted=False, left=_NOT_PLANNED, written=self.blocks_written)

    def pull_after(self, writes: int) -> None:
        """Take it out when this many further blocks have been written: the next one no longer is."""
        self._save(inserted=self.inserted, left=writes, written=self.blocks_written)

    def protect(self, on: bool = True) -> None:
        """Let it refuse every write, as a card does whose register says so."""
        self._protected = on
        self._save(inserted=self.inserted, left=_NOT_PLANNED, written=self.blocks_written)

    def bad_block(self, block: int) -> None:
        """This block can be neither read nor written; 8 at most."""
        self._bad.append(block)
        self._save(inserted=self.inserted, left=_NOT_PLANNED, written=self.blocks_written)

    def mend(self) -> None:
        """No protection, no bad blocks, no plan."""
        self._protected, self._bad = False, []
        self._save(inserted=self.inserted, left=_NOT_PLANNED, written=self.blocks_written)

    def fill(self, leave_bytes: int = 0) -> None:
        """Take it out, fill it up on a computer until about this much is free, put it back."""
        self._on_a_computer(leave_bytes=leave_bytes)

    def foreign(self) -> None:
        """Put in the card of another pair of glasses, with an item of theirs."""
        self.pull()
        self.image = self.slot.with_name(f"{self.slot.name}.foreign{self._number}.img")
        identity = b'{"glasses": "0123456789abcdef", "card": "fedcba9876543210"}\n"4c0c30932a709409"'
        make_card(
            self.image, {"plainsight/card": identity, "plainsight/0123456789abcdef/00000001.psi": b"PSI2" + bytes(100)}
        )
        self.insert()

    def blank(self) -> None:
        """Put in a card without any file system."""
        self.pull()
        self.image = self.slot.with_name(f"{self.slot.name}.blank{self._number}.img")
        self.image.write_bytes(bytes(1024 * 1024))
        self.insert()

    def _on_a_computer(self, leave_bytes: int) -> None:
        was_in = self.inserted
        self.pull()
        if not self.image.exists():
            make_card(self.image)
        write_card(self.image, leave_bytes=leave_bytes)
        if was_in:
            self.insert()

    def _state(self) -> tuple[int, ...]:
        return _STATE.unpack(self.slot.read_bytes()[: _STATE.size])

    def _save(self, *, inserted: bool, left: int, written: int) -> None:
        bad = (self._bad + [-1] * _BAD_BLOCKS)[:_BAD_BLOCKS]
        state = _STATE.pack(self._number, inserted, self._protected, left, written, *bad)
        # In place and in one write: the board keeps this file open.
        with self.slot.open("r+b" if self.slot.exists() else "wb", buffering=0) as file:
            file.write(state + str(self.image).encode())
            file.truncate()
