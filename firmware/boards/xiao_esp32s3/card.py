"""The microSD slot of the Sense: on the SPI bus (slot 2 of machine.SDCard), with FAT."""

import machine
import pins
import vfs

_SPI_SLOT = 2
_SPI_HZ = 20_000_000


class CardSlot:
    """Mounts and unmounts what is in the slot; no card-detect and no write-protect contact is wired."""

    def __init__(self):
        self._card = None

    def mount(self, path: str) -> None:
        """Raises OSError: ETIMEDOUT or EBUSY without a card that answers, ENODEV for one without FAT."""
        card = machine.SDCard(
            slot=_SPI_SLOT, sck=pins.SD_SCK, miso=pins.SD_MISO, mosi=pins.SD_MOSI, cs=pins.SD_CS, freq=_SPI_HZ
        )
        try:
            card.info()  # the constructor only sets the bus up; this asks the card
            vfs.mount(vfs.VfsFat(card), path)
        except OSError:
            card.deinit()
            raise
        self._card = card

    def unmount(self, path: str) -> None:
        """Let go of the card, which may be gone. Raises OSError."""
        card, self._card = self._card, None
        if card is None:
            return
        try:
            vfs.umount(path)
        finally:
            card.deinit()
