"""Thin drivers for the XIAO ESP32S3 Sense: what plainsight/ needs of a board, and not one decision."""

import gc
import select
import time

import esp32
import machine
import micropython
import pins
from camera import Camera, FrameSize, GrabMode, PixelFormat
from card import CardSlot
from machine import ADC, I2S, PWM, Pin
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.contract import Camera as AnyCamera

_CPU_HZ = 240_000_000
_HALF_DUTY = const(32768)
_PULSES_MAX = const(32767)  # the 16-bit counter starts again at 0 when it gets here
# time.time() counts from 2000 on the ESP32 and from 1970 elsewhere.
_EPOCH_S = 0 if time.gmtime(0)[0] == 1970 else 946684800
_FRAME_SIZES = {"qvga": FrameSize.QVGA, "vga": FrameSize.VGA, "svga": FrameSize.SVGA, "xga": FrameSize.XGA}

_CTRL_C = const(3)
# RTC_CNTL_RESET_STATE_REG, its bits 0 to 5 for the first core, and RTCWDT_BROWN_OUT_RESET there (S3 manual, 7 and 10).
_RESET_STATE_REG = const(0x60008038)
_RESET_CAUSE_MASK = const(0x3F)
_BROWN_OUT = const(15)
_RESET_CAUSES = {
    machine.PWRON_RESET: "power_on",
    machine.HARD_RESET: "hard",
    machine.WDT_RESET: "watchdog",
    machine.DEEPSLEEP_RESET: "deepsleep",
    machine.SOFT_RESET: "soft",
}


@micropython.viper
def _zero(buffer, size: int):
    """Write through the address, which no read-only view can stop; allocates nothing."""
    memory = ptr8(buffer)  # noqa: F821  # pyright: ignore - a type of viper's
    for index in range(size):
        memory[index] = 0


