"""The real probe firmware, on a board of its own, beside the real firmware of the glasses: *simulated*."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from host_tools.cable.line import Line, open_port
from host_tools.harness.faults import Faults, Injected
from host_tools.harness.power.switches import ProbePower
from host_tools.harness.probe.errors import NotAProbe, ProbeCrashed, ProbeRestarted
from host_tools.harness.probe.light_log import Lit
from host_tools.harness.probe.probe import Probe
from host_tools.harness.probe.wire import Wire
from tests.simulated.probe_bench import ProbeBench, probe_bench, wait_until

pytestmark = pytest.mark.simulated

LIGHT_HZ = 4000


@pytest.fixture(scope="module")
def optical() -> Iterator[ProbeBench]:
    with probe_bench("optical") as bench:
        yield bench


@pytest.fixture
def probe(optical: ProbeBench) -> Iterator[Probe]:
    with Probe.open(optical.port) as probe:
        yield probe
    assert damage(optical) == (False, False, False, False), "a closed probe leaves nothing broken"


def damage(bench: ProbeBench) -> tuple[bool, bool, bool, bool]:
    state = bench.led_now()
    return state.open, state.shorted, state.replaced, state.covered


def test_it_sees_that_the_light_is_lit_while_each_frame_is_exposed(optical: ProbeBench, probe: Probe) -> None:
    assert probe.hello.simulated
    before = probe.sense()
    assert not before.lit
    begun_s, exposed = optical.world.now_s, len(optical.world.exposures)
    assert optical.press(probe)["code"] == "taken"
    ended_s, after = optical.world.now_s, probe.sense()
    log = probe.light_log()
    frames = optical.world.exposures[exposed:]
    assert len(frames) > 2
    said = [log.lit_during(frame.begun_s, frame.ended_s) for frame in frames]
    assert Lit.NOT_ALWAYS not in said
    assert said[:-1] == [Lit.ALWAYS] * (
        len(said) - 1
    )  # the last one ends so near the light that a slow look may miss it
    assert log.lit_during(begun_s, ended_s) is Lit.NOT_ALWAYS
    on, off = log.edges[-2:]
    assert (on.lit, off.lit) == (True, False)
    # Hardware counts the flashes, so they bound how long it was lit better than the looks do.
    flashes = after.pulses - before.pulses
    assert (off.us - off.late_us - on.us) * LIGHT_HZ // 1_000_000 - 2 <= flashes
    assert flashes <= (off.us - on.us + on.late_us) * LIGHT_HZ // 1_000_000 + 2


def test_it_measures_the_current_while_the_light_is_lit(optical: ProbeBench, probe: Probe) -> None:
    pressing = threading.Thread(target=optical.press, args=(probe,))
    pressing.start()
    currents: list[float] = []
    while pressing.is_alive():
        sense = probe.sense()
        currents += [sense.current_ma] if sense.lit else []
    pressing.join()
    assert max(currents) == pytest.approx(10, abs=1)  # 20 mA for half of the time


def led_faults(faults: Faults) -> dict[str, AbstractContextManager[Injected]]:
    return {
        "open": faults.led_open(),
        "short": faults.led_short(),
        "replace": faults.led_replaced(),
        "cover": faults.led_covered(),
    }


@pytest.mark.parametrize("fault", ["open", "short", "replace", "cover"])
def test_with_a_light_that_the_probe_has_broken_no_picture_is_taken(
    optical: ProbeBench, probe: Probe, fault: str
) -> None:
    exposed, known = len(optical.world.exposures), len(probe.light_log().edges)
    with led_faults(Faults(probe=probe))[fault] as injected:
        assert injected.means == "probe"
        assert damage(optical) == tuple(name == fault for name in ("open", "short", "replace", "cover"))
        assert optical.press(probe)["code"] == "light_unseen"
    assert len(optical.world.exposures) == exposed
    assert len(probe.light_log().edges) == known, "nobody outside saw the light"
    assert damage(optical) == (False, False, False, False)


def test_mended_glasses_take_pictures_again(optical: ProbeBench, probe: Probe) -> None:
    with Faults(probe=probe).led_open():
        pass
    assert optical.press(probe)["code"] == "taken"


def test_a_fault_is_mended_also_after_an_exception(optical: ProbeBench, probe: Probe) -> None:
    def fail() -> None:
        with Faults(probe=probe).led_open():
            assert damage(optical)[0]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    wait_until(lambda: not damage(optical)[0], "the light was mended")


def test_two_faults_at_once_are_mended_one_by_one(optical: ProbeBench, probe: Probe) -> None:
    faults = Faults(probe=probe)
    with faults.led_open():
        with faults.led_replaced():
            assert damage(optical) == (False, False, True, False)
        assert damage(optical) == (True, False, False, False)


def test_frames_are_marked_on_the_probe_s_own_clock(optical: ProbeBench, probe: Probe) -> None:
    exposed = len(optical.world.exposures)
    assert optical.press(probe)["code"] == "taken"
    log = probe.light_log()
    frames = log.frames()[exposed - len(optical.world.exposures) :]
    assert {log.lit_in(frame) for frame in frames[:-1]} == {Lit.ALWAYS}
    assert log.lit_in(frames[-1]) is not Lit.NOT_ALWAYS


def test_a_host_that_falls_silent_leaves_the_glasses_whole(optical: ProbeBench) -> None:
    wire = Wire(Line(optical.port, open_port(optical.port)))  # without the thread that gives signs of life
    wire.ask("led", fault="open", on=True)
    wait_until(lambda: damage(optical)[0], "the light was opened")
    wire.close()
    wait_until(lambda: not damage(optical)[0], "the probe mended the light by itself")


def test_a_reset_of_the_probe_mends_and_is_noticed(optical: ProbeBench) -> None:
    with Probe.open(optical.port) as probe:
        probe.led("open", True)
        assert damage(optical)[0]
        optical.reset_probe()
        wait_until(lambda: not damage(optical)[0], "the relay let go")
        with pytest.raises(ProbeRestarted):
            probe.light_log()


def test_a_probe_without_power_leaves_the_glasses_whole(optical: ProbeBench) -> None:
    virtual = optical.sim.probe
    assert virtual is not None
    wire = Wire(Line(optical.port, open_port(optical.port)))
    try:
        for fault in ("open", "cover"):
            wire.ask("led", fault=fault, on=True)
        wait_until(lambda: damage(optical) == (True, False, False, True), "the light was broken")
        optical.run(virtual.board.stop())
        wait_until(lambda: not any(damage(optical)), "relay and flap let go")
    finally:
        wire.close()
        optical.reset_probe()


def test_ctrl_c_mends_and_names_the_end_of_the_program(optical: ProbeBench) -> None:
    virtual = optical.sim.probe
    assert virtual is not None
    wire = Wire(Line(optical.port, open_port(optical.port)), patience_s=1.0)
    try:
        wire.ask("led", fault="short", on=True)
        wait_until(lambda: damage(optical)[1], "the light was shorted")
        virtual.board.interrupt()
        wait_until(lambda: not damage(optical)[1], "the relay let go")
        with pytest.raises(ProbeCrashed, match="KeyboardInterrupt"):
            wire.ask("sense")
    finally:
        wire.close()
        optical.reset_probe()


def test_noise_on_the_line_disturbs_nobody(optical: ProbeBench) -> None:
    device = open_port(optical.port)
    device.write(b'\x00\xff{"id": 1, "do": \r\n{"id":' + b"x" * 5000 + b"\n[[[[[[")
    device.close()
    with Probe.open(optical.port) as probe:
        assert probe.sense().at_us > 0


LINES = random.Random(4).choices(  # the same ones each time
    [b"", b"{", b"[" * 190, b'"' * 3, b"nan", b"1e999", b"\xff\xc3(", b"\x00" * 9, b"{}", b'{"id": 1}', b"x" * 4000]
    + [b'{"id": %d, "do": "led", "fault": %s, "on": %s}' % (number, fault, on)
       for number in (0, 1 << 30, 1 << 80)
       for fault in (b'"ope\\ud800n"', b"[[]]", b'{"": 0}', b"-0", b"1e-400")
       for on in (b"true", b"null", b'"\\u0000"')],
    k=200,
)  # fmt: skip


def test_no_line_ends_the_program_of_the_probe(optical: ProbeBench) -> None:
    """The parser is fuzzed under CPython; this is MicroPython's own JSON."""
    device = open_port(optical.port)
    for line in LINES:
        device.write(line + b"\n")
    device.close()
    with Probe.open(optical.port) as probe:
        assert probe.sense().at_us > 0
    assert damage(optical) == (False, False, False, False)


def test_what_is_no_probe_is_named(optical: ProbeBench) -> None:
    virtual = optical.sim.probe
    assert virtual is not None
    optical.run(virtual.board.stop())
    line = Line(optical.port, open_port(optical.port))
    try:
        with pytest.raises(NotAProbe, match="install its firmware"):
            Wire(line, patience_s=0.2).ask("hello")
    finally:
        line.close()
        optical.run(virtual.board.start())


def test_the_probe_switches_the_supply(optical: ProbeBench, probe: Probe) -> None:
    seen = len(optical.glasses.log)
    power = ProbePower(probe)
    power.off()
    wait_until(lambda: optical.glasses.unpowered and not optical.glasses.running, "the glasses went dark")
    power.on()
    optical.run(optical.glasses.wait_for_log("ready", after=seen))
    assert optical.press(probe)["code"] == "taken"
