"""Boot: the console shut, the release chosen, the board, the glasses. What can be decided is decided in plainsight/."""

import micropython

micropython.kbd_intr(-1)  # before anything else: from here on Ctrl-C is a character like any other

import sys  # noqa: E402

import loader  # noqa: E402
import machine  # noqa: E402

loader.enter()  # before any import of what a release replaces

_PAUSE_MS = 10_000


def _run() -> bool:
    from board import Board
    from plainsight import start

    return start.run(Board())


restart = True
try:
    restart = _run()
except Exception as error:  # noqa: BLE001 - a firmware that can't even be imported; the crash log is not there yet
    sys.print_exception(error)
    if not loader.on_trial():
        machine.lightsleep(_PAUSE_MS)  # nothing else will come of it: do not drain the battery trying
if restart:
    machine.reset()
