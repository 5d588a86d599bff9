"""Boot: the console shut, the release chosen, the board, the glasses. What can be decided is decided in plainsight/.

But for one thing, which can't wait for it: on a board that is nobody's the console stays open whatever the application
does, so that one that can't even be imported is replaced over the cable.
"""

import micropython

micropython.kbd_intr(-1)  # before anything else: from here on Ctrl-C is a character like any other

import os  # noqa: E402
import sys  # noqa: E402

import machine  # noqa: E402

_CTRL_C = 3
_PAUSE_MS = 10_000
# What belongs to an owner, and the marker of a wipe that has not come to its end: plainsight/wiping.py.
_SOMEBODYS = ("media", "journal", "identity", "settings", "wiping")


def _is_somebodys() -> bool:
    """True unless this flash can be read and nothing on it has, or had, an owner."""
    try:
        os.statvfs("/")  # the root of a flash that is not mounted could be listed, and be empty
        return any([name.split(".")[0] in _SOMEBODYS for name in os.listdir("/")])
    except OSError:
        return True


def _run() -> bool:
    from board import Board
    from plainsight import start

    return start.run(Board())


if not _is_somebodys():
    micropython.kbd_intr(_CTRL_C)
restart, trial = True, False
try:
    import loader

    loader.enter()  # before any import of what a release replaces
    trial = loader.on_trial()
    restart = _run()
except Exception as error:  # noqa: BLE001 - a firmware that can't even be imported; the crash log is not there yet
    sys.print_exception(error)
    if _is_somebodys() and not trial:
        machine.lightsleep(_PAUSE_MS)  # nothing else will come of it: do not drain the battery trying
if restart and _is_somebodys():
    machine.reset()
