"""Runs as the board's main.py: the real glasses, whose listener takes a tone for the keyword, and nothing else."""

import asyncio
import sys

from board import Board
from plainsight.clock import Clock
from plainsight.glasses import Glasses

sys.path.append("/host" + __file__.rsplit("/", 1)[0])  # where the virtual board sees this computer

from tone_for_word import listen_for_a_tone

_PAUSE_MS = 20


async def main():
    board = Board()
    glasses = Glasses(board, Clock(board))
    running = asyncio.create_task(glasses.run())
    while not hasattr(glasses, "_door"):
        await asyncio.sleep_ms(_PAUSE_MS)
    listen_for_a_tone(glasses)
    await running


asyncio.run(main())
