"""Cuts the power at every block write of everything that the store does, on real littlefs; prints how many cuts."""

from flash import every_cut, formatted, mounted
from plainsight import files, seal
from plainsight.errors import Refused
from plainsight.store import Store
from store_items import FRAME, LIGHT, OWNER_PUBLIC, THUMB, check_items, film, photo

seen = []  # what was there after each cut
SETTLED = {"owner.key", "last", "last.new"}


def store():
    media = Store("media")
    media.open()
    return media


def check(known, next_ids):
    """What there is after a cut is one of `known`; no leftovers; a new item gets one of `next_ids`."""
    media = store()
    assert media.take_news() == [], media.damaged
    assert media.has_owner
    for number in media.lost:
        media.abandon(number)
    for number in media.unfinished:
        item = media.adopt(number)
        assert item["kind"] == "clip"
        assert (item["sealed_bytes"] - seal.HEADER_BYTES) // seal.chunk_bytes(seal.CHUNK_BYTES) >= 1
    found = check_items(media)
    assert found in known, found
    seen.append(found)
    for name in files.names("media"):
        number = int(name.split(".")[0]) if name[0] == "0" else 0
        assert name in SETTLED or number in [row[0] for row in found], name
    assert photo(media)["id"] in next_ids
    assert len(check_items(store())) == len(found) + 1


def prepared(*acts):
    flash = formatted(96)
    with mounted(flash):
        media = store()
        media.set_owner(OWNER_PUBLIC)
        photo(media)
        for act in acts:
            act(media)
    return flash


def show(name, cuts, at_least):
    """Say how many cuts there were; what was there once is there after each later cut, too."""
    print(name, cuts)
    assert cuts >= at_least, (name, cuts)
    changes = sum(1 for number in range(1, len(seen)) if seen[number - 1] != seen[number])
    assert changes <= 1, (name, changes)
    seen.clear()


def recover():
    """What a boot does."""
    media = store()
    for number in media.lost:
        media.abandon(number)
    for number in media.unfinished:
        media.adopt(number)


def two_cuts(prepared_flash, act, check_after, stride):
    """Each `stride`-th cut of act(), and after it every cut of the recovery."""
    cuts = 0
    first = 0
    while True:
        flash = prepared_flash.copy()
        first += stride
        if not cut_at(flash, act, first):
            return cuts
        cuts += every_cut(flash, recover, check_after)
        seen.clear()


def cut_at(flash, act, write):
    """Run act() with the power cut at this write; False where it needs fewer."""
    from flash import PowerCut

    flash.cut_at = write
    try:
        with mounted(flash):
            act()
    except PowerCut:
        flash.cut_at = flash.writes = 0
        flash.dead = False
        return True
    return False


def clip_states(count):
    """The clip is not there, or it is there as far as it goes."""
    return ([(1, False)], [(1, False), (2, False)])[:count]


def main():
    one, two = prepared(), prepared(photo)
    ids = (2, 3)
    add = lambda: photo(store())  # noqa: E731
    show("photograph", every_cut(one, add, lambda: check(clip_states(2), ids)), 20)
    delete = lambda: store().delete(2)  # noqa: E731
    show("delete", every_cut(two, delete, lambda: check(clip_states(2), (3,))), 5)
    mark = lambda: store().mark_imported(2)  # noqa: E731
    marked = ([(1, False), (2, False)], [(1, False), (2, True)])
    show("imported", every_cut(two, mark, lambda: check(marked, (3,))), 1)

    def take():
        media = store()
        draft = film(media)
        draft.thumb(THUMB)
        media.commit(draft.finish("done", LIGHT))

    show("clip", every_cut(one, take, lambda: check(clip_states(2), ids)), 200)

    def give_up():
        media = store()
        media.abandon(film(media, 1))

    show("abandon", every_cut(one, give_up, lambda: check(clip_states(1), ids)), 5)
    unfinished = prepared(film)

    def adopt():
        media = store()
        media.adopt(media.unfinished[0])

    show("adopt", every_cut(unfinished, adopt, lambda: check(clip_states(2)[1:], (3,))), 2)
    show("photograph twice", two_cuts(one, add, lambda: check(clip_states(2), ids), 7), 10)
    show("delete twice", two_cuts(two, delete, lambda: check(clip_states(2), (3,)), 1), 5)
    show("clip twice", two_cuts(one, take, lambda: check(clip_states(2), ids), 97), 5)
    full()
    print("ok")


def full():
    """A flash that others filled in the middle of an item refuses, and loses nothing."""
    flash = formatted(96)
    with mounted(flash):
        media = store()
        media.set_owner(OWNER_PUBLIC)
        for _ in range(3):
            photo(media)
        draft = media.begin("clip", "app", 1)
        fill()
        code = refusal(lambda: [draft.frame(FRAME, number) for number in range(9)])
        assert code == "storage_full", code
        assert refusal(lambda: draft.finish("storage_full", LIGHT)) == "storage_full"
        media.abandon(draft)
        assert refusal(lambda: photo(media)) == "storage_full"
        media.mark_imported(1)
        media.delete(1)
        media = store()
        assert check_items(media) == [(2, False), (3, False)]
        files.remove("filler")
        media = store()
        assert media.unfinished == []
        assert photo(media)["id"] > 4


def fill():
    """Use up every block."""
    try:
        with open("filler", "wb") as file:
            while True:
                file.write(bytes(512))
                file.flush()
    except OSError as error:
        full = error.errno == 28
    assert full


def refusal(act):
    """The code that act() is refused with."""
    try:
        act()
    except Refused as refused:
        return refused.code
    return ""


main()
