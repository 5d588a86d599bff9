"""Boots the virtual probe under MicroPython: joins the world, then runs the probe's main.py unmodified.

Environment: PLAINSIGHT_BOARD_SOCKET, PLAINSIGHT_PATH (folders for imports, separated by colons), PLAINSIGHT_RUN. The
probe keeps nothing, so it has no flash here: its files are read as if they lay on it.
"""

import sys


def _boot():
    import uos  # not `os`: that is a stand-in

    sys.path[:] = uos.getenv("PLAINSIGHT_PATH").split(":") + [".frozen"]
    sys.argv[:] = []
    import worldlink

    worldlink.connect(uos.getenv("PLAINSIGHT_BOARD_SOCKET"))
    program = uos.getenv("PLAINSIGHT_RUN")
    with open(program) as file:
        code = compile(file.read(), program, "exec")
    exec(code, {"__name__": "__main__", "__file__": program})  # noqa: S102 it is what a board does


_boot()
