"""Proof that the capture light is lit, one class per level. All four methods raise Refused; evidence is integers only.

Order of use: `before` (light still off), light on, `begin` (proven from here on), `check` as often as one likes (still
lit at every moment since `begin`?), `finish` (a last look past the end of the exposure; returns the evidence).
"""

from plainsight.compat import const
from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.contract import Board, Clock

_SETTLE_MS = const(5)  # driver, LED and comparator after switching on
_PROOF_MS = const(20)  # 80 flashes at 4 kHz before a camera may be opened
_STRAY_MS = const(10)  # how long to look for the rhythm while the light is off
_TRAIL_MS = const(5)  # a light lost in the last microsecond of an exposure still shows

_CURRENT_LOW_PERCENT = const(60)  # LED and resistor tolerances stay inside 60 to 160 % of nominal …
_CURRENT_HIGH_PERCENT = const(160)  # … and a shorted LED draws about 250 %

_STRAY_PULSES = const(2)  # lamps on mains give one edge in 10 ms; our rhythm gives 40
_SLACK_PULSES = const(2)  # a window may start and end inside a flash
_BRACKET_US = const(2000)  # a reading that took longer says too little about its moment
_READINGS = const(50)  # before giving up on a quick reading
_US_PER_S = const(1000000)


def light_proof(level: str, board: "Board", clock: "Clock") -> "SoftwareProof | CurrentProof | OpticalProof":
    """The proof for a level of docs/threat-model.md. Raises ValueError for an unknown one: no level, no camera."""
    if level == "software":
        return SoftwareProof()
    if level == "current":
        return CurrentProof(board, clock)
    if level in ("optical", "supply"):
        return OpticalProof(board, clock)
    raise ValueError(level)


class SoftwareProof:
    """Nothing senses the light: every frame is marked unproven."""

    verdict = "unproven"
    modulated = False

    async def before(self) -> None:
        """Nothing to look at."""

    async def begin(self) -> None:
        """Nothing to look at."""

    def check(self) -> None:
        """Nothing to look at."""

    async def finish(self) -> dict[str, int]:
        """No evidence."""
        return {}


class CurrentProof:
    """The voltage over the sense resistor stays inside its window at every look."""

    verdict = "proven"
    modulated = False

    def __init__(self, board: "Board", clock: "Clock"):
        self._board = board
        self._clock = clock
        self._low_mv = board.light_sense_nominal_mv * _CURRENT_LOW_PERCENT // 100
        self._high_mv = board.light_sense_nominal_mv * _CURRENT_HIGH_PERCENT // 100
        self._reset()

    async def before(self) -> None:
        """Raises light_stray where current seems to flow while the light is off: such a sense proves nothing."""
        self._reset()
        sense_mv = self._board.light_sense_mv()
        if sense_mv >= self._low_mv:
            raise Refused("light_stray", {"sense_mv": sense_mv})

    async def begin(self) -> None:
        """Raises light_open or light_short unless the light draws its current."""
        await self._clock.sleep_ms(_SETTLE_MS)
        sense_mv = self._look()
        if sense_mv < self._low_mv:
            raise Refused("light_open", {"sense_mv": sense_mv})
        if sense_mv > self._high_mv:
            raise Refused("light_short", {"sense_mv": sense_mv})

    def check(self) -> None:
        """Raises light_lost unless the light draws its current now."""
        sense_mv = self._look()
        if not self._low_mv <= sense_mv <= self._high_mv:
            raise Refused("light_lost", {"sense_mv": sense_mv})

    async def finish(self) -> dict[str, int]:
        """Lowest and highest voltage seen (mV), how often, and the window they had to stay in."""
        await self._clock.sleep_ms(_TRAIL_MS)
        self.check()
        return {
            "lowest_mv": self._lowest_mv,
            "highest_mv": self._highest_mv,
            "looks": self._looks,
            "low_mv": self._low_mv,
            "high_mv": self._high_mv,
        }

    def _reset(self) -> None:
        self._looks = 0
        self._lowest_mv = 0
        self._highest_mv = 0

    def _look(self) -> int:
        sense_mv = self._board.light_sense_mv()
        self._lowest_mv = min(self._lowest_mv, sense_mv) if self._looks else sense_mv
        self._highest_mv = max(self._highest_mv, sense_mv)
        self._looks += 1
        return sense_mv


class OpticalProof:
    """Hardware counts the flashes that the photodiode sees; their number must fit the time that passed.

    Each reading of the counter is bracketed by ticks, so its moment lies between two known times. Too few flashes for
    the shortest time that can have passed: the light was dark. Too many for the longest: another light joined in.
    Late scheduling widens the bracket and is read again; it never tips a verdict. One window runs from `begin` to
    `finish`, so a dark moment between two checks can't hide.
    """

    verdict = "proven"
    modulated = True

    def __init__(self, board: "Board", clock: "Clock"):
        self._board = board
        self._clock = clock
        self._dark_code = "light_unseen"
        self._start = (0, 0, 0)

    async def before(self) -> None:
        """Raises light_stray where the photodiode sees the rhythm while the light is off."""
        self._dark_code = "light_unseen"
        first = self._read()
        await self._clock.sleep_ms(_STRAY_MS)
        pulses = self._read()[1] - first[1]
        if pulses > _STRAY_PULSES:
            raise Refused("light_stray", {"pulses": pulses})

    async def begin(self) -> None:
        """Raises light_unseen unless the light is seen from here on."""
        await self._clock.sleep_ms(_SETTLE_MS)
        self._start = self._read()
        await self._clock.sleep_ms(_PROOF_MS)
        self.check()
        self._dark_code = "light_lost"

    def check(self) -> None:
        """Raises light_lost or light_stray unless exactly our flashes were seen since `begin`."""
        self._measure()

    async def finish(self) -> dict[str, int]:
        """Flashes seen, the bounds they had to stay in, and the longest time (us) that the window can have had."""
        await self._clock.sleep_ms(_TRAIL_MS)
        return self._measure()

    def _measure(self) -> dict[str, int]:
        begun, counted, ready = self._start
        asked, count, answered = self._read()
        hz = self._board.light_hz
        window_us = self._clock.diff(answered, begun)
        pulses = count - counted
        least = self._clock.diff(asked, ready) * hz // _US_PER_S - _SLACK_PULSES
        most = window_us * hz // _US_PER_S + _SLACK_PULSES
        evidence = {"pulses": pulses, "least": least, "most": most, "window_us": window_us, "hz": hz}
        if pulses < least:
            raise Refused(self._dark_code, evidence)
        if pulses > most:
            raise Refused("light_stray", evidence)
        return evidence

    def _read(self) -> tuple[int, int, int]:
        """(ticks before, pulses, ticks after) in microseconds. Raises the dark code if no reading is quick enough."""
        clock = self._clock
        width_us = 0
        for _ in range(_READINGS):
            asked = clock.us()
            pulses = self._board.light_pulses()
            answered = clock.us()
            width_us = clock.diff(answered, asked)
            if width_us <= _BRACKET_US:
                return asked, pulses, answered
        raise Refused(self._dark_code, {"bracket_us": width_us})
