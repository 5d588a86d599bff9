"""`sys.stdout.buffer` as the port has it: bytes leave untouched, while a line end of text becomes two characters.

The terminal adds the carriage returns (usb/terminal.py), so for raw bytes it is told to let them be.
"""

import io
import sys
import termios

_OFLAG = 1  # index in the list of tcgetattr
_OPOST = 1
_STDOUT = 1  # the descriptor


class _Raw(io.IOBase):
    def write(self, data, *bounds) -> int:
        cooked = termios.tcgetattr(_STDOUT)
        raw = list(cooked)
        raw[_OFLAG] &= ~_OPOST
        termios.tcsetattr(_STDOUT, termios.TCSANOW, raw)
        try:
            return _write_bytes(data, *bounds)
        finally:
            termios.tcsetattr(_STDOUT, termios.TCSANOW, cooked)

    def flush(self) -> None:
        """Nothing is buffered."""


class _Stdout(io.IOBase):
    buffer = _Raw()

    def write(self, text, *bounds) -> int:
        return _write(text, *bounds)

    def flush(self) -> None:
        """Nothing is buffered."""


class _Sys:
    """Takes the module's place in sys.modules: a built-in module can't be shadowed by a file."""


_write = sys.stdout.write
_write_bytes = sys.stdout.buffer.write


def install() -> None:
    for name in dir(sys):
        if not name.startswith("__"):
            setattr(_Sys, name, getattr(sys, name))
    _Sys.stdout = _Stdout()
    sys.modules["sys"] = _Sys
