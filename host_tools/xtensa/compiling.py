"""A .mpy file of a Python source, as a board gets it."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from host_tools.release.build import compiler
from host_tools.xtensa.errors import DoesNotCompile


def compiled(source: Path) -> bytes:
    """The content of the .mpy that mpy-cross makes of `source` for the ESP32-S3; raises DoesNotCompile."""
    with tempfile.TemporaryDirectory(prefix="plainsight-xtensa-") as folder:
        output = Path(folder) / "out.mpy"
        command = [compiler(), "-march=xtensawin", "-O3", "-s", source.name, "-o", output, source]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        if finished.returncode:
            lines = finished.stderr.strip().splitlines() or [f"mpy-cross ended with {finished.returncode}"]
            raise DoesNotCompile(source, lines[-1])
        return output.read_bytes()
