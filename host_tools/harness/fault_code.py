"""What fault injectors run on the board: MicroPython source, for a board at its REPL."""

from __future__ import annotations

FILLER = "/harness_fill"
BOOT = "/boot.py"
KEPT_BOOT = "/boot.py.kept"

# Pieces of falling size until not even the smallest fits: a file whose close fails for want of room frees all it had.
# ENOSPC is 28 on every port.
FILL = """
import os

def write(path, size):
    file = open(path, "wb")
    try:
        for _ in range(size // len(chunk)):
            file.write(chunk)
        file.close()
    except OSError as error:
        try:
            file.close()
        except OSError:
            pass
        os.remove(path)
        if error.errno != 28:
            raise
        return False
    return True

chunk = bytes(512)
folder = {folder!r}
os.mkdir(folder)
number = 0
for size in (524288, 65536, 8192, 512):
    while write(folder + "/" + str(number), size):
        number += 1
""".strip()

# The camera driver is compiled in, so no file can shadow it; what counts is sys.modules. It fails as the driver does
# without a sensor. boot.py is its own again before anything else happens: the next boot finds the camera.
NO_CAMERA = """
import os
import sys
try:
    os.rename({kept!r}, {boot!r})
except OSError:
    os.remove({boot!r})
import camera

class _Module:
    pass

class _Absent:
    def __init__(self, *arguments, **options):
        raise OSError(-261, "ESP_ERR_NOT_FOUND")

for _name in dir(camera):
    if not _name.startswith("__"):
        setattr(_Module, _name, getattr(camera, _name))
_Module.Camera = _Absent
sys.modules["camera"] = _Module
try:
    _boot = open({boot!r}).read()
except OSError:
    _boot = ""
exec(_boot)
""".strip()


def fill() -> str:
    """Fills the flash. (What statvfs says is free then makes no sense: littlefs counts shared blocks twice.)"""
    return FILL.format(folder=FILLER)


def boot_without_camera() -> str:
    """A boot.py for one boot."""
    return NO_CAMERA.format(kept=KEPT_BOOT, boot=BOOT)
