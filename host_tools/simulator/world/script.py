"""Puts a test's actions at exact places: right before the n-th board call, or inside the k-th exposure from now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from host_tools.simulator.world.agenda import Agenda

Chooses = Callable[[str, str], bool]


def world_call(service: str, method: str) -> bool:
    """Every call but the radio's, whose number depends on the peer's timing, and the console's: no world senses it."""
    del method
    return service not in ("ble", "console")


def capture_call(service: str, method: str) -> bool:
    """Calls by which a capture touches the world: camera, light and its sensors (polling makes the number vary)."""
    return service in ("camera", "pwm", "pcnt", "adc") or (service, method) == ("pin", "write")


@dataclass
class _CallAction:
    left: int
    action: Callable[[], None]
    chooses: Chooses


@dataclass
class _ExposureAction:
    left: int
    fraction: float
    action: Callable[[], None]


class CallCounter:
    """Counts board calls until close(); `count` stays readable."""

    def __init__(self, chooses: Chooses, counters: list[CallCounter]) -> None:
        self.count = 0
        self.names: list[str] = []
        self._chooses = chooses
        self._counters = counters
        counters.append(self)

    def __enter__(self) -> CallCounter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Count no further."""
        if self in self._counters:
            self._counters.remove(self)

    def saw(self, service: str, method: str) -> None:
        """One call is about to be served."""
        if self._chooses(service, method):
            self.count += 1
            self.names.append(f"{service}.{method}")


class Script:
    """What tests have planned; hooked to the board link and the camera."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._calls: list[_CallAction] = []
        self._exposures: list[_ExposureAction] = []
        self._counters: list[CallCounter] = []

    def at_call(self, n: int, action: Callable[[], None], chooses: Chooses) -> None:
        """Run `action` right before the n-th (from 1) chosen call from now."""
        self._calls.append(_CallAction(n, action, chooses))

    def during_exposure(self, k: int, fraction: float, action: Callable[[], None]) -> None:
        """Run `action` when this fraction of the readout of the k-th (from 1) frame from now has passed."""
        self._exposures.append(_ExposureAction(k, fraction, action))

    def count_calls(self, chooses: Chooses) -> CallCounter:
        """Count the chosen calls from now."""
        return CallCounter(chooses, self._counters)

    def clear(self) -> None:
        """Forget what has not happened yet."""
        self._calls.clear()
        self._exposures.clear()

    def before_call(self, _number: int, service: str, method: str) -> None:
        """A board call is about to be served."""
        for counter in self._counters:
            counter.saw(service, method)
        for planned in [planned for planned in self._calls if planned.chooses(service, method)]:
            planned.left -= 1
            if planned.left == 0:
                self._calls.remove(planned)
                planned.action()

    def on_frame(self, begun_us: int, ended_us: int) -> None:
        """The readout of a frame begins."""
        for planned in list(self._exposures):
            planned.left -= 1
            if planned.left == 0:
                self._exposures.remove(planned)
                self._agenda.at(begun_us + round(planned.fraction * (ended_us - begun_us)), planned.action)
