"""Runs as the board's main.py: the real glasses, and somebody who tries to send audio all the time.

Their listener is the real one too, on the real microphone; only its network gives way to an ear that takes a tone for
the keyword. So the way of a spoken question is tried along with the way past it.
"""

import asyncio
import sys

from board import Board
from plainsight.channel import Ended
from plainsight.clock import Clock
from plainsight.glasses import Glasses

sys.path.append("/host" + __file__.rsplit("/", 1)[0])  # where the virtual board sees this computer

from tone_for_word import listen_for_a_tone

_SOUND = bytes(640)
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
            await session.send_voice(_SOUND)
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
    listen_for_a_tone(glasses)
    await asyncio.gather(running, speak(glasses))


asyncio.run(main())
