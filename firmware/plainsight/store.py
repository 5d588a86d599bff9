"""The home of promise 4: media lie on flash or card sealed to the owner's key, and nothing on the glasses opens them.

An item is a sealed blob, a sealed thumbnail if it has one, and on flash an index file that says what may be known
without the key. It exists once that file has its name. After a power cut `open` removes what was only begun or half
deleted, offers what there is of a clip, and never uses an id twice.
"""

from plainsight import compat, files, seal
from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.storage import blobs, checked
from plainsight.storage.draft import Draft
from plainsight.storage.index import Index, file_name
from plainsight.storage.leftovers import Leftovers
from plainsight.storage.places import Places
from plainsight.storage.reader import Reader
from plainsight.storage.retention import to_drop
from plainsight.wire import SETTINGS

_SALT_BYTES = const(16)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from plainsight.storage.card import Card

    Item = dict[str, Any]
    Items = list[Item]
    Numbers = list[int]


class OwnerKnown(Exception):
    """Items may lie here for another owner; only a reset changes the owner."""


class Store:
    """Sealed items, indexed in `folder`. Call `open` only once the radio is on: before, random bytes can be guessed.

    `card`: the slot, where there is one. `values`: the settings `storage` and `when_full` are read from it.
    """

    def __init__(
        self,
        folder: str,
        draw: "Callable[[int], bytes]" = compat.urandom,
        card: "Card | None" = None,
        values: "Mapping[str, object] | None" = None,
    ):
        self._folder = folder
        self._draw = draw
        self._values = values or {name: row[1] for name, row in SETTINGS.items()}
        self._places = Places(folder, card, self._values)
        self._index = Index(folder)
        self._leftovers = Leftovers(self._index)
        self._sealers = (seal.Sealer(), seal.Sealer())  # the item's and its thumbnail's: their buffers are made once
        self._ratchet: seal.Ratchet | None = None
        self._draft: Draft | None = None
        self._reader = Reader()
        self._open = False
        self._settled = ""  # the card whose leftovers have been looked through
        self._told = ""  # the card's state that was told last
        self.owner: bytes | None = None
        self.on_card: "Callable[[str], None]" = _nobody
        if card is not None:
            card.let_go = self._let_go_of_card

    def open(self) -> None:
        """Recover from any power cut and draw this boot's key. Raises OSError."""
        files.make_folder(self._folder)
        self._index.open(files.sizes(self._folder))
        self._leftovers.settle(self._folder, "")
        self.owner = self._read_owner()
        if self.owner is not None:
            self._ratchet = seal.Ratchet(self.owner, self._draw)
        if self._places.slot is not None:
            self._open_slot(self._places.slot)
        self._open = True
        self.tend()

    @property
    def has_owner(self) -> bool:
        """True once media can be sealed."""
        return self._ratchet is not None

    def set_owner(self, public: bytes) -> None:
        """Seal to this X25519 key from now on. Raises OwnerKnown, seal.BadOwnerKey, OSError; then nothing changed."""
        if self.owner is not None:
            if self.owner != public:
                raise OwnerKnown()
            return
        ratchet = seal.Ratchet(public, self._draw)
        checked.write(self._folder + "/owner.key", public)
        self.owner = bytes(public)
        self._ratchet = ratchet

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self._index.entries)

    @property
    def not_imported(self) -> int:
        """How many of them no phone has confirmed."""
        return sum(1 for entry in self._index.entries.values() if not entry.imported)

    @property
    def damaged(self) -> "dict[int, str]":
        """Items that are listed no more, and why: `index` or `blob`. Only `delete` removes them."""
        return self._index.damaged

    def take_news(self) -> "list[tuple[int, str]]":
        """(id, what is damaged) for what was not known at the boot before; id 0 for a file of the store's own."""
        news, self._index.found_damaged = self._index.found_damaged, []
        return news

    @property
    def unfinished(self) -> "Numbers":
        """Clips that a power cut left with whole chunks: journal that, then `adopt` or `abandon` them."""
        return sorted(self._leftovers.unfinished)

    @property
    def lost(self) -> "Numbers":
        """Clips that were begun before a power cut and of which nothing is left: journal that, then `abandon` them."""
        return sorted(self._leftovers.lost)

    @property
    def card(self) -> str:
        """The card's state as in wire `status`."""
        slot = self._places.slot
        return slot.word if slot is not None and (self._wants_card() or slot.is_in) else "none"

    def check(self) -> None:
        """Raises Refused where nothing can be taken now: no_owner, or what is wrong with flash or card."""
        if not self._open:
            raise Refused("storage_failed")
        if self._ratchet is None:
            raise Refused("no_owner")
        self._places.in_use().check()

    def free_bytes(self) -> int:
        """Room for items at the place in use, what the journal needs left out. Raises OSError."""
        return self._places.in_use().free_bytes()

    def make_room(self, bytes_needed: int) -> "Numbers":
        """The imported items that have to go, oldest first, for this much room; [] where none may, or all do not do."""
        if self._values["when_full"] != "drop_imported":
            return []
        place = self._places.in_use()
        return to_drop(self._index.entries, place.card, bytes_needed - place.free_bytes())

    def begin(self, kind: str, trigger: str, time_s: int) -> Draft:
        """A new item of this kind, which nobody sees yet; one at a time. Raises Refused."""
        self.check()
        assert self._ratchet is not None
        if self._draft is not None and self._draft.open:
            raise Refused("busy")
        place = self._places.in_use()
        fields: "Item" = {"kind": kind, "time_s": time_s, "trigger": trigger, "place": place.name}
        if place.card:
            fields["card"] = place.card
        fields["id"] = self._index.next()
        draft = Draft(fields, self._draw(_SALT_BYTES), place, self._stage)
        self._index.pending[draft.id] = fields
        if kind == "clip":  # its id stands in the journal before its first frame, so it must not be given out again
            self._stage(fields)
        self._draft = draft
        try:
            draft.start(self._sealers[0], self._sealers[1], self._ratchet)
        except BaseException:  # a heap without room too, or nothing could ever be taken again
            self.abandon(draft)
            raise
        return draft

    def commit(self, item: "Item") -> None:
        """Make a finished item visible. Raises Refused; then it is gone."""
        try:
            self._index.show(item["id"])
        except OSError as error:
            self.abandon(item)
            raise self._places.flash.refused(error)

    def abandon(self, what: "Draft | Item | int") -> None:
        """Remove a draft, a finished item before its commit, an unfinished or a lost clip; its id is used up.

        What can't be removed now, since the card is out or the flash fails, is removed when that is over.
        """
        number = what if isinstance(what, int) else what["id"] if isinstance(what, dict) else what.id
        if isinstance(what, Draft):
            what.drop(Refused("internal"))
        self._leftovers.forget(number)
        fields = self._index.pending.pop(number, None) or self._index.staged.get(number, {})
        for step in (
            lambda: blobs.remove(self._places.folder_of(fields.get("card", "")), file_name(number, "")),
            lambda: self._index.unstage(number),
        ):
            try:
                step()
            except (OSError, Refused):
                continue

    def cut_is_on_record(self, number: int) -> bool:
        """True once the journal knows of this unfinished clip, in whichever boot that was."""
        return self._leftovers.is_on_record(number)

    def note_cut_on_record(self, number: int) -> None:
        """The journal knows of this unfinished clip: looking through it may take more than one boot. Raises Refused."""
        try:
            self._leftovers.note_on_record(number)
        except OSError as error:
            raise self._places.flash.refused(error)

    def examine(self, number: int) -> bool:
        """Look at some more of an unfinished clip; True once `adopt` takes no time. Raises Refused."""
        try:
            return self._leftovers.examine(number)
        except OSError as error:
            raise self._unreadable(number, error)

    def adopt(self, number: int) -> "Item":
        """Show an unfinished clip as far as it goes; how far is in it, under the owner's key. Raises Refused."""
        try:
            item = self._leftovers.item(number)
        except OSError as error:
            raise self._unreadable(number, error)
        try:
            self._index.stage(number, item)
            self._index.show(number)
        except OSError as error:
            raise self._places.flash.refused(error)
        self._leftovers.forget(number)
        return _public(item)

    def list(self, after: int, limit: int) -> "tuple[Items, bool]":
        """Up to `limit` items with an id above `after`, oldest first, and whether there are more."""
        later = sorted(number for number in self._index.entries if number > after)
        items = [self._item_or_none(number) for number in later[:limit]]
        return [item for item in items if item is not None], len(later) > limit

    def item(self, number: int) -> "Item":
        """One item as in wire.ITEM_FIELDS. Raises Refused("unknown_item"), OSError."""
        item = self._item_or_none(number) if number in self._index.entries else None
        if item is None:
            raise Refused("unknown_item")
        return item

    def read_into(self, number: int, offset: int, buffer: "bytearray | memoryview", part: str = "item") -> int:
        """Fill `buffer` with sealed bytes from `offset`; returns how many there were. Raises Refused."""
        entry = self._index.entries.get(number)
        size = 0 if entry is None else entry.blob_bytes if part == "item" else entry.thumb_bytes
        if entry is None or size == 0:
            raise Refused("unknown_item")
        if offset > size:
            raise Refused("bad_offset", {"size": size})
        if offset + len(buffer) > size:
            buffer = memoryview(buffer)[: size - offset]
        folder = self._places.folder_of(entry.card)
        try:
            return self._reader.read_into(folder, number, blobs.BLOB if part == "item" else blobs.THUMB, offset, buffer)
        except OSError as error:
            raise self._places.of(entry.card).refused(error, writing=False)

    def mark_imported(self, number: int) -> None:
        """A phone has confirmed that it holds this item. Raises Refused("unknown_item"), OSError."""
        if number not in self._index.entries:
            raise Refused("unknown_item")
        self._index.mark_imported(number)

    def check_erasable(self, number: int) -> None:
        """Raises Refused where `delete` would: there is no such item, or its card is out or can't be written."""
        entry = self._index.entries.get(number)
        if entry is None and number not in self._index.damaged:
            raise Refused("unknown_item")
        if entry is not None and entry.card:
            self._places.folder_of(entry.card)
            self._places.of(entry.card).check_erasable()

    def delete(self, number: int) -> None:
        """Erase an item, and with it the only copy of its salt. Raises Refused, OSError."""
        self.check_erasable(number)
        entry = self._index.entries.get(number)
        card = "" if entry is None else entry.card
        folder, place = self._places.folder_of(card), self._places.of(card)
        self._reader.close()
        self._index.hide(number)
        try:
            blobs.remove(folder, file_name(number, ""))
        except OSError as error:
            raise place.refused(error)

    def card_is_foreign(self) -> bool:
        """True for a card to adopt, False for one of ours. Raises Refused where there is none that works."""
        if self._places.slot is None:
            raise Refused("card_absent")
        self._places.slot.look()
        return self._places.slot.is_foreign()

    def adopt_card(self) -> None:
        """Take the foreign card into use; what is on it stays. Raises Refused."""
        if self.card_is_foreign() and self._places.slot is not None:
            self._places.slot.adopt(self._leftovers.card_with)
            self._card_came(self._places.slot)
            self._tell()

    def tend(self) -> None:
        """See whether the card came, went or changed. Call every few seconds; without a card it may take a second."""
        self._offer_dropped()
        slot = self._places.slot
        if slot is not None and (self._wants_card() or slot.is_in):
            slot.look()
            if slot.readable and slot.card != self._settled:
                self._card_came(slot)
        self._tell()

    def _offer_dropped(self) -> None:
        """A clip whose draft was dropped in the middle is what a power cut would have left of it."""
        draft = self._draft
        if draft is None or draft.open or draft.finished or draft.id not in self._index.pending:
            return
        self._draft = None
        self._index.staged[draft.id] = self._index.pending.pop(draft.id)
        if draft.place is not self._places.flash:
            self._settled = ""
        else:
            self._leftovers.settle(self._folder, "")

    def _open_slot(self, slot: "Card") -> None:
        try:
            slot.open(self._folder + "/glasses.tag")
        except checked.Damaged as damaged:
            self._index.found_damaged.append((0, "glasses.tag"))
            files.remove(damaged.path)
            slot.open(damaged.path)

    def _read_owner(self) -> bytes | None:
        """The owner's key; None where there is none, or none to believe: a wrong one would lose all."""
        try:
            return checked.read(self._folder + "/owner.key")
        except checked.Damaged:
            self._index.found_damaged.append((0, "owner.key"))
            return None

    def _card_came(self, slot: "Card") -> None:
        self._settled = slot.card
        try:
            self._leftovers.settle(slot.folder, slot.card)
        except OSError as error:
            slot.refused(error)

    def _tell(self) -> None:
        word = self.card
        if word != self._told:
            self._told = word
            self.on_card(word)

    def _wants_card(self) -> bool:
        """The setting asks for it, or something on it is known here."""
        return (
            self._places.card_is_wanted
            or any(entry.card for entry in self._index.entries.values())
            or any(fields.get("card") for fields in self._index.staged.values())
        )

    def _stage(self, fields: "Item") -> "Item":
        """Put the index of a draft or a finished item on flash; the item as others may see it. Raises Refused."""
        try:
            self._index.stage(fields["id"], fields)
        except OSError as error:
            raise self._places.flash.refused(error)
        return _public(fields)

    def _item_or_none(self, number: int) -> "Item | None":
        try:
            return self._index.item(number)
        except checked.Damaged:
            self._index.condemn(number, "index")
            return None

    def _unreadable(self, number: int, error: OSError) -> Refused:
        return self._places.of(self._index.staged[number].get("card", "")).refused(error, writing=False)

    def _let_go_of_card(self) -> None:
        """Close what is open on the card: the file system behind it is about to go."""
        draft = self._draft
        if draft is not None and draft.place is self._places.slot:
            draft.drop(Refused("card_absent"))
        self._leftovers.let_go_of_card()
        self._settled = ""
        self._reader.close()


def _public(item: "Item") -> "Item":
    """Without what concerns nobody else."""
    return {name: item[name] for name in item if name != "card"}


def _nobody(_: str) -> None:
    """Nobody listens."""
