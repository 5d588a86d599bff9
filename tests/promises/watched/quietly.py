"""Run any command in a namespace that leads nowhere, and write down what it tried to send.

`python -m tests.promises.watched.quietly FILE COMMAND…` within `namespace.unshared()`; FILE gets one packet a line.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.promises.watched import namespace
from tests.promises.watched.capture import Capture

ROOT = Path(__file__).parents[3]


def command(file: Path, words: Sequence[str | Path]) -> list[str]:
    """`words`, watched where this machine can, and as they are where it cannot: then nothing is known of packets."""
    plain = [str(word) for word in words]
    if not namespace.possible():
        return plain
    return [*namespace.unshared(), sys.executable, "-m", "tests.promises.watched.quietly", str(file), *plain]


def packets(file: Path) -> list[str]:
    """What a watched command tried to send."""
    return file.read_text().splitlines() if namespace.possible() else []


def main(file: Path, words: Sequence[str]) -> int:
    """The command's own exit code."""
    namespace.name_servers(file.with_suffix(".resolv"))
    namespace.lead_nowhere()
    capture = Capture(os.getpid())
    code = subprocess.run(words, check=False).returncode
    file.write_text("".join(f"{packet}\n" for packet in capture.take()))
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
