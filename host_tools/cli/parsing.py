"""How every sub-command adds itself to the command line: the same shape of help, examples and exit codes."""

from __future__ import annotations

import argparse
import os
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from host_tools.exits import Exit, exit_table

_WIDTH = 100


class Commands(Protocol):
    """The place where sub-commands are added (argparse gives its type no public name)."""

    def add_parser(self, name: str, **settings: Any) -> argparse.ArgumentParser:
        """A parser for one sub-command."""
        ...


def flash_file(text: str) -> Path:
    """A flash image that exists or can be made. Raises argparse's own error, which becomes one line."""
    path = Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is a folder")
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        raise argparse.ArgumentTypeError(f"{text!r} may not be read and written by you")
    return _in_a_folder(path)


def new_file(text: str) -> Path:
    """A file that is not there yet and can be made. Raises argparse's own error, which becomes one line."""
    path = Path(text)
    if path.exists():
        raise argparse.ArgumentTypeError(f"{text!r} exists already")
    return _in_a_folder(path)


def _in_a_folder(path: Path) -> Path:
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(path.parent)!r}")
    return path


def folder_to_fill(text: str) -> Path:
    """A folder that exists or can be made. Raises argparse's own error, which becomes one line."""
    path = Path(text)
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is a file; name a folder")
    return path


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers from `low` to `high`, for argparse's `type`."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
        return number

    return parse


def add_command(
    commands: Commands, name: str, *, summary: str, description: str, examples: str, codes: tuple[Exit, ...] = ()
) -> argparse.ArgumentParser:
    """A sub-command whose help ends with examples and exit codes (all of them unless some are named)."""
    return commands.add_parser(
        name,
        help=summary,
        description=textwrap.fill(description, _WIDTH),
        epilog=f"examples:\n{examples}\n{exit_table(*codes)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
