"""The benches by name."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Protocol

from host_tools.bench import (
    capture_steps,
    demo_steps,
    first_byte,
    first_frame,
    goodput,
    importing,
    live,
    memory,
    power_model,
    resume,
    sealing,
    start_up,
)
from host_tools.bench.gallery import bench as full_gallery
from host_tools.bench.keyword import listening
from host_tools.bench.redaction import bench as redacting
from host_tools.bench.rows import Row
from host_tools.bench.signatures import schemes
from host_tools.bench.window import bench as whole_window
from host_tools.journey.plan import DEFAULT_PROFILE


class Bench(Protocol):
    """Measures one thing on one radio profile."""

    def __call__(self, profile: str, *, quick: bool) -> Awaitable[list[Row]]: ...


# Name: the bench, and whether it is worth running on every profile or on the usual one alone.
_BENCHES: dict[str, tuple[Bench, bool]] = {
    "goodput": (goodput.down, True),
    "upload": (goodput.up, True),
    "openglass": (goodput.other_glasses, False),
    "resume": (resume.sent_twice, False),
    "import": (importing.waiting_pictures, True),
    "capture": (capture_steps.request_to_stored, False),
    "boot": (start_up.boot_to_advertising, False),
    "memory": (memory.captures, False),
    "first-frame": (first_frame.connect_to_first_frame, True),
    "live": (live.session, True),
    "demo": (demo_steps.steps, False),
    "power": (power_model.power, False),
    "seal": (sealing.throughput, False),
    "signatures": (schemes.verification, False),
    "keyword": (listening.keyword, False),
    "redaction": (redacting.redaction, False),
    "gallery": (full_gallery.gallery, False),
    "window": (whole_window.window, False),
    "share": (first_byte.first_byte, False),
}
NAMES = tuple(_BENCHES)


async def measure(name: str, profiles: Sequence[str], *, quick: bool) -> list[Row]:
    """Run one bench on the profiles; a bench for one profile takes the usual one if it is given, else the first."""
    bench, on_every_profile = _BENCHES[name]
    usual = DEFAULT_PROFILE if DEFAULT_PROFILE in profiles else profiles[0]
    rows: list[Row] = []
    for profile in profiles if on_every_profile else (usual,):
        rows += await bench(profile, quick=quick)
    return rows
