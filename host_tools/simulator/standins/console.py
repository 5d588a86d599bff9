"""The console as far as a program can change it: `micropython.kbd_intr`. The rest of `micropython` is the real one."""

import sys

import micropython
import worldlink

_CTRL_C = 3


class _Micropython:
    """Takes the module's place in sys.modules: a built-in module can't be shadowed by a file."""


def install() -> None:
    for name in dir(micropython):
        if not name.startswith("__"):
            setattr(_Micropython, name, getattr(micropython, name))
    _Micropython.kbd_intr = kbd_intr
    sys.modules["micropython"] = _Micropython


def kbd_intr(character: int) -> None:
    worldlink.call("console", "kbd_intr", character)


def program_starts() -> None:
    """MicroPython lets Ctrl-C in whenever it starts a file (shared/runtime/pyexec.c)."""
    kbd_intr(_CTRL_C)
