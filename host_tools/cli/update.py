"""`plainsight update`: brings a signed release to the glasses and says whether it stayed."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit, UsageError
from host_tools.worn.options import CODES, WHERE, add_glasses_options, run_on_glasses

if TYPE_CHECKING:
    from host_tools.worn.session import Worn

_STAYS_WITHIN_S = 300.0  # three failed boots, each with its trial, and the way back
_EXAMPLES = f"""\
  plainsight update plainsight-0.2.0-xiao_esp32s3.release
  plainsight update FILE --release-key keys/release.pub     new virtual glasses trust this key

The glasses verify the signature, install beside what runs, restart, and confirm the release once they are well; or go
back. The command waits for that. Release: `plainsight release sign`.
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `update` to the command line."""
    parser = add_command(
        commands,
        "update",
        summary="send a signed release to the glasses",
        description="Send a release, have it verified and installed, and wait until it has confirmed itself.",
        examples=_EXAMPLES,
        codes=CODES,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="what `plainsight release sign` wrote")
    parser.add_argument(
        "--release-key", type=Path, metavar="KEY.pub", help="the key that new virtual glasses are provisioned with"
    )
    add_glasses_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read the file before anything wakes; then send it."""
    from host_tools.release.release import read

    try:
        options.release = read(options.file)
        options.content = options.file.read_bytes()
    except OSError as error:
        raise UsageError(f"{options.file}: {error.strerror}") from error
    return run_on_glasses(options, _update)


async def _update(worn: Worn, options: argparse.Namespace) -> int:
    from companion_app.link.events import UpdateChanged
    from host_tools.release.errors import NotTrusted

    hello, release = worn.app.hello, options.release.manifest
    if hello is not None and hello.board != release.board:  # the glasses would say so too, once all of it is there
        raise NotTrusted(options.file, f"it is for {release.board!r}, not for {hello.board!r}")
    ended: asyncio.Future[UpdateChanged] = asyncio.get_running_loop().create_future()

    def hear(notice: object) -> None:
        if isinstance(notice, UpdateChanged) and notice.state != "installed" and not ended.done():
            ended.set_result(notice)

    forget = worn.app.on_notice(hear)
    try:
        version = await worn.app.update(options.content, _Progress())
        worn.tell(f"verified and installed: {version}; the glasses restart into it and try it")
        told = await asyncio.wait_for(ended, _STAYS_WITHIN_S)
    except TimeoutError:
        worn.tell("the glasses have not said whether the release stayed; `plainsight journal show` will")
        return Exit.LINK
    finally:
        forget()
    if told.state == "rolled_back":
        print(f"{told.version} did not come up in three boots or was not well: what ran before runs again")
        return Exit.FAILED
    print(f"{told.version} runs and has confirmed itself")
    return Exit.OK


class _Progress:
    """Prints each tenth of the way to stderr."""

    def __init__(self) -> None:
        self._shown = -1

    def __call__(self, have: int, size: int) -> None:
        tenth = 10 * have // size
        if tenth > self._shown:
            self._shown = tenth
            print(f"sent {have} of {size} bytes", file=sys.stderr)
