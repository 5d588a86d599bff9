"""A board's REPL over pipes, on littlefs in a file: runs what comes in, until the power goes at a write.

Arguments: image and gauge (host_tools/simulator/flash.py), then folders for imports. A request is one line of JSON with
code; the answer is what that printed, and a line that begins with the mark: ok, or error and a traceback.
"""

import json
import sys

MARK = "\x04"


def mount(image: str, gauge: str) -> None:
    import uos
    import vfs
    from virtualflash import VirtualFlash

    flash = VirtualFlash(image, gauge, power_lost)
    vfs.mount(vfs.VfsPosix("/"), "/host")
    vfs.umount("/")
    # Larger pieces than on a board: fewer places to cut at.
    vfs.mount(vfs.VfsLfs2(flash, readsize=32, progsize=512, lookahead=32), "/")
    uos.chdir("/")


def power_lost() -> None:
    """Nothing more happens: whoever waits for the answer ends this process."""
    print("\n" + MARK + "lost")
    while True:
        sys.stdin.read(1)


def answer_requests() -> None:
    names = {}
    for line in sys.stdin:
        try:
            exec(json.loads(line), names)
            ended = "ok"
        except Exception as error:  # noqa: BLE001 - whatever the code does is its caller's
            sys.print_exception(error)
            ended = "error"
        print("\n" + MARK + ended)


image, gauge, *folders = sys.argv[1:]
sys.path[:] = folders
mount(image, gauge)
sys.path[:] = ["/host" + folder for folder in folders]
sys.path.insert(0, "")
sys.path.append(".frozen")
answer_requests()
