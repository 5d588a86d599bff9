"""Promise 4 at its home: after any acts in any order, with the power cut anywhere, flash and card hold nothing to see.

Hypothesis draws the acts. After each of them every file on either medium is searched for the media, for the random
numbers that were drawn and for every key that opens an item; and the owner opens every item that is listed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight.errors import Refused
from plainsight.storage.card import Card
from plainsight.store import Store

from tests.promises.finder import picture_in
from tests.unit.firmware_capture import opener
from tests.unit.firmware_capture.cuts import Power, PowerCut
from tests.unit.firmware_capture.taking import LIGHT, OWNER, OWNER_PUBLIC, blob

pytestmark = pytest.mark.promise(4)

ACTS = ("photo", "clip", "give up a clip", "delete", "imported", "settle", "boot", "card out", "card in", "other place")


class Slot:
    """A folder of this computer is the card."""

    def __init__(self, card: Path) -> None:
        self.card = card
        self.inserted = True

    def mount_card(self, path: str) -> None:
        if not self.inserted:
            raise OSError(116, "ETIMEDOUT")
        os.symlink(self.card, path)

    def unmount_card(self, path: str) -> None:
        os.unlink(path)


class Life:
    """Glasses through boots and cuts, and everything secret that ever was in them."""

    def __init__(self, folder: Path, power: Power) -> None:
        self.folder = folder
        self.power = power
        self.slot = Slot(folder / "card")
        self.slot.card.mkdir()
        self.values: dict[str, object] = {"storage": "flash", "when_full": "refuse"}
        self.drawn: list[bytes] = []
        self.frames: list[bytes] = []
        self.boot()
        self.store.set_owner(OWNER_PUBLIC)
        if self.store.card_is_foreign():
            self.store.adopt_card()

    def draw(self, count: int) -> bytes:
        self.drawn.append(os.urandom(count))
        return self.drawn[-1]

    def boot(self) -> None:
        self.power.cut(None)
        (self.folder / "sd").unlink(missing_ok=True)
        slot: Any = self.slot
        self.store = Store(str(self.folder / "media"), self.draw, Card(slot, str(self.folder / "sd")), self.values)
        self.store.open()

    def picture(self, size: int) -> bytes:
        self.frames.append(b"\xff\xd8" + os.urandom(size) + b"\xff\xd9")
        return self.frames[-1]

    def photo(self) -> None:
        draft = self.store.begin("photo", "button", 1)
        try:
            draft.frame(self.picture(20_000), 0)
            draft.thumb(self.picture(900))
            item = draft.finish("done", LIGHT)
        except Refused:
            self.store.abandon(draft)
            raise
        self.store.commit(item)

    def clip(self, *, whole: bool = True) -> None:
        draft = self.store.begin("clip", "app", 1)
        try:
            for number in range(4):
                draft.frame(self.picture(7000), number * 100)
            item = draft.finish("done", LIGHT) if whole else None
        except Refused:
            self.store.abandon(draft)
            raise
        if item is None:
            self.store.abandon(draft)
        else:
            self.store.commit(item)

    def settle(self) -> None:
        for number in self.store.lost:
            self.store.abandon(number)
        for number in self.store.unfinished:
            self.store.adopt(number)

    def act(self, name: str) -> None:
        items = self.store.list(0, 100)[0]
        acts: dict[str, Callable[[], None]] = {
            "photo": self.photo,
            "clip": self.clip,
            "give up a clip": lambda: self.clip(whole=False),
            "delete": lambda: [self.store.delete(item["id"]) for item in items[:1]] and None,
            "imported": lambda: [self.store.mark_imported(item["id"]) for item in items[:1]] and None,
            "settle": self.settle,
            "boot": self.boot,
            "card out": lambda: setattr(self.slot, "inserted", False),
            "card in": lambda: setattr(self.slot, "inserted", True),
            "other place": self.other_place,
        }
        acts[name]()

    def other_place(self) -> None:
        self.values["storage"] = "card" if self.values["storage"] == "flash" else "flash"

    def files(self) -> list[Path]:
        """Everything on both media."""
        found = [path for folder in ("media", "card") for path in (self.folder / folder).rglob("*")]
        return [path for path in sorted(found) if path.is_file()]

    def check(self) -> None:
        """Nothing to see on either medium, and what is whole opens."""
        everything = b"\0".join(path.read_bytes() for path in self.files())
        assert not picture_in(everything, self.frames)
        secrets = {secret for secret in self.drawn if len(secret) > 8}  # the tag and a card's name are no secrets
        for path in [path for path in self.files() if path.suffix in (".psi", ".thm")]:
            header = path.read_bytes()[:40]
            if len(header) == 40:
                keys = opener.item_keys(OWNER, header[4:36], int.from_bytes(header[36:40], "little"))
                secrets |= {keys.aes, keys.mac, keys.seed, opener.boot_key(OWNER, header[4:36])}
        for secret in (*secrets, OWNER.private_bytes_raw()):
            assert secret not in everything
            assert secret.hex().encode() not in everything
        hashes = {hashlib.sha256(frame).hexdigest() for frame in self.frames}
        for item in self.store.list(0, 100)[0]:
            try:
                opened = opener.unseal(OWNER, blob(self.store, item["id"]))
            except Refused as refused:
                absent = refused.code
                assert (absent, item["place"]) == ("card_absent", "card")
                continue
            assert {hashlib.sha256(body).hexdigest() for _, _, body in opened.media} <= hashes


@given(
    acts=st.lists(st.tuples(st.sampled_from(ACTS), st.one_of(st.none(), st.integers(1, 8))), min_size=1, max_size=14)
)
@settings(max_examples=20, deadline=None)
def test_nothing_private_is_ever_written(acts: list[tuple[str, int | None]]) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(os, "fsync", lambda _: None)
        life = Life(Path(folder), Power(patch))
        for name, cut_before in acts:
            life.power.cut(cut_before)
            try:
                life.act(name)
            except Refused:
                pass
            except PowerCut:
                life.boot()
            life.power.cut(None)
            life.check()
