"""The same promise, seen by a second board: its photodiode saw light around each exposure, and darkness elsewhere."""

from __future__ import annotations

import pytest

from host_tools.harness.faults import Faults
from host_tools.harness.probe import Probe
from host_tools.harness.probe.light_log import Edge, Lit, Mark
from host_tools.harness.rig import Rig
from tests.hardware.worn import Worn

pytestmark = pytest.mark.needs("application", "development", "camera", "radio", "button", "probe")


@pytest.fixture
def probe(worn: Worn, rig: Rig) -> Probe:
    """The probe, the light of the glasses dark."""
    assert rig.probe is not None, "the test needs a probe, and there is one"
    assert not rig.probe.sense().lit
    return rig.probe


def seen_since(probe: Probe, edges: int, marks: int) -> tuple[list[Edge], list[Mark]]:
    """What the probe saw after so many edges and marks."""
    log = probe.light_log()
    frames = [frame for frame in log.frames() if frame[0] in log.marks[marks:]]
    lit = [log.lit_in(frame) for frame in frames]
    assert Lit.NOT_ALWAYS not in lit
    assert Lit.ALWAYS in lit or not frames  # the last frame may end too near the light's end to be sure
    return list(log.edges[edges:]), list(log.marks[marks:])


def known(probe: Probe) -> tuple[int, int]:
    """How many edges and marks there have been."""
    log = probe.light_log()
    return len(log.edges), len(log.marks)


@pytest.mark.needs("light_optical")
def test_one_stretch_of_light_covers_a_photograph_and_its_flashes_agree(worn: Worn, probe: Probe) -> None:
    before, so_far = probe.sense(), known(probe)
    evidence = worn.take().light["evidence"]
    after = probe.sense()
    (on, off), marks = seen_since(probe, *so_far)
    assert (on.lit, off.lit, after.lit) == (True, False, False)
    assert off.us - on.us >= evidence["window_us"]
    assert after.pulses - before.pulses >= evidence["pulses"]
    if probe.hello.simulated:  # VSYNC is wired there; on a bench it is the owner's choice
        assert marks


def test_one_stretch_of_light_covers_a_clip_from_its_first_frame_to_its_last(worn: Worn, probe: Probe) -> None:
    so_far = known(probe)
    clip = worn.phone.call(lambda app: app.clip(1, audio=False))
    (on, off), _ = seen_since(probe, *so_far)
    assert (on.lit, off.lit) == (True, False)
    assert off.us - on.us >= clip.duration_ms * 1000


@pytest.mark.needs("light_optical")
@pytest.mark.parametrize("fault", ["open", "short", "replaced"])
def test_a_broken_light_is_dark_from_outside_and_no_frame_is_read_out(
    worn: Worn, probe: Probe, faults: Faults, fault: str
) -> None:
    so_far = known(probe)
    broken = {"open": faults.led_open, "short": faults.led_short, "replaced": faults.led_replaced}[fault]
    with broken() as injected:
        assert injected.means == "probe"
        assert worn.refusal().code == "light_unseen"
        assert not probe.sense().lit
    assert seen_since(probe, *so_far) == ([], [])


def test_glasses_that_do_nothing_are_dark(worn: Worn, probe: Probe) -> None:
    so_far = known(probe)
    worn.start()
    worn.status()
    assert seen_since(probe, *so_far) == ([], [])
