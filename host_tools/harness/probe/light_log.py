"""Was the light lit all the time from here to there? Yes, no, or: this cannot be said."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from host_tools.harness.probe.clock import SharedClock

# How late an edge is at most: the photodiode's filter falls from 1.2 V to 0.1 V in 2.6 ms (hardware/probe/README.md);
# then comes the probe's next look, which is added as measured.
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


@dataclass(frozen=True)
class Mark:
    """The readout of a frame begins or ends, where the camera's VSYNC is wired to the probe."""

    us: int
    begins: bool


@dataclass(frozen=True)
class LightLog:
    """`edges` of the light, oldest first, without a gap; what was before the first one is known only if `whole`.

    `late_us`: how late an edge can be. `until_us`: up to when the record goes. Darkness shorter than `late_us` may be
    missing: compare the flashes that were counted.
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
        if any(lit and start <= begin_us and end_us <= end - self.late_us for start, end, lit in self._spans()):
            return Lit.ALWAYS
        first_us, last_us = narrowest
        for start, end, lit in self._spans():
            if not lit and max(start, first_us) < min(end - self.late_us, last_us):
                return Lit.NOT_ALWAYS
        return Lit.UNKNOWN

    def _spans(self) -> Iterator[tuple[float, float, bool]]:
        """(start, end, lit) of the record; an end is up to `late_us` early."""
        if self.whole:
            yield float("-inf"), self.edges[0].us if self.edges else self.until_us, False
        for edge, following in itertools.zip_longest(self.edges, self.edges[1:]):
            yield edge.us, self.until_us if following is None else following.us, edge.lit
