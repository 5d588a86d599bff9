"""Every LED fault at every level, through the whole main job, does what the table of the levels says."""

from __future__ import annotations

import pytest

from host_tools.exits import Exit
from host_tools.journey.consent import local_only
from host_tools.journey.journey import run_journey
from host_tools.journey.plan import Plan, default_photo
from host_tools.journey.report import Report

pytestmark = [pytest.mark.simulated, pytest.mark.promise(1), pytest.mark.timeout(120)]

# What each level senses; anything else is taken and marked with the second word.
REFUSED = {
    ("optical", "led-open"): "light_unseen",
    ("optical", "led-short"): "light_unseen",
    ("optical", "led-covered"): "light_unseen",
    ("current", "led-open"): "light_open",
    ("current", "led-short"): "light_short",
}
TAKEN = {
    ("current", "led-covered"): "proven",
    ("software", "led-open"): "unproven",
    ("software", "led-short"): "unproven",
    ("software", "led-covered"): "unproven",
}


async def journey(level: str, fault: str) -> tuple[Report, Exit]:
    told: list[str] = []
    plan = Plan(default_photo(), question="Is there a code?", level=level, fault=fault, profile="instant")
    return await run_journey(plan, told.append, local_only)


@pytest.mark.parametrize(("level", "fault"), REFUSED)
async def test_what_the_level_senses_is_refused(level: str, fault: str) -> None:
    report, code = await journey(level, fault)
    assert code is Exit.REFUSED
    assert report.reason is not None
    assert report.reason.code == REFUSED[level, fault]
    assert report.captured_sha256 is None
    assert report.received_sha256 is None
    assert report.consent is None
    assert report.answer is None
    assert report.exposures_in_dark == 0
    assert report.light is not None
    assert report.light["level"] == level


@pytest.mark.parametrize(("level", "fault"), TAKEN)
async def test_what_the_level_cannot_sense_is_taken_and_says_how_much_it_proves(level: str, fault: str) -> None:
    report, code = await journey(level, fault)
    assert code is Exit.OK
    assert report.captured_sha256 is not None
    assert report.hashes_agree
    assert report.light is not None
    assert report.light["level"] == level
    assert report.light["verdict"] == TAKEN[level, fault]
    assert report.exposures_in_dark >= 1, "the world saw that nothing shone"
