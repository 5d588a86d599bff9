"""Runs as the board's main.py: the real glasses, and somebody who tries to send audio all the time."""

import asyncio

from board import Board
from plainsight.channel import Ended
from plainsight.clock import Clock
from plainsight.glasses import Glasses

_SAMPLES = bytes(640)  # 20 ms
_PAUSE_MS = 20
_TOLD_EVERY = 10


async def speak(glasses):
    tried = 0
    while True:
        await asyncio.sleep_ms(_PAUSE_MS)
        session = glasses._door.session
        if session is None or session.phone is None:
            continue
        try:
            await session.send_voice(_SAMPLES)
        except Ended:
            print("voice cut off")
        tried += 1
        if tried % _TOLD_EVERY == 0:
            print("voice tried", tried)


async def main():
    board = Board()
    glasses = Glasses(board, Clock(board))
    running = asyncio.create_task(glasses.run())
    while not hasattr(glasses, "_door"):
        await asyncio.sleep_ms(_PAUSE_MS)
    await asyncio.gather(running, speak(glasses))


asyncio.run(main())
