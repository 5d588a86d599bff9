"""`plainsight erase-everything`: deletes all that this app keeps, and what the glasses hold, with a receipt."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cli.parsing import Commands, add_command
from host_tools.cli.terminal import ask_for
from host_tools.exits import Exit, HostError, UsageError
from host_tools.worn.options import CODES, WHERE, set_act

if TYPE_CHECKING:
    from companion_app.erasing.receipt import ErasureReceipt
    from companion_app.erasing.survey import Survey
    from host_tools.worn.session import Worn

_WORDS = "delete everything"
_EXAMPLES = f"""\
  plainsight erase-everything --receipt ~/Documents
  plainsight erase-everything --receipt /media/stick --confirm "{_WORDS}"

The glasses erase every picture and forget every phone, on their own record. A letter is written to everybody who got
a picture; you send it. Then the key of the app's folder is destroyed, and after it everything in the folder. From the
key on there is no way back; before it, what fails leaves this computer as it was. Of virtual glasses their flash image
stays: it holds no picture any more.
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `erase-everything` to the command line."""
    parser = add_command(
        commands,
        "erase-everything",
        summary="delete everything everywhere: here, on the glasses, and asked back from others; with a receipt",
        description="Delete everything that this app keeps, and what the glasses hold. Asks first.",
        examples=_EXAMPLES,
        codes=(*CODES, Exit.NOT_SHARED),
    )
    parser.add_argument(
        "--receipt", type=Path, required=True, metavar="DIR", help="where the receipt and the letters shall lie"
    )
    parser.add_argument("--confirm", metavar="WORDS", help=f'agree without being asked: "{_WORDS}"')
    set_act(parser, _erase)


async def _erase(worn: Worn, options: argparse.Namespace) -> int:
    from companion_app.erasing.erasing import Erasing
    from companion_app.erasing.survey import survey

    if options.confirm is not None and not _agreed(options.confirm):
        raise UsageError(f'--confirm: only "{_WORDS}" agrees')
    _show(worn, survey(worn.app))
    if not _agreed(options.confirm or await ask_for(f'Type "{_WORDS}" to go on')):
        worn.tell("nothing was deleted")
        return Exit.NOT_SHARED
    try:
        place = await Erasing(worn.app, worn.app.folder).run(options.receipt, lambda receipt: _tell(worn, receipt))
    except OSError as error:
        raise HostError(f"{error.filename or 'a file'}: {error.strerror}; nothing here was destroyed") from error
    if place is None:
        worn.tell("everything is deleted, and the folder of the receipt is gone")
    else:
        print(place / "receipt.txt")
    return Exit.OK


def _agreed(typed: str) -> bool:
    return " ".join(typed.split()).casefold() == _WORDS


def _show(worn: Worn, found: Survey) -> None:
    worn.tell(f"on this computer: pictures ({found.pictures}), records ({found.records}), answers, settings, keys")
    worn.tell(f"on the glasses {found.glasses}: every picture, every paired phone, the permission to listen")
    worn.tell(f"asked back from: {', '.join(found.recipients) or 'nobody, nothing left this computer'}")


def _tell(worn: Worn, receipt: ErasureReceipt) -> None:
    for one in receipt.glasses:
        worn.tell(f"glasses {one.glasses}: pictures erased: {one.items_erased}, phones removed: {one.phones_removed}")
