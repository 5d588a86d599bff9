"""One folder for a pair of virtual glasses and the app that knows them; one process at a time may use it."""

from __future__ import annotations

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from host_tools.exits import UsageError

DEFAULT = Path(__file__).resolve().parents[2] / "build" / "virtual"


@dataclass(frozen=True)
class Home:
    """Where the virtual glasses and their app keep their data."""

    folder: Path

    @property
    def flash(self) -> Path:
        """The flash chip of the glasses."""
        return self.folder / "glasses.img"

    @property
    def app(self) -> Path:
        """The folder of the app."""
        return self.folder / "app"

    @contextmanager
    def locked(self) -> Generator[None]:
        """Keep other processes out while the block runs. Raises UsageError where one is in already."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = (self.folder / "lock").open("w")
        except FileExistsError as error:
            raise UsageError(f"--folder {self.folder}: this is a file; name a folder") from error
        except OSError as error:
            raise UsageError(f"--folder {self.folder}: {error.strerror}; name another folder") from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                message = "another plainsight command uses these virtual glasses; end it, or name another --folder"
                raise UsageError(f"{self.folder}: {message}") from error
            yield
