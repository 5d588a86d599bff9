"""Boots the virtual board: joins the world, mounts the flash at "/", and runs main.py unmodified, or one piece of code.

Environment: PLAINSIGHT_BOARD_SOCKET, PLAINSIGHT_FLASH, PLAINSIGHT_PATH (folders for imports, separated by colons),
PLAINSIGHT_RUN (the programs' paths on the computer, boot.py before main.py). The firmware sees none of it.
"""

import sys

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
    console.install()
    _mount_flash(uos.getenv("PLAINSIGHT_FLASH"))
    sys.path[:] = [_HOST + folder for folder in folders] + [".frozen"]
    sys.argv[:] = []
    for program in programs:
        with open(_HOST + program) as file:
            source = file.read()
        code = compile(source, program, "exec")
        console.program_starts()
        # As the port runs boot.py and main.py: an uncaught error is printed and ends it all.
        exec(code, {"__name__": "__main__", "__file__": program})  # noqa: S102 it is what a board does


_boot()
