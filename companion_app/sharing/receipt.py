"""The consent receipt: one frame, one recipient, one purpose, one use."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = "plainsight-consent-receipt-1"
VALID_S = 300


@dataclass(frozen=True)
class Receipt:
    """What the owner agreed to. Times are Unix seconds, hashes hex; `bytes` is the picture's size."""

    id: str
    proposal_id: str
    endpoint_id: str
    recipient: str
    purpose: str
    terms_sha256: str
    picture_id: str
    sha256: str
    bytes: int
    question: str
    agreed_s: int
    expires_s: int
    terms_source: str

    def record(self) -> dict[str, object]:
        """The receipt as the ledger keeps it, in the groups of ISO/IEC TS 27560 (header, processing, party, event)."""
        return {
            "schema": SCHEMA,
            "receipt_id": self.id,
            "principal": "owner of this app",
            "controller": {"recipient": self.recipient, "endpoint": self.endpoint_id},
            "processing": {
                "purpose": self.purpose,
                "categories": ["picture", "question"],
                "picture_id": self.picture_id,
                "picture_sha256": self.sha256,
                "picture_bytes": self.bytes,
                "question": self.question,
                "uses": 1,
                "third_parties": "as the terms say",
                "terms_sha256": self.terms_sha256,
                "terms_source": self.terms_source,
            },
            "event": {
                "state": "given",
                "type": "explicit",
                "method": "an act on this device that named recipient, purpose and terms",
                "time_s": self.agreed_s,
                "expires_s": self.expires_s,
            },
        }
