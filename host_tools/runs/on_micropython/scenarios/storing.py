"""Operations of the store, with the records that stand for them: photographs, clips, imports, deletions, the owner."""

from cutting import Scenario
from plainsight.capture import commitment
from plainsight.store import Store

from scenarios.glasses import LIGHT, NOW_S, OWNER, Glasses, Phone, Remembering, jpeg, refused, seeded

_PHOTO_BYTES = 9000
_CLIP_FRAMES = 6
_FRAME_BYTES = 7000


class Storing(Remembering):
    """Glasses with an owner and one photograph; `first` is its id."""

    first = 1

    def prepare(self):
        glasses = Glasses()
        glasses.store.set_owner(OWNER)
        glasses.photograph(_PHOTO_BYTES)

    def boot(self):
        return Glasses()

    def judge(self, glasses):
        return self.sort(glasses, glasses.check())

    def use(self, glasses):
        """Take another photograph: its id is new, and everything still holds."""
        used = {row["item"] for row in glasses.records("exposure")}
        before = glasses.check()
        item = glasses.photograph(_PHOTO_BYTES)
        if item["id"] in used:
            raise AssertionError("id %d was used before" % item["id"])
        if glasses.check() != before + [item["id"]]:
            raise AssertionError("the new photograph is not listed")

    def sort(self, glasses, ids):
        """By whether a second item is there."""
        if ids not in ([1], [1, 2]):
            raise AssertionError("items %s" % ids)
        return "old" if ids == [1] else "new"


class Photograph(Storing):
    name = "store: photograph with thumbnail"

    def act(self, glasses):
        glasses.photograph(_PHOTO_BYTES)


class Clip(Storing):
    """Two records around it; what a cut leaves is settled by the next boot, and is an item or on record as lost."""

    name = "store: clip, frame by frame"
    blocks = 96

    def act(self, glasses):
        draft = glasses.store.begin("clip", "button", NOW_S)
        glasses.journal.append("exposure", item=draft.id, kind="clip", state="begun", level="optical", trigger="button")
        for number in range(_CLIP_FRAMES):
            draft.frame(jpeg(_FRAME_BYTES), 100 * number)
            draft.audio(bytes(1024), 100 * number)
        item = draft.finish("done", LIGHT)
        glasses.journal.append(
            "exposure",
            item=item["id"],
            kind="clip",
            state="ended",
            commit=commitment(draft),
            verdict="proven",
            reason="done",
            frames=_CLIP_FRAMES,
        )
        glasses.store.commit(item)

    def sort(self, glasses, ids):
        states = [row.get("state") for row in glasses.records("exposure") if row.get("kind") == "clip"]
        if ids == [1]:
            if states and (states[-1] != "cut" or "ended" in states):
                raise AssertionError("no clip, and on record as %s" % states)
            return "old"
        if ids != [1, 2]:
            raise AssertionError("items %s" % ids)
        item = glasses.store.item(2)
        if not item["whole"] and "cut" not in states:
            raise AssertionError("cut, and not on record as that")
        return "new"


class CutClip(Clip):
    """The boot that finds a clip whose power went, and itself is cut: it records that and shows what there is."""

    name = "store: clip that was cut, settled"
    ends = ("settled", "settled")

    def prepare(self):
        super().prepare()
        glasses = Glasses()
        draft = glasses.store.begin("clip", "button", NOW_S)
        glasses.journal.append("exposure", item=draft.id, kind="clip", state="begun", level="optical", trigger="button")
        for number in range(_CLIP_FRAMES):
            draft.frame(jpeg(_FRAME_BYTES), 100 * number)

    def act(self, _glasses):
        """It was done by the boot."""

    def sort(self, glasses, ids):
        states = [row.get("state") for row in glasses.records("exposure") if row.get("kind") == "clip"]
        if states[0] != "begun" or set(states[1:]) != {"cut"}:
            raise AssertionError("on record as %s" % states)
        if ids != [1, 2] or glasses.store.item(2)["whole"]:
            raise AssertionError("the clip is not listed as cut")
        return "settled"


class Delete(Storing):
    name = "store: delete"

    def prepare(self):
        super().prepare()
        Glasses().photograph(_PHOTO_BYTES)

    def act(self, glasses):
        glasses.desk.answers["delete"]({"item": 2}, Phone())

    def sort(self, glasses, ids):
        deleted = [row["item"] for row in glasses.records("delete")]
        if ids == [1] and deleted != [2]:
            raise AssertionError("deleted off the record")
        if ids not in ([1], [1, 2]):
            raise AssertionError("items %s" % ids)
        return "new" if ids == [1] else "old"

    def use(self, glasses):
        if glasses.store.count == 2 and glasses.records("delete"):
            self.act(glasses)  # the owner asks again
        super().use(glasses)


class Imported(Storing):
    name = "store: mark imported"

    def act(self, glasses):
        sealed_sha256 = glasses.store.item(1)["sealed_sha256"]
        glasses.desk.answers["imported"]({"item": 1, "sealed_sha256": sealed_sha256}, Phone())

    def sort(self, glasses, ids):
        if ids != [1]:
            raise AssertionError("items %s" % ids)
        if glasses.store.item(1)["imported"] and not glasses.records("imported"):
            raise AssertionError("imported off the record")
        return "new" if glasses.store.item(1)["imported"] else "old"


class ImportErase(Imported):
    name = "store: import, then erase"

    def prepare(self):
        super().prepare()
        Glasses().decisions.change({"erase_after_import": True})

    def sort(self, glasses, ids):
        if ids == []:
            if not glasses.records("imported") or not glasses.records("delete"):
                raise AssertionError("erased off the record")
            return "new"
        super().sort(glasses, ids)
        return "old"


class Owner(Scenario):
    name = "store: owner's key"

    def prepare(self):
        self.boot()

    def boot(self):
        store = Store("media", seeded)
        store.open()
        return store

    def act(self, store):
        store.set_owner(OWNER)

    def judge(self, store):
        if store.owner not in (None, OWNER) or store.has_owner != (store.owner is not None):
            raise AssertionError("another owner")
        return "old" if store.owner is None else "new"

    def use(self, store):
        if refused(lambda: store.set_owner(OWNER)) or not store.has_owner:
            raise AssertionError("no owner can be set")

    def reported(self, store):
        return bool(store.take_news())


ALL = (Photograph, Clip, CutClip, Delete, Imported, ImportErase, Owner)
