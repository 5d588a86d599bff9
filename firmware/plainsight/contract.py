"""What plainsight/ needs of a board, a camera and a clock. For readers and type checkers, never imported at run time.

A board's drivers are thin: they keep these promises and decide nothing. What the errors of a vendor's driver mean is
decided in plainsight/.
"""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from plainsight.bearer_ble import BleBearer


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


class GattRadio(Protocol):
    """A Bluetooth peripheral with the service of plainsight/wire: TX and credits by notification, packets by slots."""

    def start(self, events: "BleBearer") -> None:
        """Switch the radio on; `events` gets on_connect, on_disconnect, on_packet and on_mtu, in interrupts."""
        ...

    def stop(self) -> None:
        """Switch the radio off; whoever is connected is cut off."""
        ...

    def advertise(self, data: bytes, response: bytes, connectable: bool) -> None:
        """Broadcast this from now on. Raises OSError."""
        ...

    def renew_address(self) -> None:
        """Take a new random address; the advertisement stops. Raises OSError."""
        ...

    def notify_tx(self, connection: int, data: "bytes | bytearray | memoryview") -> None:
        """Send one packet of the stream. Raises OSError: ENOMEM (12) where the queue is full, others: it is lost."""
        ...

    def notify_credit(self, connection: int, data: "bytes | bytearray | memoryview") -> None:
        """Send one credit. Raises OSError like notify_tx."""
        ...

    def disconnect(self, connection: int) -> None:
        """Hang up. Raises OSError where it is gone."""
        ...


class SoundInput(Protocol):
    """A running microphone, as words of 32 bits, low byte first.

    PDM: 2.048 million bits a second, the first of a word on top. I2S: 16,000 words a second, samples of 24 bits on top.
    """

    def readinto(self, __buffer: "bytearray | memoryview") -> "int | None":
        """What has come, in whole words (of PDM in pairs); 0 or None without any. Read too late, the oldest is lost."""
        ...

    def deinit(self) -> None:
        """Stop the clock: the microphone sleeps."""
        ...


class Board(Protocol):
    """The drivers of one kind of glasses."""

    name: str
    light_hz: int  # how fast the modulated capture light flashes
    light_sense_nominal_mv: int  # what `light_sense_mv` says of a healthy light
    has_buzzer: bool
    microphone_is_pdm: bool  # and else an I2S one

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

    def open_microphone(self, ring_bytes: int) -> SoundInput:
        """Only plainsight/sound/microphone.py may call this. `ring_bytes`: memory that the hardware fills by itself."""
        ...

    def battery_mv(self) -> int:
        """Battery voltage."""
        ...

    def temperature_c(self) -> int:
        """Inside the chip, which is warmer than the glasses. Raises OSError."""
        ...

    def status_light(self, on: bool) -> None:
        """The light that shows the state to the wearer."""
        ...

    def buzz(self, hz: int) -> None:
        """Sound the buzzer; never called where there is none."""
        ...

    def buzz_off(self) -> None:
        """Silence, whatever it was."""
        ...

    def gatt_radio(self) -> GattRadio:
        """The Bluetooth peripheral, on from now on: randomness is good only then."""
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

    def set_cpu(self, hz: int) -> None:
        """The processor's clock."""
        ...

    def heap_free(self) -> int:
        """Bytes free in Python's heap."""
        ...

    def watchdog(self, timeout_ms: int) -> Watchdog:
        """Start the watchdog, which can't be stopped again."""
        ...

    def sleep_until_button(self) -> None:
        """Sleep as deeply as can be; never returns: the button starts the program anew."""
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
