"""The REPL as shared/runtime/pyexec.c has it: friendly, raw and raw-paste, with the same meaning of Ctrl-A to Ctrl-E.

`run` returns when a soft reset is wanted, with whether the next start begins in the raw REPL.
"""

import gc
import io
import os
import select
import sys

import console
import worldlink
from line_editor import read_line
from unfinished import is_unfinished

NORMAL, FAILED, EXIT = 0, 1, 2

_CTRL_A, _CTRL_B, _CTRL_C, _CTRL_D, _CTRL_E = 1, 2, 3, 4, 5
_STANDINS = __file__.split("/host", 1)[1].rsplit("/", 1)[0] + "/"  # some were imported before that mount
_WINDOW = 128  # half of MICROPY_REPL_STDIN_BUFFER_MAX
_RAW_BANNER = "raw REPL; CTRL-B to exit\n"
_PASTE_BANNER = "\npaste mode; Ctrl-C to cancel, Ctrl-D to finish\n=== "

_namespace: dict = {}
_read = sys.stdin.buffer.read
_write = sys.stdout.write
_write_bytes = sys.stdout.buffer.write
_poller = select.poll()


def run(namespace: dict, raw: bool) -> bool:
    global _namespace
    _namespace = namespace
    _poller.register(sys.stdin, select.POLLIN)
    worldlink.register(_poller)
    while True:
        ended = _raw_repl() if raw else _friendly_repl()
        if ended == EXIT:
            return raw
        raw = not raw


def execute(read_source, name: str, kind: str, namespace: dict, eof: bool = False) -> int:
    """Compile and run what `read_source()` returns. `eof`: Ctrl-D after its output, and after its error."""
    result, failure = NORMAL, None
    try:
        code = compile(read_source(), name, kind)
        console.program_starts()
        exec(code, namespace)  # noqa: S102 it is what a REPL does
        console.program_ends()
    except SystemExit:
        result = EXIT
    except BaseException as error:  # noqa: BLE001 the program's, whatever it is
        if isinstance(error, KeyboardInterrupt):
            # The unix port raises it in a signal handler: one that came amid a collection has left the heap locked
            # until the next. (A board notices Ctrl-C between two instructions.)
            gc.collect()
        result, failure = FAILED, error
    console.program_ends()
    if eof:
        _write("\x04")
    if failure is not None:
        _print_exception(failure)
    if eof:
        _write("\x04")
    return result


def _print_exception(error) -> None:
    """As the port prints it: what is C there has no frames."""
    text = io.StringIO()
    sys.print_exception(error, text)
    for line in text.getvalue().split("\n")[:-1]:
        if _STANDINS not in line:
            _write(line + "\n")


def _read_char() -> int:
    """The next typed byte; meanwhile the world's events arrive."""
    while True:
        typed = False
        for source, _ in _poller.ipoll(-1):
            if source is sys.stdin:
                typed = True
            else:
                worldlink.poll()
        if typed:
            return _read(1)[0]


def _raw_repl():
    """Ends with EXIT, or None where Ctrl-B asks for the friendly REPL."""
    _write(_RAW_BANNER)
    while True:
        _write(">")
        line = bytearray()
        while True:
            char = _read_char()
            if char == _CTRL_A:
                if line[:1] == b"\x05" and len(line) == 2:
                    if _raw_paste(line[1]) == EXIT:
                        return EXIT
                else:
                    _write(_RAW_BANNER)
                break
            if char == _CTRL_B:
                _write("\n")
                return None
            if char == _CTRL_C:
                line = bytearray()
            elif char == _CTRL_D:
                _write("OK")
                if not line:
                    _write("\n")
                    return EXIT
                if execute(line.decode, "<stdin>", "exec", _namespace, eof=True) == EXIT:
                    return EXIT
                break
            else:
                line.append(char)


def _raw_paste(variant: int) -> int:
    if variant != ord("A"):
        _write_bytes(b"R\x00")
        return NORMAL
    _write_bytes(b"R\x01" + bytes((_WINDOW & 0xFF, _WINDOW >> 8, 1)))
    return execute(_pasted, "<stdin>", "exec", _namespace, eof=True)


def _pasted() -> str:
    """The source that the host sends, window by window. Raises KeyboardInterrupt for Ctrl-C."""
    source, left = bytearray(), _WINDOW
    while True:
        char = _read(1)[0]
        if char in (_CTRL_C, _CTRL_D):
            _write("\x04")
            if char == _CTRL_C:
                raise KeyboardInterrupt
            return source.decode()
        source.append(char)
        left -= 1
        if not left:
            _write("\x01")
            left = _WINDOW


def _friendly_repl():
    """Ends with EXIT, or None where Ctrl-A asks for the raw REPL."""
    _write_banner()
    while True:
        line, end = read_line(">>> ", _read_char, _write)
        if end == _CTRL_A:
            _write("\n")
            return None
        if end == _CTRL_B:
            _write("\n")
            _write_banner()
        elif end == _CTRL_C:
            _write("\n")
        elif end == _CTRL_D:
            _write("\n")
            return EXIT
        elif end == _CTRL_E:
            if _run_typed(_paste_mode(), "exec") == EXIT:
                return EXIT
        elif line and _run_typed(_continued(line), "single") == EXIT:
            return EXIT


def _run_typed(source, kind: str) -> int:
    return NORMAL if source is None else execute(lambda: source, "<stdin>", kind, _namespace)


def _continued(source: str):
    """A statement with the lines that belong to it; None where Ctrl-C gives it up."""
    while is_unfinished(source):
        line, end = read_line("... ", _read_char, _write)
        if end == _CTRL_C:
            _write("\n")
            return None
        if end == _CTRL_D:
            break
        source += "\n" + line
    return source + "\n"


def _paste_mode():
    """What is pasted; None where Ctrl-C gives it up."""
    _write(_PASTE_BANNER)
    source = bytearray()
    while True:
        char = _read_char()
        if char in (_CTRL_C, _CTRL_D):
            _write("\n")
            return source.decode() if char == _CTRL_D else None
        source.append(char)
        if char == 13:
            _write("\n=== ")
        else:
            _write_bytes(bytes((char,)))


def _write_banner() -> None:
    name = os.uname()
    _write('MicroPython %s; %s\nType "help()" for more information.\n' % (name.version, name.machine))
