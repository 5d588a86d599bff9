"""Which state of the repository the tests are from, and which firmware the virtual board runs straight out of it."""

from __future__ import annotations

import functools
import hashlib
import shutil
import subprocess
from pathlib import Path

_DIGITS = 12
UNKNOWN = "unknown"


@functools.cache  # every test on a board says it
def commit_of(root: Path) -> str:
    """Short commit of the working tree, with "+changes" where files differ from it; "unknown" outside of git."""
    git = shutil.which("git")
    if git is None:
        return UNKNOWN
    head = _asked(git, root, "rev-parse", f"--short={_DIGITS}", "HEAD")
    if head is None:
        return UNKNOWN
    return head + ("+changes" if _asked(git, root, "status", "--porcelain", "--untracked-files=no") else "")


def source_hash(folder: Path) -> str:
    """SHA-256 over names and contents of every Python file below `folder`."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _asked(git: str, root: Path, *words: str) -> str | None:
    done = subprocess.run([git, "-C", str(root), *words], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None
