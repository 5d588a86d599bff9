"""The one option of unlocking; apart from what unlocks, which takes a second to import."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

FILE_VARIABLE = "PLAINSIGHT_PASSPHRASE_FILE"


def add_unlocking_options(parser: argparse.ArgumentParser) -> None:
    """How an app's data that has a passphrase is opened where nobody can type."""
    group = parser.add_argument_group("the app's data", "It opens by the system's keystore or a passphrase.")
    group.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        default=os.environ.get(FILE_VARIABLE),
        help=f"holds the passphrase on its first line (default: what {FILE_VARIABLE} names; else it is asked for)",
    )
