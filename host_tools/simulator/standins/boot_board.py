"""Boots the virtual board: joins the world, mounts the flash at "/", and runs main.py unmodified, or one piece of code.

Environment: PLAINSIGHT_BOARD_SOCKET, PLAINSIGHT_FLASH, PLAINSIGHT_PATH (folders for imports, separated by colons),
PLAINSIGHT_RUN (the programs' paths on the computer, boot.py before main.py; empty: those on the flash) and, with a
cable, PLAINSIGHT_REPL ("raw" or "friendly", the REPL that follows). The firmware sees none of it.
"""

import sys

# Exit codes, for boardprocess.py: start again, and which REPL to begin with.
_SOFT_RESET = 64
_SOFT_RESET_RAW = 65
_ON_FLASH = ["boot.py", "main.py"]
_SECTOR_BYTES = 4096
_HOST = "/host"  # where the computer's files hide while the flash is the root


def _mount_flash(image: str) -> None:
    import flashbdev
    import uos
    import vfs
    import worldlink
    from virtualflash import VirtualFlash

    flash = VirtualFlash(image, image + ".gauge", worldlink.power_lost)
    vfs.mount(vfs.VfsPosix("/"), _HOST)
    vfs.umount("/")
    flashbdev.bdev = flash
    # As the ESP32 port mounts its partition (ports/esp32/modules/_boot.py), and as its inisetup.py makes a new one.
    try:
        storage = _filesystem(flash)
    except OSError:
        if not _is_erased(flash):
            raise OSError(image + " is no flash image of glasses; name one, or a file that does not exist yet")
        print("Performing initial setup")
        vfs.VfsLfs2.mkfs(flash)
        storage = _filesystem(flash)
        with storage.open("boot.py", "w") as file:
            file.write("# This file is executed on every boot (including wake-boot from deepsleep)\n")
    vfs.mount(storage, "/")
    uos.chdir("/")


def _filesystem(flash):
    import vfs

    return vfs.VfsLfs2(flash, readsize=32, progsize=32, lookahead=32, mtime=True)


def _is_erased(flash) -> bool:
    sector = bytearray(_SECTOR_BYTES)
    flash.readblocks(0, sector)
    return sector == b"\xff" * _SECTOR_BYTES


def _boot() -> None:
    import uos

    folders = uos.getenv("PLAINSIGHT_PATH").split(":")
    programs = [name for name in uos.getenv("PLAINSIGHT_RUN").split(":") if name]
    # The stand-ins come first: `machine`, `os`, `time` and their like take precedence over the built-in modules.
    sys.path[:] = folders + [".frozen"]
    import console
    import worldlink

    worldlink.connect(uos.getenv("PLAINSIGHT_BOARD_SOCKET"))
    cable = uos.getenv("PLAINSIGHT_REPL") is not None
    console.install(cable)
    _mount_flash(uos.getenv("PLAINSIGHT_FLASH"))
    sys.path[:] = [_HOST + folder for folder in folders] + [".frozen"]
    if not programs:  # only the vendor's modules are built in; everything else comes from the flash
        sys.path[-1:] = ["", ".frozen", "/lib"]
        programs = _ON_FLASH
    sys.argv[:] = []
    if cable:
        _run_attended(programs)
    for program in programs:
        code = compile(_source(program), program, "exec")
        console.program_starts()
        # As the port runs boot.py and main.py: an uncaught error is printed and ends it all.
        exec(code, {"__name__": "__main__", "__file__": program})  # noqa: S102 it is what a board does


def _source(program: str) -> str:
    """A program's text; nothing where the flash has none."""
    try:
        with open(program if program in _ON_FLASH else _HOST + program) as file:
            return file.read()
    except OSError:
        if program in _ON_FLASH:
            return ""
        raise


def _run_attended(programs: list) -> None:
    """What ports/esp32/main.c does with a console; never returns. The exit code says how to go on: a soft reset."""
    import raw_output
    import repl
    import uos
    import worldlink

    raw_output.install()

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
    worldlink.call("power", "soft_reset")
    sys.exit(_SOFT_RESET_RAW if raw else _SOFT_RESET)


_boot()
