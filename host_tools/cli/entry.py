"""What the console script calls: Ctrl-C is clean even while the parts are still being imported."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; 130 where it was interrupted before it began."""
    try:
        from host_tools.cli.main import main as run
    except KeyboardInterrupt:
        sys.stderr.write("plainsight: interrupted\n")
        return 130
    return run()
