"""Peak memory of one process that redacts pictures, from the kernel's own count (Linux)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

_CHILD = """
import sys
from companion_app.redaction import Plan, Redactor
redactor = Redactor()
for path in sys.argv[1:]:
    look = redactor.look(open(path, "rb").read())
    redactor.redact(look, Plan.all_masked(look), mask_more=True)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")))
"""
_KIB = 1024
_LIMIT_S = 300


def peak_bytes(*pictures: bytes) -> int:
    """Resident bytes at most while `pictures` were redacted one after the other; of none: of the program alone."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.jpg") for number in range(len(pictures))]
        for path, content in zip(paths, pictures, strict=True):
            path.write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, *map(str, paths)],
            capture_output=True,
            text=True,
            check=True,
            timeout=_LIMIT_S,
        )
    # Not getrusage: its maximum begins with that of the process that started this one.
    return int(done.stdout) * _KIB