class Board:
    """The one object that knows pins and vendor modules."""

    name = "Seeed XIAO ESP32S3 Sense"
    light_hz = pins.LIGHT_HZ
    light_sense_nominal_mv = pins.LIGHT_SENSE_NOMINAL_MV
    has_buzzer = pins.BUZZER is not None
    microphone_is_pdm = pins.I2S_MICROPHONE is None

    def __init__(self):
        machine.freq(_CPU_HZ)
        self._light = Pin(pins.CAPTURE_LIGHT, Pin.OUT, value=0)
        self._light_pwm = None
        self._buzzer_pwm = None
        self._light_sense = ADC(Pin(pins.LIGHT_SENSE), atten=ADC.ATTN_0DB)
        self._counter = esp32.PCNT(0, pin=Pin(pins.LIGHT_PULSES, Pin.IN), rising=esp32.PCNT.INCREMENT, max=_PULSES_MAX)
        self._counter.start()
        self._counted = 0
        self._pulses = 0
        # A sleep has held it. (`hold` is in the port's documentation, not in its stubs.)
        self._button = Pin(pins.BUTTON, Pin.IN, Pin.PULL_UP, hold=False)  # pyright: ignore[reportCallIssue]
        self._battery = ADC(Pin(pins.BATTERY), atten=ADC.ATTN_11DB)
        self._status = Pin(pins.STATUS_LIGHT, Pin.OUT, value=0)
        self._mute = Pin(pins.MUTE, Pin.IN, Pin.PULL_UP)
        self._slot = CardSlot()

    def open_camera(self, size: str) -> Camera:
        """A running camera that holds its first frame. One buffer, filled only when empty: no exposure unasked."""
        return Camera(
            data_pins=list(pins.CAMERA_DATA),
            pclk_pin=pins.CAMERA_PCLK,
            vsync_pin=pins.CAMERA_VSYNC,
            href_pin=pins.CAMERA_HREF,
            sda_pin=pins.CAMERA_SDA,
            scl_pin=pins.CAMERA_SCL,
            xclk_pin=pins.CAMERA_XCLK,
            xclk_freq=pins.CAMERA_XCLK_HZ,
            pixel_format=PixelFormat.JPEG,
            frame_size=_FRAME_SIZES[size],
            jpeg_quality=80,
            fb_count=1,
            grab_mode=GrabMode.WHEN_EMPTY,
        )

    def resize_camera(self, camera: "AnyCamera", size: str) -> None:
        """Give the held frame back; frames from the next on have this size. The buffer stays as large as it was."""
        camera.set_frame_size(_FRAME_SIZES[size])

    def light_on(self, modulated: bool) -> None:
        """Light the capture light, steadily or at light_hz. The S3's camera makes its clock without LEDC: no clash."""
        if modulated:
            self._light_pwm = PWM(self._light, freq=pins.LIGHT_HZ, duty_u16=_HALF_DUTY)
        else:
            self._light.value(1)

    def light_off(self) -> None:
        """Dark, whatever it was."""
        if self._light_pwm is not None:
            self._light_pwm.deinit()
            self._light_pwm = None
        self._light.init(Pin.OUT, value=0)

    def light_sense_mv(self) -> int:
        """Voltage over the light's sense resistor."""
        return self._light_sense.read_uv() // 1000

    def light_pulses(self) -> int:
        """Flashes seen since power-on; right if read at least every 8 s while the light flashes."""
        counted = self._counter.value()
        self._pulses += (counted - self._counted) % _PULSES_MAX
        self._counted = counted
        return self._pulses

    def button_pressed(self) -> bool:
        """The raw contact."""
        return self._button.value() == 0

    def muted(self) -> bool:
        """The wearer's switch says that nothing is to be heard."""
        return self._mute.value() == 0

    def open_microphone(self, ring_bytes: int) -> I2S:
        """The PDM microphone's bits, clocked as if they were I2S, or an I2S one's words; `readinto` never waits."""
        sck, ws, sd = pins.I2S_MICROPHONE or (pins.MICROPHONE_CLOCK, pins.MICROPHONE_WORD, pins.MICROPHONE_DATA)
        i2s = I2S(
            0,
            sck=Pin(sck),
            ws=Pin(ws),
            sd=Pin(sd),
            mode=I2S.RX,
            bits=32,
            format=I2S.STEREO if self.microphone_is_pdm else I2S.MONO,
            rate=pins.MICROPHONE_I2S_HZ if self.microphone_is_pdm else pins.I2S_MICROPHONE_HZ,
            ibuf=ring_bytes,
        )
        poller = select.poll()
        poller.register(i2s, select.POLLIN)
        poller.poll(0)  # being polled once is what tells I2S to read without waiting
        return i2s

    def battery_mv(self) -> int:
        """Battery voltage before the divider."""
        return self._battery.read_uv() * pins.BATTERY_DIVIDER // 1000

    def temperature_c(self) -> int:
        """Inside the chip, which is warmer than the glasses. Raises OSError."""
        return esp32.mcu_temperature()

    def set_cpu(self, hz: int) -> None:
        """The processor's clock; below 80 MHz the radio stops working."""
        machine.freq(hz)

    def sleep_until_button(self) -> None:
        """Deep sleep; never returns. The button starts the program anew: wakes by level, so it must be up now."""
        # Unheld, the pull-up would be off in deep sleep.
        button = Pin(pins.BUTTON, Pin.IN, Pin.PULL_UP, hold=True)  # pyright: ignore[reportCallIssue]
        esp32.wake_on_ext0(button, esp32.WAKEUP_ALL_LOW)
        machine.deepsleep()

    def rest(self, duration_ms: int) -> None:
        """Everything stands still, the radio too, at a few mA."""
        machine.lightsleep(duration_ms)

    def reset(self) -> None:
        """Restart the chip; does not return."""
        machine.reset()

    def reset_cause(self) -> str:
        """Why this boot: power_on, hard, watchdog, brownout, deepsleep or soft."""
        if machine.mem32[_RESET_STATE_REG] & _RESET_CAUSE_MASK == _BROWN_OUT:  # the port calls it a watchdog reset
            return "brownout"
        return _RESET_CAUSES.get(machine.reset_cause(), "unknown")

    def console(self, on: bool) -> None:
        """Whether Ctrl-C on the serial console ends the program."""
        micropython.kbd_intr(_CTRL_C if on else -1)

    def buzz(self, hz: int) -> None:
        """Sound the buzzer."""
        self._buzzer_pwm = PWM(Pin(pins.BUZZER), freq=hz, duty_u16=_HALF_DUTY)

    def buzz_off(self) -> None:
        """Silence, whatever it was."""
        if self._buzzer_pwm is not None:
            self._buzzer_pwm.deinit()
            self._buzzer_pwm = None

    def status_light(self, on: bool) -> None:
        """The light that shows the state to the wearer."""
        self._status.value(1 if on else 0)

    def watchdog(self, timeout_ms: int) -> machine.WDT:
        """Starts the watchdog, which can't be stopped again; has feed()."""
        return machine.WDT(timeout=timeout_ms)

    def gatt_radio(self):
        """The Bluetooth peripheral. Imported here: it switches the radio on."""
        from gatt_radio import GattRadio

        return GattRadio()

    def mount_card(self, path: str) -> None:
        """Mount the SD card. Raises OSError: ETIMEDOUT or EBUSY without a card, ENODEV for one without FAT."""
        self._slot.mount(path)

    def unmount_card(self, path: str) -> None:
        """Let go of the SD card. Raises OSError."""
        self._slot.unmount(path)

    def now_s(self) -> int:
        """Unix time; counts from 2000 until it was set."""
        return time.time() + _EPOCH_S

    def set_time(self, unix_s: int) -> None:
        """Set the clock (UTC)."""
        year, month, day, hour, minute, second, weekday = time.gmtime(unix_s - _EPOCH_S)[:7]
        machine.RTC().datetime((year, month, day, weekday, hour, minute, second, 0))

    def wipe(self, view: bytes | bytearray | memoryview) -> None:
        """Zero memory, also what the camera driver shows us read-only."""
        _zero(view, len(view))

    def heap_free(self) -> int:
        """Bytes free in MicroPython's heap."""
        return gc.mem_free()
