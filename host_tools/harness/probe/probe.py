"""The probe as tests use it: it watches the capture light, breaks it, presses the button, switches the supply.

While it is open a thread fetches each second what the light did. Five seconds after it last heard of us the probe mends
everything, whatever became of this process.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from host_tools.cable.errors import CableLost
from host_tools.cable.line import Line, open_port
from host_tools.harness.probe.errors import ProbeError, ProbeLapsed, ProbeRestarted
from host_tools.harness.probe.light_log import FILTER_US, Edge, LightLog, Mark
from host_tools.harness.probe.messages import Answer, MissingField, RawEdge
from host_tools.harness.probe.wire import Wire

LedFault = Literal["open", "short", "replace", "cover"]

_FETCH_S = 1.0  # well below the probe's patience, and before its 256 edges are full
_LIGHT = 0  # kinds of edges; 1 is the frame mark


@dataclass(frozen=True)
class Hello:
    """Which probe this is; `boot` is another number after each start of it."""

    version: str
    board: str
    machine: str
    boot: int

    @property
    def simulated(self) -> bool:
        """It is a virtual board, and so are its measurements."""
        return "simulated" in self.machine


@dataclass(frozen=True)
class Sense:
    """One measurement: `at_us` on the probe's clock; `pulses`: flashes since its start; `gap_us`: see LightLog."""

    at_us: int
    lit: bool
    light_mv: float
    current_ma: float
    pulses: int
    gap_us: int


class Probe:
    """Open it with `with`: at the end everything is mended. All methods raise ProbeError or CableLost."""

    def __init__(self, line: Line, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._wire = Wire(line)
        self._sleep = sleep
        self._edges: list[RawEdge] = []
        self._next = 0
        self._whole = True
        self._gap_us = 0
        self._fetching = threading.Lock()
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="probe", daemon=True)
        self.hello = self._ask_hello()
        self._heart.start()

    @classmethod
    def open(cls, port: str) -> Self:
        """Raises NotAProbe, ProbeVersion, and what a port can be wrong with."""
        line = Line(port, open_port(port))
        try:
            return cls(line)
        except BaseException:
            line.close()
            raise

    @property
    def port(self) -> str:
        """Its serial port."""
        return self._wire.port

    def sense(self) -> Sense:
        """Light, current and flashes now."""
        answer = self._wire.ask("sense")
        with self._well_formed(answer):
            self._gap_us = max(self._gap_us, answer.integer("gap_us"))
            return Sense(
                answer.us,
                answer.flag("lit"),
                answer.integer("light_uv") / 1000,
                answer.integer("current_ua") / 1000,
                answer.integer("pulses"),
                answer.integer("gap_us"),
            )

    def led(self, fault: LedFault, on: bool) -> None:
        """Break the capture LED or mend it; returns when relay or flap have moved."""
        self._switch("led", fault=fault, on=on)

    def button(self, down: bool) -> None:
        """Finger down or up."""
        self._switch("button", on=down)

    def tap(self, duration_ms: int = 80) -> None:
        """Press and release; returns after the release."""
        self._switch("button", on=True, ms=duration_ms)

    def power(self, on: bool) -> None:
        """The glasses' USB supply."""
        self._switch("power", on=on)

    def mend(self) -> None:
        """Everything at rest, the power on. Raises ProbeLapsed if the probe had done so by itself."""
        self._switch("mend")
        self._check_lapses()

    @contextlib.contextmanager
    def fault(self, fault: LedFault) -> Generator[None]:
        """Break the LED for as long as the block lasts. Raises ProbeLapsed if it did not stay broken."""
        self._check_lapses()
        self.led(fault, True)
        try:
            yield
        finally:
            self.led(fault, False)
        self._check_lapses()

    def light_log(self) -> LightLog:
        """When the light went on and off, up to now. Raises ProbeRestarted, ProbeLapsed."""
        self._check_lapses()
        until_us = self.sense().at_us
        self._fetch_edges()
        light = [Edge(one.us, bool(one.level), one.late_us + FILTER_US) for one in self._edges if one.kind == _LIGHT]
        marks = [Mark(one.us, bool(one.level), one.late_us) for one in self._edges if one.kind != _LIGHT]
        return LightLog(light, until_us, FILTER_US + self._gap_us, self._whole, self._wire.clock, marks)

    def close(self) -> None:
        """Mend everything and let go of the port."""
        self._ended.set()
        self._heart.join()
        try:
            self._switch("mend")
        finally:
            self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _switch(self, verb: str, **fields: int | bool | str) -> None:
        answer = self._wire.ask(verb, **fields)
        with self._well_formed(answer):
            self._sleep(answer.integer("settles_ms") / 1000)

    def _fetch_edges(self) -> None:
        """All that are new, from either thread."""
        with self._fetching:
            while self._fetch_some():
                pass

    def _fetch_some(self) -> bool:
        """As many as one answer holds; whether there are more."""
        answer = self._wire.ask("edges", after=self._next)
        with self._well_formed(answer):
            first, edges, following = answer.integer("first"), answer.edges(), answer.integer("next")
        if first > self._next:  # the probe has forgotten what came between
            self._edges.clear()
            self._whole = False
        self._edges += edges
        self._next = first + len(edges)
        return bool(edges) and self._next < following

    def _check_lapses(self) -> None:
        """The probe is the one that said hello, and has not given up on this computer meanwhile."""
        answer = self._wire.ask("state")
        with self._well_formed(answer):
            boot, lapses = answer.integer("boot"), answer.integer("lapses")
        if boot != self.hello.boot:
            raise ProbeRestarted(self.port)
        if lapses > self._lapses:
            self._lapses = lapses
            raise ProbeLapsed(self.port)

    def _ask_hello(self) -> Hello:
        answer = self._wire.ask("hello")
        with self._well_formed(answer):
            hello = Hello(answer.text("version"), answer.text("board"), answer.text("machine"), answer.integer("boot"))
        state = self._wire.ask("state")
        with self._well_formed(state):
            self._lapses = state.integer("lapses")
        return hello

    @contextlib.contextmanager
    def _well_formed(self, answer: Answer) -> Generator[None]:
        try:
            yield
        except MissingField as missing:
            raise self._wire.garbled(answer, missing) from None

    def _beat(self) -> None:
        """A failure here shows at the next request of the test itself."""
        while not self._ended.wait(_FETCH_S):
            with contextlib.suppress(ProbeError, CableLost):
                self._fetch_edges()
