"""What may be known of an item without its key: one small file on flash each, whatever place its blob lies at.

`<id>.json` is an item that phones see, `<id>.imported.json` one that a phone has confirmed, `<id>.json.new` a draft or
an item that waits for its commit, `<id>.bad` an index that could not be believed: named, skipped, and kept for nobody
but the owner who deletes it. Each step from one name to the next is one rename, which the medium does or does not do.
"""

import json

from plainsight import compat, files
from plainsight.compat import const
from plainsight.storage import checked
from plainsight.wire import ITEM_FIELDS, BadBody, check_fields, check_item

SHOWN = ".json"
IMPORTED = ".imported.json"
STAGED = SHOWN + files.BESIDE
BAD = ".bad"
_IDS_SKIPPED = const(1000)  # where the last id can't be read: nobody has used one so far ahead

# What a draft has before it is an item.
_DRAFT = tuple(row for row in ITEM_FIELDS if row[0] in ("id", "kind", "time_s", "trigger", "place")) + (
    ("card?", "str", 1, 16),
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Item = dict[str, Any]


class Entry:
    """What is kept in memory of a shown item; `card`: the card's identity, "" for flash."""

    def __init__(self, item: "Item", imported: bool):
        self.blob_bytes: int = item["sealed_bytes"]
        self.thumb_bytes: int = item["thumb_bytes"]
        self.card: str = item.get("card", "")
        self.imported = imported


class Index:
    """The index in `folder`; `open` first. Everything raises OSError where the flash fails."""

    def __init__(self, folder: str):
        self._folder = folder
        self._last = 0
        self.entries: "dict[int, Entry]" = {}
        self.staged: "dict[int, Item]" = {}  # of the boot before: drafts and items that never were committed
        self.pending: "dict[int, Item]" = {}  # the same, of this boot
        self.damaged: "dict[int, str]" = {}  # id: what is wrong with it
        self.found_damaged: "list[tuple[int, str]]" = []  # the same, for what this boot was the first to see

    def open(self, names: "dict[str, int]") -> None:
        """Read everything; `names` is what lies in the folder."""
        self.entries, self.staged, self.pending, self.damaged = {}, {}, {}, {}
        for name in names:
            if name.endswith(STAGED + files.BESIDE):
                files.remove(self._folder + "/" + name)
        numbers = sorted({number for number in map(number_in, names) if number})
        for number in numbers:
            self._read(number, names)
        self._last = self._read_last(max(numbers or [0]))

    def next(self) -> int:
        """An id that was never used."""
        self._last += 1
        return self._last

    def item(self, number: int) -> "Item":
        """One shown item as in wire.ITEM_FIELDS. Raises KeyError, checked.Damaged."""
        entry = self.entries[number]
        item = self._parse(number, IMPORTED if entry.imported else SHOWN)
        item["imported"] = entry.imported
        item.pop("card", None)
        return item

    def stage(self, number: int, fields: "Item") -> None:
        """Write what is known of a draft, or a whole item before its commit; it is on flash when this returns."""
        self.pending[number] = fields
        content = checked.checked(json.dumps(fields).encode())
        path = self.path(number, STAGED)
        if files.size(path) is not None:  # a clip's draft: there must be something to offer whenever the power goes
            files.write_atomic(path, content)
            return
        with open(path, "wb") as file:
            file.write(content)
            compat.flush(file)

    def show(self, number: int) -> None:
        """Commit an item that is pending and was staged."""
        files.rename(self.path(number, STAGED), self.path(number, SHOWN))
        self.entries[number] = Entry(self.pending.pop(number), imported=False)
        self.staged.pop(number, None)

    def mark_imported(self, number: int) -> None:
        """A phone holds this item. Raises KeyError."""
        entry = self.entries[number]
        if not entry.imported:
            files.rename(self.path(number, SHOWN), self.path(number, IMPORTED))
            entry.imported = True

    def condemn(self, number: int, why: str) -> None:
        """Take an item out of the list and say so; its files stay."""
        for ending in (SHOWN, IMPORTED):
            if files.size(self.path(number, ending)) is not None:
                files.rename(self.path(number, ending), self.path(number, BAD))
        self.entries.pop(number, None)
        self.damaged[number] = why
        self.found_damaged.append((number, why))

    def hide(self, number: int) -> None:
        """First step of removing an item: it is listed no more, and its id is used up."""
        self.keep_last(number)
        for ending in (SHOWN, IMPORTED, BAD):
            files.remove(self.path(number, ending))
        self.entries.pop(number, None)
        self.damaged.pop(number, None)

    def unstage(self, number: int) -> None:
        """Last step of removing a draft: until here its id was kept by its name."""
        self.keep_last(number)
        files.remove(self.path(number, STAGED))
        self.staged.pop(number, None)

    def keep_last(self, number: int) -> None:
        """Write down that this id is used up, before the last file with its name goes."""
        if number == self._last:
            checked.write(self._folder + "/last", b"%d" % number)

    def path(self, number: int, ending: str) -> str:
        """A file of this item on flash."""
        return self._folder + "/" + file_name(number, ending)

    def _read(self, number: int, names: "dict[str, int]") -> None:
        ending = next((ending for ending in (IMPORTED, SHOWN) if file_name(number, ending) in names), "")
        if ending:
            try:
                self.entries[number] = Entry(self._parse(number, ending), ending == IMPORTED)
            except (checked.Damaged, OSError):
                self.condemn(number, "index")
        elif file_name(number, BAD) in names:
            self.damaged[number] = "index"
        elif file_name(number, STAGED) in names:
            try:
                self.staged[number] = self._parse_draft(number)
            except (checked.Damaged, OSError):  # cut off while it was written: nothing was told to anybody
                self.staged[number] = {}

    def _parse(self, number: int, ending: str) -> "Item":
        """Raises checked.Damaged."""
        path = self.path(number, ending)
        content = checked.read(path)
        try:
            item = check_item(_parsed(content))
        except BadBody:
            raise checked.Damaged(path)
        if item["id"] != number:
            raise checked.Damaged(path)
        return item

    def _parse_draft(self, number: int) -> "Item":
        """Raises checked.Damaged."""
        path = self.path(number, STAGED)
        try:
            fields = _parsed(checked.read(path))
            check_fields(fields, _DRAFT, strict=False)
        except BadBody:
            raise checked.Damaged(path)
        if fields["id"] != number:
            raise checked.Damaged(path)
        return fields

    def _read_last(self, seen: int) -> int:
        """The highest id that was ever used, as far as it was written down; `seen`: the highest that a file has."""
        try:
            return max(seen, int(checked.read(self._folder + "/last") or b"0"))
        except (checked.Damaged, ValueError):
            self.found_damaged.append((0, "last"))
            return seen + _IDS_SKIPPED


def _parsed(content: bytes | None) -> "Item":
    """A JSON object from a file that its checksum vouches for. Raises BadBody."""
    try:
        fields = json.loads(str(content or b"", "utf-8"))
    except (ValueError, UnicodeError):
        raise BadBody("bad_json")
    if not isinstance(fields, dict):
        raise BadBody("not_an_object")
    return fields


def file_name(number: int, ending: str) -> str:
    """The name of one file of an item."""
    return "%08d%s" % (number, ending)


def number_in(name: str) -> int:
    """The id in the name of a file of an item; 0 for another file."""
    digits = name.split(".", 1)[0]
    return int(digits) if digits.isdigit() else 0
