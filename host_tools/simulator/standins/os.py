"""`os` as the ESP32 port offers it: nothing of the computer underneath, and a uname that says what this is."""

from collections import namedtuple

import uos
from uos import (  # noqa: F401 this is the module
    VfsFat,
    VfsLfs2,
    chdir,
    getcwd,
    mkdir,
    mount,
    remove,
    rename,
    rmdir,
    stat,
    umount,
    unlink,
    urandom,
)

sep = "/"

_MACHINE = "XIAO ESP32S3 Sense, simulated, with ESP32S3"
_Uname = namedtuple("uname", ("sysname", "nodename", "release", "version", "machine"))


def uname():
    return _Uname(
        "esp32", "esp32", "1.29.0", "v1.29.0-preview, simulated", "XIAO ESP32S3 Sense, simulated, with ESP32S3"
    )


def statvfs(path: str):
    """As on 32 bits: littlefs counts shared blocks twice, and with more used than there are, the free are negative."""
    return tuple(value - (1 << 32) if value >> 31 else value for value in uos.statvfs(path))


def ilistdir(path: str = "."):
    for entry in uos.ilistdir(path):
        if len(entry) == 4:  # mount points come without a size; the computer's files are mounted, for imports only
            yield entry


def listdir(path: str = ".") -> list:
    return [entry[0] for entry in ilistdir(path)]


def sync() -> None:
    """Nothing is buffered above littlefs."""
