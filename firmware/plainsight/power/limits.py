"""What charge and heat still allow: thresholds that are entered at one value and left at another."""

from plainsight.compat import const

# Stages of the battery, each with everything that the ones before it forbid.
OK = const(0)
WARN = const(1)
NO_CLIPS = const(2)
NO_PHOTOS = const(3)
SHELF = const(4)
STAGES = ("ok", "warn", "no_clips", "no_photos", "shelf")

_ENTER_PERCENT = (100, 15, 8, 4, 1)  # at or below
_LEAVE_PERCENT = const(5)  # above the entry, so that a cell that recovers at rest does not open the door again

# Below this the 3.3 V rail follows the battery, and with it the capture light's current: no light, no frame.
EXPOSE_MV = const(3400)
# A running clip draws the most: below this the next burst can reset the chip in the middle of a write.
CLIP_MV = const(3300)

# The OV2640 and the LiPo cell are specified to 70 and 60 degrees; the chip's own sensor reads warmer than both
# (docs/power.md). Touching 48 degrees for minutes is what IEC 62368-1 allows of a thing that is worn.
HOT_C = const(70)  # no new exposure from here on
END_C = const(75)  # and a clip ends here
COOL_C = const(60)  # exposures again from here down
_READINGS = const(3)


class Battery:
    """`stage` after each `update`."""

    def __init__(self):
        self.stage = OK

    def update(self, percent: int) -> bool:
        """Take in what the gauge shows; True where the stage has changed."""
        before = self.stage
        while self.stage < SHELF and percent <= _ENTER_PERCENT[self.stage + 1]:
            self.stage += 1
        while self.stage > OK and percent >= _ENTER_PERCENT[self.stage] + _LEAVE_PERCENT:
            self.stage -= 1
        return self.stage != before


class Heat:
    """`hot`: no new exposures. `severe`: what runs ends. Decided by the median of three readings."""

    def __init__(self):
        self.celsius = 0
        self.hot = False
        self.severe = False
        self._last: list[int] = []
        self._sorted = [0] * _READINGS
        self._at = 0

    def update(self, celsius: int) -> bool:
        """Take in one reading; True where `hot` has changed."""
        before = self.hot
        if not self._last:
            self._last = [celsius] * _READINGS  # the first one stands for those to come
        self._last[self._at] = celsius
        self._at = (self._at + 1) % _READINGS
        for index in range(_READINGS):
            self._sorted[index] = self._last[index]
        self._sorted.sort()
        self.celsius = self._sorted[_READINGS // 2]
        if self.celsius >= HOT_C:
            self.hot = True
        elif self.celsius <= COOL_C:
            self.hot = False
        self.severe = self.hot and (self.celsius >= END_C or (self.severe and self.celsius >= HOT_C))
        return self.hot != before
