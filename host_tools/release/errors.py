"""What can go wrong with a release; each says what to do next."""

from __future__ import annotations

from pathlib import Path

from host_tools.exits import Exit, HostError


class ReleaseError(HostError):
    """Base of this room's errors."""


class KeyFileError(ReleaseError):
    """A key file that is missing, unreadable or would be overwritten."""

    exit_code = Exit.USAGE

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path


class StateMissing(ReleaseError):
    """Nobody knows which one-time keys are spent."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is missing: without it a one-time key could be spent twice, which lets others forge releases. "
            "Put it back if it was only moved, never from a backup; or look up the highest signature number of all "
            "releases ever signed "
            "(`plainsight release show FILE`) and go on well above it with --spent-up-to NUMBER"
        )
        self.path = path


class StateTooOld(ReleaseError):
    """A release exists whose number the state file does not know: a copy from a backup."""

    def __init__(self, path: Path, release: Path, number: int) -> None:
        super().__init__(
            f"{path} is older than {release}, which spent number {number}: it was brought back from a backup. "
            f"Remove it and sign once with --spent-up-to {number + 32}"
        )
        self.number = number


class KeyExhausted(ReleaseError):
    """Every one-time key is spent."""

    def __init__(self, path: Path, signatures: int) -> None:
        super().__init__(
            f"{path} has signed all of its {signatures} releases. Make a new key (`plainsight release keygen`) and "
            "provision the glasses again with --release-key"
        )


class BuildFailed(ReleaseError):
    """The firmware's files make no release."""

    exit_code = Exit.USAGE


class NotTrusted(ReleaseError):
    """A release that the glasses would refuse; `reason` says why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.reason = reason


class KeywordRefused(ReleaseError):
    """A keyword model that the glasses could not use; `path` is the file, `reason` what is wrong with it."""

    exit_code = Exit.KEYWORD

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}; make a model with `plainsight keyword train` or `plainsight keyword convert`"
        )
        self.path = path
        self.reason = reason
