"""Boots the virtual board: joins the world, mounts the flash at "/", and runs main.py unmodified, or one piece of code.

Environment: PLAINSIGHT_BOARD_SOCKET, PLAINSIGHT_FLASH, PLAINSIGHT_PATH (folders for imports, separated by colons),
PLAINSIGHT_RUN (the programs' paths on the computer, boot.py before main.py), PLAINSIGHT_REPL (with a cable: "raw" or
"friendly", the REPL that follows). The firmware sees none of it.
"""

import sys

# Exit codes, for boardprocess.py: start again, and which REPL to begin with.
_SOFT_RESET = 64
_SOFT_RESET_RAW = 65
_HOST = "/host"  # where the computer's files hide while the flash is the root


def _mount_flash(image: str) -> None:
    import uos
    import vfs
    import worldlink
    from virtualflash import VirtualFlash

    flash = VirtualFlash(image, image + ".gauge", worldlink.power_lost)
    vfs.mount(vfs.VfsPosix("/"), _HOST)
    vfs.umount("/")
    # As the ESP32 port mounts its partition.
    try:
        storage = vfs.VfsLfs2(flash, readsize=32, progsize=32, lookahead=32, mtime=True)
    except OSError:
        raise OSError(image + " is no flash image of glasses; name one, or a file that does not exist yet")
    vfs.mount(storage, "/")
    uos.chdir("/")


def _boot() -> None:
    import uos

    folders = uos.getenv("PLAINSIGHT_PATH").split(":")
    programs = uos.getenv("PLAINSIGHT_RUN").split(":")
    # The stand-ins come first: `machine`, `os`, `time` and their like take precedence over the built-in modules.
    sys.path[:] = folders + [".frozen"]
    import console
    import worldlink

    worldlink.connect(uos.getenv("PLAINSIGHT_BOARD_SOCKET"))
    cable = uos.getenv("PLAINSIGHT_REPL") is not None
    console.install(cable)
    _mount_flash(uos.getenv("PLAINSIGHT_FLASH"))
    sys.path[:] = [_HOST + folder for folder in folders] + [".frozen"]
    sys.argv[:] = []
    if cable:
        _run_attended(programs)
    for program in programs:
        code = compile(_source(program), program, "exec")
        console.program_starts()
        # As the port runs boot.py and main.py: an uncaught error is printed and ends it all.
        exec(code, {"__name__": "__main__", "__file__": program})  # noqa: S102 it is what a board does


def _source(program: str) -> str:
    with open(_HOST + program) as file:
        return file.read()


def _run_attended(programs: list) -> None:
    """What ports/esp32/main.c does with a console; never returns. The exit code says how to go on: a soft reset."""
    import repl
    import uos

    raw = uos.getenv("PLAINSIGHT_REPL") == "raw"
    namespace = {"__name__": "__main__"}
    result = repl.NORMAL
    # In the raw REPL main.py is not run; nor after a boot.py that failed.
    for program in programs[:-1] if raw else programs:
        result = repl.execute(lambda path=program: _source(path), program, "exec", namespace)
        if result != repl.NORMAL:
            break
    if result != repl.EXIT:
        raw = repl.run(namespace, raw)
    print("MPY: soft reboot")
    sys.exit(_SOFT_RESET_RAW if raw else _SOFT_RESET)


_boot()
