"""Media goodput through session, frames and acknowledgements, both ways, against raw notifications."""

from __future__ import annotations

from host_tools.bench.baseline.openglass import PAUSES_MS, openglass_goodput
from host_tools.bench.baseline.raw_notify import raw_goodput
from host_tools.bench.rig import connected
from host_tools.bench.rows import Row, against

_KB = 1000.0
# Bytes that keep each profile busy for some seconds; a profile that is missing here gets the smallest.
_BYTES = {"instant": 2_000_000, "phone_30ms": 300_000, "pc_15ms_2M": 900_000, "no_dle_27": 40_000, "lossy": 600_000}
_QUICK_PART = 5
_PHOTO_BYTES = 30_000


def _size(profile: str, quick: bool) -> int:
    size = _BYTES.get(profile, min(_BYTES.values()))
    return size // _QUICK_PART if quick else size


async def raw(profile: str, quick: bool) -> Row:
    """The ceiling: saturated `gatts_notify` at the best packing."""
    return Row(
        f"raw notifications, {profile}", round(await raw_goodput(profile, _size(profile, quick)) / _KB, 2), "kB/s"
    )


async def down(profile: str, *, quick: bool) -> list[Row]:
    """Glasses to phone."""
    ceiling = await raw(profile, quick)
    async with connected(profile) as rig:
        test = await rig.companion.glasses.link_test("down", _size(profile, quick))
    return [ceiling, against(f"session, glasses to phone, {profile}", test.bytes_per_s / _KB, "kB/s", ceiling)]


async def up(profile: str, *, quick: bool) -> list[Row]:
    """Phone to glasses; the transfer's hash says that no byte was lost, the radio counts it a second way."""
    async with connected(profile) as rig:
        size = _size(profile, quick) // 2
        test = await rig.companion.glasses.link_test("up", size)
        lost = sum(rig.simulator.radio.stats.lost_bytes.values())
    return [
        Row(f"session, phone to glasses, {profile}", round(test.bytes_per_s / _KB, 2), "kB/s"),
        Row(f"bytes lost, phone to glasses, {profile}", lost, "bytes"),
    ]


async def other_glasses(profile: str, *, quick: bool) -> list[Row]:
    """One photograph by the loop of OpenGlass-style glasses, and by this session; the ratio is ours to theirs."""
    size = _PHOTO_BYTES // _QUICK_PART if quick else _PHOTO_BYTES
    async with connected(profile) as rig:
        ours = (await rig.companion.glasses.link_test("down", size)).bytes_per_s
    rows: list[Row] = []
    for name, pause_ms in PAUSES_MS.items():
        theirs = Row(
            f"OpenGlass-style loop, {name} ({pause_ms} ms), {profile}",
            round(await openglass_goodput(profile, size, pause_ms) / _KB, 2),
            "kB/s",
        )
        rows += [theirs, against(f"session, one photo, {profile}", ours / _KB, "kB/s", theirs)]
    return rows
