"""The world around one virtual board, as tests and the demo script it. No method of it raises into the board."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from host_tools.simulator.boardlink import BoardLink
from host_tools.simulator.boardprocess import BoardProcess
from host_tools.simulator.world.agenda import Agenda
from host_tools.simulator.world.battery import Battery
from host_tools.simulator.world.button import Button
from host_tools.simulator.world.camera import Camera
from host_tools.simulator.world.card import Card
from host_tools.simulator.world.chip import Chip
from host_tools.simulator.world.exposures import Exposure, count_in_dark
from host_tools.simulator.world.heat import Heat
from host_tools.simulator.world.leap import Leap
from host_tools.simulator.world.led import Led
from host_tools.simulator.world.light_sense import LightSense
from host_tools.simulator.world.pins import Pins
from host_tools.simulator.world.power import Power
from host_tools.simulator.world.scene import Scene, colour_bars, load_picture
from host_tools.simulator.world.script import CallCounter, Chooses, Script, world_call
from host_tools.simulator.world.sleep import Sleep
from host_tools.simulator.world.sound import Sound
from host_tools.simulator.world.track import StepTrack
from host_tools.simulator.world.wiring import Wiring

_AWAKE_MA = 45.0
_CAMERA_MA = 110.0
_LIGHT_MA = 20.0


class World:
    """Scene, light, sensors, camera, button, battery, power, and the record of what was exposed."""

    def __init__(self, link: BoardLink, board: BoardProcess, wiring: Wiring) -> None:
        self._agenda = Agenda()
        self._board = board
        self.exposures: list[Exposure] = []
        self.led = Led(self._agenda)
        self.button = Button(self._agenda)
        self.battery = Battery(self._agenda, wiring.battery_divider)
        self.heat = Heat(self._agenda, link)
        self.power = Power(self._agenda, board, board.flash.gauge)
        self.flash = board.flash.gauge
        self.card = Card(board.flash.card_slot)
        self._scenes = StepTrack(Scene(colour_bars()))
        self.camera = Camera(self._agenda, self.led, self._scenes, self.exposures)
        self.light_sense = LightSense(self._agenda, self.led, wiring.light_sense_nominal_mv)
        self.pins = Pins(link, wiring, self.led, self.light_sense, self.button, self.battery)
        self.sound = Sound(self._agenda, link, wiring)
        self._leap = Leap(self._agenda, link)
        self.sleep = Sleep(self._agenda, link, board, self.pins)
        self.battery.load_ma = self._load_ma
        self._chip = Chip(self._agenda, link)
        self._script = Script(self._agenda)
        link.register("camera", self.camera)
        link.register("power", self.power)
        link.told_as = self.pins.told_as
        link.at_moment = self._agenda.moment
        link.before_call.append(self._script.before_call)
        link.on_detach.append(self._board_gone)
        board.on_dark.append(self._board_gone)
        self.camera.on_frame.append(self._script.on_frame)

    def show(self, picture: Path | str | bytes | Image.Image) -> None:
        """Put a picture in front of the lens; raises NotAPicture, PictureTooLarge or FileNotFoundError."""
        self._scenes.set(self._agenda.now_us, Scene(load_picture(picture)))

    def say(self, sound: Path | bytes) -> float:
        """Let a WAV of 16 bits be heard at the microphone from now on; its seconds. Raises NotASound, OSError."""
        return self.sound.play(sound)

    def keep(self, sha256: str) -> None:
        """The system under test kept the frame with this hash: were it taken in the dark, that counts."""
        for exposure in self.exposures:
            if exposure.sha256 == sha256:
                exposure.kept = True

    @property
    def agenda(self) -> Agenda:
        """The world's clock, for a second board that shares this world."""
        return self._agenda

    @property
    def exposures_in_dark(self) -> int:
        """Exposures that were not lit and (not commanded, or not wiped, or kept)."""
        return count_in_dark(self.exposures)

    @property
    def cpu_hz(self) -> int:
        """What the firmware last set the processor's clock to."""
        return self._chip.frequency_hz

    def at_call(self, n: int, action: Callable[[], None], only: Chooses = world_call) -> None:
        """Run `action` right before the n-th (from 1) board call from now; radio calls count only if `only` says so."""
        self._script.at_call(n, action, only)

    def count_calls(self, only: Chooses = world_call) -> CallCounter:
        """Count board calls as at_call() does, until the block ends; `script.capture_call` suits a capture."""
        return self._script.count_calls(only)

    def during_exposure(self, k: int, fraction: float, action: Callable[[], None]) -> None:
        """Run `action` exactly at this fraction of the readout of the k-th (from 1) recorded frame from now."""
        self._script.during_exposure(k, fraction, action)

    @property
    def now_s(self) -> float:
        """The moment at hand, on the clock of the exposures' times."""
        return self._agenda.now_us / 1_000_000

    def after(self, duration_s: float, action: Callable[[], None]) -> None:
        """Run `action` this much later."""
        self._agenda.at(self._agenda.now_us + round(duration_s * 1_000_000), action)

    async def leap(self, seconds: float) -> None:
        """Let this much time pass at once, for a board whose program follows (see `leap.py`)."""
        await self._leap.leap(seconds)

    def forget_script(self) -> None:
        """Drop planned actions and scripted faults that have not come to pass; damage to the LED stays."""
        self._script.clear()
        self.camera.mend()
        self.power.mend()

    def close(self) -> None:
        """Nothing is due any more."""
        self._agenda.close()

    def _load_ma(self) -> float:
        """What the battery has to give now; docs/power.md says where the figures are from."""
        return _AWAKE_MA + (_CAMERA_MA if self.camera.running else 0.0) + (_LIGHT_MA if self.led.commanded else 0.0)

    def _board_gone(self) -> None:
        # What stops first matters: the sensor, then the light, as when a supply falls.
        if self._board.unpowered:
            self.camera.lose_power()
            self._chip.lose_power()
            self.sleep.lose_power()
        else:
            self.camera.reset()
            self._chip.reset()
            self.sleep.reset()
        self.pins.reset()
        self.sound.reset()
        self._leap.board_gone()
        self.power.program_ended()
