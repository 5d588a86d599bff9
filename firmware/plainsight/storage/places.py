"""Which places there are, which one is in use, and where the blobs of an item lie."""

from plainsight.errors import Refused
from plainsight.storage.flash import Flash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from plainsight.storage.card import Card
    from plainsight.storage.place import Place


class Places:
    """The flash, and the card's slot where there is one; the setting `storage` in `values` says where new items go."""

    def __init__(self, folder: str, slot: "Card | None", values: "Mapping[str, object]"):
        self.flash = Flash(folder)
        self.slot = slot
        self._values = values

    @property
    def card_is_wanted(self) -> bool:
        """New items go to the card."""
        return self._values["storage"] == "card"

    def in_use(self) -> "Place":
        """Where new items go. Raises Refused where there is no slot."""
        return self._slot() if self.card_is_wanted else self.flash

    def of(self, card: str) -> "Place":
        """The place of what lies on this card, or with "" on flash. Raises Refused where there is no slot."""
        return self._slot() if card else self.flash

    def folder_of(self, card: str) -> str:
        """Where the blobs of this card, or with "" of the flash, are. Raises Refused("card_absent")."""
        return self._slot().folder_of(card) if card else self.flash.folder

    def _slot(self) -> "Card":
        if self.slot is None:
            raise Refused("card_absent")
        return self.slot
