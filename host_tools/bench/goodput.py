"""Media goodput through session, frames and acknowledgements, both ways, against raw notifications."""

from __future__ import annotations

from host_tools.bench.baseline.openglass import PAUSES_MS, openglass_goodput
from host_tools.bench.baseline.raw_notify import raw_notifications
from host_tools.bench.rig import connected
from host_tools.bench.rows import Row, against

_KB = 1000.0
# Bytes that keep each profile busy for some seconds; a profile that is missing here gets the smallest.
_BYTES = {"instant": 2_000_000, "phone_30ms": 300_000, "pc_15ms_2M": 900_000, "no_dle_27": 40_000, "lossy": 600_000}
_QUICK_PART = 5
_PHOTO_BYTES = 30_000
# Both are measured in turn and the best of each counts: a computer that is busy for a moment slows one turn down.
_ROUNDS = 3


def _size(profile: str, quick: bool) -> int:
    size = _BYTES.get(profile, min(_BYTES.values()))
    return size // _QUICK_PART if quick else size


async def down(profile: str, *, quick: bool) -> list[Row]:
    """Glasses to phone, against saturated `gatts_notify` at its best packing."""
    size = _size(profile, quick)
    raw: list[float] = []
    session: list[float] = []
    async with raw_notifications(profile) as baseline, connected(profile) as rig:
        for _ in range(_ROUNDS):
            raw.append(await baseline.measure(size))
            session.append((await rig.companion.glasses.link_test("down", size)).bytes_per_s)
    ceiling = Row(f"raw notifications, {profile}", round(max(raw) / _KB, 2), "kB/s")
    return [ceiling, against(f"session, glasses to phone, {profile}", max(session) / _KB, "kB/s", ceiling)]


async def up(profile: str, *, quick: bool) -> list[Row]:
    """Phone to glasses; the transfer's hash says that no byte was lost, the radio counts it a second way."""
    size = _size(profile, quick) // 2
    async with connected(profile) as rig:
        rates = [(await rig.companion.glasses.link_test("up", size)).bytes_per_s for _ in range(_ROUNDS)]
        lost = sum(rig.simulator.radio.stats.lost_bytes.values())
    return [
        Row(f"session, phone to glasses, {profile}", round(max(rates) / _KB, 2), "kB/s"),
        Row(f"bytes lost, phone to glasses, {profile}", lost, "bytes"),
    ]


async def other_glasses(profile: str, *, quick: bool) -> list[Row]:
    """One photograph by the loop of OpenGlass-style glasses, and by this session; the ratio is ours to theirs."""
    size = _PHOTO_BYTES // _QUICK_PART if quick else _PHOTO_BYTES
    async with connected(profile) as rig:
        ours = [(await rig.companion.glasses.link_test("down", size)).bytes_per_s for _ in range(_ROUNDS)]
    rows: list[Row] = []
    for name, pause_ms in PAUSES_MS.items():
        rate = await openglass_goodput(profile, size, pause_ms)
        theirs = Row(f"OpenGlass-style loop, {name}, {profile}", round(rate / _KB, 2), "kB/s")
        rows += [theirs, against(f"session, one photo, {profile}", max(ours) / _KB, "kB/s", theirs)]
    return rows
