"""Proof that the capture light is lit, one class per level. Evidence is integers only.

Order of use: `before` (light still off), light on, `begin` (proven from here on), `check` as often as one likes (still
lit at every moment?), and for each frame that is to be kept: wait `trail_ms` past its end, then `conclude`, which looks
once more and begins the next window where this one ended. So the windows of a session leave no gap, and each is short
enough to be tight. `evidence` sums up what was concluded since the light went on, or since `forget`. All but these two
raise Refused; `check` and `conclude` allocate nothing: they run once per frame of a clip, and more often.
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
# Pulses in a time: us * (hz // 100) // 10000 stays a small integer for 26 s at 4 kHz, where us * hz would not.
_HZ_STEP = const(100)
_US_STEP = const(10000)


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
    trail_ms = 0

    async def before(self) -> None:
        """Nothing to look at."""

    async def begin(self) -> None:
        """Nothing to look at."""

    def check(self) -> None:
        """Nothing to look at."""

    def conclude(self) -> None:
        """Nothing to look at."""

    def forget(self) -> None:
        """Nothing was seen."""

    def evidence(self) -> dict[str, int]:
        """None."""
        return {}


class CurrentProof:
    """The voltage over the sense resistor stays inside its window at every look."""

    verdict = "proven"
    modulated = False
    trail_ms = _TRAIL_MS

    def __init__(self, board: "Board", clock: "Clock"):
        self._board = board
        self._clock = clock
        self._low_mv = board.light_sense_nominal_mv * _CURRENT_LOW_PERCENT // 100
        self._high_mv = board.light_sense_nominal_mv * _CURRENT_HIGH_PERCENT // 100
        self.forget()

    async def before(self) -> None:
        """Raises light_stray where current seems to flow while the light is off: such a sense proves nothing."""
        self.forget()
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

    def conclude(self) -> None:
        """A look past the end of the frame. Raises as `check`."""
        self.check()

    def evidence(self) -> dict[str, int]:
        """Lowest and highest voltage seen (mV), how often, and the window they had to stay in."""
        return {
            "lowest_mv": self._lowest_mv,
            "highest_mv": self._highest_mv,
            "looks": self._looks,
            "low_mv": self._low_mv,
            "high_mv": self._high_mv,
        }

    def forget(self) -> None:
        """The evidence begins anew."""
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
    Late scheduling widens the bracket and is read again; it never tips a verdict. A window runs from `begin` or the
    last `conclude` to the next one, so a dark moment between two checks can't hide.
    """

    verdict = "proven"
    modulated = True
    trail_ms = _TRAIL_MS

    def __init__(self, board: "Board", clock: "Clock"):
        self._board = board
        self._clock = clock
        self._per_step = board.light_hz // _HZ_STEP
        self._dark_code = "light_unseen"
        # The last reading: ticks (us) before and after it, and the pulses counted.
        self._asked = self._answered = self._count = 0
        # The reading that the window began with.
        self._begun = self._ready = self._counted = 0
        # What the window measured, and the sums of the concluded ones.
        self._pulses = self._least = self._most = self._window_us = 0
        self._windows = self._all_pulses = self._all_least = self._all_most = self._all_us = 0

    async def before(self) -> None:
        """Raises light_stray where the photodiode sees the rhythm while the light is off."""
        self._dark_code = "light_unseen"
        self.forget()
        self._read()
        first = self._count
        await self._clock.sleep_ms(_STRAY_MS)
        self._read()
        pulses = self._count - first
        if pulses > _STRAY_PULSES:
            raise Refused("light_stray", {"pulses": pulses})

    async def begin(self) -> None:
        """Raises light_unseen unless the light is seen from here on."""
        await self._clock.sleep_ms(_SETTLE_MS)
        self._read()
        self._open_window()
        await self._clock.sleep_ms(_PROOF_MS)
        self.check()
        self._dark_code = "light_lost"

    def check(self) -> None:
        """Raises light_lost or light_stray unless exactly our flashes were seen since the window began."""
        self._read()
        self._window_us = self._clock.diff(self._answered, self._begun)
        self._pulses = self._count - self._counted
        shortest_us = self._clock.diff(self._asked, self._ready)
        self._least = shortest_us * self._per_step // _US_STEP - _SLACK_PULSES
        self._most = self._window_us * self._per_step // _US_STEP + _SLACK_PULSES
        if self._pulses < self._least:
            raise Refused(self._dark_code, self._measured())
        if self._pulses > self._most:
            raise Refused("light_stray", self._measured())

    def conclude(self) -> None:
        """A look past the end of the frame, where the next window begins. Raises as `check`."""
        self.check()
        self._windows += 1
        self._all_pulses += self._pulses
        self._all_least += self._least
        self._all_most += self._most
        self._all_us += self._window_us
        self._open_window()

    def forget(self) -> None:
        """The evidence begins anew; the window at hand goes on, so that there is no gap."""
        self._windows = self._all_pulses = self._all_least = self._all_most = self._all_us = 0

    def evidence(self) -> dict[str, int]:
        """Over all concluded windows: flashes seen, the bounds they had to stay in, the longest time (us) it can be."""
        return {
            "pulses": self._all_pulses,
            "least": self._all_least,
            "most": self._all_most,
            "window_us": self._all_us,
            "windows": self._windows,
            "hz": self._board.light_hz,
        }

    def _open_window(self) -> None:
        """The next window begins at the last reading."""
        self._begun = self._asked
        self._ready = self._answered
        self._counted = self._count

    def _measured(self) -> dict[str, int]:
        """What the window at hand measured, for a refusal."""
        return {
            "pulses": self._pulses,
            "least": self._least,
            "most": self._most,
            "window_us": self._window_us,
            "hz": self._board.light_hz,
        }

    def _read(self) -> None:
        """Fill the last reading. Raises the dark code if none is quick enough."""
        clock = self._clock
        width_us = 0
        for _ in range(_READINGS):
            self._asked = clock.us()
            self._count = self._board.light_pulses()
            self._answered = clock.us()
            width_us = clock.diff(self._answered, self._asked)
            if width_us <= _BRACKET_US:
                return
        raise Refused(self._dark_code, {"bracket_us": width_us})
