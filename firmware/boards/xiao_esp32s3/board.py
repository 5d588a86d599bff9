"""Thin drivers for the XIAO ESP32S3 Sense: what plainsight/ needs of a board, and not one decision."""

import gc
import time

import esp32
import machine
import pins
import uctypes
from camera import Camera, FrameSize, GrabMode, PixelFormat
from machine import ADC, PWM, Pin
from micropython import const

_CPU_HZ = 240_000_000
_HALF_DUTY = const(32768)
_PULSES_MAX = const(32767)  # the 16-bit counter starts again at 0 when it gets here
_WIPE_BYTES = const(1024)
# time.time() counts from 2000 on the ESP32 and from 1970 elsewhere.
_EPOCH_S = 0 if time.gmtime(0)[0] == 1970 else 946684800


class Board:
    """The one object that knows pins and vendor modules."""

    name = "Seeed XIAO ESP32S3 Sense"
    light_hz = pins.LIGHT_HZ
    light_sense_nominal_mv = pins.LIGHT_SENSE_NOMINAL_MV

    def __init__(self):
        machine.freq(_CPU_HZ)
        self._light = Pin(pins.CAPTURE_LIGHT, Pin.OUT, value=0)
        self._light_pwm = None
        self._light_sense = ADC(Pin(pins.LIGHT_SENSE), atten=ADC.ATTN_0DB)
        self._counter = esp32.PCNT(0, pin=Pin(pins.LIGHT_PULSES, Pin.IN), rising=esp32.PCNT.INCREMENT, max=_PULSES_MAX)
        self._counter.start()
        self._counted = 0
        self._pulses = 0
        self._button = Pin(pins.BUTTON, Pin.IN, Pin.PULL_UP)
        self._battery = ADC(Pin(pins.BATTERY), atten=ADC.ATTN_11DB)
        self._status = Pin(pins.STATUS_LIGHT, Pin.OUT, value=0)
        self._zeros = bytes(_WIPE_BYTES)

    def open_camera(self) -> Camera:
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
            frame_size=FrameSize.XGA,
            jpeg_quality=80,
            fb_count=1,
            grab_mode=GrabMode.WHEN_EMPTY,
        )

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

    def battery_mv(self) -> int:
        """Battery voltage before the divider."""
        return self._battery.read_uv() * pins.BATTERY_DIVIDER // 1000

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

    def now_s(self) -> int:
        """Unix time; counts from 2000 until it was set."""
        return time.time() + _EPOCH_S

    def set_time(self, unix_s: int) -> None:
        """Set the clock (UTC)."""
        year, month, day, hour, minute, second, weekday = time.gmtime(unix_s - _EPOCH_S)[:7]
        machine.RTC().datetime((year, month, day, weekday, hour, minute, second, 0))

    def wipe(self, view: bytes | memoryview) -> None:
        """Zero memory that the camera driver shows us read-only."""
        memory = uctypes.bytearray_at(uctypes.addressof(view), len(view))
        zeros = memoryview(self._zeros)
        for start in range(0, len(memory), _WIPE_BYTES):
            size = min(_WIPE_BYTES, len(memory) - start)
            memory[start : start + size] = zeros[:size]

    def heap_free(self) -> int:
        """Bytes free in MicroPython's heap."""
        return gc.mem_free()
