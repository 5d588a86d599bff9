"""The consent receipt: one frame, one recipient, one purpose, one use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from companion_app.sharing.cards import EndpointCard
from companion_app.sharing.consent_record import Consent, consent_record
from companion_app.sharing.redactions import Redactions

VALID_S = 300
_SERVICE = "answering a question about a picture"


@dataclass(frozen=True)
class Receipt:
    """What the owner agreed to. Times are Unix seconds, hashes hex; `bytes` and `sha256` are of what would leave.

    The owner's copy names the picture by its hash as well. The ledger cannot forget, so it has the commitment alone,
    and the hash of what left; of a picture that stays here as it was taken it has no hash at all.
    """

    id: str
    proposal_id: str
    card: EndpointCard
    purpose: str
    question: str
    picture_id: str
    commitment: str
    original: Mapping[str, str] = field(repr=False)
    sha256: str
    bytes: int
    redactions: Redactions | None
    jurisdiction: str
    agreed_s: int
    expires_s: int

    @property
    def recipient(self) -> str:
        """Who gets it, as the card says."""
        return self.card.recipient

    @property
    def terms_sha256(self) -> str:
        """Hash of the terms that were accepted."""
        return self.card.terms_sha256

    @property
    def left_sha256(self) -> str | None:
        """Hash of what would leave; None where the picture stays here as it was taken."""
        return self.sha256 if self.redactions is not None else None

    def record(self) -> dict[str, Any]:
        """The owner's copy: the record, the terms as they were shown, and the hash of the picture."""
        return {"consent": self.ledger_record(), "notice": self.card.terms, "original": dict(self.original)}

    def ledger_record(self) -> dict[str, Any]:
        """The same without what would outlive the picture's deletion."""
        return consent_record(
            Consent(
                receipt_id=self.id,
                card=self.card,
                service=_SERVICE,
                purpose=self.purpose,
                pii=(
                    {"pii_type": "picture", "pii_optional": False, "bytes": self.bytes, "sha256": self.left_sha256},
                    {"pii_type": "question", "pii_optional": False, "text": self.question},
                ),
                agreed_s=self.agreed_s,
                expires_s=self.expires_s,
                jurisdiction=self.jurisdiction,
                extension={"picture": self._picture()},
            )
        )

    def _picture(self) -> dict[str, Any]:
        return {
            "id": self.picture_id,
            "commitment": self.commitment,
            "sha256": self.left_sha256,
            "bytes": self.bytes,
            "uses": 1,
            "redactions": self.redactions.record() if self.redactions is not None else None,
        }
