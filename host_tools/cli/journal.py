"""`plainsight journal`: the record that the glasses keep, as this computer's app has seen and checked it."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command, whole_number
from host_tools.cli.terminal import confirm
from host_tools.exits import Exit
from host_tools.worn.options import CODES, WHERE, Act, set_act

if TYPE_CHECKING:
    from host_tools.worn.session import Worn

_EXAMPLES = f"""\
  plainsight journal verify          fetch what is new, check the whole chain, countersign it
  plainsight journal show --last 20
  plainsight journal accept          go on with a journal that was found damaged; asks first

`verify` ends with 1 where the chain was edited, cut, reordered or rolled back, and names the records.
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `journal` to the command line."""
    parser = add_command(
        commands,
        "journal",
        summary="verify and show the record that the glasses keep",
        description="The glasses chain every exposure, refusal, import, deletion, pairing, setting, update and boot by "
        "hashes, and the app countersigns the chain at each visit.",
        examples=_EXAMPLES,
        codes=(*CODES, Exit.NOT_SHARED),
    )
    acts = ("verify", "show", "accept")
    parser.add_argument("what", choices=acts, metavar="|".join(acts), help="see the examples")
    parser.add_argument(
        "--last",
        type=whole_number(1, 1_000_000),
        metavar="N",
        default=50,
        help="records to show (default: %(default)s)",
    )
    add_json_option(parser)
    set_act(parser, _journal)


async def _journal(worn: Worn, options: argparse.Namespace) -> int:
    acts: dict[str, Act] = {"verify": _verify, "show": _show, "accept": _accept}
    return await acts[options.what](worn, options)


async def _verify(worn: Worn, options: argparse.Namespace) -> int:
    verdict = worn.app.journal_verdict  # of the visit that just began: fetched, checked, countersigned
    if verdict is None:
        worn.tell("the journal could not be read; try again")
        return Exit.LINK
    unsigned = worn.app.journal_unsigned
    if options.json:
        fields = {"intact": verdict.intact, "records": verdict.count, "not_countersigned": unsigned}
        print(json.dumps({**fields, "findings": [str(finding) for finding in verdict.findings]}, indent=2))
    else:
        print(verdict.words())
        print(f"{unsigned} records are not countersigned yet." if unsigned else "All of them are countersigned.")
    return Exit.OK if verdict.intact else Exit.FAILED


async def _show(worn: Worn, options: argparse.Namespace) -> int:
    lines = worn.app.journal_lines()[-options.last :]
    if options.json:
        print(json.dumps([json.loads(line) for line in lines], indent=2))
    else:
        print("\n".join(_words(json.loads(line)) for line in lines))
    return Exit.OK


def _words(record: list[Any]) -> str:
    number, time_s, kind, data = record
    when = datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d %H:%M:%S")
    details = ", ".join(f"{name} {value}" for name, value in data.items())
    return f"{number:6d}  {when} UTC  {kind:16s} {details}"


async def _accept(worn: Worn, _options: argparse.Namespace) -> int:
    verdict = worn.app.journal_verdict
    if verdict is None or verdict.intact:
        worn.tell("there is nothing to accept: the journal is whole")
        return Exit.OK
    worn.tell(verdict.words())
    if not await confirm("Go on from what the glasses say now (the old records stay here, and this is recorded)"):
        worn.tell("nothing was accepted")
        return Exit.NOT_SHARED
    await worn.app.accept_journal()
    print("accepted; the app's ledger says so")
    return Exit.OK
