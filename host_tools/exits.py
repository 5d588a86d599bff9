"""Exit codes of `plainsight` and the errors that carry them; one table, which `--help` prints."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Why the command ended; the numbers are part of the interface."""

    OK = 0
    FAILED = 1
    USAGE = 2
    PHOTO = 3
    REFUSED = 4
    NOT_SHARED = 5
    LINK = 6
    ENDPOINT = 7
    HOST = 8
    BOARD = 9
    IMAGE = 10
    KEYWORD = 11
    LOCKED = 12
    INTERRUPTED = 130
    TERMINATED = 143


MEANINGS: dict[Exit, str] = {
    Exit.OK: "done",
    Exit.FAILED: "the job failed for a reason that has no code of its own",
    Exit.USAGE: "an option is unknown, missing or makes no sense",
    Exit.PHOTO: "the photo is missing, too large, or no picture",
    Exit.REFUSED: "the glasses refused to take a picture (the light could not be proven, the camera failed, …)",
    Exit.NOT_SHARED: "no yes, a yes to something else, or a picture that may not leave: nothing was shared (or wiped)",
    Exit.LINK: "provisioning, pairing or the link to the glasses failed",
    Exit.ENDPOINT: "the endpoint gave no answer",
    Exit.HOST: "something is missing on this computer; `plainsight doctor` says what",
    Exit.BOARD: "the board on the cable: none, several, busy, vanished, another one than was asked for, or locked",
    Exit.IMAGE: "the image is for another chip, damaged, too large, or nobody vouches for it",
    Exit.KEYWORD: "a recording, a wake-word model or a phrase that can't be used as it is",
    Exit.LOCKED: "the app's data is locked: a wrong passphrase, nobody to ask for it, or the keystore did not open it",
    Exit.INTERRUPTED: "interrupted (Ctrl-C)",
    Exit.TERMINATED: "terminated",
}


def exit_table(*codes: Exit) -> str:
    """The exit codes as lines for a help text; all of them unless some are named."""
    shown = sorted(codes) or tuple(MEANINGS)
    return "exit codes:\n" + "\n".join(f"  {code.value:3d}  {MEANINGS[code]}" for code in shown)


class HostError(Exception):
    """Base of what a host tool tells its user; `exit_code` is the class's, the text one line."""

    exit_code: Exit = Exit.FAILED


class UsageError(HostError):
    """Options that do not fit together."""

    exit_code = Exit.USAGE


class PhotoError(HostError):
    """A file that can't be the scene; `path` is what was asked for, `problem` the reason in words."""

    exit_code = Exit.PHOTO

    def __init__(self, path: object, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class MissingTool(HostError):
    """A program or package this host lacks; `name` is the tool, `remedy` what to do about it."""

    exit_code = Exit.HOST

    def __init__(self, name: str, remedy: str) -> None:
        super().__init__(f"{name} is missing: {remedy}")
        self.name = name
        self.remedy = remedy


class LinkError(HostError):
    """The glasses could not be provisioned, paired or reached; `step` is where it stopped."""

    exit_code = Exit.LINK

    def __init__(self, step: str, problem: str) -> None:
        super().__init__(f"{step}: {problem}")
        self.step = step
        self.problem = problem
