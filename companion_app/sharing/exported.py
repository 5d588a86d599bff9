"""The ledger and its receipts as one JSON object that somebody else can verify, and that verification."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from companion_app.ledger import Entry, Ledger, Verdict
from companion_app.ledger.examine import examine
from companion_app.ledger.head import Head
from companion_app.ledger.ledger import recorded_damage
from companion_app.sharing.check import ReceiptFinding, check_receipts
from companion_app.sharing.consent_record import iso_time
from companion_app.sharing.errors import NotAnExport
from companion_app.sharing.export_signature import NOT_SIGNED, Signature, Signed, examine_signature
from companion_app.sharing.live.check import check_sessions
from companion_app.sharing.records import AGREED, receipt_id_of

SCHEMA = "plainsight-ledger-export-1"
MAX_EXPORT_BYTES = 256 << 20

Copies = Mapping[str, Mapping[str, Any] | None]
Logs = Mapping[str, Sequence[bytes]]
_NO_LOGS: Logs = {}


@dataclass(frozen=True)
class Checked:
    """A ledger's verdict, the receipts that do not fit it, and the head: who has the same head from elsewhere knows
    that nothing was cut off. `signature`: of an exported one."""

    verdict: Verdict
    receipts: tuple[ReceiptFinding, ...]
    head: str
    entries: tuple[Entry, ...]
    signature: Signature = NOT_SIGNED

    @property
    def intact(self) -> bool:
        """True when nothing was found, now or before; a file need not be signed, but a signature must hold."""
        return self.verdict.intact and not self.receipts and self.signature.state is not Signed.BROKEN


def export(ledger: Ledger, copies: Copies, now_s: float, logs: Logs = _NO_LOGS) -> dict[str, Any]:
    """Every line as it is, the head, the owner's copies, which hold nothing that ties them to pictures, and the logs of
    live sessions, by receipt id."""
    lines, head = ledger.exported()
    return {
        "schema": SCHEMA,
        "made": iso_time(now_s),
        "head": {"count": head.count, "hash": head.hash} if head is not None else None,
        "lines": lines,
        "receipts": dict(copies),
        "sessions": {name: [line.decode("utf-8", "replace") for line in lines] for name, lines in logs.items()},
    }


def check(ledger: Ledger, copies: Copies, logs: Logs = _NO_LOGS) -> Checked:
    """The ledger of this device, the receipts beside it, and the logs of its live sessions."""
    _lines, head = ledger.exported()
    entries = ledger.entries()
    return Checked(ledger.verify(), _receipts(entries, copies, logs), head.hash if head is not None else "", entries)


def check_export(content: bytes) -> Checked:
    """Verify what `export` made, wherever it has been since. Raises NotAnExport."""
    lines, head, copies, logs, signature = _parse(content)
    found = examine([line.encode("utf-8", "replace") for line in lines], head)
    verdict = Verdict(len(lines), found.findings, recorded_damage(found.entries))
    receipts = _receipts(found.entries, copies, logs)
    return Checked(verdict, receipts, head.hash if head is not None else "", found.entries, signature)


def _receipts(entries: tuple[Entry, ...], copies: Copies, logs: Logs) -> tuple[ReceiptFinding, ...]:
    agreed = {receipt_id_of(entry): entry.data for entry in entries if entry.kind == AGREED}
    return (*check_receipts(agreed, copies), *check_sessions(entries, logs))


def _parse(
    content: bytes,
) -> tuple[list[str], Head | None, dict[str, dict[str, Any] | None], dict[str, list[bytes]], Signature]:
    if len(content) > MAX_EXPORT_BYTES:
        raise NotAnExport(reason="too large")
    try:
        value: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotAnExport(reason="not JSON") from error
    fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    lines, copies = fields.get("lines"), fields.get("receipts")
    if fields.get("schema") != SCHEMA or not isinstance(lines, list) or not isinstance(copies, dict):
        raise NotAnExport(reason="not an exported ledger")
    rows = cast("list[object]", lines)
    if not all(isinstance(line, str) for line in rows):
        raise NotAnExport(reason="a line that is no text")
    logs, signature = _logs(fields.get("sessions")), examine_signature(fields)
    head = _head(fields.get("head"))
    return cast("list[str]", rows), head, _copies(cast("dict[str, object]", copies)), logs, signature


def _head(value: object) -> Head | None:
    """A head of the wrong form is none, and the verdict says so."""
    match value:
        case {"count": int(count), "hash": str(digest)} if count >= 0:
            return Head(count, digest)
        case _:
            return None


def _copies(values: dict[str, object]) -> dict[str, dict[str, Any] | None]:
    return {name: cast("dict[str, Any]", value) if isinstance(value, dict) else None for name, value in values.items()}


def _logs(value: object) -> dict[str, list[bytes]]:
    """What is no log of lines is left out, and the verdict says that it is gone."""
    found: dict[str, list[bytes]] = {}
    for name, lines in cast("dict[str, object]", value).items() if isinstance(value, dict) else ():
        if isinstance(lines, list):
            found[name] = [str(line).encode("utf-8", "replace") for line in cast("list[object]", lines)]
    return found
