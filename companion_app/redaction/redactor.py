"""The one place where a picture is made fit to leave: look, plan, make, verify."""

from __future__ import annotations

import io
import threading
from dataclasses import replace

from PIL import Image

from companion_app.redaction.decoding import decode
from companion_app.redaction.errors import StillVisible
from companion_app.redaction.eyes import Eyes
from companion_app.redaction.kind import WRITTEN
from companion_app.redaction.look import Look, look_over
from companion_app.redaction.making import Redacted, make
from companion_app.redaction.plan import Plan
from companion_app.redaction.region import Seen
from companion_app.redaction.sight import Sight
from companion_app.redaction.verified import Verified, vouch
from companion_app.redaction.verifying import unexcused

# Each round masks what the last one saw; what is still seen after these is no accident.
_ROUNDS = 3


class Redactor:
    """One for the app, called from worker threads; its detectors serve one thread at a time."""

    def __init__(self, sight: Sight | None = None) -> None:
        """`sight`: the app's own detectors unless others are given; nothing is loaded before the first look."""
        self._sight = sight or Eyes()
        self._one_at_a_time = threading.Lock()

    def look(self, content: bytes, *, reading: bool = True) -> Look:
        """Decode and find. Without `reading` nothing is read: faster, and all that is written is one kind, TEXT.
        Raises PictureUnreadable, PictureOutOfBounds, RedactionUnavailable, DetectionFailed."""
        original = decode(content)
        with self._one_at_a_time:
            found = self._sight.first(original.image, reading=reading)
        # Nobody read it, so nobody knows that it is no card: only the owner may unmask it.
        return look_over(original, found if reading else (_unread(one) for one in found))

    def make(self, look: Look, plan: Plan) -> Redacted:
        """Draw the plan, for a preview; unverified, so that sharing does not take it. Raises PlanOfAnotherPicture."""
        return make(look, plan)

    def verify(self, redacted: Redacted) -> None:
        """Look again, by other means, at exactly the bytes that would leave.
        Raises StillVisible, RedactionUnavailable, DetectionFailed."""
        with Image.open(io.BytesIO(redacted.jpeg), formats=("JPEG",)) as leaving:
            image = leaving.convert("RGB")
        with self._one_at_a_time:
            seen = self._sight.second(image)
        left_over = unexcused(seen, redacted)
        if left_over:
            raise StillVisible(left_over)

    def redact(self, look: Look, plan: Plan, *, mask_more: bool = False) -> Verified:
        """Make and verify; with `mask_more` what is still seen is masked, too, and verified again.
        Raises StillVisible, PlanOfAnotherPicture, RedactionUnavailable, DetectionFailed."""
        for _round in range(_ROUNDS if mask_more else 0):
            try:
                return self._verified(look, plan)
            except StillVisible as error:
                plan = plan.mask_all(error.found)
        return self._verified(look, plan)

    def _verified(self, look: Look, plan: Plan) -> Verified:
        redacted = make(look, plan)
        self.verify(redacted)
        return vouch(redacted)


def _unread(seen: Seen) -> Seen:
    return replace(seen, score=0.0) if seen.kind in WRITTEN else seen
