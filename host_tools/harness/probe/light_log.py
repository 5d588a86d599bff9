"""Was the light lit all the time from here to there? Yes, no, or: this cannot be said."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from host_tools.harness.probe.clock import SharedClock

# How late an edge is at most: the photodiode's filter falls from 1.2 V to 0.1 V in 2.6 ms (hardware/probe/README.md);
# then comes the probe's next look: the time since the one before it is added as measured.
FILTER_US = 3_000


class Lit(enum.Enum):
    """`NOT_ALWAYS`: dark at one moment at least."""

    ALWAYS = "lit all the time"
    NOT_ALWAYS = "dark for a part of the time"
    UNKNOWN = "not to be said: the clocks or the record are not sharp enough"


@dataclass(frozen=True)
class Edge:
    """The light went on or off at this moment of the probe's clock, or up to `late_us` before."""

    us: int
    lit: bool
    late_us: int


@dataclass(frozen=True)
class Mark:
    """The readout of a frame begins or ends, at this moment or up to `late_us` before; where VSYNC is wired."""

    us: int
    begins: bool
    late_us: int


@dataclass(frozen=True)
class LightLog:
    """`edges` of the light, oldest first, without a gap; what was before the first one is known only if `whole`.

    `until_us`: up to when the record goes; an edge less than `late_us` before may still be missing. So may darkness
    that was shorter than `late_us`: compare the flashes that were counted.
    """

    edges: Sequence[Edge]
    until_us: int
    late_us: int
    whole: bool
    clock: SharedClock
    marks: Sequence[Mark] = ()

    def lit_during(self, begun_s: float, ended_s: float) -> Lit:
        """Between two moments of the host's clock (time.monotonic)."""
        begin, end = self.clock.probe_us(begun_s), self.clock.probe_us(ended_s)
        return self.lit_between((begin[0], end[1]), (begin[1], end[0]))

    def lit_between(self, widest: tuple[float, float], narrowest: tuple[float, float]) -> Lit:
        """As lit_during, on the probe's clock: the time lies within `widest` and contains `narrowest`."""
        begin_us, end_us = widest
        if any(lit and start <= begin_us and end_us <= end for start, end, lit in self._spans()):
            return Lit.ALWAYS
        first_us, last_us = narrowest
        for start, end, lit in self._spans():
            if not lit and max(start, first_us) < min(end, last_us):
                return Lit.NOT_ALWAYS
        return Lit.UNKNOWN

    def frames(self) -> list[tuple[Mark, Mark]]:
        """(begin, end) of each readout that was seen from begin to end."""
        return [(begin, end) for begin, end in itertools.pairwise(self.marks) if begin.begins and not end.begins]

    def lit_in(self, frame: tuple[Mark, Mark]) -> Lit:
        """All through one of `frames`."""
        begin, end = frame
        return self.lit_between((begin.us - begin.late_us, end.us), (begin.us, end.us - end.late_us))

    def _spans(self) -> Iterator[tuple[float, float, bool]]:
        """(start, end, lit) of each time for which the light is certain."""
        if self.whole:
            yield float("-inf"), self._end_before(self.edges[0] if self.edges else None), False
        for edge, following in itertools.zip_longest(self.edges, self.edges[1:]):
            yield edge.us, self._end_before(following), edge.lit

    def _end_before(self, following: Edge | None) -> float:
        """Up to when nothing has changed yet."""
        return self.until_us - self.late_us if following is None else following.us - following.late_us
