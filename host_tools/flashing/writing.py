"""Erases, writes and verifies one chip, so that it starts nothing at all until everything on it is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from host_tools.cable.errors import CableLost
from host_tools.flashing.chip import Chip
from host_tools.flashing.errors import ImageForOtherChip, ImageTooLarge, NotVerified, StoppedHalfway, WriteInterrupted
from host_tools.flashing.sources import Image

_HEAD_BYTES = 4096  # one sector of flash

Progress = Callable[[int], None]


def require_fit(image: Image, chip: Chip) -> None:
    """Raise ImageForOtherChip or ImageTooLarge where this chip could not run the image."""
    facts = image.facts
    if facts.chip != chip.name:
        raise ImageForOtherChip(image.name, facts.chip, chip.name)
    if not facts.min_revision <= chip.revision <= facts.max_revision:
        raise ImageForOtherChip(
            image.name,
            f"{facts.chip} of the revisions {_revision(facts.min_revision)} to {_revision(facts.max_revision)}",
            f"{chip.name} revision {_revision(chip.revision)}",
        )
    if facts.needs_flash_bytes > chip.flash_bytes:
        raise ImageTooLarge(image.name, facts.needs_flash_bytes, chip.flash_bytes)


def write(image: Image, chip: Chip, progress: Progress) -> None:
    """Make the chip hold the image and nothing else; `progress` gets percent.

    The first sector, without which the chip starts nothing, comes last: interrupted anywhere, the chip stays in its
    loader. Raises WriteInterrupted, StoppedHalfway, NotVerified.
    """
    written = _Percent(len(image.data), progress)
    try:
        chip.erase()
        for offset, stretch in ((_HEAD_BYTES, image.data[_HEAD_BYTES:]), (0, image.data[:_HEAD_BYTES])):
            chip.write(offset, stretch, written.within(len(stretch)))
            written.done(len(stretch))
        if chip.md5(0, len(image.data)) != hashlib.md5(image.data, usedforsecurity=False).hexdigest():
            raise NotVerified(chip.port)
    except CableLost as error:
        raise WriteInterrupted(chip.port, written.percent, error.step) from error
    except KeyboardInterrupt as error:
        raise StoppedHalfway(written.percent) from error


class _Percent:
    """How much of an image is on the chip, told whenever the number changes."""

    def __init__(self, size: int, progress: Progress) -> None:
        self.percent = 0
        self._size = size
        self._done = 0
        self._progress = progress

    def within(self, stretch: int) -> Callable[[int, int], None]:
        """For a stretch of that many bytes: esptool counts compressed ones."""

        def tell(sent: int, of: int) -> None:
            self._tell(self._done + stretch * sent // max(of, 1))

        return tell

    def done(self, stretch: int) -> None:
        """That many more bytes are written and verified."""
        self._done += stretch
        self._tell(self._done)

    def _tell(self, have: int) -> None:
        percent = 100 * have // self._size
        if percent != self.percent:
            self.percent = percent
            self._progress(percent)


def _revision(number: int) -> str:
    return f"{number // 100}.{number % 100}"
