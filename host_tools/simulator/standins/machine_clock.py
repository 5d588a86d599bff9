"""`machine.RTC`, `machine.WDT` and `machine.Timer`."""

import time

import worldlink

_MINIMUM_WATCHDOG_MS = 1000
_RTC_MEMORY_BYTES = 2048  # MICROPY_HW_RTC_USER_MEM_MAX
_timers: dict = {}


def _on_timer(number: int) -> None:
    timer = _timers.get(number)
    if timer is not None and timer._callback is not None:
        timer._callback(timer)


class RTC:
    def __init__(self, id=0) -> None:
        if id != 0:
            raise ValueError("RTC doesn't exist")

    def datetime(self, value=None):
        """(year, month, day, weekday, hours, minutes, seconds, microseconds)"""
        if value is None:
            now_us = worldlink.call("chip", "time_us")
            year, month, day, hour, minute, second, weekday, _ = time.gmtime(now_us // 1_000_000)
            return (year, month, day, weekday, hour, minute, second, now_us % 1_000_000)
        year, month, day, _, hour, minute, second, microsecond = value
        since_2000_s = time.mktime((year, month, day, hour, minute, second, 0, 0))
        worldlink.call("chip", "set_time_us", since_2000_s * 1_000_000 + microsecond)
        time.follow_clock()
        return None

    def init(self, value) -> None:
        self.datetime(value)

    def memory(self, data=None):
        """Bytes that deep sleep and resets leave alone; ValueError for more than the port has room for."""
        if data is None:
            return worldlink.call("chip", "memory")
        if len(data) > _RTC_MEMORY_BYTES:
            raise ValueError("buffer too long")
        worldlink.call("chip", "set_memory", bytes(data))
        return None


class WDT:
    def __init__(self, id=0, timeout=5000) -> None:
        if id != 0:
            raise ValueError("WDT id")
        if timeout < _MINIMUM_WATCHDOG_MS:
            raise ValueError("WDT timeout too short")
        worldlink.call("power", "watchdog", timeout)

    def feed(self) -> None:
        worldlink.call("power", "feed")


class Timer:
    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id, **options) -> None:
        if not 0 <= id <= 3:
            raise ValueError("invalid Timer number")
        self._id = id
        self._callback = None
        if options:
            self.init(**options)

    def init(self, *, mode=PERIODIC, callback=None, period=-1, freq=0, tick_hz=1000, hard=False) -> None:
        period_us = int(1_000_000 / freq) if freq else period * 1_000_000 // tick_hz
        if period_us <= 0:
            raise ValueError("period")
        self._callback = callback
        _timers[self._id] = self
        worldlink.subscribe("timer", _on_timer)
        worldlink.call("chip", "timer", self._id, period_us, mode == Timer.PERIODIC)

    def deinit(self) -> None:
        _timers.pop(self._id, None)
        worldlink.call("chip", "stop_timer", self._id)
