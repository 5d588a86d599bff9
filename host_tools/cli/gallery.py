"""`plainsight gallery`: lists what is in the gallery, finds it by the words in it, and takes opened copies out."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cli.output import add_json_option, described, picture_line
from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit, UsageError
from host_tools.worn.records import WHERE, AppRecords, add_app_options, open_records

if TYPE_CHECKING:
    from companion_app.gallery import Picture
    from companion_app.gallery.exporting import Exported

_EXAMPLES = f"""\
  plainsight gallery
  plainsight gallery --find "platform 7"          words that were read in the pictures
  plainsight gallery --kind clip --unproven
  plainsight gallery --export ~/Pictures          opened copies of all that is listed
  plainsight gallery 3f1c0a9be2d47715 --export .

The gallery's own files are sealed. A copy is whatever you make of it: nothing that lies in the folder is replaced, and
the ledger says that copies were made. Words are read by the app while its window is open and has nothing else to do.
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `gallery` to the command line."""
    parser = add_command(
        commands,
        "gallery",
        summary="list, find and export what is in the gallery",
        description="List the pictures and clips of the app, newest first, all or those that you look for; with "
        "--export write opened copies of them into a folder.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.LOCKED),
    )
    parser.add_argument("pictures", nargs="*", metavar="ID", help="these pictures alone")
    parser.add_argument("--find", default="", metavar="WORDS", help="those in which all these words were read")
    parser.add_argument("--kind", choices=("photo", "clip"), help="photographs or clips alone")
    parser.add_argument("--unproven", action="store_true", help="those whose light was not proven")
    parser.add_argument("--shared", action="store_true", help="those of which something may have left")
    parser.add_argument("--export", type=Path, metavar="DIR", help="write opened copies into this folder")
    add_json_option(parser)
    add_app_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List or export; the exit code."""
    with open_records(options) as records:
        pictures = _found(records, options)
        if options.export is not None:
            return _export(records, pictures, options)
    if options.json:
        print(json.dumps([described(picture) for picture in pictures], indent=2))
        return Exit.OK
    for picture in pictures:
        print(picture_line(picture))
    print(f"{len(pictures)} listed", file=sys.stderr)
    return Exit.OK


def _found(records: AppRecords, options: argparse.Namespace) -> list[Picture]:
    """What the options ask for, newest first. Raises UsageError."""
    from companion_app.gallery.filters import Filter, Library
    from companion_app.gallery.words import Words

    def shared() -> list[str]:
        return [share.picture_id for share in records.sharing.shares() if share.may_have_left]

    library = Library(records.gallery, Words(records.database).find, lambda _: (), shared)
    wanted = Filter(
        text=options.find,
        kind=options.kind,
        proven=False if options.unproven else None,
        shared=True if options.shared else None,
    )
    found = library.find(wanted)
    unknown = [name for name in options.pictures if not records.gallery.has(name)]
    if unknown:
        raise UsageError(f"{unknown[0]}: the gallery has no picture with this id")
    return [picture for picture in found if not options.pictures or picture.id in options.pictures]


def _export(records: AppRecords, pictures: list[Picture], options: argparse.Namespace) -> int:
    from companion_app.gallery.exporting import Exporter

    def told(done: int, of: int) -> None:
        if 10 * done // of != 10 * (done - 1) // of:
            print(f"{done} of {of}", file=sys.stderr)

    exporter = Exporter(records.ledger, records.paths.folder)
    done = asyncio.run(exporter.export(pictures, options.export, told))
    return _told(done, options)


def _told(done: Exported, options: argparse.Namespace) -> int:
    from companion_app.ui.view_models.words.errors import problem

    if options.json:
        failed = [picture.id for picture, _ in done.failed]
        print(json.dumps({"files": [str(path) for path in done.files], "failed": failed}, indent=2))
    else:
        for path in done.files:
            print(path)
    for picture, error in done.failed:
        print(f"{picture.id}: {problem(error).what}", file=sys.stderr)
    return Exit.FAILED if done.failed else Exit.OK
