"""Takes a release from a phone into a file beside everything else; nothing in it is believed yet."""

import binascii
import hashlib
import os

from plainsight import compat, files
from plainsight.errors import Refused

_FOLDER = "/update"
_NAME = "/release"
_SPARE_BYTES = 256 * 1024  # half a block lost for each file, and room for the journal and the settings
_ENOSPC = 28

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO


def path(root: str) -> str:
    """Where a release lies that was taken whole."""
    return root + _FOLDER + _NAME


def check_room(root: str, size: int) -> None:
    """Raise Refused unless a release of `size` bytes fits twice: as it comes, and unpacked."""
    found = os.statvfs(root)
    free = found[0] * found[3]
    if free < 2 * size + _SPARE_BYTES:
        raise Refused("storage_full", {"free": free})


class Upload:
    """One release on its way in: `write` its pieces, then `finish`, or `abandon`. `on_end()` is called once."""

    def __init__(self, root: str, size: int, on_end: "Callable[[], None]"):
        self._path = path(root)
        self._on_end = on_end
        self._size = size
        self._hash = hashlib.sha256()
        files.make_folder(root + _FOLDER)
        self._file: BinaryIO | None = open(self._path + files.BESIDE, "wb")

    def write(self, piece: memoryview) -> None:
        """The next piece; at most 4 kB, one write to the medium. Raises Refused."""
        assert self._file is not None
        try:
            self._file.write(piece)
        except OSError as error:
            raise _refused(error)
        self._hash.update(piece)

    def finish(self) -> dict:
        """Give the file its name; what the phone is answered. Raises Refused."""
        assert self._file is not None
        try:
            compat.flush(self._file)
            self._file.close()
            files.rename(self._path + files.BESIDE, self._path)
        except OSError as error:
            raise _refused(error)
        self._file = None
        self._on_end()
        return {"size": self._size, "sha256": binascii.hexlify(self._hash.digest()).decode()}

    def abandon(self) -> None:
        """The rest will not come: leave nothing behind. After `finish` it does nothing."""
        if self._file is None:
            return
        file, self._file = self._file, None
        self._on_end()
        try:
            file.close()
            files.remove(self._path + files.BESIDE)
        except OSError:
            return  # the next upload begins by clearing


def _refused(error: OSError) -> Refused:
    return Refused("storage_full" if error.errno == _ENOSPC else "storage_failed", {"errno": error.errno})
