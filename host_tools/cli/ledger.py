"""`plainsight ledger`: what left, to whom and under which consent; verified, exported, and forgotten where asked."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command, whole_number
from host_tools.exits import Exit, UsageError
from host_tools.worn.records import WHERE, AppRecords, add_app_options, open_records

if TYPE_CHECKING:
    from companion_app.sharing.live.proof import FrameProof

_EXAMPLES = f"""\
  plainsight ledger                         what was shared, newest first
  plainsight ledger list --all --last 20    every kind of record, as it stands
  plainsight ledger verify                  chain, head and receipts of this app
  plainsight ledger export mine.json        signed by this phone, for somebody else, who needs no app to ...
  plainsight ledger verify mine.json        ... verify it
  plainsight ledger verify mine.json --phone 9b1d0c4e
                                            and only if the phone whose certificate begins so has signed it
  plainsight ledger export mine.html        a page to read and to print, which proves nothing by itself
  plainsight ledger prove 3f1c09aa --frame 2 > frame.json
                                            one frame of a live session, for somebody who sees no other ...
  plainsight ledger verify frame.json       ... and its verification, with the root that it must be under
  plainsight ledger forget 3f1c09aa         which picture this receipt was about; the receipt stays

`verify` ends with 1 where a record or a receipt was edited, cut, moved or removed, and names it. An export holds the
whole chain and the receipts, but nothing that ties them to pictures. Whoever has its head from elsewhere, too, knows
that nothing was cut off its end. The signature is by the key by whose certificate the glasses know the phone: `export`
prints the certificate's hash, and who has it from the phone's owner knows that no other phone made the file.
{WHERE}"""
_HASH = re.compile(r"[0-9a-f]{8,64}")
_READABLE = ".html"
_ACTS = ("list", "verify", "export", "prove", "forget")


def add_parser(commands: Commands) -> None:
    """Add `ledger` to the command line."""
    parser = add_command(
        commands,
        "ledger",
        summary="list, verify and export the app's record of what left",
        description="The app's own record: every consent, every upload before its first byte and how it ended, every "
        "request for erasure and its answer, chained by hashes.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.FAILED, Exit.USAGE),
    )
    parser.add_argument("what", nargs="?", choices=_ACTS, default="list", metavar="|".join(_ACTS), help="default: list")
    parser.add_argument(
        "named",
        nargs="?",
        metavar="FILE|RECEIPT",
        help="export: a new file; verify: an export or a proof; prove, forget: a receipt",
    )
    parser.add_argument("--all", action="store_true", help="list: every record, not only what was shared")
    parser.add_argument(
        "--last", type=whole_number(1, 1_000_000), metavar="N", default=50, help="list at most (default: %(default)s)"
    )
    parser.add_argument("--phone", metavar="HASH", help="verify: how the hash of the signing certificate must begin")
    parser.add_argument("--frame", type=whole_number(1, 1_000_000), metavar="N", help="prove: which frame")
    add_json_option(parser)
    add_app_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do what was asked; the exit code."""
    if options.phone is not None and (options.what != "verify" or options.named is None):
        raise UsageError("--phone belongs to the verification of a file")
    if options.phone is not None and not _HASH.fullmatch(options.phone):
        raise UsageError("--phone: 8 to 64 of the characters 0-9 and a-f")
    if options.what == "verify" and options.named is not None:
        return _verify_file(Path(options.named), options)
    if options.what in ("export", "prove", "forget") and options.named is None:
        what = "the new file" if options.what == "export" else "a receipt"
        raise UsageError(f"{options.what}: name {what}")
    if (options.what == "prove") != (options.frame is not None):
        raise UsageError("prove needs --frame, which belongs to nothing else")
    if options.what == "list" and options.named is not None:
        raise UsageError(f"list takes no file: {options.named}")
    acts = {"list": _list, "verify": _verify, "export": _export, "prove": _prove, "forget": _forget}
    with open_records(options) as records:
        return acts[options.what](records, options)


def _list(records: AppRecords, options: argparse.Namespace) -> int:
    from host_tools.cli.sharing.listing import entry_line, share_as_json, share_lines

    if options.all:
        entries = records.ledger.entries()[-options.last :]
        if options.json:
            print(json.dumps([[entry.seq, entry.time_s, entry.kind, entry.data] for entry in entries], indent=2))
        else:
            print("\n".join(entry_line(entry) for entry in entries) or "nothing is on record yet")
        return Exit.OK
    shares = records.sharing.shares()[: options.last]
    if options.json:
        print(json.dumps([share_as_json(share) for share in shares], indent=2))
    else:
        print("\n".join(line for share in shares for line in share_lines(share)) or "nothing was shared yet")
    return Exit.OK


