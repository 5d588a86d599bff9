"""The ledger in lines: shares with what became of them, single records, and the result of a verification."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from companion_app.ledger import Entry
from companion_app.sharing import Share
from companion_app.sharing.export_signature import Signed
from companion_app.sharing.exported import Checked
from companion_app.sharing.live.proof import FrameProof
from companion_app.sharing.shares import AskedBack
from host_tools.exits import Exit
from host_tools.journey.words import counted
from host_tools.printable import printable


def share_lines(share: Share) -> list[str]:
    """One share: when, to whom, how it ended; then what for and what left."""
    what = "live session" if share.live else (f"{share.bytes} bytes, sha256 {share.sha256}" if share.sha256 else "")
    masked = counted(share.masked)
    lines = [
        f"{_when(share.time_s)}  {share.recipient}  {state_words(share)}",
        f"    receipt  {share.receipt_id}",
        f"    purpose  {share.purpose}",
        f"    asked    {share.question}",
    ]
    if share.may_have_left and what:
        lines.append(f"    left     {what}" + (f"; masked: {masked}" if masked else ""))
    if share.asked_back is not None:
        lines.append(f"    back     {asked_back_words(share.asked_back)}")
    return [printable(line) for line in lines]


def state_words(share: Share) -> str:
    """How it ended, or why nothing began."""
    if share.outcome is not None:
        return share.outcome.value
    return "withdrawn before it was used" if share.withdrawn else "agreed, never used"


def asked_back_words(asked: AskedBack) -> str:
    """Where a request for erasure stands."""
    written = f"request written {_when(asked.time_s)}"
    if asked.result is None:
        return f"{written}; an answer is due by {_when(asked.due_s)[:10]}"
    return f"{written}; answer: {asked.result.value}" + (f" ({asked.note})" if asked.note else "")


def share_as_json(share: Share) -> dict[str, Any]:
    """The same for programs."""
    asked = share.asked_back
    return {
        "receipt_id": share.receipt_id,
        "time_s": share.time_s,
        "recipient": share.recipient,
        "purpose": share.purpose,
        "question": share.question,
        "picture_id": share.picture_id,
        "live": share.live,
        "bytes": share.bytes,
        "sha256": share.sha256,
        "masked": share.masked,
        "withdrawn": share.withdrawn,
        "outcome": share.outcome.value if share.outcome is not None else None,
        "reason": share.reason,
        "asked_back": None
        if asked is None
        else {
            "time_s": asked.time_s,
            "due_s": asked.due_s,
            "request_sha256": asked.request_sha256,
            "result": asked.result.value if asked.result is not None else None,
            "note": asked.note,
        },
    }


def entry_line(entry: Entry) -> str:
    """One record of any kind."""
    return printable(f"{entry.seq:6d}  {_when(entry.time_s)}  {entry.kind}  {json.dumps(entry.data)}")


def show_checked(checked: Checked, *, as_json: bool, phone: str = "") -> int:
    """Print what a verification found; the exit code. `phone`: how the hash of the signing phone must begin."""
    findings = [*map(str, checked.verdict.findings), *map(str, checked.verdict.recorded), *map(str, checked.receipts)]
    signature = checked.signature
    if signature.state is Signed.BROKEN:
        findings.append(f"the file {signature.state.value}")
    elif phone and not (signature.state is Signed.HOLDS and signature.phone.startswith(phone)):
        findings.append(f"the file is not signed by phone {phone}")
    if as_json:
        fields = {"intact": not findings, "records": checked.verdict.count, "head": checked.head}
        said = {"state": signature.state.name.lower(), "phone": signature.phone or None}
        print(json.dumps({**fields, "signature": said, "findings": findings}, indent=2))
    elif findings:
        print("\n".join(printable(f"{line[0].upper()}{line[1:]}.") for line in findings))
    else:
        print(f"All {checked.verdict.count} records are in place, and every receipt fits them.")
        print(f"head {printable(checked.head) or 'none'}")
    if not as_json and signature.state is Signed.HOLDS:
        print(f"phone {signature.phone} has signed it, and the signature holds")
    return Exit.FAILED if findings else Exit.OK


def show_proof(proof: FrameProof, *, as_json: bool) -> int:
    """Print whether one frame's line is under its root; the exit code."""
    if as_json:
        print(json.dumps({"holds": proof.holds, "root": proof.root, "line": proof.line}, indent=2))
    elif proof.holds:
        print(f"This line is number {proof.index + 1} of {proof.leaves} of live session {printable(proof.receipt_id)}:")
        print(f"  {printable(proof.line)}")
        print(f"under root {proof.root}, which must be the one in the record of the session's end")
    else:
        print("This line is not under that root: the proof was changed, or is of another session.")
    return Exit.OK if proof.holds else Exit.FAILED


def _when(time_s: int) -> str:
    """A time that no calendar has is shown as the number it is."""
    try:
        return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, OSError, ValueError):
        return f"second {time_s}"
