"""Pulls the SD card at every block that the store writes to it, on real FAT, and puts it back; prints how often."""

import gc
import os

from flash import formatted, mounted
from plainsight.errors import Refused
from plainsight.storage.card import Card
from plainsight.store import Store
from sdcard import Slot, formatted_card
from store_items import FRAME, LIGHT, OWNER_PUBLIC, check_items, film, photo

VALUES = {"storage": "card", "when_full": "refuse"}
PATH = "/sd"


def store(slot):
    media = Store("media", card=Card(slot, PATH), values=VALUES)
    media.open()
    return media


def refusal(act, *arguments):
    """The code that act(…) is refused with, "" where it is not."""
    try:
        act(*arguments)
    except Refused as refused:
        return refused.code
    return ""


def owned(slot):
    media = store(slot)
    media.set_owner(OWNER_PUBLIC)
    assert media.card == "foreign"
    media.adopt_card()
    assert media.card == "ready", media.card
    return media


def close(media, slot):
    """Let go of everything, as a power-off would."""
    media._places.slot._unmount()
    gc.collect()
    assert slot.mounts == 0


def every_pull(act, at_least):
    """act(media) with the card pulled at block write 1, 2, 3 …, until it completes."""
    pulls = 0
    while one_pull(act, pulls + 1):
        pulls += 1
    print(act.__name__, pulls)
    assert pulls >= at_least, pulls


def one_pull(act, block_write):
    """False where act() needs fewer block writes. Each time the card comes back, before and after a reboot."""
    card = formatted_card()
    slot = Slot(card)
    with mounted(formatted(64)):
        media = owned(slot)
        photo(media)
        card.pull_at = card.writes + block_write
        code = refusal(act, media)
        pulled = not card.inserted
        card.pull_at = 0
        if pulled:
            assert code in ("card_absent", ""), code
            without_card(media)
        card.insert()
        media.tend()
        assert media.card == "ready", media.card
        whole(media)
        close(media, slot)
        media = store(slot)
        whole(media)
        close(media, slot)
    return pulled


def without_card(media):
    """What lies on it is listed, and absent."""
    media.tend()
    assert media.card == "absent"
    for item in media.list(0, 9)[0]:
        assert item["place"] == "card"
        assert refusal(media.read_into, item["id"], 0, bytearray(10)) == "card_absent"
        assert refusal(media.delete, item["id"]) == "card_absent"
    assert refusal(photo, media) == "card_absent"


def take(media):
    photo(media)


def take_clip(media):
    draft = film(media)
    try:
        item = draft.finish("done", LIGHT)
    except Refused:
        media.abandon(draft)
        raise
    media.commit(item)


def erase(media):
    media.delete(1)


def whole(media):
    """Every item is whole, nothing is damaged, no file is left that belongs to none."""
    for number in media.lost:
        media.abandon(number)
    for number in media.unfinished:
        media.adopt(number)
    found = [number for number, _ in check_items(media)]
    assert not media.damaged, media.damaged
    for name in os.listdir(media._places.slot.folder):
        assert int(name.split(".")[0]) in found, (name, found)


def states():
    """Absent, foreign, protected, failing, full: each is said, and what can be read is read."""
    card = formatted_card()
    slot = Slot()
    with mounted(formatted(64)):
        media = store(slot)
        media.set_owner(OWNER_PUBLIC)
        assert (media.card, refusal(media.check)) == ("absent", "card_absent")
        slot.card = card
        told = []
        media.on_card = told.append
        media.tend()
        assert (media.card, told) == ("foreign", ["foreign"])
        assert refusal(media.check) == "card_foreign"
        assert refusal(photo, media) == "card_foreign"
        media.adopt_card()
        assert (media.card, told) == ("ready", ["foreign", "ready"])
        photo(media)
        card.protected = True
        assert refusal(photo, media) == "card_protected"
        assert media.card == "protected"
        assert len(check_items(media)) == 1
        assert refusal(media.delete, 1) == "card_protected"
        assert media.count == 1
        card.protected = False
        media.tend()
        assert media.card == "ready"
        failing(media, card)
        swapped(media, slot, card)
        close(media, slot)


def failing(media, card):
    """A block that can't be written: the card is given up for writing, and read on, until it was taken out."""
    before = card.writes
    draft = media.begin("clip", "app", 1)
    card.bad = tuple(range(100, 1024))
    assert refusal(lambda: [draft.frame(FRAME, number) for number in range(9)]) == "card_failed"
    media.abandon(draft)
    card.bad = ()
    assert (media.card, refusal(media.check)) == ("failed", "card_failed")
    assert len(check_items(media)) == 1
    media.tend()
    assert media.card == "failed"
    card.inserted = False
    media.tend()
    card.insert()
    media.tend()
    assert media.card == "ready"
    assert card.writes > before


def swapped(media, slot, card):
    """Another card in the slot: its items are not ours, ours are absent; back again, all is there."""
    other = formatted_card()
    slot.swap(other)
    media.tend()
    assert media.card == "foreign"
    assert refusal(media.read_into, 1, 0, bytearray(10)) == "card_absent"
    assert refusal(media.delete, 1) == "card_absent"
    assert media.count == 1
    media.adopt_card()
    photo(media)
    assert (media.count, refusal(media.read_into, 1, 0, bytearray(10))) == (2, "card_absent")
    slot.swap(card)
    media.tend()
    assert refusal(media.read_into, 1, 0, bytearray(10)) == ""
    assert refusal(media.read_into, media.list(1, 9)[0][0]["id"], 0, bytearray(10)) == "card_absent"


def half_full():
    """Whatever the card has no room for is refused, and what was there stays."""
    card = formatted_card()
    slot = Slot(card)
    with mounted(formatted(64)):
        media = owned(slot)
        code = ""
        while not code:
            code = refusal(photo, media)
        assert code == "storage_full"
        assert media.card == "full"
        assert len(check_items(media)) == media.count > 3
        close(media, slot)


every_pull(take, 10)
every_pull(take_clip, 60)
every_pull(erase, 1)
states()
half_full()
print("ok")
