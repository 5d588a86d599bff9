"""Whole photographs on the bench under MicroPython: every level, every fault of the light at every call."""

import asyncio

from bench import Bench, BenchClock
from flash import formatted, mounted
from plainsight import wire
from plainsight.capture import Capture
from plainsight.errors import Refused
from plainsight.journal import Journal
from plainsight.shutter import Shutter
from plainsight.store import Store


def refusal(task):
    """The code it was refused with, or None."""
    try:
        asyncio.run(task)
    except Refused as refused:
        return refused.code
    return None


def shoot(bench, level):
    """The light of a photograph with its thumbnail, or None when it was refused for its light."""
    kept = []
    jpegs = []

    async def take():
        shutter = Shutter(bench, BenchClock(bench), level)
        kept.append(await shutter.photograph("xga", lambda view, _: jpegs.append(bytes(view)), leave))

    code = refusal(take())
    if code is not None:
        assert code.startswith("light_"), code
        assert code in wire.ERRORS
        return None
    bench.keep(jpegs[0])
    return kept[0]


def leave(_view, _time_ms):
    """A thumbnail that nobody keeps."""


def fault(bench, name):
    def act():
        setattr(bench, name, True)

    return act


def sweep(level, faults):
    healthy = Bench()
    assert shoot(healthy, level)["verdict"] == "proven"
    refused = 0
    for name in faults:
        for number in range(1, len(healthy.calls) + 1):
            bench = Bench()
            bench.before_call[number] = fault(bench, name)
            refused += shoot(bench, level) is None
            assert (bench.driven, bench.camera) == (None, None)
            assert bench.in_the_dark() == [], (name, number)
    assert refused > len(healthy.calls)


def whole():
    bench = Bench()
    clock = BenchClock(bench)
    store = Store("media")
    store.open()
    store.set_owner(bytes(range(9, 41)))
    journal = Journal("journal", clock.unix_s, bytes(32))
    assert journal.open() == "new"
    capture = Capture(clock, Shutter(bench, clock, "optical"), store, journal)
    told = asyncio.run(capture.photograph("button", "xga", True))
    wire.check_item(told["item"])
    assert told["item"]["thumb_bytes"] > 0
    assert (store.count, journal.count) == (1, 1)
    bench.cut = True
    assert refusal(capture.photograph("button", "xga", True)) == "light_unseen"
    assert (store.count, journal.count) == (1, 1)  # refusals are the recorder's


sweep("current", ["cut", "short"])
sweep("optical", ["cut", "short", "covered"])
with mounted(formatted(400)):
    whole()
print("ok")
