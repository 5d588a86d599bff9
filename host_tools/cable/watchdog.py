"""Keeps a board's watchdog fed while somebody works at its REPL: machine.WDT can't be stopped, only fed."""

from __future__ import annotations

from typing import Protocol

# Glasses with an identity start it, whatever ended their program; without one there is none, and none is started.
# The timer is a hardware one (the port has no other) that the firmware leaves free; a reset ends it.
FEED_CODE = """\
def _keep_fed():
 import os
 try:
  os.stat("/identity/device.json")
  from machine import Timer, WDT
 except (OSError, ImportError):
  return
 dog = WDT(timeout=60000)
 Timer(3).init(period=2000, mode=Timer.PERIODIC, callback=lambda _: dog.feed())
_keep_fed()
"""


class Repl(Protocol):
    """A board at its REPL."""

    def execute(self, code: str, *, timeout_s: float = ...) -> str: ...


def keep_fed(board: Repl) -> None:
    """Feed the watchdog, if it may be running, until the board is reset."""
    board.execute(FEED_CODE)
