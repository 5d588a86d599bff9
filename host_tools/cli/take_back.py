"""`plainsight take-back`: withdraws a used consent, writes the request for erasure, and notes what came back."""

from __future__ import annotations

import argparse
import json

from companion_app.sharing.shares import Result
from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command, new_file
from host_tools.exits import Exit, UsageError
from host_tools.worn.records import WHERE, AppRecords, add_app_options, open_records

_RESULTS = {"erased": Result.ERASED, "refused": Result.REFUSED, "no-answer": Result.NO_ANSWER}
_EXAMPLES = f"""\
  plainsight take-back 3f1c…                         prints the request, for you to send
  plainsight take-back 3f1c… --out request.txt       writes it to a file
  plainsight take-back 3f1c… --answer erased --note "by e-mail on 3 December"
  plainsight take-back 3f1c… --answer refused

The receipt's id stands in `plainsight ledger`; its first eight characters are enough. What left cannot be recalled: it
can be asked back. This app sends nothing and does not know whether you did; the ledger says when the request was
written, and what you say came back.
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `take-back` to the command line."""
    parser = add_command(
        commands,
        "take-back",
        summary="ask a recipient to erase what was shared",
        description="Withdraw the consent of a receipt, and write the request for erasure that names receipt, time and "
        "hash of what left; then note what the recipient answered.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.LOCKED),
    )
    parser.add_argument("receipt", metavar="RECEIPT", help="the receipt's id, or how it begins")
    parser.add_argument("--out", type=new_file, metavar="FILE", help="write the request here instead of printing it")
    parser.add_argument("--answer", choices=tuple(_RESULTS), help="what came back to a request written before")
    parser.add_argument("--note", default="", metavar="TEXT", help="a few words to the answer, for the ledger")
    add_json_option(parser)
    add_app_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the request, or note its answer; the exit code."""
    if options.note and options.answer is None:
        raise UsageError("--note belongs to --answer")
    if options.answer is not None and options.out is not None:
        raise UsageError("--out belongs to a request, not to its answer")
    from host_tools.cli.sharing.chosen import chosen_receipt

    with open_records(options) as records:
        receipt_id = chosen_receipt(records.sharing, options.receipt)
        return _answered(records, receipt_id, options) if options.answer else _ask_back(records, receipt_id, options)


def _ask_back(records: AppRecords, receipt_id: str, options: argparse.Namespace) -> int:
    from host_tools.cli.terminal import say

    request = records.sharing.take_back(receipt_id)
    if options.out is not None:
        try:
            options.out.write_text(request.text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--out {options.out}: {error.strerror}; the ledger has the request already") from error
    if options.json:
        fields = {"receipt_id": receipt_id, "recipient": request.recipient, "contact": request.contact}
        times = {"asked_s": request.asked_s, "due_s": request.due_s, "route": request.route}
        print(json.dumps({**fields, **times, "sha256": request.sha256, "text": request.text}, indent=2))
    elif options.out is None:
        print(request.text, end="")
    say(request.route)
    return Exit.OK


def _answered(records: AppRecords, receipt_id: str, options: argparse.Namespace) -> int:
    from host_tools.cli.sharing.listing import share_as_json, share_lines

    records.sharing.answered(receipt_id, _RESULTS[options.answer], options.note)
    share = records.sharing.share(receipt_id)
    print(json.dumps(share_as_json(share), indent=2) if options.json else "\n".join(share_lines(share)))
    return Exit.OK
