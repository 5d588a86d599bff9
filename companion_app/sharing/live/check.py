"""Holds the logs of live sessions against the roots that the ledger has of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from companion_app.sharing.check import Fault, ReceiptFinding
from companion_app.sharing.live import merkle
from companion_app.sharing.records import ENDED, LedgerEntry, receipt_id_of


def check_sessions(entries: Iterable[LedgerEntry], logs: Mapping[str, Sequence[bytes]]) -> list[ReceiptFinding]:
    """`logs`: lines by receipt id. A session that has not ended has no root yet."""
    findings: list[ReceiptFinding] = []
    for entry in entries:
        match entry.data:
            case {"live": {"root": root, "leaves": leaves}} if entry.kind == ENDED:
                lines = logs.get(receipt_id_of(entry), ())
                found = merkle.root([merkle.leaf_hash(line) for line in lines]).hex()
                if (found, len(lines)) != (root, leaves):
                    fault = Fault.LOG if lines else Fault.LOG_MISSING
                    findings.append(ReceiptFinding(fault, receipt_id_of(entry)))
            case _:
                continue
    return findings
