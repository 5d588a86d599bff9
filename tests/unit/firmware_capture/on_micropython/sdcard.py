"""A card in memory with FAT on it, and a board with a slot for it: pulled at any block, protected, bad, swapped."""

import vfs

_BLOCK_BYTES = 512
_EIO = 5
_ETIMEDOUT = 116


class Driver:
    """As machine.SDCard: it initialises the card once, and one that was out meanwhile answers it no more."""

    def __init__(self, card):
        self._card = card
        self._insertion = card.insertion

    def _answers(self):
        return self._card.inserted and self._card.insertion == self._insertion

    def readblocks(self, block, buffer):
        return self._card.readblocks(block, buffer) if self._answers() else -_EIO

    def writeblocks(self, block, buffer):
        return self._card.writeblocks(block, buffer) if self._answers() else -_EIO

    def ioctl(self, operation, argument):
        return self._card.ioctl(operation, argument) if self._answers() else -1


class Card:
    """What is in the slot; `pull_at` is the number of the block write at which it is pulled out."""

    def __init__(self, blocks=1024):
        self.memory = bytearray(blocks * _BLOCK_BYTES)
        self.writes = 0
        self.pull_at = 0
        self.inserted = True
        self.protected = False
        self.bad = ()
        self.insertion = 0

    def insert(self):
        """Put it back."""
        self.inserted = True
        self.insertion += 1

    def readblocks(self, block, buffer):
        count = len(buffer) // _BLOCK_BYTES
        if not self.inserted or any(block <= bad < block + count for bad in self.bad):
            return -_EIO
        start = block * _BLOCK_BYTES
        buffer[:] = self.memory[start : start + len(buffer)]
        return 0

    def writeblocks(self, block, buffer):
        for index in range(len(buffer) // _BLOCK_BYTES):
            self.writes += 1
            if self.writes == self.pull_at:
                self.inserted = False
            if not self.inserted or self.protected or block + index in self.bad:
                return -_EIO
            start = (block + index) * _BLOCK_BYTES
            self.memory[start : start + _BLOCK_BYTES] = buffer[index * _BLOCK_BYTES : (index + 1) * _BLOCK_BYTES]
        return 0

    def ioctl(self, operation, argument):
        if not self.inserted:
            return -1
        return {4: len(self.memory) // _BLOCK_BYTES, 5: _BLOCK_BYTES}.get(operation, 0)


class Slot:
    """What the store needs of a board."""

    def __init__(self, card=None):
        self.card = card
        self.mounts = 0

    def swap(self, card):
        """Take one out and put another one in."""
        self.card.inserted = False
        card.insert()
        self.card = card

    def mount_card(self, path):
        if self.card is None or not self.card.inserted:
            raise OSError(_ETIMEDOUT)
        vfs.mount(vfs.VfsFat(Driver(self.card)), path)
        self.mounts += 1

    def unmount_card(self, path):
        self.mounts -= 1
        vfs.umount(path)


def formatted_card(blocks=1024):
    """An empty one."""
    card = Card(blocks)
    vfs.VfsFat.mkfs(card)
    return card
