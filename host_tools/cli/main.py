"""Entry of the `plainsight` command: reads arguments, runs one sub-command, turns errors into a line and a code."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from host_tools.cli.output import drop_stdout
from host_tools.exits import Exit, HostError, exit_table
from host_tools.printable import printable, printable_lines

# In the order of the help. Only the one that is asked for is imported: some bring a radio, pictures, networks.
_COMMANDS = (
    *("demo", "app", "pair", "capture", "clip", "timelapse", "items", "import", "gallery", "journal", "settings"),
    *("status", "phones", "diagnose", "redact", "share", "live", "ledger", "take-back", "erase-everything"),
    *("simulate", "press", "flash", "deploy", "provision", "release", "update"),
    *("cards", "keyword", "bench", "hil", "probe", "doctor"),
)
_MODULES = {"import": "importing"}  # whose names a module can't have


class _Parser(argparse.ArgumentParser):
    """A parser that answers bad input with one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Print one line to stderr and end with the usage exit code."""
        self.exit(Exit.USAGE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The whole command line, or what `only` one sub-command needs of it; each adds its own part."""
    parser = _Parser(
        prog="plainsight",
        description="Open smart glasses: virtual glasses, companion window, provisioning, benches.",
        epilog="start here:\n  plainsight demo --yes\n\n" + exit_table(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--verbose", action="store_true", help="log what the parts do, to stderr")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    for command in _COMMANDS if only is None else (only,):
        module = _MODULES.get(command, command.replace("-", "_"))
        import_module(f"host_tools.cli.{module}").add_parser(commands)
    return parser


def _asked_for(argv: Sequence[str]) -> str | None:
    """The sub-command that a command line names, where there is one of that name."""
    first = next((word for word in argv if not word.startswith("-")), None)
    return first if first in _COMMANDS else None


def _log_to_stderr(level: int) -> None:
    """The level is the handler's, because some libraries (Kivy) set their own logger's."""
    handler = logging.StreamHandler()
    handler.setLevel(level)
    logging.basicConfig(level=level, format="%(name)s: %(message)s", handlers=[handler])


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns its exit code and never raises for bad input."""
    argv = sys.argv[1:] if argv is None else argv
    options = build_parser(_asked_for(argv)).parse_args(argv)
    _log_to_stderr(logging.INFO if options.verbose else logging.ERROR)
    try:
        return int(options.run(options))
    except HostError as error:
        print(f"plainsight {options.command}: {printable_lines(str(error))}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(f"plainsight {options.command}: interrupted", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        drop_stdout()
        return Exit.FAILED
    except Exception as error:  # the last resort of the whole command: a person gets one line, --verbose the rest
        logging.getLogger("plainsight").info("unexpected", exc_info=error)
        print(f"plainsight {options.command}: {printable(_in_a_line(error))}", file=sys.stderr)
        return Exit.FAILED


def _in_a_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {error.strerror}"
    return f"{type(error).__name__}: {error} (--verbose shows more)"
