"""`plainsight share`: a picture, redacted and verified, to one recipient under one act, with the receipt."""

from __future__ import annotations

import argparse

from companion_app.sharing.proposal import ANSWER_PURPOSE
from host_tools.cli.demo import question_text
from host_tools.cli.masking import add_masking_options
from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command, new_file
from host_tools.cli.run import run_async
from host_tools.cli.terminal import check_that_somebody_can_agree
from host_tools.exits import Exit
from host_tools.worn.records import WHERE, add_app_options, open_records

_EXAMPLES = f"""\
  plainsight share photo.jpg --question "What does this sign say?"
                        this device answers: nothing leaves it, and it asks first
  plainsight share photo.jpg --endpoint https://api.example.org/v1 --question "What is this?"
                        shows what would leave, to whom and under which terms, and asks
  plainsight share photo.jpg --endpoint https://api.example.org/v1 --question "What is this?" --yes --json
                        a script's act: naming the endpoint and --yes together accept its card as it is now
  plainsight share photo.jpg --endpoint https://api.example.org/v1 --question "What is this?" --yes \\
      --recipient api.example.org --terms-sha256 HASH
                        the same, refused when the card says anything else (plainsight cards prints HASH)
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `share` to the command line."""
    parser = add_command(
        commands,
        "share",
        summary="ask about a picture, with redaction, receipt and ledger",
        description="Mask what the question does not need, look again at exactly the bytes that would leave, say who "
        "would get them, and after a yes send them once. The owner's receipt and the ledger have it before the first "
        "byte leaves, and how it ended after.",
        examples=_EXAMPLES,
        codes=(
            *(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.PHOTO, Exit.NOT_SHARED, Exit.ENDPOINT, Exit.HOST, Exit.LOCKED),
            *(Exit.INTERRUPTED, Exit.TERMINATED),
        ),
    )
    parser.add_argument("picture", metavar="FILE", help="a JPEG, PNG or WebP file, or the id of a gallery picture")
    parser.add_argument("--question", required=True, metavar="TEXT", help="what to ask; it decides what is masked")
    parser.add_argument(
        "--endpoint",
        metavar="local|URL|ID",
        help="who answers (default: this device, or what `plainsight cards default` set)",
    )
    parser.add_argument("--purpose", default=ANSWER_PURPOSE, metavar="TEXT", help="what for (default: %(default)s)")
    parser.add_argument("--yes", action="store_true", help="agree; for anybody but this device name --endpoint, too")
    parser.add_argument("--recipient", metavar="NAME", help="refuse unless the card names this recipient")
    parser.add_argument("--terms-sha256", metavar="HASH", help="refuse unless the card's terms have this hash")
    parser.add_argument(
        "--out", type=new_file, metavar="FILE", help="keep a copy of exactly the bytes that would leave"
    )
    add_json_option(parser)
    add_masking_options(parser)
    add_app_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Share one picture; the exit code says how it ended."""
    options.question = question_text(options.question)
    check_that_somebody_can_agree(options.yes)
    from host_tools.cli.sharing.sending import share  # the parts take a second to import; --help should not

    with open_records(options, create=True) as records:
        return run_async(share(records, options))
