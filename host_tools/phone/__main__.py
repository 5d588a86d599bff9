"""Lay out the folder that buildozer builds the Android app from: `python -m host_tools.phone build/phone`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from host_tools.exits import Exit
from host_tools.phone.tree import FolderInUse, lay_out


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0; 2 where the folder holds something else."""
    parser = argparse.ArgumentParser(
        prog="python -m host_tools.phone",
        description=__doc__,
        epilog="Then, with Android's tools installed (docs/phone-build.md): cd build/phone && buildozer android debug",
    )
    parser.add_argument("folder", type=Path, help="where to; made, or made anew if it was made by this command")
    folder: Path = parser.parse_args(arguments).folder
    try:
        files = lay_out(folder)
    except FolderInUse as error:
        sys.stderr.write(f"{error}\n")
        return Exit.USAGE
    sys.stdout.write(f"{folder}: {files} files\n")
    return Exit.OK


if __name__ == "__main__":
    sys.exit(main())
