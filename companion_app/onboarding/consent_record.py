"""An answer as it stands in the ledger: the fields of ISO/IEC TS 27560:2023, and the words that were shown, whole.

The receipts of what is shared have the same form (`companion_app/sharing/consent_record.py`). The words are kept, so
that a later version can show what changed in them; docs/first-login.md has the table of fields.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from companion_app.ledger import Entry
from companion_app.onboarding.question import Choice, Question, Shown

SCHEMA = "plainsight-answer-1"
PRINCIPAL = "owner of this app"
_HERE = "this phone"
_WITHDRAW = "in this app, Settings, Your answers: it counts at once, and kept data goes with it"
_RIGHTS = "those of the jurisdiction; in the EU access, erasure and complaint (GDPR Art. 15, 17, 77)"
_UNTIL_CHANGED = "until the answer is changed"


@dataclass(frozen=True)
class ConsentRecord:
    """One answer; `record` is the hex hash of its record in the ledger, `shown` None where the words were not kept."""

    question: str
    version: int
    text_sha256: str
    choice: str
    time_s: int
    record: str
    seq: int
    detail: str = ""
    shown: Shown | None = None


def fields_of(asked: Question, choice: Choice, detail: str, shown: Shown, now_s: float) -> dict[str, Any]:
    """What the ledger takes. `text_sha256` is of the source words, by which it is known whether they changed since."""
    record_id = uuid.uuid4().hex
    return {
        "schema_version": SCHEMA,
        "question": asked.id,
        "version": asked.version,
        "text_sha256": asked.text_sha256,
        "choice": choice.id,
        "detail": detail,
        "header": {"record_id": record_id, "pii_principal_id": PRINCIPAL},
        "processing": {
            "privacy_notice": {"sha256": shown.sha256, **shown.fields()},
            "language": shown.language,
            "service": "Plainsight",
            "purposes": [_purpose(asked, choice)],
            "recipient_third_parties": "none",
            "withdrawal_method": _WITHDRAW,
            "privacy_rights": _RIGHTS,
        },
        "parties": [{"party_id": "local", "party_name": _HERE, "party_role": "PII controller"}],
        "events": [
            {
                "event_time": datetime.fromtimestamp(int(now_s), UTC).isoformat().replace("+00:00", "Z"),
                "validity_duration": _UNTIL_CHANGED,
                "entity_id": PRINCIPAL,
                "event_type": "explicit",
                "event_state": "refused" if choice.refuses else "given",
            }
        ],
    }


def record_of(entry: Entry) -> ConsentRecord:
    """An answer from the ledger. A damaged one may hold anything; what makes no sense in it is nobody's yes."""
    data = entry.data
    version, detail = data.get("version"), data.get("detail")
    return ConsentRecord(
        question=str(data.get("question")),
        version=version if type(version) is int else 0,
        text_sha256=str(data.get("text_sha256")),
        choice=str(data.get("choice")),
        time_s=entry.time_s,
        record=entry.hash,
        seq=entry.seq,
        detail=detail if isinstance(detail, str) else "",
        shown=_shown(data),
    )


def _purpose(asked: Question, choice: Choice) -> dict[str, Any]:
    return {
        "purpose": asked.purpose,
        "purpose_type": "service requested by the principal",
        "lawful_basis": "consent",
        "pii_information": [{"pii_type": asked.about, "pii_optional": True}],
        "pii_controllers": [_HERE],
        "collection_method": "an answer on this device, none of them chosen beforehand",
        "processing_method": "by the programs of this app and of the glasses",
        "storage_locations": [_HERE],
        "retention_period": f"P{choice.days}D" if choice.days else _UNTIL_CHANGED,
    }


def _shown(data: dict[str, Any]) -> Shown | None:
    """The words as they were shown, where they are there and are those that the hash is of."""
    match data.get("processing"):
        case {"privacy_notice": {"language": str(language), "text": str(text), "explain": str(explain), **rest}}:
            choices = _choices(rest.get("choices"))
        case _:
            return None
    if choices is None:
        return None
    shown = Shown(language, text, explain, choices)
    return shown if shown.sha256 == rest.get("sha256") else None


def _choices(value: object) -> tuple[tuple[str, str, str], ...] | None:
    rows: list[tuple[str, str, str]] = []
    for row in cast("list[object]", value) if isinstance(value, list) else [None]:
        match row:
            case [str(choice), str(text), str(means)]:
                rows.append((choice, text, means))
            case _:
                return None
    return tuple(rows)
