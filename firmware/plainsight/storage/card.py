"""The SD card as a place for sealed blobs: absent, foreign, protected, failing, pulled out at any moment, back again.

A card has an identity file, `plainsight/card`: {"glasses": the tag of these glasses, "card": its own}. One that has
none, or another pair's, is foreign until `adopt`: nothing is written to it and nothing on it is read or removed. Our
blobs lie in `plainsight/<tag>/`. FAT has no power-cut-proof rename, so nothing here relies on one: the index on flash
says what counts, and the identity is written in one go; half of one makes the card foreign again.
"""

import binascii
import gc
import json
import os

from plainsight import compat, files
from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.storage import checked

_NO_ANSWER = (16, 110, 116)  # EBUSY of FatFs, ETIMEDOUT of the driver (of newlib, too): no card; else, one that fails
_ENOSPC = const(28)
_NAME_BYTES = const(8)
_RESERVE_BYTES = const(65536)  # folders grow too
_FULL_BYTES = const(262144)  # with less room the card is called full: a photograph may not fit
_HOME = "/plainsight"
_REFUSALS = {
    "none": "card_absent",
    "absent": "card_absent",
    "foreign": "card_foreign",
    "protected": "card_protected",
    "failed": "card_failed",
}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.contract import Board


class Card:
    """The card's slot; mounted at `path`. `let_go()` is called before it is unmounted, to close what is open on it."""

    name = "card"

    def __init__(self, board: "Board", path: str, draw: "Callable[[int], bytes]" = compat.urandom):
        self._board = board
        self._path = path
        self._draw = draw
        self._tag = ""
        self._mounted = False
        self._failing = ""  # the card that reported an error, until it is taken out
        self.state = "none"
        self.card = ""
        self.folder = ""
        self.let_go: "Callable[[], None]" = _nothing

    def open(self, tag_path: str) -> None:
        """Read or make the tag of these glasses. Raises OSError, checked.Damaged."""
        tag = checked.read(tag_path)
        if tag is None:
            tag = binascii.hexlify(self._draw(_NAME_BYTES))
            checked.write(tag_path, tag)
        self._tag = tag.decode()

    @property
    def word(self) -> str:
        """The state as in wire `status`."""
        return "full" if self.state == "ready" and self.free_bytes() < _FULL_BYTES else self.state

    @property
    def is_in(self) -> bool:
        """Something is in the slot and mounted."""
        return self._mounted

    @property
    def readable(self) -> bool:
        """Items on it can be read."""
        return self._mounted and self.state in ("ready", "protected", "failed")

    def look(self) -> None:
        """See whether the card came, changed or went. Without a card this may take the driver's time limit."""
        if self.state == "ready":
            try:
                if self._identity() == {"glasses": self._tag, "card": self.card}:
                    return
            except OSError:
                pass  # gone, or failing: mounting it again tells which
        self._mount()

    def check(self) -> None:
        """Raises Refused where nothing can be written here now."""
        if self.state != "ready":
            self.look()
        if self.state != "ready":
            raise self._refusal()

    def check_erasable(self) -> None:
        """Raises Refused where nothing can be removed now."""
        if self.state not in ("ready", "failed"):
            raise self._refusal()

    def folder_of(self, card: str) -> str:
        """Where the blobs of the card with this identity lie. Raises Refused("card_absent") where it is not in."""
        if not self.readable or card != self.card:
            raise Refused("card_absent", {"card": self.state})
        return self.folder

    def free_bytes(self) -> int:
        """Room for items; 0 where there is no card to write to."""
        if self.state != "ready":
            return 0
        try:
            status = os.statvfs(self._path)
        except OSError as error:
            self.refused(error, writing=False)
            return 0
        return max(0, status[1] * status[4] - _RESERVE_BYTES)

    def refused(self, error: OSError, writing: bool = True) -> Refused:
        """What to answer when the card failed; looks whether it is still there."""
        if error.errno == _ENOSPC:
            return Refused("storage_full", {"errno": error.errno})
        self._mount()
        if self.state == "ready":
            if writing:
                self._failing = self.card
                self.state = "failed"
            return Refused("card_failed", {"errno": error.errno})
        return self._refusal()

    def is_foreign(self) -> bool:
        """False for one of ours that works. Raises Refused where there is neither."""
        if self.state not in ("ready", "foreign"):
            raise self._refusal()
        return self.state == "foreign"

    def adopt(self, known: "Callable[[dict[str, int]], str]") -> None:
        """Make the foreign card that is in one of ours; what is on it stays. Raises Refused.

        `known(sizes)` is the identity that a card with these files of ours had before, or "".
        """
        folder = self._path + _HOME + "/" + self._tag
        try:
            files.make_folder(folder)
            card = known(files.sizes(folder)) or binascii.hexlify(self._draw(_NAME_BYTES)).decode()
            identity = {"glasses": self._tag, "card": card}
            with open(self._path + _HOME + "/card", "wb") as file:
                file.write(checked.checked(json.dumps(identity).encode()))
                compat.flush(file)
        except OSError as error:
            self._mount()
            if self.state == "foreign":
                code = "storage_full" if error.errno == _ENOSPC else "card_protected"
                raise Refused(code, {"errno": error.errno})
        else:
            self._mount()
        if self.state != "ready":
            raise self._refusal()

    def wipe(self) -> None:
        """Remove our blobs and our claim from the card that is in. Raises OSError."""
        if self.readable:
            self.let_go()
            files.remove_tree(self.folder)
            for name in ("/seen", "/card"):
                files.remove(self._path + _HOME + name)
            self._unmount()
            self.state = "foreign"

    def _mount(self) -> None:
        """Find the state of what is in the slot now."""
        self.state = self._try(writing=True)
        if self.state == "failed" and self._mounted:
            # After a write that failed FatFs can't even read, so begin anew: does only writing fail?
            self.state = "protected" if self._try(writing=False) == "ready" else "failed"
        elif self.state == "ready" and self._failing == self.card:
            self.state = "failed"
        elif self.state == "absent":
            self._failing = ""

    def _try(self, writing: bool) -> str:
        """Mount the card and see whether it can be used."""
        self._unmount()
        try:
            self._board.mount_card(self._path)
        except OSError as error:
            return "absent" if error.errno in _NO_ANSWER else "failed"
        self._mounted = True
        try:
            return self._recognise(writing)
        except OSError as error:
            return "ready" if error.errno == _ENOSPC else "failed"

    def _recognise(self, writing: bool) -> str:
        """Read whose card it is, and write something to see whether that works. Raises OSError."""
        identity = self._identity()
        if identity.get("glasses") != self._tag:
            return "foreign"
        self.card = identity["card"]
        self.folder = self._path + _HOME + "/" + self._tag
        if writing:
            files.make_folder(self.folder)
            with open(self._path + _HOME + "/seen", "wb") as file:
                file.write(b"plainsight")
                compat.flush(file)
        return "ready"

    def _identity(self) -> dict[str, str]:
        """What the identity file says; {} for none that makes sense. Raises OSError."""
        try:
            identity = json.loads(checked.read(self._path + _HOME + "/card") or b"{}")
        except (checked.Damaged, ValueError):
            return {}
        return identity if isinstance(identity, dict) else {}

    def _unmount(self) -> None:
        self.card = self.folder = ""
        if self._mounted:
            self.let_go()
            # FatFs can't close a file on a card that is gone: let its finaliser try now, while the file system it
            # points into is still there, and not later, when a card may be in the slot again.
            gc.collect()
            self._mounted = False
            try:
                self._board.unmount_card(self._path)
            except OSError:
                pass  # it was pulled out

    def _refusal(self) -> Refused:
        return Refused(_REFUSALS[self.state], {"card": self.state})


def _nothing() -> None:
    """Nothing is open."""
