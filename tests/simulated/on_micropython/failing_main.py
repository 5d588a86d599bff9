"""Runs as the board's main.py: the real start of the glasses, one of whose tasks fails while the battery is low."""

import micropython

micropython.kbd_intr(-1)

import machine  # noqa: E402
from board import Board  # noqa: E402
from plainsight import start  # noqa: E402
from plainsight.failures import Failures  # noqa: E402

_SIGN_MV = 3600

board = Board()


def fail(_failures):
    if board.battery_mv() < _SIGN_MV:
        raise KeyError("pair_key=00112233445566778899aabbccddeeff")


Failures.record_if_due = fail
if start.run(board):
    machine.reset()
