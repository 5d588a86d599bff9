"""`machine.I2S`, receiving: the three ways to read of the ESP32 port, and a PDM or an I2S microphone on the data pin.

The world keeps time and the sound; the microphone's modulator runs here, because two million steps a second are for
machine code. As the port does, memory is filled in pieces of 256 frames, and what is not read in time is overwritten.
"""

import io

import utime
import worldlink
from machine_pdm import Modulator

_EINVAL = 22
_STREAM_POLL = 3
_POLL_READ = 1
_BITS = (16, 32)
_running: dict = {}


def _on_filled(number: int) -> None:
    port = _running.get(number)
    if port is not None:
        port._filled()


class I2S(io.IOBase):
    RX = 9
    TX = 10
    MONO = 0
    STEREO = 1

    def __init__(self, id, *, sck, ws, sd, mode, bits, format, rate, ibuf) -> None:
        if id not in (0, 1):
            raise ValueError("invalid id")
        if id in _running:
            _running[id].deinit()
        if mode not in (I2S.RX, I2S.TX):
            raise ValueError("invalid mode")
        if bits not in _BITS:
            raise ValueError("invalid bits")
        if format not in (I2S.MONO, I2S.STEREO):
            raise ValueError("invalid format")
        if rate <= 0:
            raise ValueError("invalid rate")
        if ibuf <= 0:
            raise ValueError("invalid ibuf")
        if mode == I2S.TX or bits != 32:
            raise NotImplementedError("the virtual I2S receives words of 32 bits only")
        self._id = id
        self._handler = None
        self._wanted = None
        self._streaming = False
        mono = format == I2S.MONO
        worldlink.call("i2s", "open", id, sck._gpio, ws._gpio, sd._gpio, rate, ibuf, mono)
        self._frame_bytes = 4 if mono else 8  # in mono the second word of each frame is thrown away
        self._modulator = None if mono else Modulator()
        _running[id] = self

    def deinit(self) -> None:
        if _running.get(self._id) is self:
            del _running[self._id]
            worldlink.call("i2s", "close", self._id)
        self._wanted = None

    def readinto(self, buffer):
        if _running.get(self._id) is not self:
            raise OSError(5, "I2S is not initialised")
        if self._handler is not None:
            self._wanted = buffer
            worldlink.call("i2s", "tell", self._id, len(buffer) // self._frame_bytes)
            return len(buffer)
        view, filled = memoryview(buffer), self._take(buffer)
        while filled < len(buffer) and not self._streaming:
            utime.sleep_ms(1)
            filled += self._take(view[filled:])
        return filled

    def irq(self, handler) -> None:
        self._handler = handler
        worldlink.subscribe("i2s", _on_filled)

    def ioctl(self, request: int, argument: int) -> int:
        if request == _STREAM_POLL:
            self._streaming = True  # from now on a read gives what is there
            return _POLL_READ if argument & _POLL_READ and worldlink.call("i2s", "waiting", self._id) else 0
        return -_EINVAL

    @staticmethod
    def shift(*, buf, bits, shift) -> None:
        raise NotImplementedError("the virtual I2S does not shift")

    def _take(self, buffer) -> int:
        frames, wave = worldlink.call("i2s", "take", self._id, len(buffer) // self._frame_bytes)
        size = frames * self._frame_bytes
        if frames and wave is None:
            for index in range(size):  # no microphone on these pins, or one that sleeps
                buffer[index] = 0
        elif frames and self._modulator is None:
            memoryview(buffer)[:size] = wave  # an I2S microphone: its words as they are
        elif frames:
            self._modulator.fill(buffer, wave, frames)
        return size

    def _filled(self) -> None:
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self._take(wanted)
            self._handler(self)
