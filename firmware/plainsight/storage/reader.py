"""Reads blobs in pieces; the last one stays open, since a transfer reads it from end to end."""

from plainsight.storage.index import file_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


class Reader:
    """One open blob at a time."""

    def __init__(self):
        self._path = ""
        self._file: "BinaryIO | None" = None

    def read_into(self, folder: str, number: int, ending: str, offset: int, buffer: "bytearray | memoryview") -> int:
        """Fill `buffer` from `offset`; how many bytes there were. Raises OSError."""
        path = folder + "/" + file_name(number, ending)
        file = self._file
        if file is None or path != self._path:
            self.close()
            file = self._file = open(path, "rb")
            self._path = path
        file.seek(offset)
        return file.readinto(buffer) or 0

    def close(self) -> None:
        """Before anything is removed, and before a file system goes."""
        file, self._file = self._file, None
        if file is not None:
            file.close()
