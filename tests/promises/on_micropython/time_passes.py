"""Runs as the board's main.py: the real glasses, on whose clock two minutes pass at once when the battery is low."""

import asyncio

from board import Board
from plainsight.clock import Clock
from plainsight.glasses import Glasses
from plainsight.pairing_window import WINDOW_MS

_SIGN_MV = 3600


class LeapingClock(Clock):
    def __init__(self, board):
        super().__init__(board)
        self.ahead_ms = 0

    def ms(self):
        return super().ms() + self.ahead_ms


async def leap(board, clock):
    while board.battery_mv() > _SIGN_MV:
        await asyncio.sleep_ms(20)
    clock.ahead_ms = WINDOW_MS
    print("two minutes passed")


async def main():
    board = Board()
    clock = LeapingClock(board)
    leaping = asyncio.create_task(leap(board, clock))
    await asyncio.gather(leaping, Glasses(board, clock).run())


asyncio.run(main())
