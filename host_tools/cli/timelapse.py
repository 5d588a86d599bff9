"""`plainsight timelapse`: photographs at an interval."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from companion_app.ui.view_models.words.refusals import refusal as words
from host_tools.cli.output import picture_line
from host_tools.cli.parsing import Commands, add_command, whole_number
from host_tools.exits import Exit, UsageError
from host_tools.worn.options import CODES, WHERE, set_act

if TYPE_CHECKING:
    from companion_app.gallery import Picture
    from host_tools.worn.session import Worn

_EXAMPLES = f"""\
  plainsight timelapse --every 2 --frames 5
  plainsight timelapse --every 60 --frames 480 --radio system --leave     real glasses go on by themselves
  plainsight timelapse --stop --radio system

Without --leave the command stays until the last photograph is here; Ctrl-C ends the time-lapse, nothing is lost.
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `timelapse` to the command line."""
    parser = add_command(
        commands,
        "timelapse",
        summary="take photographs at an interval and bring them here",
        description="Have the glasses take a photograph every few seconds, each under its own proven light. They go on "
        "without the phone; what they take waits, sealed.",
        examples=_EXAMPLES,
        codes=CODES,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--every", type=whole_number(1, 3600), metavar="SECONDS", help="1 to 3600")
    what.add_argument("--stop", action="store_true", help="end the clip or time-lapse that is running")
    parser.add_argument(
        "--frames", type=whole_number(1, 100_000), metavar="N", default=10, help="how many (default: %(default)s)"
    )
    parser.add_argument("--leave", action="store_true", help="begin it and leave real glasses to it")
    set_act(parser, _timelapse)


async def _timelapse(worn: Worn, options: argparse.Namespace) -> int:
    if options.leave and worn.simulator is not None:
        raise UsageError("--leave is for real glasses: virtual ones are switched off when the command ends")
    if options.stop:
        print(f"stopped: {await worn.app.stop()}")
        return Exit.OK
    pictures: asyncio.Queue[Picture] = asyncio.Queue()
    refused = asyncio.Event()
    ends = (
        worn.app.on_picture(pictures.put_nowait),
        worn.app.on_refusal(lambda refusal: worn.tell(f"refused: {words(refusal.reason).what}")),
        worn.app.on_recording(lambda recording: None if recording.on else refused.set()),
    )
    try:
        await worn.app.timelapse(options.every, options.frames)
        if options.leave:
            worn.tell("the glasses go on by themselves")
            return Exit.OK
        return await _follow(worn, pictures, refused, options.frames)
    finally:
        for end in ends:
            end()


async def _follow(worn: Worn, pictures: asyncio.Queue[Picture], ended: asyncio.Event, wanted: int) -> int:
    """Print each picture as it arrives, until the last is here. However this ends, so does the time-lapse."""
    arrived = 0
    try:
        over = asyncio.ensure_future(ended.wait())
        while arrived < wanted and not (over.done() and pictures.empty()):
            waiting = asyncio.ensure_future(pictures.get())
            await asyncio.wait({waiting, over}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                arrived += 1
                print(picture_line(waiting.result()), flush=True)
            else:
                waiting.cancel()
                for picture in await worn.app.sync():
                    pictures.put_nowait(picture)
        over.cancel()
    finally:
        if not ended.is_set():
            await worn.app.stop()
    worn.tell(f"{arrived} of {wanted} photographs are here")
    return Exit.OK if arrived == wanted else Exit.REFUSED
