"""A board with battery, heat, button, light and buzzer; whatever power touches is remembered in order."""

from __future__ import annotations

from typing import Any

from plainsight.errors import Refused
from plainsight.power.calibration import Calibration
from plainsight.power.power import Power

from tests.unit.firmware_link.manual_clock import ManualClock


class Board:
    """`told` is what happened, in order, of everything around it."""

    has_buzzer = True

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.cell_mv = 4000
        self.celsius = 35
        self.sensor_fails = False
        self.pressed = False
        self.cpu_hz: list[int] = []
        self.slept = 0
        self.light: list[bool] = []
        self.tones: list[int] = []

    def battery_mv(self) -> int:
        return self.cell_mv

    def temperature_c(self) -> int:
        if self.sensor_fails:
            raise OSError(-259)
        return self.celsius

    def button_pressed(self) -> bool:
        return self.pressed

    def set_cpu(self, hz: int) -> None:
        self.cpu_hz.append(hz)

    def sleep_until_button(self) -> None:
        self.slept += 1
        self.told.append("sleep")

    def status_light(self, on: bool) -> None:
        self.light.append(on)

    def buzz(self, hz: int) -> None:
        self.tones.append(hz)

    def buzz_off(self) -> None:
        self.tones.append(0)


class Journal:
    """Keeps records; `fails` makes it refuse."""

    def __init__(self, told: list[Any]) -> None:
        self.records: list[tuple[str, dict[str, Any]]] = []
        self.fails = False
        self._told = told

    def append(self, kind: str, **data: Any) -> None:
        if self.fails:
            raise Refused("journal_failed")
        self.records.append((kind, data))
        self._told.append(("record", data.get("state"), data.get("reason")))

    @property
    def power(self) -> list[tuple[str, str]]:
        """(state, reason) of each record of power."""
        return [(data["state"], data["reason"]) for kind, data in self.records if kind == "power"]


class Recorder:
    """A clip that needs some looks to end after it was told to."""

    def __init__(self, told: list[Any]) -> None:
        self.what = "nothing"
        self.looks_to_end = 0
        self._ending = False
        self._told = told

    @property
    def doing(self) -> str:
        if self._ending and self.what != "nothing":
            self.looks_to_end -= 1
            if self.looks_to_end < 0:
                self.what = "nothing"
                self._told.append("clip ended")
        return self.what

    @property
    def camera_in_use(self) -> bool:
        return self.what in ("clip", "photo")

    def stop(self, reason: str) -> str:
        self._told.append(("stop", reason))
        self._ending = True
        return self.what


class Voice:
    def __init__(self) -> None:
        self.policy = "off"
        self.trigger = True

    def may_listen(self) -> bool:
        return self.policy != "off"

    def awaits_word(self) -> bool:
        return self.may_listen() and self.trigger


class Settings:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {"shelf_after_min": 0, "buzzer": True}


class Stage:
    """Power and all that it is put together with."""

    def __init__(self, *, cell_mv: int = 4000, celsius: int = 35) -> None:
        self.clock = ManualClock()
        self.board = Board()
        self.board.cell_mv, self.board.celsius = cell_mv, celsius
        self.told = self.board.told
        self.journal = Journal(self.told)
        self.recorder = Recorder(self.told)
        self.voice = Voice()
        self.settings = Settings()
        self.connected = False
        self.alive = 0
        parts: Any = (self.board, self.clock, self.settings, self.voice, self.journal, Calibration())
        self.power: Any = Power(*parts)
        self.power.recorder = self.recorder
        self.power.post = lambda name, fields: self.told.append((name, fields["state"], fields["reason"]))
        self.power.busy = lambda: self.connected
        self.power.radio_off = lambda: self.told.append("radio off")
        self.power.show = lambda pattern: self.told.append(("light", pattern))
        self.power.close_books = lambda: self.told.append("books closed")

    def live(self) -> None:
        """The task's sign of life."""
        self.alive += 1
