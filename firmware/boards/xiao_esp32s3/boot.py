"""Runs first after power-on: no Ctrl-C. MicroPython lets it in again for main.py, whose first line is the same."""

import micropython

micropython.kbd_intr(-1)
