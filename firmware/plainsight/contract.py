"""What plainsight/ needs of a board, a camera and a clock. For readers and type checkers, never imported at run time.

A board's drivers are thin: they keep these promises and decide nothing. What the errors of a vendor's driver mean is
decided in plainsight/.
"""

from collections.abc import Awaitable
from typing import Protocol


class Camera(Protocol):
    """A running camera with one frame buffer: full from the start, exposed anew when it is freed."""

    def free_buffer(self) -> None:
        """Give the frame back; the driver begins the next exposure into the same memory."""
        ...

    def set_frame_size(self, value: int) -> None:
        """Give the frame back and ask for another size, by the driver's own number; Board.resize_camera knows it."""
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


class PdmInput(Protocol):
    """A running microphone: 2.048 million bits a second, as words of 32 with the first bit on top, low byte first."""

    def readinto(self, __buffer: "bytearray | memoryview") -> "int | None":
        """What has come, in whole pairs of words; 0 or None without any. Loses the oldest bits when read too late."""
        ...

    def deinit(self) -> None:
        """Stop the clock: the microphone sleeps."""
        ...


class Board(Protocol):
    """The drivers of one kind of glasses."""

    name: str
    light_hz: int  # how fast the modulated capture light flashes
    light_sense_nominal_mv: int  # what `light_sense_mv` says of a healthy light

    def open_camera(self, size: str) -> Camera:
        """Only plainsight/shutter.py may call this. `size`: qvga, vga, svga or xga."""
        ...

    def resize_camera(self, camera: Camera, size: str) -> None:
        """Give the frame back, as free_buffer does, and ask for frames of this size: not above the one at opening."""
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

    def wipe(self, view: "bytes | bytearray | memoryview") -> None:
        """Zero memory, also what the camera driver shows read-only."""
        ...

    def button_pressed(self) -> bool:
        """The raw contact."""
        ...

    def muted(self) -> bool:
        """The mute switch is on."""
        ...

    def open_microphone(self, ring_bytes: int) -> PdmInput:
        """Only plainsight/sound/microphone.py may call this. `ring_bytes`: memory that the hardware fills by itself."""
        ...

    def battery_mv(self) -> int:
        """Battery voltage."""
        ...

    def mount_card(self, path: str) -> None:
        """Mount the SD card's FAT. Raises OSError: ETIMEDOUT or EBUSY without a card, ENODEV for one without FAT."""
        ...

    def unmount_card(self, path: str) -> None:
        """Let go of the card, which may have been pulled out. Raises OSError."""
        ...

    def now_s(self) -> int:
        """Unix time; wrong until it was set."""
        ...

    def set_time(self, unix_s: int) -> None:
        """Set the clock: 2000 to 2068."""
        ...

    def rest(self, duration_ms: int) -> None:
        """Stand still for so long, with everything off that can be."""
        ...

    def reset(self) -> None:
        """Restart; does not return."""
        ...

    def reset_cause(self) -> str:
        """Why this boot: power_on, hard, watchdog, brownout, deepsleep, soft or unknown."""
        ...

    def console(self, on: bool) -> None:
        """Whether Ctrl-C on the serial console ends the program and leads to the REPL."""
        ...


class Clock(Protocol):
    """All time that plainsight/ sees; ticks wrap."""

    def ms(self) -> int: ...

    def us(self) -> int: ...

    def diff(self, end: int, start: int) -> int: ...

    def sleep_ms(self, duration_ms: int) -> Awaitable[None]: ...

    def unix_s(self) -> int: ...
