"""What plainsight/ needs of a board, a camera and a clock. For readers and type checkers, never imported at run time.

A board's drivers are thin: they keep these promises and decide nothing. What the errors of a vendor's driver mean is
decided in plainsight/.
"""

from typing import Protocol


class Camera(Protocol):
    """A running camera with one frame buffer: full from the start, exposed anew when it is freed."""

    def free_buffer(self) -> None:
        """Give the frame back; the driver begins the next exposure into the same memory."""
        ...

    def frame_available(self) -> bool:
        """True when `capture` will not block."""
        ...

    def capture(self) -> "memoryview | None":
        """The exposed frame in the driver's own memory, the one before freed; None without one. May block 4 s."""
        ...

    def deinit(self) -> None:
        """Stop the sensor and free the buffer."""
        ...


class Watchdog(Protocol):
    """Restarts the chip unless it is fed in time; can't be stopped."""

    def feed(self) -> None:
        """Not yet."""
        ...


class Board(Protocol):
    """The drivers of one kind of glasses."""

    name: str
    light_hz: int  # how fast the modulated capture light flashes
    light_sense_nominal_mv: int  # what `light_sense_mv` says of a healthy light

    def open_camera(self) -> Camera:
        """Only plainsight/shutter.py may call this."""
        ...

    def light_on(self, modulated: bool) -> None:
        """Light the capture light, steadily or flashing at `light_hz`."""
        ...

    def light_off(self) -> None:
        """Dark, whatever it was."""
        ...

    def light_sense_mv(self) -> int:
        """Voltage over the capture light's sense resistor."""
        ...

    def light_pulses(self) -> int:
        """Flashes that the photodiode has seen since power-on; never falls."""
        ...

    def wipe(self, view: "bytes | memoryview") -> None:
        """Zero memory that the camera driver shows read-only."""
        ...

    def button_pressed(self) -> bool:
        """The raw contact."""
        ...

    def battery_mv(self) -> int:
        """Battery voltage."""
        ...

    def now_s(self) -> int:
        """Unix time; wrong until it was set."""
        ...


class Clock(Protocol):
    """All time that plainsight/ sees; ticks wrap."""

    def ms(self) -> int: ...

    def us(self) -> int: ...

    def diff(self, end: int, start: int) -> int: ...

    async def sleep_ms(self, duration_ms: int) -> None: ...

    def unix_s(self) -> int: ...
