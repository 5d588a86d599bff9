"""Runs as the board's main.py: the real glasses, whose journal can no longer be written once the battery is low."""

import asyncio
import os

from board import Board
from plainsight.clock import Clock
from plainsight.glasses import Glasses

_SIGN_MV = 3600


async def fail(board):
    while board.battery_mv() > _SIGN_MV:
        await asyncio.sleep_ms(20)
    os.mkdir("journal/head.new")  # where the head is written before it gets its name
    print("the journal fails")


async def main():
    board = Board()
    failing = asyncio.create_task(fail(board))
    await asyncio.gather(failing, Glasses(board, Clock(board)).run())


asyncio.run(main())
