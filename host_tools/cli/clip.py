"""`plainsight clip`: a moving picture, as an AVI file."""

from __future__ import annotations

import argparse
import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING

from companion_app.errors import AppError
from host_tools.cli.output import Tenths, add_output_options, copy_out, described, picture_line
from host_tools.cli.parsing import Commands, add_command, whole_number
from host_tools.exits import Exit
from host_tools.worn.options import CODES, WHERE, set_act

if TYPE_CHECKING:
    from companion_app.link.events import RecordingChanged
    from host_tools.worn.session import Worn

_END_S = 10.0
_EXAMPLES = f"""\
  plainsight clip --seconds 5
  plainsight clip --seconds 10 --sound --out walk.avi

Sound needs the owner's yes to the voice questions, which only the app's window asks. The light stays on throughout;
if it fails, the clip ends there and says so.
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `clip` to the command line."""
    parser = add_command(
        commands,
        "clip",
        summary="record a clip and bring it here",
        description="Record frames, and sound where the owner allows it, sealed as they are taken; the clip becomes "
        "an AVI file here.",
        examples=_EXAMPLES,
        codes=CODES,
    )
    parser.add_argument(
        "--seconds", type=whole_number(1, 300), metavar="N", help="how long (default: the glasses' setting)"
    )
    parser.add_argument("--sound", action="store_true", help="with sound; refused where the voice policy forbids it")
    add_output_options(parser)
    set_act(parser, _clip)


async def _end(worn: Worn, ended: asyncio.Event) -> None:
    """End a clip under way and wait until it is an item: virtual glasses lose their power after this."""
    with suppress(AppError, TimeoutError):
        if not ended.is_set() and await worn.app.stop() != "nothing":
            await asyncio.wait_for(ended.wait(), _END_S)


async def _clip(worn: Worn, options: argparse.Namespace) -> int:
    ended = asyncio.Event()

    def heard(recording: RecordingChanged) -> None:
        if recording.on:
            worn.tell("recording; Ctrl-C ends the clip, and what was recorded waits on the glasses")
        else:
            ended.set()

    forget = worn.app.on_recording(heard)
    tenths = Tenths(worn.tell)
    try:
        clip = await worn.app.clip(
            options.seconds,
            audio=True if options.sound else None,
            progress=lambda have, size: tenths.report("the clip comes", have, size),
        )
    except asyncio.CancelledError:
        await _end(worn, ended)
        raise
    finally:
        forget()
    copy = copy_out(clip, options.out)
    print(json.dumps(described(clip, copy), indent=2) if options.json else picture_line(clip, copy))
    return Exit.OK
