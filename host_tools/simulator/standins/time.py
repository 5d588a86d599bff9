"""`time` with the ESP32's epoch, 2000-01-01, and the virtual board's own clock, which nobody has set at power-on."""

import utime
import worldlink
from utime import (  # noqa: F401 this is the module
    sleep,
    sleep_ms,
    sleep_us,
    ticks_add,
    ticks_cpu,
    ticks_diff,
    ticks_ms,
    ticks_us,
)

_EPOCH_2000_S = 946_684_800  # in seconds since 1970
_DAYS_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
# The board's clock minus ticks_us; both run alike, so asking the world once is enough until somebody sets the clock.
_offset_us = None


def follow_clock() -> None:
    global _offset_us
    _offset_us = worldlink.call("chip", "time_us") - utime.ticks_us()


def time_ns() -> int:
    if _offset_us is None:
        follow_clock()
    return (utime.ticks_us() + _offset_us) * 1000


def time() -> int:
    return time_ns() // 1_000_000_000


def gmtime(seconds=None):
    return utime.gmtime((time() if seconds is None else seconds) + _EPOCH_2000_S)[:8]


localtime = gmtime


def mktime(moment) -> int:
    year, month, day, hour, minute, second = moment[:6]
    leap_day = month > 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    past = year - 1
    days = past * 365 + past // 4 - past // 100 + past // 400 - 730_119  # whole years since 2000-01-01
    days += _DAYS_BEFORE_MONTH[month - 1] + (1 if leap_day else 0) + day - 1
    return ((days * 24 + hour) * 60 + minute) * 60 + second
