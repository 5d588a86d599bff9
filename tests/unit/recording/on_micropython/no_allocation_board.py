"""A board made of memory that is there before, for tests that lock the heap."""

from plainsight.clock import Clock

LIGHT_HZ = 4000


class Camera:
    """A new frame five milliseconds after the buffer was released, always in the same memory."""

    def __init__(self, board):
        self._board = board
        self._memory = bytearray(board.frame_bytes)
        self._memory[:2] = b"\xff\xd8"
        self._memory[-2:] = b"\xff\xd9"
        self._view = memoryview(self._memory)
        self._freed_us = board.clock.us()

    def free_buffer(self):
        self._freed_us = self._board.clock.us()

    def frame_available(self):
        clock = self._board.clock
        return clock.diff(clock.us(), self._freed_us) > 5000

    def capture(self):
        self._view[2] = (self._view[2] + 1) & 0xFF
        return self._view

    def deinit(self):
        pass


class Board:
    """A light that always shines, and senses that see it."""

    light_hz = LIGHT_HZ
    light_sense_nominal_mv = 200

    def __init__(self, frame_bytes):
        self.frame_bytes = frame_bytes
        self.clock = Clock(self)
        self._lit = False
        self._lit_us = 0

    def now_s(self):
        return 1_800_000_000

    def open_camera(self, size):
        return Camera(self)

    def light_on(self, modulated):
        self._lit = True
        self._lit_us = self.clock.us()

    def light_off(self):
        self._lit = False

    def light_sense_mv(self):
        return 200 if self._lit else 0

    def light_pulses(self):
        return self.clock.diff(self.clock.us(), self._lit_us) // (1_000_000 // LIGHT_HZ) if self._lit else 0

    def wipe(self, view):
        pass


class Journal:
    """Takes every record."""

    def append(self, record, **data):
        pass


def unlimited():
    return ""
