"""When somebody has finished speaking: by loudness against the quietest that was heard since the question began."""

from plainsight.compat import const

_HZ = const(16_000)
_WINDOW_SAMPLES = const(480)  # 30 ms, at least
_RISE = const(6)  # the floor grows by 1/64 a window: 1.7 times a second
_QUIET = const(24)  # mean amplitude below which nothing is speech, of 32768
_LOUDER_HALVES = const(3)  # speech is louder than so many halves of the floor
_SPOKEN_WINDOWS = const(4)  # so many together are a word and no click
_PAUSE_SAMPLES = 11 * _HZ // 10  # longer than people pause within a sentence
_PATIENCE_SAMPLES = 4 * _HZ  # until the first word
LONGEST_SAMPLES = 8 * _HZ


class Speech:
    """Fed with loudness alone. `said`: somebody spoke; `over`: why it ends (silence, nothing_said, time), or ""."""

    def __init__(self):
        self.over = ""
        self.samples = 0
        self._floor = 0
        self._sum = 0
        self._count = 0
        self._run = 0
        self.said = False
        self._since = 0

    def reset(self) -> None:
        """Another question begins."""
        self.over = ""
        self.samples = self._floor = self._sum = self._count = self._run = self._since = 0
        self.said = False

    def hear(self, loudness: int, samples: int) -> None:
        """`loudness`: the sum of the amplitudes of the next `samples`."""
        self.samples += samples
        self._sum += loudness
        self._count += samples
        if self._count >= _WINDOW_SAMPLES:
            self._look(self._sum // self._count, self._count)
            self._sum = self._count = 0
        if not self.over and self.samples >= LONGEST_SAMPLES:
            self.over = "time"

    def _look(self, level: int, samples: int) -> None:
        """One window."""
        risen = self._floor + (self._floor >> _RISE) + 1
        self._floor = min(level, risen) if self._floor else max(1, level)
        if level > _QUIET and 2 * level > _LOUDER_HALVES * self._floor:
            self._run += 1
            if self._run >= _SPOKEN_WINDOWS:
                self.said = True
                self._since = 0
                return
        else:
            self._run = 0
        self._since += samples
        if self._since >= (_PAUSE_SAMPLES if self.said else _PATIENCE_SAMPLES):
            self.over = "silence" if self.said else "nothing_said"
