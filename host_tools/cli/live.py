"""`plainsight live`: look around with an answer, for a limited time, under one act."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from companion_app.redaction import Kind
from companion_app.sharing.live.rules import LIVE_PURPOSE, MAX_SECONDS, MIN_SECONDS
from host_tools.cli.demo import question_text
from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command, whole_number
from host_tools.cli.terminal import check_that_somebody_can_agree
from host_tools.exits import Exit, PhotoError
from host_tools.worn.options import CODES, WHERE, add_glasses_options, run_on_glasses

if TYPE_CHECKING:
    from host_tools.worn.session import Worn

SIZES = ("qvga", "vga", "svga", "xga")
_KINDS = tuple(kind.value for kind in Kind if kind not in (Kind.FACE, Kind.DRAWN))
_EXAMPLES = f"""\
  plainsight live --question "What hangs in this closet?" --seconds 60
                        this device answers: nothing leaves it, and it asks first
  plainsight live --endpoint https://api.example.org/v1 --question "What is this?" --seconds 120
                        says who would be shown what, for how long and under which terms, and asks
  plainsight live --endpoint https://api.example.org/v1 --question "What is this?" --seconds 30 --yes --json
                        a script's act: naming the endpoint and --yes together accept its card as it is now
  plainsight live --question "What does the label say?" --photo shelf.jpg --then door.jpg --seconds 20 --yes
                        virtual glasses that see another scene after each answer

Enter ends it at once, and so do the word “stop”, the button, the time, a lost link and an empty battery. A frame is
asked about when the view has changed. Before each leaves, faces and whatever the question does not need are masked.
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `live` to the command line."""
    parser = add_command(
        commands,
        "live",
        summary="a live AI session: ask about what the glasses see, for a limited time",
        description="Under one yes that names recipient, purpose, length and terms: frames come from the glasses with "
        "their light proven, those that show something new are masked, looked at again, entered in the session's log "
        "and sent; the answers stream. At the end the Merkle root of the log is in the ledger.",
        examples=_EXAMPLES,
        codes=(*CODES, Exit.NOT_SHARED, Exit.ENDPOINT),
    )
    parser.add_argument("--question", required=True, metavar="TEXT", help="asked of each view; it decides what is kept")
    parser.add_argument(
        "--seconds",
        required=True,
        type=whole_number(MIN_SECONDS, MAX_SECONDS),
        metavar="N",
        help=f"how long at most ({MIN_SECONDS} to {MAX_SECONDS})",
    )
    parser.add_argument(
        "--endpoint",
        metavar="local|URL|ID",
        help="who answers (default: this device, or what `plainsight cards default` set)",
    )
    parser.add_argument("--purpose", default=LIVE_PURPOSE, metavar="TEXT", help="what for (default: %(default)s)")
    parser.add_argument(
        "--keep",
        action="append",
        default=[],
        choices=_KINDS,
        metavar="KIND",
        help=f"leave a kind visible (repeatable): {', '.join(_KINDS)}; faces stay masked",
    )
    parser.add_argument("--size", choices=SIZES, default="vga", help="of the frames (default: %(default)s)")
    parser.add_argument(
        "--unproven-light", action="store_true", help="also send frames whose light nobody could prove (level software)"
    )
    parser.add_argument("--keep-frames", action="store_true", help="keep a copy of what left, in the session's folder")
    parser.add_argument("--aloud", action="store_true", help="say the answers, where espeak-ng is installed")
    parser.add_argument("--yes", action="store_true", help="agree; for anybody but this device name --endpoint, too")
    parser.add_argument("--recipient", metavar="NAME", help="refuse unless the card names this recipient")
    parser.add_argument("--terms-sha256", metavar="HASH", help="refuse unless the card's terms have this hash")
    parser.add_argument(
        "--then",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="virtual glasses: the scene after the next answer",
    )
    add_json_option(parser)
    add_glasses_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Refuse what makes no sense before any glasses are woken, then look."""
    options.question = question_text(options.question)
    check_that_somebody_can_agree(options.yes)
    for scene in options.then:
        if not scene.is_file():
            raise PhotoError(scene, "no such file")
    return run_on_glasses(options, _live)


async def _live(worn: Worn, options: argparse.Namespace) -> int:
    from host_tools.cli.sharing.living import live  # the parts take a second to import; --help should not

    return await live(worn, options)
