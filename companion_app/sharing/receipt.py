"""The consent receipt: one frame, one recipient, one purpose, one use."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = "plainsight-consent-receipt-1"
VALID_S = 300


@dataclass(frozen=True)
class Receipt:
    """What the owner agreed to. Times are Unix seconds, hashes hex; `bytes` is the picture's size.

    The owner's copy names the picture by its hash. The ledger cannot forget, so it has the commitment alone.
    """

    id: str
    proposal_id: str
    endpoint_id: str
    recipient: str
    purpose: str
    terms_sha256: str
    picture_id: str
    sha256: str
    commitment: str
    bytes: int
    question: str
    agreed_s: int
    expires_s: int
    terms_source: str

    def record(self) -> dict[str, object]:
        """The owner's copy, in the groups of ISO/IEC TS 27560 (header, party, processing, event)."""
        return self._record({"picture_sha256": self.sha256, "picture_commitment": self.commitment})

    def ledger_record(self) -> dict[str, object]:
        """The same without what would outlive the picture's deletion."""
        return self._record({"picture_commitment": self.commitment})

    def _record(self, picture: dict[str, object]) -> dict[str, object]:
        return {
            "schema": SCHEMA,
            "receipt_id": self.id,
            "principal": "owner of this app",
            "controller": {"recipient": self.recipient, "endpoint": self.endpoint_id},
            "processing": {
                "purpose": self.purpose,
                "categories": ["picture", "question"],
                "picture_id": self.picture_id,
                **picture,
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
