"""The glasses' own main and one task beside it that prints how much of the heap is live, and its peak since then.

Runs in place of the board's main.py. Live is what a collection leaves; between collections the heap only fills.
"""

import asyncio
import gc

from board import Board
from plainsight.clock import Clock
from plainsight.glasses import Glasses

_SAMPLE_MS = 20
_SAMPLES_A_LINE = 10


async def watch() -> None:
    """For ever: sample at each wake-up, so also in the middle of a capture and of a transfer."""
    while True:
        peak = 0
        for _ in range(_SAMPLES_A_LINE):
            await asyncio.sleep_ms(_SAMPLE_MS)
            gc.collect()
            live = gc.mem_alloc()
            peak = max(peak, live)
        print("heap", live, peak)


async def main() -> None:
    """Glasses and watcher, for ever."""
    board = Board()
    await asyncio.gather(Glasses(board, Clock(board)).run(), watch())


asyncio.run(main())
