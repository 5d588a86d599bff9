"""Which frames are worth asking about: a view that is new and has come to rest. Nothing here looks at a clock."""

from __future__ import annotations

from companion_app.sharing.live.signature import Signature, difference

# Shares of the view, from photographs with noise, other exposure, sway and objects held up (tests/app/live): a head's
# sway stays below 0.02, paper of a tenth of the view passes 0.1.
_NEW_FROM = 0.06
_OLD_BELOW = 0.03
_AT_REST_BELOW = 0.08
# Somebody who never stands still is answered all the same, with the frame that there is.
_FRAMES_IN_MOTION = 4


class ChangeSampler:
    """Frames in their order; what was not chosen is compared and forgotten."""

    def __init__(self) -> None:
        self._asked: Signature | None = None
        self._before: Signature | None = None
        self._new = False
        self._moving = 0

    def chooses(self, view: Signature) -> bool:
        """True for the first view, and for each that differs from the last chosen one and is at rest."""
        if self._asked is None or self._before is None:
            return self._choose(view)
        change, motion = difference(self._asked, view), difference(self._before, view)
        self._before = view
        # Two thresholds, so that a view at the border is not new and old by turns.
        self._new = change >= (_OLD_BELOW if self._new else _NEW_FROM)
        if not self._new:
            self._moving = 0
            return False
        self._moving += 1
        return self._choose(view) if motion < _AT_REST_BELOW or self._moving >= _FRAMES_IN_MOTION else False

    def forget(self) -> None:
        """The last chosen view was not asked about after all: the next one is chosen whatever it shows."""
        self._asked = None

    def _choose(self, view: Signature) -> bool:
        self._asked = self._before = view
        self._new, self._moving = False, 0
        return True
