"""Cuts the power at every block write of upload, install, boot, confirmation and roll back, on real littlefs.

argv: seed and number of double cuts. After each cut the glasses boot: the old release or the new one runs, whole.
"""

import asyncio
import json
import random
import sys

import loader
from flash import PowerCut, formatted, mounted
from loader import record
from made import BUNDLES, CONTENTS, PUBLIC
from plainsight import files
from plainsight.journal import Journal
from plainsight.update.slots import Slots
from plainsight.update.updates import Updates

PATH = list(sys.path)
OLD, NEW = "0.2.0", "0.3.0"


class Phone:
    number = 1


class Clock:
    """Time that passes when somebody sleeps."""

    now = 0

    def ms(self):
        return self.now

    def diff(self, end, start):
        return end - start

    async def sleep_ms(self, duration_ms):
        self.now += duration_ms


class Identity:
    release_key = PUBLIC


class Glasses:
    """One boot: the loader chooses, the application opens its journal and says what happened."""

    name = "test board"

    def __init__(self):
        loader._entered = loader._trial = False
        loader.slot = ""
        sys.path[:] = PATH
        self.slot = loader.enter(".")
        self.journal = Journal("journal", lambda: 1, bytes(32))
        assert self.journal.open() in ("new", "ok", "recovered")
        self.slots = Slots(".", self.slot, loader.on_trial())
        self.updates = Updates(
            ".", self, Clock(), Identity(), self.journal, self.slots, lambda: False, lambda text: None
        )
        self.updates.boot()

    def reset(self):
        raise PowerCut

    def states(self, version):
        lines, _ = self.journal.lines(0, 1000)
        rows = [json.loads(line) for line in lines]
        return [row[3]["state"] for row in rows if row[2] == "update" and row[3].get("version") == version]


def now(coroutine):
    """The result of a coroutine, with a loop that no cut has left anything in."""
    asyncio.new_event_loop()
    return asyncio.run(coroutine)


async def _upload(glasses, version):
    data = BUNDLES[version]
    sink = await glasses.updates.take(len(data), Phone)
    for at in range(0, len(data), 1000):
        sink.write(memoryview(data)[at : at + 1000])
    return sink.finish()["sha256"]


def upload():
    now(_upload(Glasses(), NEW))


def install():
    import hashlib

    sha256 = hashlib.sha256(BUNDLES[NEW]).digest().hex()
    now(Glasses().updates.install(sha256, Phone))


def boot():
    Glasses()


def confirm():
    glasses = Glasses()
    assert glasses.updates.trial
    assert glasses.updates._confirm()


def whole(slot, version):
    for path, content in CONTENTS[version].items():
        assert files.read(record.folder(".", slot) + "/" + path) == content, path


def judge(glasses):
    """What holds after any cut; returns the version that runs."""
    fields, verdict = record.read(".")
    assert verdict in ("ok", "new"), verdict
    assert glasses.slot == fields["slot"]
    version = fields["version"] if glasses.slot == "b" else OLD
    assert version in (OLD, NEW), version
    whole(glasses.slot, version)
    states = glasses.states(NEW)
    if version == NEW:
        assert "installed" in states, "switched off the record"
        assert fields["trial"] or "running" in states, "confirmed off the record"
    else:
        assert fields["floor"] != NEW, "the floor rose without a confirmation"
        if states.count("installed") and fields["version"] == NEW:
            assert "rolled_back" in states, "rolled back off the record"
    assert (fields["floor"] == NEW) == (version == NEW and not fields["trial"])
    return version


def finish(versions=(OLD, NEW)):
    """Whatever was cut: one of these runs, the whole update can be done from here, and the new release stays."""
    glasses = Glasses()
    version = judge(glasses)
    assert version in versions, version
    if version == OLD:
        upload()
        install()
        glasses = Glasses()
    if glasses.updates.trial:
        assert glasses.updates._confirm()
    assert judge(Glasses()) == NEW
    assert Slots(".", "b", False).floor == NEW


def prepared():
    """Glasses whose slot a runs 0.2.0, confirmed."""
    flash = formatted(160)
    with mounted(flash):
        glasses = Glasses()
        import hashlib

        now(_upload(glasses, OLD))
        now(glasses.updates.install(hashlib.sha256(BUNDLES[OLD]).digest().hex(), Phone))
        assert Glasses().slot == "a"
        confirm()
        assert judge(Glasses()) == OLD
    return flash


def after(flash, act):
    """Another chip, on which this was done too."""
    later = flash.copy()
    with mounted(later):
        act()
    return later


def three_boots():
    for _ in range(3):
        assert Glasses().slot == "b"


def cut(flash, act, at):
    """Do `act` with the power cut at write `at`: what the chip holds then, or None where it did not come to that."""
    flash.writes, flash.cut_at = 0, at
    try:
        with mounted(flash):
            act()
    except PowerCut:
        return flash.copy()  # the dead one stays dead: the finalisers of its open files may come at any time
    flash.cut_at = 0
    return None


def every_cut(name, base, act, versions):
    """All single cuts of one step: afterwards one of `versions` runs, and the update can be finished."""
    cuts = 0
    while True:
        flash = cut(base.copy(), act, cuts + 1)
        if flash is None:
            break
        cuts += 1
        with mounted(flash):
            finish(versions)
    print(name, "cuts", cuts)
    return cuts


def double_cuts(steps, count):
    """Sampled: the power goes in a step, and again while the glasses recover and go on."""
    happened = 0
    for _ in range(count):
        name, base, act, writes = random.choice(steps)
        flash = cut(base.copy(), act, random.randint(1, writes))
        assert flash is not None, name
        again = cut(flash, finish, random.randint(1, 60))
        if again is not None:
            happened += 1
            flash = again
        with mounted(flash):
            finish()
    print("double cuts", count, "of which", happened, "met the second")


def main(seed, doubles):
    print("seed", seed)
    random.seed(seed)
    old = prepared()
    uploaded = after(old, upload)
    installed = after(uploaded, install)
    failed = after(installed, three_boots)
    steps = []
    for name, base, act, versions in (
        ("upload", old, upload, (OLD,)),
        ("install", uploaded, install, (OLD,)),
        ("boot", installed, boot, (NEW,)),
        ("confirm", installed, confirm, (NEW,)),
        ("roll back", failed, boot, (OLD,)),
    ):
        steps.append((name, base, act, every_cut(name, base, act, versions)))
    double_cuts(steps, doubles)
    print("ok")


main(int(sys.argv[1]), int(sys.argv[2]))
