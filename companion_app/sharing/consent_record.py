"""The consent record of one act: the fields of ISO/IEC TS 27560:2023 in its four sections, and an extension of ours.

The names are the standard's (header, PII processing, party identification, event). The Kantara Consent Receipt 1.1.0,
which it grew out of, asks for the same under other names: docs/sharing.md has the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from companion_app.sharing.cards import EndpointCard

SCHEMA = "plainsight-consent-2"
PRINCIPAL = "owner of this app"
_LANGUAGE = "en"
_COLLECTED = "an act on this device that named recipient, purpose, terms and "
_PROCESSED = "read by a program to answer; what else happens to it, the notice says"
_WITHDRAW = "in this app or with `plainsight take-back`: what left cannot be recalled, its erasure can be asked for"
_RIGHTS = "those of the jurisdiction; in the EU access, erasure and complaint (GDPR Art. 15, 17, 77)"
_THIRD_PARTIES = "as the notice says"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What an act of consent says, for a frame or for a session; times are Unix seconds.

    `pii`: rows of what is handed over, each with a `pii_type`; `named`: what else the act named; `extension`: what the
    standard has no field for, under names of our own. Nothing in here may outlive the deletion of a picture, for it
    goes into the ledger."""

    receipt_id: str
    card: EndpointCard
    service: str
    purpose: str
    pii: Sequence[Mapping[str, Any]]
    agreed_s: int
    expires_s: int
    jurisdiction: str
    extension: Mapping[str, Any]
    named: str = "picture"


def consent_record(consent: Consent) -> dict[str, Any]:
    """The record as JSON values; the notice itself is in it by its hash."""
    return {
        "schema_version": SCHEMA,
        "receipt_id": consent.receipt_id,
        "header": {"record_id": consent.receipt_id, "pii_principal_id": PRINCIPAL},
        "processing": _processing(consent),
        "parties": [_recipient(consent.card)],
        "events": [_given(consent)],
        **consent.extension,
    }


def iso_time(time_s: float) -> str:
    """Seconds since 1970 as ISO 8601 in UTC; a time that no calendar has, as the number it is."""
    try:
        return datetime.fromtimestamp(int(time_s), UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, OSError, ValueError):
        return f"second {int(time_s)}"


def _processing(consent: Consent) -> dict[str, Any]:
    card = consent.card
    return {
        "privacy_notice": {"sha256": card.terms_sha256, "source": card.source, "reviewed": card.reviewed},
        "language": _LANGUAGE,
        "service": consent.service,
        "purposes": [
            {
                "purpose": consent.purpose,
                "purpose_type": "service requested by the principal",
                "primary_purpose": True,
                "lawful_basis": "consent",
                "pii_information": [dict(row) for row in consent.pii],
                "pii_controllers": [card.recipient],
                "collection_method": _COLLECTED + consent.named,
                "processing_method": _PROCESSED,
                "storage_locations": [card.region],
                "retention_period": card.retention,
                "trains": card.trains,
                "human_review": card.human_review,
            }
        ],
        "jurisdiction": consent.jurisdiction,
        "recipient_third_parties": "none" if card.stays_here else _THIRD_PARTIES,
        "withdrawal_method": _WITHDRAW,
        "privacy_rights": _RIGHTS,
    }


def _recipient(card: EndpointCard) -> dict[str, Any]:
    return {
        "party_id": card.id,
        "party_name": card.recipient,
        "party_address": card.url or "this device",
        "party_contact": card.contact,
        "party_erasure": card.erasure,
        "party_role": "PII controller",
        "party_type": "the device itself" if card.stays_here else "recipient",
    }


def _given(consent: Consent) -> dict[str, Any]:
    return {
        "event_time": iso_time(consent.agreed_s),
        "validity_duration": f"PT{consent.expires_s - consent.agreed_s}S",
        "entity_id": PRINCIPAL,
        "event_type": "explicit",
        "event_state": "given",
    }
