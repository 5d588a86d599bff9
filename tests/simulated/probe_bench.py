"""Virtual glasses that take a photograph at each press, and a virtual probe around them; for tests that block."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

from host_tools.harness.probe.probe import Probe
from host_tools.simulator import Simulator, World
from host_tools.simulator.boardprocess import BoardProcess
from host_tools.simulator.world.led import LedState
from tests.promises.light_faults import SHUTTER_MAIN

T = TypeVar("T")

_PRESSED_POLLS = 10  # more than the button needs to be believed
_UNTIL_S = 30.0
_LOOK_S = 0.005


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Return when it holds; a failure says `what` did not come to pass."""
    ends_s = time.monotonic() + _UNTIL_S
    while not condition():
        assert time.monotonic() < ends_s, f"did not happen: {what}"
        time.sleep(_LOOK_S)


class ProbeBench:
    """`sim` lives in a loop of its own, in a thread: `run(coroutine)` waits for what it gives."""

    def __init__(self, sim: Simulator, loop: asyncio.AbstractEventLoop) -> None:
        self.sim = sim
        self._loop = loop

    @property
    def world(self) -> World:
        """Read it from any thread; change it through `run`."""
        return self.sim.world

    @property
    def glasses(self) -> BoardProcess:
        """The board of the glasses."""
        return self.sim.board

    @property
    def port(self) -> str:
        """The probe's."""
        assert self.sim.probe is not None
        return str(self.sim.probe.port)

    def run(self, awaited: Coroutine[Any, Any, T]) -> T:
        """Its result; it has half a minute."""
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(awaited, _UNTIL_S), self._loop).result()

    def led_now(self) -> LedState:
        """Drive and damage, all that is due by now having happened."""

        async def look() -> LedState:
            return self.world.led.track.at(self.world.agenda.now_us)

        return self.run(look())

    def reset_probe(self) -> None:
        """Its reset button."""
        assert self.sim.probe is not None
        self.run(self.sim.probe.board.reset())

    def press(self, probe: Probe) -> dict[str, Any]:
        """The probe presses the button; what the glasses said of it. Nothing was exposed in the dark."""
        seen = len(self.glasses.log)
        believed = threading.Event()

        async def count() -> None:
            self.world.at_call(
                _PRESSED_POLLS, believed.set, lambda service, method: (service, method) == ("pin", "read")
            )

        probe.button(True)
        self.run(count())
        assert believed.wait(_UNTIL_S)
        probe.button(False)
        told = json.loads(self.run(self.glasses.wait_for_log('"code"', after=seen)))
        for sha256 in told["kept"]:
            self.world.keep(sha256)
        assert self.world.exposures_in_dark == 0
        return told


@contextmanager
def probe_bench(level: str) -> Generator[ProbeBench]:
    """Glasses with the sensors of `level`, watching their button, and a probe that nobody has opened yet."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    sim = Simulator(level=level, main=SHUTTER_MAIN, environ={"LEVEL": level}, probe=True)
    bench = ProbeBench(sim, loop)
    try:
        bench.run(sim.__aenter__())
        try:
            bench.run(sim.board.start())
            bench.run(sim.board.wait_for_log("ready"))
            yield bench
        finally:
            bench.run(sim.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
