"""The glasses' button: to ground when pressed, so it reads high only with a pull-up."""

from __future__ import annotations

from collections.abc import Callable

from host_tools.simulator.world.agenda import Agenda


class Button:
    """Pressed or not, without bounce; `on_edge(level)` hears of each change."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self.pressed = False
        self.on_edge: list[Callable[[int], None]] = []

    @property
    def level(self) -> int:
        """The pin's level, its pull-up supposed."""
        return 0 if self.pressed else 1

    def press(self) -> None:
        """A finger goes down."""
        self._move(pressed=True)

    def release(self) -> None:
        """The finger goes up."""
        self._move(pressed=False)

    def tap(self, duration_ms: int = 80) -> None:
        """Press now and release after `duration_ms`."""
        self.press()
        self._agenda.at(self._agenda.now_us + duration_ms * 1000, self.release)

    def _move(self, *, pressed: bool) -> None:
        if pressed != self.pressed:
            self.pressed = pressed
            for notify in self.on_edge:
                notify(self.level)
