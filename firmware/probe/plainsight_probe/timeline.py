"""When light and frame marks changed, in the probe's microseconds: a ring of numbered edges."""

LIGHT = 0
FRAME = 1
_EDGES = 256  # a photograph makes 2 of light and, where the frame mark is wired, some 30 of frames


class Timeline:
    """Edges are numbered from 0 on; the oldest are forgotten, and `since` tells how many."""

    def __init__(self):
        self._numbers = 0
        self._edges: list = [None] * _EDGES

    @property
    def next(self) -> int:
        """The number that the next edge will have."""
        return self._numbers

    def add(self, us: int, kind: int, level: int, late_us: int) -> None:
        """Note an edge: `level` 1 for lit, or for a frame's begin; it came up to `late_us` before it was seen."""
        self._edges[self._numbers % _EDGES] = (us, kind, level, late_us)
        self._numbers += 1

    def since(self, number: int, most: int) -> "tuple[int, list]":
        """(number of the first edge, at most `most` edges (us, kind, level, late) from `number` on, oldest first)."""
        first = min(max(number, self._numbers - _EDGES, 0), self._numbers)
        last = min(self._numbers, first + most)
        return first, [self._edges[index % _EDGES] for index in range(first, last)]


class LightWatch:
    """Lit or dark out of the photodiode's level, with hysteresis; notes each change."""

    def __init__(self, timeline: Timeline, lit_uv: int, dark_uv: int):
        self._timeline = timeline
        self._lit_uv = lit_uv
        self._dark_uv = dark_uv
        self._looked_us = 0
        self.lit = False
        self.gap_us = 0  # the longest time between two looks since `forget_gap`: a shorter darkness may have hid there

    def look(self, us: int, level_uv: int) -> None:
        """The level at this moment."""
        pause_us = us - self._looked_us
        self.gap_us = max(self.gap_us, pause_us)
        self._looked_us = us
        lit = level_uv >= (self._dark_uv if self.lit else self._lit_uv)
        if lit != self.lit:
            self.lit = lit
            self._timeline.add(us, LIGHT, 1 if lit else 0, pause_us)

    def forget_gap(self) -> None:
        """Measure the longest gap anew."""
        self.gap_us = 0
