"""Broken on purpose: once the glasses are ready a task never returns, and the watchdog restarts the chip."""

import machine
from board import Board
from plainsight import start
from plainsight.failures import Failures

_WATCHDOG_MS = 1000


def hang(_failures):
    machine.WDT(timeout=_WATCHDOG_MS)
    while True:
        pass


Failures.record_if_due = hang
if start.run(Board()):
    machine.reset()
