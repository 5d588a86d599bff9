"""Small files that survive a power cut: write beside, flush, rename. A reader finds the old content or the new."""

import os

from plainsight import compat

_ENOENT = 2
_EEXIST = 17
_IS_FILE = 0x8000
BESIDE = ".new"  # a name with this ending is an unfinished write


def write_atomic(path: str, data: bytes | bytearray | memoryview) -> None:
    """Replace the content of `path`. Raises OSError, and then the old content stands."""
    beside = path + BESIDE
    with open(beside, "wb") as file:
        file.write(data)
        compat.flush(file)
    rename(beside, path)


def rename(old: str, new: str) -> None:
    """Give a finished file its name, in the place of an older one: the medium does this whole or not at all."""
    os.rename(old, new)


def read(path: str) -> bytes | None:
    """The whole content, or None where there is no such file."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        if error.errno == _ENOENT:
            return None
        raise


def size(path: str) -> int | None:
    """Bytes in a file, or None where there is no such file."""
    try:
        return os.stat(path)[6]
    except OSError as error:
        if error.errno == _ENOENT:
            return None
        raise


def remove(path: str) -> bool:
    """Delete a file; False where there was none."""
    try:
        os.remove(path)
    except OSError as error:
        if error.errno == _ENOENT:
            return False
        raise
    return True


def make_folder(path: str) -> None:
    """Create a folder and its parents; one that exists is left as it is."""
    parent = path.rsplit("/", 1)[0] if "/" in path else ""
    if parent and parent != path and not is_folder(parent):
        make_folder(parent)
    try:
        os.mkdir(path)
    except OSError as error:
        if error.errno != _EEXIST:
            raise


def is_folder(path: str) -> bool:
    """True where `path` names a folder."""
    try:
        return bool(os.stat(path)[0] & 0x4000)
    except OSError:
        return False


def names(path: str) -> list[str]:
    """The sorted names in a folder."""
    return sorted(os.listdir(path))


def sizes(path: str) -> dict[str, int]:
    """Name and size in bytes of each file in a folder; folders are left out."""
    found: dict[str, int] = {}
    for entry in compat.ilistdir(path):
        if entry[1] == _IS_FILE:  # not every file system tells the size here
            found[entry[0]] = entry[3] if len(entry) > 3 else os.stat(path + "/" + entry[0])[6]
    return found


def remove_tree(path: str) -> None:
    """Delete a file or a folder with all that is in it; nothing there is no error."""
    if is_folder(path):
        for name in os.listdir(path):
            remove_tree(path + "/" + name)
        os.rmdir(path)
    else:
        remove(path)
