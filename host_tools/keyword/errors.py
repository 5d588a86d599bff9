"""What can go wrong with recordings, models and phrases: one class each, with data; the text is one line."""

from __future__ import annotations

from pathlib import Path

from host_tools.exits import Exit, HostError


class KeywordError(HostError):
    """Base of what the wake-word tools tell their user."""

    exit_code = Exit.KEYWORD


class RecordingError(KeywordError):
    """A recording that can't be heard; `path` is the file, `problem` what is wrong, `way_out` what to do."""

    def __init__(self, path: Path, problem: str, way_out: str) -> None:
        super().__init__(f"{path}: {problem}; {way_out}")
        self.path = path
        self.problem = problem
        self.way_out = way_out


class Unreadable(RecordingError):
    """No sound comes out of the file; `reason` is what the decoder said."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, f"can't be read ({reason})", "take it out of the folder, or save it as WAV or FLAC")
        self.reason = reason


class WrongFormat(RecordingError):
    """Another sample rate or more than one channel: the engine hears 16 kHz mono, and nothing else."""

    def __init__(self, path: Path, rate_hz: int, channels: int) -> None:
        way_out = "add --resample, or convert it first"
        super().__init__(path, f"{rate_hz} Hz with {channels} channel(s), the engine hears 16000 Hz with 1", way_out)
        self.rate_hz = rate_hz
        self.channels = channels


class NoSound(RecordingError):
    """A file without a single sample."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "holds no sound at all", "take it out of the folder")


class FolderError(KeywordError):
    """A folder without recordings; `folder` is what was named."""

    def __init__(self, folder: Path, text: str) -> None:
        super().__init__(f"{folder}: {text}")
        self.folder = folder


class NoSuchFolder(FolderError):
    """There is no such folder, or it is a file, or it may not be read."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(folder, f"{reason}; name a folder of recordings")
        self.reason = reason


class NoRecordings(FolderError):
    """A folder, also those below it, with no file that could be sound."""

    def __init__(self, folder: Path, other_files: int, known: str) -> None:
        inside = f"none of its {other_files} files is a recording" if other_files else "the folder is empty"
        super().__init__(folder, f"{inside}; put {known} files there")
        self.other_files = other_files


class UnreadableModel(KeywordError):
    """A model file that is not there or may not be read; `path` is what was named, `reason` the system's."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: the model can't be read ({reason}); name a .kwm, a .tflite or a stock model")
        self.path = path
        self.reason = reason


class ModelRefused(KeywordError):
    """The firmware's engine can't run the model; `reason` is its own."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}; convert it again with `plainsight keyword convert`")
        self.name = name
        self.reason = reason


class EngineEnded(KeywordError):
    """The process that hears ended before its answer; `said` is its last line."""

    exit_code = Exit.HOST

    def __init__(self, said: str) -> None:
        super().__init__(f"the engine under MicroPython ended ({said}): run `make setup`, then the same command again")
        self.said = said


class SilentNoise(RecordingError):
    """A file that is to be noise and holds nothing but zeros."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "is silent, and there is no noise in silence", "take it out of the folder of --noise")
