"""What only the search for a reason can say."""

from __future__ import annotations

from companion_app.link.errors import GlassesNotFound
from companion_app.link.surroundings import Surroundings


class NotHeard(GlassesNotFound):
    """The paired glasses were not among what was heard `around`."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around.seconds, False)
        self.around = around
