"""The glasses, free of hardware: runs unchanged on MicroPython and CPython."""