def _verify(records: AppRecords, options: argparse.Namespace) -> int:
    from companion_app.sharing.exported import check
    from host_tools.cli.sharing.listing import show_checked

    return show_checked(
        check(records.ledger, records.sharing.copies(), records.sharing.session_logs()), as_json=options.json
    )


def _verify_file(path: Path, options: argparse.Namespace) -> int:
    from companion_app.sharing.export_signature import Signed
    from companion_app.sharing.exported import MAX_EXPORT_BYTES, check_export
    from host_tools.cli.sharing.listing import show_checked, show_proof
    from host_tools.worn.errors import in_words

    try:
        with path.open("rb") as file:
            content = file.read(MAX_EXPORT_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    proof = _proof_in(content)
    if proof is not None:
        return show_proof(proof, as_json=options.json)
    with in_words():
        checked = check_export(content)
        if checked.signature.state is Signed.NOT and not options.json:
            print("This file is not signed: nobody can tell which phone made it.")
        return show_checked(checked, as_json=options.json, phone=options.phone or "")


def _proof_in(content: bytes) -> FrameProof | None:
    from companion_app.sharing.live.proof import parse

    try:
        return parse(json.loads(content))
    except (ValueError, RecursionError):
        return None


def _prove(records: AppRecords, options: argparse.Namespace) -> int:
    from companion_app.sharing.live.proof import prove
    from host_tools.cli.sharing.chosen import chosen_receipt

    receipt_id = chosen_receipt(records.sharing, options.named)
    lines = records.sharing.live.lines_of(receipt_id)
    print(json.dumps(prove(receipt_id, lines, options.frame).as_json(), indent=1))
    return Exit.OK


def _export(records: AppRecords, options: argparse.Namespace) -> int:
    import time

    from companion_app.files import write_atomic

    path = Path(options.named)
    if path.exists():
        raise UsageError(f"{path} exists already; nothing is replaced")
    if path.suffix.lower() == _READABLE:
        made, told = _readable(records, time.time())
    else:
        made, told = _signed(records, time.time())
    try:
        write_atomic(path, made)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    if options.json:
        print(json.dumps({"file": str(path), **told}, indent=2))
    else:
        head = told["head"]
        print(f"{path}  {head['count']} records, {told['receipts']} receipts, head {head['hash']}")
        print(f"phone {told['phone']}")
    return Exit.OK


def _signed(records: AppRecords, now_s: float) -> tuple[bytes, dict[str, Any]]:
    """The file that can be verified, and what is said of it."""
    from companion_app.keys.phone import load_phone_identity
    from companion_app.sharing.export_signature import signed
    from companion_app.sharing.exported import export

    identity = load_phone_identity(records.keys)
    sharing = records.sharing
    made = signed(export(records.ledger, sharing.copies(), now_s, sharing.session_logs()), identity)
    told = {
        "head": made["head"] or {"count": 0, "hash": None},
        "receipts": len(made["receipts"]),
        "phone": identity.certificate_sha256.hex(),
    }
    return json.dumps(made, indent=1).encode() + b"\n", told


def _readable(records: AppRecords, now_s: float) -> tuple[bytes, dict[str, Any]]:
    """The page to read, and what is said of it."""
    from companion_app.keys.phone import load_phone_identity
    from companion_app.sharing.exported import check
    from companion_app.ui.view_models.ledger.readable import readable

    sharing = records.sharing
    checked = check(records.ledger, sharing.copies(), sharing.session_logs())
    phone = load_phone_identity(records.keys).certificate_sha256.hex()
    told = {
        "head": {"count": checked.verdict.count, "hash": checked.head or None},
        "receipts": len(sharing.copies()),
        "phone": phone,
    }
    return readable(checked, sharing.shares(), now_s, phone).encode(), told


def _forget(records: AppRecords, options: argparse.Namespace) -> int:
    from host_tools.cli.sharing.chosen import chosen_receipt

    receipt_id = chosen_receipt(records.sharing, options.named)
    try:
        records.sharing.forget(receipt_id)
    except OSError as error:
        raise UsageError(f"{receipt_id}: {error.strerror}; it is not forgotten yet") from error
    print(
        json.dumps({"receipt_id": receipt_id}) if options.json else f"{receipt_id}  which picture it was is forgotten"
    )
    return Exit.OK
