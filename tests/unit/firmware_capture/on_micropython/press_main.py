"""Runs as the board's main.py: one photograph per press, and one line about each. The real board, light and shutter."""

import asyncio
import binascii
import json

import uos
from board import Board
from plainsight.clock import Clock
from plainsight.errors import Refused
from plainsight.shutter import Shutter
from plainsight.triggers import Button


async def main():
    board = Board()
    clock = Clock(board)
    shutter = Shutter(board, clock, uos.getenv("LEVEL"))
    wanted = asyncio.Event()
    watching = asyncio.Event()  # from the first poll on a press counts
    button = asyncio.create_task(Button(board, clock).run(wanted.set, wanted.set, watching.set))
    await watching.wait()
    print("ready")
    while not button.done():
        await wanted.wait()
        wanted.clear()
        try:
            exposure = await shutter.take()
        except Refused as refused:
            print(json.dumps({"code": refused.code, "detail": refused.detail}))
        else:
            sha256 = binascii.hexlify(exposure.sha256).decode()
            print(json.dumps({"code": "taken", "sha256": sha256, "light": exposure.light, "bytes": len(exposure.jpeg)}))


asyncio.run(main())
