"""The verbs of the protocol: what the probe knows and does. Answers are dictionaries; refusals are BadRequest."""

from plainsight_probe import PROTOCOL, VERSION
from plainsight_probe.clock import Clock
from plainsight_probe.faults import LED_FAULTS, SETTLES_MS, Faults
from plainsight_probe.lines import LINE_BYTES, BadRequest
from plainsight_probe.timeline import FRAME, LightWatch, Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight_probe.contract import Driver

SILENCE_MS = 5000  # the host says something more often than this, or its faults are mended
_EDGES_AT_ONCE = 8  # about 250 characters
_TAP_MAX_MS = 60_000
_COUNT_US = 1_000_000  # the hardware counter goes round in 8 s at 4 kHz
_MARKS = 64  # frame marks between two looks; an interrupt must not allocate
_NUMBER_MAX = 1 << 30


class Bench:
    """Light, current, frame marks and switches around one pair of glasses."""

    def __init__(self, driver: "Driver", boot: int):
        self._driver = driver
        self._boot = boot
        self.clock = Clock(driver.ticks_us, driver.ticks_diff)
        self._timeline = Timeline()
        self._watch = LightWatch(self._timeline, driver.lit_uv, driver.dark_uv)
        self._faults = Faults(driver)
        self._heard_us = self._counted_us = self._looked_us = 0
        self._marks = [0] * (2 * _MARKS)
        self._marked = self._mark_count = 0
        driver.on_frame_mark(self._on_mark)

    def look(self) -> None:
        """Measure, release what is due, mend when the host is silent. To be called every few milliseconds."""
        now_us, before_us = self.clock.us(), self._looked_us
        self._looked_us = now_us
        self._watch.look(now_us, self._driver.light_uv())
        self._note_marks(before_us)
        if now_us - self._counted_us > _COUNT_US:
            self._counted_us = now_us
            self._driver.pulses()
        self._faults.look(now_us)
        if self._faults.away and now_us - self._heard_us > SILENCE_MS * 1000:
            self._faults.rest()
            self._faults.lapses += 1

    def heard(self) -> None:
        """The host is there."""
        self._heard_us = self.clock.us()

    def rest(self) -> None:
        """Leave the glasses alone."""
        self._faults.rest()

    def hello(self, _request: dict) -> dict:
        """Who this is. `boot` differs after each start: clock, edges and pulses began anew."""
        return {
            "protocol": PROTOCOL,
            "version": VERSION,
            "board": self._driver.board,
            "machine": self._driver.machine(),
            "boot": self._boot,
            "silence_ms": SILENCE_MS,
            "line_bytes": LINE_BYTES,
        }

    def state(self, _request: dict) -> dict:
        """Which switches are on, and how often the host fell silent with one on."""
        return {"boot": self._boot, "on": self._faults.state(), "lapses": self._faults.lapses}

    def sense(self, _request: dict) -> dict:
        """The light now, its current, the flashes so far, the longest gap between two looks since the last `sense`."""
        gap_us = self._watch.gap_us
        self._watch.forget_gap()
        return {
            "lit": self._watch.lit,
            "light_uv": self._driver.light_uv(),
            "current_ua": self._driver.current_ua(),
            "pulses": self._driver.pulses(),
            "gap_us": gap_us,
            "next": self._timeline.next,
        }

    def edges(self, request: dict) -> dict:
        """Edges from number `after` on: `first` is the first one's number, the gap before it is lost."""
        first, edges = self._timeline.since(_number(request, "after", _NUMBER_MAX), _EDGES_AT_ONCE)
        return {"first": first, "edges": edges, "next": self._timeline.next}

    def led(self, request: dict) -> dict:
        """Switch a fault of the capture LED: open, short, replace, cover."""
        fault = request.get("fault")
        if fault not in LED_FAULTS:
            raise BadRequest("bad_field")
        return {"settles_ms": self._faults.set(fault, _flag(request, "on"))}

    def button(self, request: dict) -> dict:
        """Finger down or up; with `ms` it goes up by itself."""
        down = _flag(request, "on")
        if down and "ms" in request:
            self._faults.tap(self.clock.us(), _number(request, "ms", _TAP_MAX_MS))
            return {"settles_ms": request["ms"]}
        return {"settles_ms": self._faults.set("button", down)}

    def power(self, request: dict) -> dict:
        """The glasses' USB supply."""
        return {"settles_ms": self._faults.set("power", not _flag(request, "on"))}

    def mend(self, _request: dict) -> dict:
        """Everything at rest."""
        self._faults.rest()
        return {"settles_ms": max(SETTLES_MS.values())}

    def _on_mark(self, ticks: int, level: int) -> None:
        """An interrupt: only note it."""
        if self._mark_count - self._marked < _MARKS:
            at = self._mark_count % _MARKS * 2
            self._marks[at], self._marks[at + 1] = ticks, level
            self._mark_count += 1

    def _note_marks(self, since_us: int) -> None:
        """Those since the last look; an interrupt may have waited, but not for longer than since then."""
        while self._marked < self._mark_count:
            at = self._marked % _MARKS * 2
            us = self.clock.at(self._marks[at])
            self._timeline.add(us, FRAME, self._marks[at + 1], max(0, us - since_us))
            self._marked += 1


def _flag(request: dict, name: str) -> bool:
    value = request.get(name)
    if value is not True and value is not False:
        raise BadRequest("bad_field")
    return value


def _number(request: dict, name: str, most: int) -> int:
    value = request.get(name)
    if type(value) is not int or not 0 <= value <= most:
        raise BadRequest("bad_field")
    return value
