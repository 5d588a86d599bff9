"""A release on its way: taken, unpacked, tried, confirmed. What runs is the old or the new, never neither."""

import asyncio
import binascii
import hashlib
import json
import os

import loader
from loader import record
from plainsight import files
from plainsight.update import upload
from plainsight.update.slots import Slots
from plainsight.update.updates import Updates

from scenarios.glasses import Glasses, Phone, Remembering, silent

_ROOT = "."


def _release():
    """What the host signed for this run: {"bundle", "key" (base64), "version", "files" {path: sha256}}."""
    with open(os.getenv("PLAINSIGHT_RELEASE")) as file:
        return json.loads(file.read())


class Board:
    """The board the release is for."""

    name = "virtual"

    def reset(self):
        """Later: the run cuts the power itself."""


class Clock:
    """Nobody waits."""

    async def sleep_ms(self, _duration_ms):
        await asyncio.sleep_ms(0)


class Identity:
    """Whose releases are taken."""

    def __init__(self, key):
        self.release_key = key


class Desk:
    """What a boot opens to take releases; `trial` as the loader would say."""

    def __init__(self, release):
        self.slots = Slots(_ROOT, *self._running())
        self.glasses = Glasses()
        identity = Identity(binascii.a2b_base64(release["key"]))
        self.updates = Updates(
            _ROOT, Board(), Clock(), identity, self.glasses.journal, self.slots, lambda: False, silent
        )
        self.updates.boot()

    def _running(self):
        fields, _ = record.read(_ROOT)
        return fields["slot"], fields["trial"] and fields["attempts"] > 0

    def take(self, bundle):
        """Upload it in pieces of 4 kB."""

        async def all_of_it():
            taken = await self.updates.take(len(bundle), Phone())
            for start in range(0, len(bundle), 4096):
                taken.write(memoryview(bundle)[start : start + 4096])
            return taken.finish()

        return _run(all_of_it())


def _run(coroutine):
    try:
        return asyncio.run(coroutine)
    finally:
        asyncio.new_event_loop()


class Updating(Remembering):
    """Glasses that take releases."""

    blocks = 160

    def __init__(self):
        self.release = _release()
        self.bundle = binascii.a2b_base64(self.release["bundle"])

    def prepare(self):
        self.boot()

    def boot(self):
        return Desk(self.release)

    def glasses_of(self, desk):
        return desk.glasses

    def reported(self, desk):
        return super().reported(desk) or desk.slots.verdict == "damaged"

    def judge(self, desk):
        desk.glasses.check()
        if desk.slots.verdict == "damaged":
            raise AssertionError("after a cut the record of the slots counts as damaged")
        return self.sort(desk)

    def whole(self, slot):
        """Every file of the release lies in the slot as it was signed."""
        for path, digest in self.release["files"].items():
            content = files.read(record.folder(_ROOT, slot) + "/" + path)
            if content is None or binascii.hexlify(hashlib.sha256(content).digest()).decode() != digest:
                return False
        return True


class Upload(Updating):
    name = "update: upload"

    def act(self, desk):
        desk.take(self.bundle)

    def sort(self, desk):
        found = files.read(upload.path(_ROOT))
        if found not in (None, self.bundle):
            raise AssertionError("half a release has the name of a whole one")
        return "new" if found else "old"

    def judge_flipped(self, desk):
        """The signature is for that: installing verifies it again."""
        found = files.read(upload.path(_ROOT))
        return "left to the signature" if found not in (None, self.bundle) else super().judge_flipped(desk)

    def use(self, desk):
        desk.take(self.bundle)
        if files.read(upload.path(_ROOT)) != self.bundle:
            raise AssertionError("no further release can be taken")


class Install(Updating):
    name = "update: install and switch"

    def prepare(self):
        Desk(self.release).take(self.bundle)

    def act(self, desk):
        _run(desk.updates.install(hashlib.sha256(self.bundle).digest().hex(), Phone()))

    def sort(self, desk):
        fields, verdict = record.read(_ROOT)
        if fields["slot"] == record.FLASHED:
            return "old"
        if verdict != "ok" or not fields["trial"] or not self.whole(fields["slot"]):
            raise AssertionError("slot %s is to run and is not whole" % fields["slot"])
        if "installed" not in [row["state"] for row in desk.glasses.records("update")]:
            raise AssertionError("installed off the record")
        return "new"

    def judge_flipped(self, desk):
        fields, verdict = record.read(_ROOT)
        if verdict == "ok" and fields["slot"] != record.FLASHED and not self.whole(fields["slot"]):
            return "a slot is not whole, unnoticed until it fails"
        return super().judge_flipped(desk)

    def use(self, desk):
        if not desk.slots.trial and record.read(_ROOT)[0]["slot"] == record.FLASHED:
            self.act(desk)
            if self.sort(desk) != "new":
                raise AssertionError("it can't be installed any more")


class Start(Install):
    """The loader counts a boot of the trial before the release gets control."""

    name = "update: loader starts the trial"

    def prepare(self):
        super().prepare()
        Install.act(self, Desk(self.release))

    def boot(self):
        loader._entered = False
        self.slot = loader.enter(_ROOT)
        return Desk(self.release)

    def act(self, desk):
        """It was done by the boot."""

    def remember(self, desk):
        """Each boot writes; the counts differ."""
        self.records = 0

    def sort(self, desk):
        fields, _ = record.read(_ROOT)
        if self.slot != fields["slot"] or not self.whole(self.slot) or not 1 <= fields["attempts"] <= 2:
            raise AssertionError("runs %s, attempts %d" % (self.slot, fields["attempts"]))
        return "started"

    def judge_flipped(self, desk):
        if self.slot == record.FLASHED or not self.whole(self.slot):
            return "a slot is not whole, unnoticed until it fails"
        return "reported" if self.reported(desk) else "started"

    def use(self, desk):
        """The trial goes on."""

    ends = ("started", "started")


class Confirm(Start):
    name = "update: confirm"
    ends = ("old", "new")

    def act(self, desk):
        if not desk.updates._confirm():
            raise OSError

    def sort(self, desk):
        fields, _ = record.read(_ROOT)
        if not self.whole(fields["slot"]) or self.slot != fields["slot"]:
            raise AssertionError("runs %s" % self.slot)
        if fields["trial"]:
            return "old"
        if "running" not in [row["state"] for row in desk.glasses.records("update")]:
            raise AssertionError("confirmed off the record")
        if fields["floor"] != self.release["version"]:
            raise AssertionError("floor %s" % fields["floor"])
        return "new"


ALL = (Upload, Install, Start, Confirm)
