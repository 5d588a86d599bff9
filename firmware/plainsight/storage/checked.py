"""Small files on flash that say themselves whether they are still what was written: content, newline, "checksum".

littlefs checks its own structures, not what lies in a file: without this a flipped bit would be obeyed.
"""

import binascii
import hashlib

from plainsight import files

_CHECK_CHARACTERS = 16
_TAIL_BYTES = _CHECK_CHARACTERS + 3  # newline and quotes


class Damaged(Exception):
    """The file was written to, cut short, or its medium forgot; `path` says which."""

    def __init__(self, path: str):
        super().__init__(path)
        self.path = path


def write(path: str, content: bytes) -> None:
    """Replace the file, whole or not at all. Raises OSError."""
    files.write_atomic(path, checked(content))


def checked(content: bytes) -> bytes:
    """The content with its checksum, as it stands in the file."""
    return content + b'\n"' + _checksum(content) + b'"'


def read(path: str) -> bytes | None:
    """The content, or None where there is no such file. Raises Damaged, OSError."""
    data = files.read(path)
    if data is None:
        return None
    content = data[:-_TAIL_BYTES]
    if len(data) < _TAIL_BYTES or data != checked(content):
        raise Damaged(path)
    return content


def _checksum(content: bytes) -> bytes:
    return binascii.hexlify(hashlib.sha256(content).digest())[:_CHECK_CHARACTERS]
