"""`machine.SDCard` as far as the glasses use it: slots 2 and 3, on SPI. The card is an image file on the computer.

What is in the slot stands in a file that the world writes and this module reads before each block: a write must not
wait for the world. A card that was pulled, or pulled and put back, answers nothing until it is initialised again.
readblocks and writeblocks return 0 or a negative errno, as the ESP32 port does from 1.29 on (until 1.28: a bool).
"""

import struct

import uos  # not `os`: that is a stand-in
from machine_pin import Pin

BLOCK_BYTES = 512
STATE = "<IBBiI8i"  # card number, inserted, protected, blocks until it is pulled (-1: not planned), written, bad blocks
STATE_BYTES = struct.calcsize(STATE)

_IOCTL_INIT = 1
_IOCTL_DEINIT = 2
_IOCTL_SYNC = 3
_IOCTL_BLOCK_COUNT = 4
_IOCTL_BLOCK_SIZE = 5
_EIO = 5
_ETIMEDOUT = 116  # newlib's, which the ESP32 port uses
_SPI_SLOTS = (2, 3)
_HOST = "/host"  # where the computer's files hide on the board


class SDCard:
    def __init__(
        self,
        slot=1,
        width=1,
        cd=None,
        wp=None,
        sck=None,
        miso=None,
        mosi=None,
        cs=None,
        cmd=None,
        data=None,
        freq=20_000_000,
    ) -> None:
        if not 0 <= slot <= 3:
            raise ValueError("slot number must be between 0 and 3 inclusive")
        if slot not in _SPI_SLOTS:
            raise ValueError("simulated: only the SPI slots 2 and 3 are wired")
        for pin in (sck, miso, mosi, cs):
            if pin is not None and not isinstance(pin, Pin):
                Pin(pin)  # ValueError for one that the chip does not have
        self._state = open(_HOST + uos.getenv("PLAINSIGHT_CARD"), "r+b")
        self._image = None
        self._number = 0  # of the card that was initialised
        self._blocks = 0

    def info(self):
        if not self._ready():
            raise OSError(_ETIMEDOUT, "ESP_ERR_TIMEOUT")
        return self._blocks * BLOCK_BYTES, BLOCK_BYTES

    def readblocks(self, block: int, buffer) -> int:
        state = self._read_state()
        count = len(buffer) // BLOCK_BYTES
        if not self._answers(state) or self._bad(state, block, count):
            return -_EIO
        self._image.seek(block * BLOCK_BYTES)
        self._image.readinto(buffer)
        return 0

    def writeblocks(self, block: int, buffer) -> int:
        for index in range(len(buffer) // BLOCK_BYTES):
            piece = memoryview(buffer)[index * BLOCK_BYTES : (index + 1) * BLOCK_BYTES]
            if not self._write_block(block + index, piece):
                return -_EIO
        return 0

    def ioctl(self, operation: int, argument):
        if operation == _IOCTL_DEINIT:
            self._number = 0
            return 0
        if operation == _IOCTL_SYNC:
            return 0
        if not self._ready():
            return -1
        if operation == _IOCTL_INIT:
            return 0
        if operation == _IOCTL_BLOCK_COUNT:
            return self._blocks
        return BLOCK_BYTES if operation == _IOCTL_BLOCK_SIZE else -1

    def deinit(self) -> None:
        if self._image is not None:
            self._image.close()
            self._image = None
        self._number = 0

    def _write_block(self, block: int, data) -> bool:
        state = self._read_state()
        number, inserted, protected, left, written = state[:5]
        if not self._answers(state) or protected or self._bad(state, block, 1):
            return False
        if left == 0:
            self._save_state(number, 0, protected, -1, written)
            return False
        self._image.seek(block * BLOCK_BYTES)
        self._image.write(data)
        self._save_state(number, inserted, protected, left - 1 if left > 0 else left, written + 1)
        return True

    def _ready(self) -> bool:
        """As the driver: initialise the card unless that was done; a card that has gone since is noticed later."""
        if self._number:
            return True
        state = self._read_state()
        if not state[1]:
            return False
        image = _HOST + self._state.read().decode()
        self._image = open(image, "r+b")
        self._blocks = uos.stat(image)[6] // BLOCK_BYTES
        self._number = state[0]
        return True

    def _answers(self, state) -> bool:
        return self._ready() and state[1] == 1 and state[0] == self._number

    def _bad(self, state, block: int, count: int) -> bool:
        return any(block <= bad < block + count for bad in state[5:] if bad >= 0)

    def _read_state(self):
        self._state.seek(0)
        return struct.unpack(STATE, self._state.read(STATE_BYTES))

    def _save_state(self, number: int, inserted: int, protected: int, left: int, written: int) -> None:
        self._state.seek(0)
        self._state.write(struct.pack("<IBBiI", number, inserted, protected, left, written))
