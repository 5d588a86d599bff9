"""A data-use card: who would receive a picture, what they say they do with it, and when that was last read."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass

from companion_app.language import N_

UNKNOWN = N_("unknown")
LOCAL_ID = "local"


@dataclass(frozen=True, kw_only=True)
class DataUse:
    """What a recipient says it does with what it is sent, in words. `trains_inputs` says the same as `trains` to a
    program: True also where only the owner's own plan or setting could stop it, None where nobody knows.
    `reviewed`, `review_by`: ISO dates. `only_in`, `not_in`: codes of region.py, both empty where no limit is known.
    """

    trains: str = UNKNOWN
    trains_inputs: bool | None = None
    retention: str = UNKNOWN
    human_review: str = UNKNOWN
    region: str = UNKNOWN  # where it is worked on
    faces: str = UNKNOWN  # what its terms say of faces
    only_in: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    reviewed: str = UNKNOWN
    review_by: str = ""  # none: there is nothing to read again
    source: str = UNKNOWN
    contact: str = UNKNOWN  # where the owner of a picture may ask for its erasure: an address or a URL
    erasure: str = UNKNOWN  # what the recipient says of such a request


@dataclass(frozen=True, kw_only=True)
class EndpointCard(DataUse):
    """One place an answer can come from; `url` is empty where nothing leaves this device. `program` is what answered a
    probe at an address of this computer; `runs_here`: it says of itself that it works on this computer."""

    id: str
    recipient: str
    url: str
    notice: str
    program: str = ""
    runs_here: bool = False

    @property
    def stays_here(self) -> bool:
        """True when the picture does not leave this device."""
        return not self.url

    @property
    def may_be_default(self) -> bool:
        """False for who trains on what it is sent, and for everybody else's computer of whom that is unknown."""
        return self.stays_here or self.runs_here or self.trains_inputs is False

    def stale(self, today: datetime.date) -> bool:
        """True from the day on which the terms should have been read again."""
        return bool(self.review_by) and today >= datetime.date.fromisoformat(self.review_by)

    @property
    def terms(self) -> str:
        """All that the user is asked to accept, in one text: whatever changes on the card changes this."""
        lines = (
            f"Recipient: {self.recipient}",
            f"Address: {self.url or 'none: nothing leaves this device'}",
            *((f"What answers there: {self.program}",) if self.program else ()),
            f"Works on this computer, as it says itself: {'yes' if self.runs_here else 'no'}",
            f"Trains on it: {self.trains}",
            f"Counted as training on it: {_yes_no(self.trains_inputs)}",
            f"Keeps it: {self.retention}",
            f"People may see it: {self.human_review}",
            f"Faces: {self.faces}",
            f"Region: {self.region}",
            f"Offered: {self._offered()}",
            f"Terms read on: {self.reviewed}",
            *((f"To be read again by: {self.review_by}",) if self.review_by else ()),
            f"Source: {self.source}",
            f"Erasure is asked for at: {self.contact}",
            f"What it says of erasure: {self.erasure}",
            self.notice,
        )
        return "\n".join(lines) + "\n"

    @property
    def terms_sha256(self) -> str:
        """Hex SHA-256 of `terms` in UTF-8: what an agreement names."""
        return hashlib.sha256(self.terms.encode()).hexdigest()

    def _offered(self) -> str:
        limits = [f"only in {', '.join(self.only_in)}"] if self.only_in else []
        limits += [f"not in {', '.join(self.not_in)}"] if self.not_in else []
        return "; ".join(limits) or "no limit is known to this app"


LOCAL = EndpointCard(
    id=LOCAL_ID,
    recipient="this device",
    url="",
    notice="Programs on this device read the picture, without any network. Nothing is kept but the record of the act.",
    runs_here=True,
    trains=N_("no"),
    trains_inputs=False,
    retention=N_("not at all"),
    human_review=N_("no"),
    faces="counted, never recognised",
    region="this device",
    reviewed="2026-11-22",
    source="this app",
    contact="nobody: nothing left",
    erasure="nothing to erase",
)


def _yes_no(flag: bool | None) -> str:
    return UNKNOWN if flag is None else "yes" if flag else "no"
