"""A proposal: exactly what would leave, to whom and why, before anybody has agreed to anything."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from companion_app.sharing.cards import EndpointCard
from companion_app.sharing.errors import (
    BadPurpose,
    BadQuestion,
    NotAPhotograph,
    PictureChanged,
    PictureMissing,
    PictureTooBig,
)

ANSWER_PURPOSE = "Answer one question about this picture"
MAX_QUESTION_CHARACTERS = 1000
MAX_PURPOSE_CHARACTERS = 200
MAX_PICTURE_BYTES = 16 << 20
_JPEG_BEGINS = b"\xff\xd8"


class SharedPicture(Protocol):
    """What sharing needs of a gallery picture; `sha256` is the hex hash of the file at `path`, and `commitment` is what
    stands for the picture in records: it means nothing once the picture and its salt are deleted."""

    @property
    def id(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def sha256(self) -> str: ...
    @property
    def commitment(self) -> str: ...


@dataclass(frozen=True)
class Proposal:
    """`bytes` (a JPEG, hex `sha256`) and `question` are all of the owner's that would leave; `earlier` says how sharing
    the same picture with the same recipient ended before, oldest first."""

    id: str
    picture_id: str
    bytes: bytes = field(repr=False)
    sha256: str
    commitment: str
    card: EndpointCard
    question: str
    purpose: str
    earlier: tuple[str, ...]


def make_proposal(
    picture: SharedPicture, card: EndpointCard, question: str, purpose: str, earlier: tuple[str, ...] = ()
) -> Proposal:
    """Read and check all that would leave.
    Raises BadQuestion, BadPurpose, PictureMissing, PictureTooBig, PictureChanged, NotAPhotograph."""
    question, purpose = question.strip(), purpose.strip()
    if not 1 <= len(question) <= MAX_QUESTION_CHARACTERS:
        raise BadQuestion(length=len(question), limit=MAX_QUESTION_CHARACTERS)
    if not 1 <= len(purpose) <= MAX_PURPOSE_CHARACTERS:
        raise BadPurpose(length=len(purpose), limit=MAX_PURPOSE_CHARACTERS)
    content = _read(picture)
    found = hashlib.sha256(content).hexdigest()
    if found != picture.sha256:
        raise PictureChanged(picture=picture.id, expected=picture.sha256, found=found)
    if not content.startswith(_JPEG_BEGINS):
        raise NotAPhotograph(picture=picture.id)
    return Proposal(
        id=uuid.uuid4().hex,
        picture_id=picture.id,
        bytes=content,
        sha256=found,
        commitment=picture.commitment,
        card=card,
        question=question,
        purpose=purpose,
        earlier=earlier,
    )


def _read(picture: SharedPicture) -> bytes:
    try:
        with picture.path.open("rb") as file:
            content = file.read(MAX_PICTURE_BYTES + 1)
    except OSError as error:
        raise PictureMissing(picture=picture.id, reason=error.strerror or "unreadable") from error
    if len(content) > MAX_PICTURE_BYTES:
        raise PictureTooBig(picture=picture.id, limit=MAX_PICTURE_BYTES)
    return content
