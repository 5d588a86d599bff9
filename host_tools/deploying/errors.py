"""What can keep an application from a board; each says what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from host_tools.exits import Exit, HostError
from host_tools.printable import printable

_SHOWN = 200


class DeployError(HostError):
    """Base of this room's errors; `port` is the board's."""

    exit_code = Exit.BOARD

    def __init__(self, port: str, text: str) -> None:
        super().__init__(text)
        self.port = port


class OtherMpyVersion(DeployError):
    """Its MicroPython takes no modules that this computer compiles; `theirs` and `ours` as (version, sub-version)."""

    def __init__(self, port: str, theirs: tuple[int, int], ours: tuple[int, int]) -> None:
        super().__init__(
            port,
            f"the MicroPython on {port} takes .mpy {theirs[0]}.{theirs[1]}, and mpy-cross here writes "
            f"{ours[0]}.{ours[1]}: put another image on it (`plainsight flash --list`), or deploy with --source",
        )
        self.theirs = theirs
        self.ours = ours


class ModulesMissing(DeployError):
    """Its MicroPython was built without modules that the glasses need; `names` are those."""

    def __init__(self, port: str, names: Sequence[str]) -> None:
        super().__init__(
            port,
            f"the MicroPython on {port} has no module {', '.join(names)}: put an image with camera on it "
            "(`plainsight flash --list` names them)",
        )
        self.names = tuple(names)


class FlashTooFull(DeployError):
    """There is no room beside what runs; `needed` and `free` in bytes."""

    def __init__(self, port: str, needed: int, free: int) -> None:
        super().__init__(
            port,
            f"the flash of the board on {port} is too full: {needed} bytes are needed and {free} are free. Fetch and "
            "delete pictures with the app, remove files of your own, or `plainsight flash`, which erases everything",
        )
        self.needed = needed
        self.free = free


class ForeignProgram(DeployError):
    """The board runs a program that is not ours; `names` are its files."""

    def __init__(self, port: str, names: Sequence[str]) -> None:
        super().__init__(
            port,
            f"{' and '.join(names)} on the board on {port} is not Plainsight's: keep a copy "
            f"(`mpremote connect {port} cp :{names[0]} .`), then deploy with --replace-program",
        )
        self.names = tuple(names)


class ApplicationBroken(DeployError):
    """The new application can't be imported; what ran before still does. `traceback` is the board's."""

    exit_code = Exit.FAILED

    def __init__(self, port: str, traceback: str) -> None:
        lines = traceback.strip().splitlines() or ["no traceback"]
        super().__init__(
            port,
            f"the new application can't be imported on {port}: {printable(_last(lines))}. Nothing was "
            "switched: correct it and deploy again",
        )
        self.traceback = traceback


class NotWhole(DeployError):
    """What was read back is not what was written; `paths` name the files."""

    def __init__(self, port: str, paths: Sequence[str]) -> None:
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        super().__init__(
            port,
            f"{paths[0]}{more} on the board on {port} is not what was written, and nothing was switched: deploy again; "
            "if it happens again the flash is worn out, or a program on the board writes there",
        )
        self.paths = tuple(paths)


class DidNotStart(DeployError):
    """Everything is in its place, and the board did not say that it runs; `heard` is what it printed."""

    exit_code = Exit.FAILED

    def __init__(self, port: str, heard: Sequence[str]) -> None:
        said = f"it said {heard[-1][-_SHOWN:]!r}" if heard else "it said nothing"
        super().__init__(
            port,
            f"all was written, but the application on {port} did not come up ({said}): deploy a version that does; "
            "if the console is shut, `plainsight flash` begins anew",
        )
        self.heard = tuple(heard)


def _last(lines: Sequence[str]) -> str:
    """What happened, and where: the last line and the innermost frame of a traceback."""
    frames = [line.strip() for line in lines if line.startswith("  File ")]
    return f"{lines[-1][-_SHOWN:]} ({frames[-1] if frames else 'no place'})"
