"""`machine.ADC` and `machine.PWM`."""

import worldlink

_FULL_DUTY = 65535
# The highest voltage at each attenuation of the S3 (datasheet, ADC characteristics), in microvolts.
_RANGE_UV = (950_000, 1_250_000, 1_750_000, 3_100_000)


class ADC:
    ATTN_0DB = 0
    ATTN_2_5DB = 1
    ATTN_6DB = 2
    ATTN_11DB = 3
    WIDTH_12BIT = 12

    def __init__(self, pin, *, atten=ATTN_0DB) -> None:
        self._gpio = _gpio_of(pin)
        self._atten = atten
        try:
            worldlink.call("adc", "microvolts", self._gpio)
        except OSError:
            raise ValueError("invalid pin")

    def atten(self, atten: int) -> None:
        self._atten = atten

    def width(self, bits: int) -> None:
        if bits != ADC.WIDTH_12BIT:
            raise ValueError("invalid bits")

    def read_uv(self) -> int:
        return min(worldlink.call("adc", "microvolts", self._gpio), _RANGE_UV[self._atten])

    def read(self) -> int:
        return self.read_uv() * 4095 // _RANGE_UV[self._atten]

    def read_u16(self) -> int:
        return self.read_uv() * _FULL_DUTY // _RANGE_UV[self._atten]


class PWM:
    def __init__(self, pin, *, freq=5000, duty=None, duty_u16=None, duty_ns=None) -> None:
        self._gpio = _gpio_of(pin)
        self._hz = freq
        self._duty = _FULL_DUTY // 2 + 1
        self.init(freq=freq, duty=duty, duty_u16=duty_u16, duty_ns=duty_ns)

    def init(self, *, freq=None, duty=None, duty_u16=None, duty_ns=None) -> None:
        if freq is not None:
            if not 1 <= freq <= 40_000_000:
                raise ValueError("frequency must be from 1Hz to 40MHz")
            self._hz = freq
        if duty_u16 is not None:
            self._duty = duty_u16
        elif duty is not None:
            self._duty = duty * _FULL_DUTY // 1023
        elif duty_ns is not None:
            self._duty = min(_FULL_DUTY, duty_ns * self._hz * _FULL_DUTY // 1_000_000_000)
        if not 0 <= self._duty <= _FULL_DUTY:
            raise ValueError("duty_u16 must be from 0 to 65535")
        worldlink.call("pwm", "modulate", self._gpio, self._hz, self._duty)

    def freq(self, hz=None):
        if hz is None:
            return self._hz
        self.init(freq=hz)
        return None

    def duty_u16(self, duty=None):
        if duty is None:
            return self._duty
        self.init(duty_u16=duty)
        return None

    def duty_ns(self, width=None):
        if width is None:
            return self._duty * 1_000_000_000 // (_FULL_DUTY * self._hz)
        self.init(duty_ns=width)
        return None

    def duty(self, duty=None):
        if duty is None:
            return self._duty * 1023 // _FULL_DUTY
        self.init(duty=duty)
        return None

    def deinit(self) -> None:
        # The LEDC channel lets go of the pin, which stays low.
        worldlink.call("pwm", "modulate", self._gpio, self._hz, 0)


def _gpio_of(pin) -> int:
    return pin if isinstance(pin, int) else pin._gpio
