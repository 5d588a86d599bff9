"""A proposal: exactly what would leave, to whom and why, before anybody has agreed to anything."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from companion_app.redaction import Verified
from companion_app.sharing.cards import EndpointCard
from companion_app.sharing.errors import BadPurpose, BadQuestion, NotRedacted, PictureChanged
from companion_app.sharing.pictures import SharedPicture as SharedPicture
from companion_app.sharing.pictures import original_of, read_picture
from companion_app.sharing.redactions import Redactions, redactions_of

ANSWER_PURPOSE = "Answer one question about this picture"
MAX_QUESTION_CHARACTERS = 1000
MAX_PURPOSE_CHARACTERS = 200


@dataclass(frozen=True)
class Proposal:
    """`bytes` (hex `sha256`) and `question` are all of the owner's that would leave.

    `redactions` None: the picture as it was taken, which stays on this device; else what was taken out of it.
    `original` and `commitment` are what ties records to the picture; `earlier` says how sharing the same picture with
    the same recipient ended before, oldest first."""

    id: str
    picture_id: str
    bytes: bytes = field(repr=False)
    sha256: str
    commitment: str
    original: Mapping[str, str] = field(repr=False)
    redactions: Redactions | None
    card: EndpointCard
    question: str
    purpose: str
    earlier: tuple[str, ...]


def make_proposal(
    picture: SharedPicture,
    card: EndpointCard,
    question: str,
    purpose: str,
    *,
    verified: Verified | None = None,
    earlier: tuple[str, ...] = (),
) -> Proposal:
    """Check all that would leave. Without `verified` the picture itself is read, for who keeps it here.
    Raises NotRedacted, BadQuestion, BadPurpose, PictureMissing, PictureTooBig, PictureChanged, NotAPhotograph."""
    if not isinstance(verified, Verified) and not card.stays_here:
        raise NotRedacted(endpoint=card.id)
    question, purpose = question.strip(), purpose.strip()
    if not 1 <= len(question) <= MAX_QUESTION_CHARACTERS:
        raise BadQuestion(length=len(question), limit=MAX_QUESTION_CHARACTERS)
    if not 1 <= len(purpose) <= MAX_PURPOSE_CHARACTERS:
        raise BadPurpose(length=len(purpose), limit=MAX_PURPOSE_CHARACTERS)
    content = read_picture(picture) if verified is None else _redacted(picture, verified)
    return Proposal(
        id=uuid.uuid4().hex,
        picture_id=picture.id,
        bytes=content,
        sha256=hashlib.sha256(content).hexdigest(),
        commitment=picture.commitment,
        original=original_of(picture),
        redactions=redactions_of(verified) if verified is not None else None,
        card=card,
        question=question,
        purpose=purpose,
        earlier=earlier,
    )


def _redacted(picture: SharedPicture, verified: Verified) -> bytes:
    """The verified bytes, when they were made of this very picture."""
    if verified.original_sha256 != picture.sha256:
        raise PictureChanged(picture=picture.id, expected=picture.sha256, found=verified.original_sha256)
    return verified.jpeg
