"""Where glasses are: `--radio` names the air that they are in."""

from __future__ import annotations

import argparse
import stat
from pathlib import Path

VIRTUAL = "virtual"
SYSTEM = "system"
HELP = "simulated, real ones, or those of a running `plainsight simulate`: its HCI socket (default: %(default)s)"


def radio(text: str) -> str | Path:
    """`--radio`: virtual, system, or the HCI socket of running virtual glasses. Raises argparse's own error."""
    if text in (VIRTUAL, SYSTEM):
        return text
    path = Path(text)
    if not (path.exists() and stat.S_ISSOCK(path.stat().st_mode)):
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither virtual nor system, and no socket of a running `plainsight simulate` (its HCI line)"
        )
    return path.resolve()  # by its own name: where a guarded process may connect is told by the folder
