"""SD card images with FAT, made and read by MicroPython's own VfsFat in a process of its own."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from host_tools.simulator.interpreter import interpreter_command

CARD_BYTES = 8 * 1024 * 1024
_TIMEOUT_S = 60

_DEVICE = """
import binascii, json, os, vfs
class Image:
    def __init__(self, path):
        self._file = open(path, "r+b")
        self._blocks = os.stat(path)[6] // 512
    def readblocks(self, block, buffer):
        self._file.seek(block * 512)
        self._file.readinto(buffer)
        return 0
    def writeblocks(self, block, buffer):
        self._file.seek(block * 512)
        self._file.write(buffer)
        return 0
    def ioctl(self, operation, argument):
        return {{4: self._blocks, 5: 512}}.get(operation, 0)
    def close(self):
        self._file.close()
image = Image({path!r})
"""
_WRITE = """
if {format!r}:
    vfs.VfsFat.mkfs(image)
vfs.mount(vfs.VfsFat(image), "/card")
for name, content in json.loads({files!r}).items():
    parts = name.split("/")
    for depth in range(1, len(parts)):
        try:
            os.mkdir("/card/" + "/".join(parts[:depth]))
        except OSError:
            pass
    with open("/card/" + name, "wb") as file:
        file.write(binascii.a2b_base64(content))
if {leave!r} >= 0:
    status = os.statvfs("/card")
    room = status[0] * status[3] - {leave!r}
    with open("/card/filler", "wb") as file:
        while room > 0:
            room -= file.write(bytes(min(room, 65536)))
vfs.umount("/card")
image.close()
"""
_READ = """
vfs.mount(vfs.VfsFat(image), "/card")
def walk(folder):
    for entry in os.ilistdir(folder):
        path = folder + "/" + entry[0]
        if entry[1] == 0x4000:
            walk(path)
        else:
            with open(path, "rb") as file:
                print(json.dumps([path[6:], binascii.b2a_base64(file.read()).decode().strip()]))
walk("/card")
vfs.umount("/card")
image.close()
"""


class CardUnreadable(Exception):
    """MicroPython could not mount the image; carries what it printed."""

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


def make_card(path: Path, files: Mapping[str, bytes] | None = None, *, size: int = CARD_BYTES) -> None:
    """A new image with FAT and these files on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    _run(_DEVICE.format(path=str(path)) + _script(files or {}, format_first=True))


def write_card(path: Path, files: Mapping[str, bytes] | None = None, *, leave_bytes: int = -1) -> None:
    """Put files onto an image, and then a filler that leaves about this much room."""
    _run(_DEVICE.format(path=str(path)) + _script(files or {}, leave_bytes=leave_bytes))


def read_card(path: Path) -> dict[str, bytes]:
    """Path and content of every file on an image. Raises CardUnreadable."""
    rows: list[list[str]] = [json.loads(line) for line in _run(_DEVICE.format(path=str(path)) + _READ).splitlines()]
    return {name: base64.b64decode(content) for name, content in rows}


def _script(files: Mapping[str, bytes], *, format_first: bool = False, leave_bytes: int = -1) -> str:
    rows = json.dumps({name: base64.b64encode(content).decode() for name, content in files.items()})
    return _WRITE.format(format=format_first, files=rows, leave=leave_bytes)


def _run(code: str) -> str:
    command = [*interpreter_command(heap_bytes=16 * 1024 * 1024), "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    if done.returncode != 0:
        raise CardUnreadable(done.stdout + done.stderr)
    return done.stdout
