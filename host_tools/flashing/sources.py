"""Brings an image here, from a file or from where it is published, and lets nothing pass that nobody vouches for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from host_tools.flashing import catalogue
from host_tools.flashing.archive import unpacked
from host_tools.flashing.catalogue import UNKNOWN, Pinned
from host_tools.flashing.download import MAX_DOWNLOAD_BYTES, Progress, fetch
from host_tools.flashing.errors import ImageDamaged, ImageForOtherChip, ImageUnreachable, NotAnImage
from host_tools.flashing.image import Facts, inspect
from host_tools.flashing.vouching import Shelf, require_voucher, sha256_of

BOARD = "xiao_esp32s3"  # the one that there are drivers for (firmware/boards)
BOARD_CHIP = "ESP32-S3"
_ASK_THE_PUBLISHER = "what its publisher says"


@dataclass(frozen=True)
class Image:
    """Firmware that somebody vouches for and that is sound; `sha256` is of the file it came in."""

    name: str
    what: str
    sha256: str
    data: bytes
    facts: Facts


class Sources:
    """Where images come from: the pinned list, the shelf of this computer, the network."""

    def __init__(
        self,
        shelf: Shelf,
        client: Callable[[], httpx.Client],
        progress: Progress,
        images: tuple[Pinned, ...] | None = None,
    ) -> None:
        self._shelf = shelf
        self._client = client
        self._progress = progress
        self.images = catalogue.pinned_images() if images is None else images

    def image(self, asked: str | None, given: str | None) -> Image:
        """The image that was asked for, by name or file; `given`: the hash for which the person vouches.

        Raises ImageError.
        """
        if asked is None:
            return self._published(catalogue.for_board(BOARD, self.images), given)
        if Path(asked).is_file():
            return self._file(Path(asked), given)
        return self._published(catalogue.by_name(asked, self.images), given)

    def _file(self, path: Path, given: str | None) -> Image:
        try:
            with path.open("rb") as file:
                content = file.read(MAX_DOWNLOAD_BYTES + 1)
        except OSError as error:
            raise ImageUnreachable(str(path), error.strerror or type(error).__name__) from error
        if len(content) > MAX_DOWNLOAD_BYTES:
            raise NotAnImage(path.name, f"it is larger than {MAX_DOWNLOAD_BYTES} bytes")
        data = unpacked(content, path.name)
        hashes = (sha256_of(content), sha256_of(data))
        pins = [image for image in self.images if not image.hashes.isdisjoint(hashes)]
        known = frozenset[str]().union(*(pin.hashes for pin in pins))
        image = _checked(path.name, pins[0].what if pins else "", hashes[0], data)
        require_voucher(hashes, path.name, known, given, _ASK_THE_PUBLISHER)
        return image

    def _published(self, pin: Pinned, given: str | None) -> Image:
        try:
            return self._kept(pin, given) or self._fetched(pin, given)
        except OSError as error:
            raise ImageUnreachable(pin.name, f"{error.filename}: {error.strerror}") from error

    def _kept(self, pin: Pinned, given: str | None) -> Image | None:
        """What somebody vouched for on this computer before, and the list does not say otherwise by now.

        With another `given` hash it is fetched anew.
        """
        content = self._shelf.find(pin.name)
        if content is None or given not in (None, sha256_of(content)):
            return None
        data = unpacked(content, pin.name, pin.member)
        if given is None and pin.hashes and pin.hashes.isdisjoint((sha256_of(content), sha256_of(data))):
            return None
        return _checked(pin.name, pin.what, sha256_of(content), data)

    def _fetched(self, pin: Pinned, given: str | None) -> Image:
        part = self._shelf.part(pin.name)
        expected = given or (None if pin.sha256 == UNKNOWN else pin.sha256)
        with self._client() as http:
            fetch(pin.url, part, expected, http, self._progress)
        content = part.read_bytes()
        data = unpacked(content, pin.name, pin.member)
        if pin.member_bytes and len(data) != pin.member_bytes:
            raise ImageDamaged(pin.name, f"{pin.member} has {len(data)} bytes where {pin.member_bytes} were published")
        image = _checked(pin.name, pin.what, sha256_of(content), data)  # nobody is asked to vouch for an error page
        require_voucher((sha256_of(content), sha256_of(data)), pin.name, pin.hashes, given, pin.page)
        self._shelf.keep(part, pin.name, content)
        return image


def _checked(name: str, what: str, sha256: str, data: bytes) -> Image:
    """The image, sound and for the chip that there are drivers for. Raises ImageError."""
    facts = inspect(data, name)
    if facts.chip != BOARD_CHIP:
        raise ImageForOtherChip(name, facts.chip, BOARD_CHIP)
    return Image(name, what or facts.application or "firmware that does not name itself", sha256, data, facts)


def stand_in(data: bytes) -> Image:
    """What is written to the virtual board: the image that stands in for MicroPython there. Raises ImageError."""
    return _checked("stand-in", "simulated: stands in for MicroPython on the virtual board", sha256_of(data), data)
