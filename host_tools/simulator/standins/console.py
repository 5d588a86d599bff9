"""The console as far as a program can change it: `micropython.kbd_intr`. The rest of `micropython` is the real one."""

import sys

import micropython
import worldlink

_CTRL_C = 3

attended = False  # there is a cable: after the program comes the REPL, and SystemExit is a soft reset


class _Micropython:
    """Takes the module's place in sys.modules: a built-in module can't be shadowed by a file."""


def install(cable: bool) -> None:
    global attended
    attended = cable
    for name in dir(micropython):
        if not name.startswith("__"):
            setattr(_Micropython, name, getattr(micropython, name))
    _Micropython.kbd_intr = kbd_intr
    sys.modules["micropython"] = _Micropython
    worldlink.listen("console", _on_ctrl_c)


def kbd_intr(character: int) -> None:
    worldlink.call("console", "kbd_intr", character)


def _on_ctrl_c() -> None:
    if worldlink.call("console", "takes_interrupt"):
        raise KeyboardInterrupt


def program_starts() -> None:
    """MicroPython lets Ctrl-C in whenever it starts a file (shared/runtime/pyexec.c)."""
    kbd_intr(_CTRL_C)


def program_ends() -> None:
    """From here on Ctrl-C is a character for the REPL; one that came a moment ago has no effect any more."""
    while True:
        try:
            kbd_intr(-1)
            return
        except KeyboardInterrupt:
            pass
