"""Runs as the board's main.py: one act of the shutter per press, and one line about each. The real board and light.

ACT: `photo`, `thumb` (a photograph and its thumbnail), `sequence` (FRAMES frames in one session of light) or `live`
(LIVE_FRAMES frames on demand, with a rest before each).
"""

import asyncio
import binascii
import hashlib
import json

import uos
from board import Board
from plainsight.clock import Clock
from plainsight.errors import Refused
from plainsight.shutter import Shutter
from plainsight.triggers.button import Button

FRAMES = 6
LIVE_FRAMES = 3
RESTS = 3


class Keeper:
    """Keeps the hashes of frames, as somebody who seals them would keep the frames."""

    def __init__(self):
        self.kept = []

    def keep(self, view, _time_ms):
        self.kept.append(binascii.hexlify(hashlib.sha256(view).digest()).decode())

    def ended(self):
        return "done" if len(self.kept) == FRAMES else ""

    def nothing(self):
        pass


class Viewer(Keeper):
    """Looks live: wants a frame after a rest, and has it at once."""

    holding = False

    def __init__(self):
        super().__init__()
        self.wanted = 0
        self._rests = 0

    def begin(self):
        pass

    def hide(self):
        pass

    def ended(self):
        if len(self.kept) == LIVE_FRAMES:
            return "done"
        if not self.wanted:
            self._rests += 1
            if self._rests % RESTS == 0:
                self.wanted = len(self.kept) + 1
        return ""

    def show(self, view, _time_ms, _wanted):
        self.keep(view, 0)
        self.wanted = 0


async def act(shutter, keeper):
    """Why it ended."""
    kind = uos.getenv("ACT") or "photo"
    if kind == "live":
        return await shutter.live("qvga", keeper)
    if kind == "sequence":
        return await shutter.sequence("qvga", keeper.keep, keeper.ended, keeper.nothing)
    await shutter.photograph("xga", keeper.keep, keeper.keep if kind == "thumb" else None)
    return "done"


async def main():
    board = Board()
    clock = Clock(board)
    shutter = Shutter(board, clock, uos.getenv("LEVEL"))
    wanted = asyncio.Event()
    watching = asyncio.Event()  # from the first poll on a press counts

    def pressed(_gesture):
        wanted.set()

    button = asyncio.create_task(Button(board, clock).run(pressed, watching.set))
    await watching.wait()
    print("ready")
    while not button.done():
        await wanted.wait()
        wanted.clear()
        live = uos.getenv("ACT") == "live"
        keeper = Viewer() if live else Keeper()
        try:
            reason = await act(shutter, keeper)
        except Refused as refused:
            kept = keeper.kept if live else []  # what was shown live has left already
            print(json.dumps({"code": refused.code, "detail": refused.detail, "kept": kept}))
        else:
            light = shutter.light()
            print(json.dumps({"code": "taken", "reason": reason, "kept": keeper.kept, "light": light}))


asyncio.run(main())
