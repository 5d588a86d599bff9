"""What the owner is asked to agree to for a session, and the receipt of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from companion_app.redaction import Kind, needs
from companion_app.sharing.cards import EndpointCard
from companion_app.sharing.consent_record import Consent, consent_record
from companion_app.sharing.errors import BadPurpose, BadQuestion
from companion_app.sharing.live.errors import BadDuration, FacesStayMasked
from companion_app.sharing.proposal import MAX_PURPOSE_CHARACTERS, MAX_QUESTION_CHARACTERS

LIVE_PURPOSE = "Answer one question about what I see, while this session lasts"
MIN_SECONDS, MAX_SECONDS = 5, 600
BEGIN_WITHIN_S = 300
_SERVICE = "answering a question about what the glasses see, for a limited time"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All that shapes a session, fixed before it begins: nothing that is seen or answered later changes any of it.

    `kept`: kinds that stay visible (faces never do); `unproven_light`: frames whose light nobody could prove are sent
    as well; `keep_frames`: the owner keeps a copy of what left; `redacted`: False where frames stay on this device."""

    seconds: int
    question: str
    kept: tuple[Kind, ...]
    unproven_light: bool
    keep_frames: bool
    redacted: bool

    def record(self) -> dict[str, Any]:
        """As JSON values, for receipt and ledger."""
        return {
            "seconds": self.seconds,
            "frames": "when the view changes",
            "redacted": self.redacted,
            "kept": [kind.value for kind in self.kept],
            "faces": "masked" if self.redacted else "as taken",
            "light": "proven or not" if self.unproven_light else "proven",
            "frames_kept": self.keep_frames,
            "uses": 1,
        }


@dataclass(frozen=True, kw_only=True)
class SessionProposal:
    """To whom, why, for how long and by which rules; `picture_id` is empty, for no picture exists yet."""

    id: str
    card: EndpointCard
    purpose: str
    rules: Rules
    picture_id: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionReceipt:
    """What the owner agreed to. Times are Unix seconds; the session begins before `begin_by_s` or never."""

    id: str
    proposal_id: str
    card: EndpointCard
    purpose: str
    rules: Rules
    jurisdiction: str
    agreed_s: int

    @property
    def begin_by_s(self) -> int:
        """Afterwards it takes another yes."""
        return self.agreed_s + BEGIN_WITHIN_S

    def record(self) -> dict[str, Any]:
        """The consent record, which has no picture's hash in it: nothing in it has to be forgotten."""
        seen = {"pii_type": "pictures", "pii_optional": False, "frames": "what the glasses see, when it changes"}
        asked = {"pii_type": "question", "pii_optional": False, "text": self.rules.question}
        return consent_record(
            Consent(
                receipt_id=self.id,
                card=self.card,
                service=_SERVICE,
                purpose=self.purpose,
                pii=(seen, asked),
                agreed_s=self.agreed_s,
                expires_s=self.begin_by_s + self.rules.seconds,
                jurisdiction=self.jurisdiction,
                extension={"live": self.rules.record()},
                named="length",
            )
        )


def make_rules(
    card: EndpointCard,
    question: str,
    seconds: int,
    *,
    keep: frozenset[Kind] = frozenset(),
    unproven_light: bool = False,
    keep_frames: bool = False,
) -> Rules:
    """Kept is what the question needs and `keep`. Raises BadQuestion, BadDuration, FacesStayMasked."""
    question = question.strip()
    if not 1 <= len(question) <= MAX_QUESTION_CHARACTERS:
        raise BadQuestion(length=len(question), limit=MAX_QUESTION_CHARACTERS)
    if not MIN_SECONDS <= seconds <= MAX_SECONDS:
        raise BadDuration(seconds=seconds, least=MIN_SECONDS, most=MAX_SECONDS)
    if Kind.FACE in keep:
        # A face is unmasked one by one, with its owner's word; nobody can say that for people not yet seen.
        raise FacesStayMasked()
    kept = tuple(sorted(keep | needs(question)))
    return Rules(
        seconds=seconds,
        question=question,
        kept=kept,
        unproven_light=unproven_light,
        keep_frames=keep_frames,
        redacted=not card.stays_here,
    )


def checked_purpose(purpose: str) -> str:
    """Trimmed. Raises BadPurpose."""
    purpose = purpose.strip()
    if not 1 <= len(purpose) <= MAX_PURPOSE_CHARACTERS:
        raise BadPurpose(length=len(purpose), limit=MAX_PURPOSE_CHARACTERS)
    return purpose
