"""Holds the owner's copies of receipts against the ledger: what one has and the other has not, or has otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from companion_app.sharing.consent_record import SCHEMA


class Fault(StrEnum):
    """How a copy and the ledger disagree; the value is the sentence's middle."""

    MISSING = "has no owner's copy"
    UNREADABLE = "has an owner's copy that cannot be read"
    DIFFERS = "says something else in the owner's copy than in the ledger"
    TERMS = "has an owner's copy with other terms than were agreed to"
    STRANGER = "is in no record of this ledger"
    LOG = "is of a live session whose log is not the one that the ledger's root stands for"
    LOG_MISSING = "is of a live session whose log is gone"


@dataclass(frozen=True)
class ReceiptFinding:
    """One receipt that is not as it was given."""

    fault: Fault
    receipt_id: str

    def __str__(self) -> str:
        return f"receipt {self.receipt_id} {self.fault.value}"


def check_receipts(
    agreed: Mapping[str, Mapping[str, Any]], copies: Mapping[str, Mapping[str, Any] | None]
) -> list[ReceiptFinding]:
    """`agreed`: consent records in the ledger, `copies`: the owner's, None where one cannot be read; by receipt id."""
    findings = [ReceiptFinding(Fault.STRANGER, receipt_id) for receipt_id in copies if receipt_id not in agreed]
    for receipt_id, consent in agreed.items():
        # Records of an earlier schema were made without copies.
        if consent.get("schema_version") != SCHEMA:
            continue
        fault = _fault(consent, copies[receipt_id]) if receipt_id in copies else Fault.MISSING
        if fault is not None:
            findings.append(ReceiptFinding(fault, receipt_id))
    return findings


def _fault(consent: Mapping[str, Any], copy: Mapping[str, Any] | None) -> Fault | None:
    if copy is None:
        return Fault.UNREADABLE
    if copy.get("consent") != consent:
        return Fault.DIFFERS
    notice = copy.get("notice")
    said = hashlib.sha256(notice.encode("utf-8", "replace")).hexdigest() if isinstance(notice, str) else None
    match consent:
        case {"processing": {"privacy_notice": {"sha256": str(agreed)}}} if agreed == said:
            return None
        case _:
            return Fault.TERMS
