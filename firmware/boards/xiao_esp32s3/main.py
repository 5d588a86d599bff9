"""Boot: the board, the glasses, and nothing else. Everything that can be decided is decided in plainsight/."""

import asyncio

from board import Board
from plainsight.clock import Clock
from plainsight.glasses import Glasses

board = Board()
asyncio.run(Glasses(board, Clock(board)).run())
