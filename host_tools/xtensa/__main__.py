"""`python -m host_tools.xtensa FILE FUNCTION`: the machine code of a viper function and its modelled cost."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from host_tools.exits import HostError, UsageError
from host_tools.xtensa.listing import by_line, listing, summary
from host_tools.xtensa.machine import Function, Functions, Machine
from host_tools.xtensa.memory import Buffer

_EXAMPLES = """\
examples:
  python -m host_tools.xtensa firmware/plainsight/sound/kernels_viper.py
        the functions, with their size
  python -m host_tools.xtensa kernels.py conv --disassemble
        every instruction by block, with its modelled cycles
  python -m host_tools.xtensa kernels.py conv --call 0 0 0 @128 @4096 @blob.bin
        runs it on numbers, zeroed buffers of so many bytes, and files; the cycles of each source line

From Python, with what the function really gets:
  machine = Machine(); conv = machine.load("kernels.py")["conv"]; blob = machine.buffer(content, writable=False)
  conv(0, blob, 64); print(conv.cycles); print(by_line(conv, Path("kernels.py")))
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m host_tools.xtensa",
        description="Show what mpy-cross makes of a viper function for the ESP32-S3, and the MODELLED cycles of it.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="a .py with viper functions, or a .mpy for xtensawin")
    parser.add_argument("function", nargs="?", help="one of them")
    parser.add_argument("--disassemble", action="store_true", help="print every instruction")
    parser.add_argument("--call", nargs="*", metavar="ARGUMENT", help="run it: a number, @BYTES, or @FILE")
    options = parser.parse_args(arguments)
    try:
        sys.stdout.write(_text(options) + "\n")
    except HostError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def _text(options: argparse.Namespace) -> str:
    machine = Machine()
    functions = machine.load(options.file)
    if options.function is None:
        return _names(functions)
    function = functions[options.function]
    parts: list[str] = []
    if options.call is not None:
        parts.append(_called(machine, function, options.call))
    source = options.file if options.file.suffix == ".py" else None
    if options.disassemble or not parts:
        parts.append(listing(function, source))
    else:
        parts.append(by_line(function, source) if source else summary(function))
    return "\n\n".join(parts)


def _names(functions: Functions) -> str:
    rows = [f"{name:<16}{len(code.content):>6} bytes" for name, code in functions.codes.items()]
    return "\n".join(rows or ["no viper functions here"])


def _called(machine: Machine, function: Function, words: Sequence[str]) -> str:
    result = function(*(_argument(machine, word) for word in words))
    took = f"{function.instructions} instructions, {function.cycles} cycles (modelled)"
    return f"{function.name} returned {result}: {took}"


def _argument(machine: Machine, word: str) -> int | Buffer:
    try:
        if not word.startswith("@"):
            return int(word, 0)
        if word[1:].isdecimal():
            return machine.buffer(int(word[1:]))
        return machine.buffer(Path(word[1:]).read_bytes())
    except ValueError:
        raise UsageError(f"--call {word}: neither a number nor @BYTES nor @FILE") from None
    except OSError as problem:
        raise UsageError(f"--call {word}: {problem.strerror}") from None


if __name__ == "__main__":
    sys.exit(main())
