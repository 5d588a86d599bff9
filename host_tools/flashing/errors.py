"""What can go wrong when a board is flashed; every text is one line that names the way out."""

from __future__ import annotations

from host_tools.cable.ports import is_simulated
from host_tools.exits import Exit, HostError

INTO_THE_LOADER = (
    "unplug it, hold its BOOT button (a small B on the XIAO), plug it in, let go after 2 s, and run this again"
)
_AGAIN = "run the same command again: it begins anew"


class FlashError(HostError):
    """Base of this room's errors; unless a class says otherwise, the board is what failed."""

    exit_code = Exit.BOARD


class ImageError(FlashError):
    """Base of what is wrong with an image, before anything was written."""

    exit_code = Exit.IMAGE


class NoSuchImage(ImageError):
    """Neither a file nor a name in the list."""

    exit_code = Exit.USAGE

    def __init__(self, asked: str, names: tuple[str, ...]) -> None:
        super().__init__(f"{asked} is no file and no image in the list: {', '.join(names)}; `plainsight flash --list`")
        self.asked = asked


class ImageUnreachable(ImageError):
    """The file, or the folder where downloads are kept, can't be read or written."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} can't be read: {problem}; name another file with --image")
        self.problem = problem


class NotAnImage(ImageError):
    """Bytes that are no firmware for the whole flash of an ESP32; `problem` says what is missing."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} is not firmware for a whole board: {problem}; take the firmware.bin of a release")
        self.problem = problem


class ImageCutOff(ImageError):
    """The file ends before what its own headers promise."""

    def __init__(self, name: str, have: int, needs: int) -> None:
        super().__init__(f"{name} is cut off: {have} bytes where its headers promise {needs}; fetch it again")
        self.have = have
        self.needs = needs


class ImageDamaged(ImageError):
    """A checksum or hash inside the image, or its archive, does not fit."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{name} is damaged: {what}; fetch it again")
        self.what = what


class ImageForOtherChip(ImageError):
    """The image is for another chip, or for other revisions of it, than the board has."""

    def __init__(self, name: str, image_chip: str, board_chip: str) -> None:
        super().__init__(
            f"{name} is for {image_chip}, the board is {board_chip}: nothing was erased; take another image"
        )
        self.image_chip = image_chip
        self.board_chip = board_chip


class ImageTooLarge(ImageError):
    """The image, or the flash that its headers count on, is larger than the chip's flash."""

    def __init__(self, name: str, needs: int, flash_bytes: int) -> None:
        super().__init__(
            f"{name} needs {needs} bytes of flash, this board has {flash_bytes}: nothing was erased; take another image"
        )
        self.needs = needs
        self.flash_bytes = flash_bytes


class WrongHash(ImageError):
    """The file is not the one that was promised."""

    def __init__(self, name: str, expected: str, computed: str) -> None:
        super().__init__(f"{name} has sha256 {computed}, not {expected}: do not use it; fetch it again")
        self.expected = expected
        self.computed = computed


class NobodyVouches(ImageError):
    """No hash of this file is known; the person who can compare it with its publisher's must say so."""

    def __init__(self, name: str, computed: str, where: str) -> None:
        super().__init__(
            f"nobody vouches for {name}: compare its sha256 with {where}, and if they are equal run this again with "
            f"--sha256 {computed}"
        )
        self.computed = computed


class DownloadFailed(ImageError):
    """The image did not arrive."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"{url}: {problem}; run it again, or fetch it yourself and name it with --image FILE")
        self.url = url
        self.problem = problem


class UnknownBoard(FlashError):
    """The port's USB id is not one of a board that this program knows."""

    def __init__(self, port: str, what: str) -> None:
        super().__init__(
            f"{port} is {what}, no board that this program knows: nothing was touched; if you are sure that it is an "
            "ESP32-S3 board and may be erased, add --any-board"
        )
        self.port = port


class LoaderSilent(FlashError):
    """The chip's boot loader does not answer, so nothing can be written."""

    def __init__(self, port: str) -> None:
        finger = f"hold its BOOT button with `plainsight press --boot --target {port}`, and run this again"
        way = finger if is_simulated(port) else INTO_THE_LOADER
        super().__init__(f"the boot loader of the board at {port} does not answer: {way}")
        self.port = port


class ChipProtected(FlashError):
    """Fuses of the chip forbid what flashing needs."""

    def __init__(self, port: str, protection: str) -> None:
        super().__init__(
            f"the chip at {port} has {protection} burnt into its fuses and cannot be flashed: use another board"
        )
        self.protection = protection


class WriteInterrupted(FlashError):
    """The link broke between the first erased and the last verified byte."""

    def __init__(self, port: str, percent: int, problem: str) -> None:
        super().__init__(
            f"lost the board at {port} with {percent} % written ({problem}): it has no firmware now; plug it in "
            f"and {_AGAIN}"
        )
        self.port = port
        self.percent = percent


class StoppedHalfway(FlashError):
    """Ctrl-C between the first erased and the last verified byte."""

    exit_code = Exit.INTERRUPTED

    def __init__(self, percent: int) -> None:
        super().__init__(f"interrupted with {percent} % written: the board has no firmware now; {_AGAIN}")
        self.percent = percent


class NotVerified(FlashError):
    """What the chip holds is not what was sent."""

    def __init__(self, port: str) -> None:
        super().__init__(
            f"the flash of the board at {port} does not hold what was written; {_AGAIN}, and use "
            "another board if this repeats"
        )
        self.port = port


class NotAgreed(FlashError):
    """Nobody said yes; nothing was erased."""

    exit_code = Exit.NOT_SHARED

    def __init__(self) -> None:
        super().__init__("nobody agreed: nothing was erased (--yes agrees without a question)")


class MicroPythonSilent(FlashError):
    """The image is on the chip and verified, but MicroPython did not answer afterwards."""

    def __init__(self, port: str) -> None:
        super().__init__(
            f"written and verified, but MicroPython does not answer at {port}: unplug the board, plug it in, and run "
            "`plainsight deploy`"
        )
        self.port = port
