"""Why no image arrives, asked of the real firmware on the virtual board: its documented failures, one after another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from companion_app.diagnosis import Diagnosis, Finding, Step, Verdict
from companion_app.errors import AppError
from companion_app.link.errors import GlassesRefused
from companion_app.link.surroundings import look_around
from host_tools.bench.rig import Rig, connected

_LISTEN_S = 2.0

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(120)]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    """Provisioned, paired and connected."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(connected("instant"))


async def first_bad(rig: Rig, tmp_path: Path) -> tuple[Step, str] | None:
    """The step that failed, with the glasses' code or the error's name; None where a picture came."""
    diagnosis = Diagnosis(rig.companion, tmp_path, look_around=lambda key, _: look_around(key, _LISTEN_S))
    found = await diagnosis.run(lambda _: None, picture=True)
    bad = [finding for finding in found if finding.verdict is Verdict.BAD]
    return (bad[0].step, _name(bad[0])) if bad else None


def _name(finding: Finding) -> str:
    error: AppError | None = finding.error
    return error.code if isinstance(error, GlassesRefused) else type(error).__name__


async def test_each_failure_of_the_board_is_found_where_it_is(rig: Rig, tmp_path: Path) -> None:
    """One board is started once, so its failures stand in one test."""
    world = rig.simulator.world
    assert await first_bad(rig, tmp_path) is None

    world.led.cut()
    assert await first_bad(rig, tmp_path) == (Step.LIGHT, "light_unseen")
    world.led.mend()

    world.camera.fail("absent", calls=10)
    assert await first_bad(rig, tmp_path) == (Step.CAMERA, "camera_absent")
    world.camera.mend()

    await rig.companion.change_settings(app=False)
    assert await first_bad(rig, tmp_path) == (Step.SWITCH, "switched_off")
    await rig.companion.change_settings(app=True)

    await rig.companion.disconnect()
    rig.simulator.radio.set_out_of_range(True)
    assert await first_bad(rig, tmp_path) == (Step.RANGE, "NotHeard")
    rig.simulator.radio.set_out_of_range(False)
    assert await first_bad(rig, tmp_path) is None
    assert world.exposures_in_dark == 0
