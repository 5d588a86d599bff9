"""The proof of the light, level by level: what its numbers mean, where its limits lie, and that timing can't tip it."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight.errors import Refused
from plainsight.light import CurrentProof, OpticalProof, SoftwareProof, light_proof

from tests.unit.firmware_capture.bench import Bench, BenchClock


async def prove(bench: Bench, level: str, *, lit_ms: int = 100) -> dict[str, int]:
    """Before, light on, begin, some time, conclude."""
    clock = BenchClock(bench)
    proof = light_proof(level, bench, clock)
    await proof.before()
    bench.light_on(proof.modulated)
    await proof.begin()
    bench.advance(lit_ms * 1000)
    proof.check()
    return await conclude(bench, proof)


async def conclude(bench: Bench, proof: SoftwareProof | CurrentProof | OpticalProof) -> dict[str, int]:
    """The end of a frame: the trail, the last look, the evidence."""
    bench.advance(proof.trail_ms * 1000)
    proof.conclude()
    return proof.evidence()


def refused(bench: Bench, level: str) -> Refused:
    with pytest.raises(Refused) as caught:
        asyncio.run(prove(bench, level))
    return caught.value


def test_each_level_has_its_proof() -> None:
    bench = Bench()
    assert light_proof("software", bench, BenchClock(bench)).verdict == "unproven"
    assert light_proof("current", bench, BenchClock(bench)).verdict == "proven"
    assert isinstance(light_proof("optical", bench, BenchClock(bench)), OpticalProof)
    assert isinstance(light_proof("supply", bench, BenchClock(bench)), OpticalProof)
    for level in ("", "none", "OPTICAL"):
        with pytest.raises(ValueError, match=f"^{level}$"):
            light_proof(level, bench, BenchClock(bench))


async def test_current_evidence_is_the_window_and_what_was_seen() -> None:
    assert await prove(Bench(), "current") == {
        "lowest_mv": 200, "highest_mv": 200, "looks": 3, "low_mv": 120, "high_mv": 320,
    }  # fmt: skip


class Resistor(Bench):
    """A bench whose sense gives these voltages in turn, the last one again and again."""

    def __init__(self, *sense_mv: int):
        super().__init__()
        self.readings = list(sense_mv)

    def light_sense_mv(self) -> int:
        return self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]


@pytest.mark.parametrize(
    ("sense_mv", "code"),
    [(119, "light_open"), (120, None), (200, None), (320, None), (321, "light_short"), (500, "light_short")],
)
def test_current_window(sense_mv: int, code: str | None) -> None:
    bench = Resistor(0, sense_mv)
    if code is None:
        assert asyncio.run(prove(bench, "current"))["highest_mv"] == sense_mv
    else:
        error = refused(bench, "current")
        assert (error.code, error.detail) == (code, {"sense_mv": sense_mv})


@pytest.mark.parametrize("later_mv", [0, 119, 321, 500])
@pytest.mark.parametrize("look", [1, 2])
def test_current_is_lost_at_any_later_look(later_mv: int, look: int) -> None:
    bench = Resistor(0, *[200] * look, later_mv, 200)
    assert refused(bench, "current").code == "light_lost"


def test_current_keeps_the_extremes() -> None:
    evidence = asyncio.run(prove(Resistor(0, 200, 130, 310, 200), "current"))
    assert (evidence["lowest_mv"], evidence["highest_mv"]) == (130, 310)


class SlowLight(Bench):
    """A light whose current rises and falls only some time after it was told to."""

    def __init__(self) -> None:
        super().__init__()
        self.flows_from_us = 0
        self.flows_until_us = 1 << 60

    def light_on(self, modulated: bool) -> None:
        super().light_on(modulated)
        self.flows_from_us = self.now_us + 4000

    def light_sense_mv(self) -> int:
        super().light_sense_mv()
        return 200 if self.driven and self.flows_from_us <= self.now_us < self.flows_until_us else 0


def test_current_waits_until_the_light_has_settled() -> None:
    assert asyncio.run(prove(SlowLight(), "current"))["lowest_mv"] == 200


def test_current_looks_again_past_the_end() -> None:
    bench = SlowLight()
    proof = CurrentProof(bench, BenchClock(bench))

    async def lost_after_the_frame() -> None:
        await proof.before()
        bench.light_on(modulated=False)
        await proof.begin()
        bench.flows_until_us = bench.now_us + 4000
        await conclude(bench, proof)

    with pytest.raises(Refused) as caught:
        asyncio.run(lost_after_the_frame())
    assert caught.value.code == "light_lost"


@pytest.mark.parametrize(("off_mv", "stray"), [(0, False), (119, False), (120, True), (200, True)])
def test_current_that_flows_while_off(off_mv: int, stray: bool) -> None:
    bench = Resistor(off_mv, 200)
    if stray:
        assert refused(bench, "current").code == "light_stray"
    else:
        asyncio.run(prove(bench, "current"))


def test_current_evidence_starts_afresh_for_each_photograph() -> None:
    bench = Resistor(0, 130, 200)
    proof = CurrentProof(bench, BenchClock(bench))

    async def twice() -> dict[str, int]:
        await proof.before()
        await proof.begin()
        await conclude(bench, proof)
        bench.readings = [0, 200]
        await proof.before()
        await proof.begin()
        return await conclude(bench, proof)

    assert asyncio.run(twice())["lowest_mv"] == 200


async def test_optical_evidence_bounds_the_flashes() -> None:
    bench = Bench()
    evidence = await prove(bench, "optical", lit_ms=100)
    assert set(evidence) == {"pulses", "least", "most", "window_us", "windows", "hz"}
    assert (evidence["hz"], evidence["windows"]) == (4000, 1)
    assert 120_000 <= evidence["window_us"] <= 130_000
    assert evidence["least"] <= evidence["pulses"] <= evidence["most"]
    bracket_us = 51  # what one reading of the counter takes on the bench
    assert evidence["most"] == evidence["window_us"] * 4000 // 1_000_000 + 2
    assert evidence["least"] == (evidence["window_us"] - 2 * bracket_us) * 4000 // 1_000_000 - 2


@pytest.mark.parametrize(("stray_hz", "stray"), [(100, False), (200, False), (400, True), (4000, True)])
def test_optical_ignores_mains_lamps_and_not_a_rhythm(stray_hz: int, stray: bool) -> None:
    bench = Bench()
    bench.stray_hz = stray_hz
    clock = BenchClock(bench)
    before = OpticalProof(bench, clock).before
    if stray:
        with pytest.raises(Refused) as caught:
            asyncio.run(before())
        assert caught.value.code == "light_stray"
        assert caught.value.detail["pulses"] > 2
    else:
        asyncio.run(before())


def test_optical_names_what_happened_when() -> None:
    bench = Bench()
    clock = BenchClock(bench)
    proof = OpticalProof(bench, clock)

    async def story() -> list[str]:
        codes: list[str] = []
        for _ in range(2):
            await proof.before()
            bench.light_on(modulated=True)
            await proof.begin()
            bench.cut = True
            bench.advance(5000)
            with pytest.raises(Refused) as caught:
                proof.check()
            codes.append(caught.value.code)
            bench.light_off()
            await proof.before()
            bench.light_on(modulated=True)
            with pytest.raises(Refused) as caught:
                await proof.begin()
            codes.append(caught.value.code)
            bench.cut = False
            bench.light_off()
        return codes

    assert asyncio.run(story()) == ["light_lost", "light_unseen", "light_lost", "light_unseen"]


_DELAY_US = st.integers(0, 6000)


@given(delays=st.lists(st.tuples(_DELAY_US, _DELAY_US), max_size=60), lit_ms=st.integers(0, 300))
@settings(max_examples=150, deadline=None)
def test_late_scheduling_never_makes_a_lit_light_dark(delays: list[tuple[int, int]], lit_ms: int) -> None:
    bench = Bench()
    bench.pulse_delays = delays
    assert asyncio.run(prove(bench, "optical", lit_ms=lit_ms))["pulses"] > 0


@given(
    delays=st.lists(st.tuples(_DELAY_US, _DELAY_US), max_size=60),
    dark_ms=st.integers(6, 80),
    after_ms=st.integers(0, 60),
)
@settings(max_examples=150, deadline=None)
def test_late_scheduling_never_hides_a_dark_moment(delays: list[tuple[int, int]], dark_ms: int, after_ms: int) -> None:
    """The bracket allows 2 ms on each side, and the slack half a millisecond: 6 ms of dark can't pass."""
    bench = Bench()
    clock = BenchClock(bench)
    proof = OpticalProof(bench, clock)

    async def dark_for_a_moment() -> None:
        await proof.before()
        bench.light_on(modulated=True)
        await proof.begin()
        bench.pulse_delays = delays
        bench.cut = True
        bench.advance(dark_ms * 1000)
        bench.cut = False
        bench.advance(after_ms * 1000)
        proof.check()

    with pytest.raises(Refused) as caught:
        asyncio.run(dark_for_a_moment())
    assert caught.value.code == "light_lost"


def test_a_slow_reading_is_read_again() -> None:
    bench = Bench()
    bench.pulse_delays = [(0, 0), (0, 0), (0, 0), (1500, 1500), (1500, 1500)]
    asyncio.run(prove(bench, "optical"))
    assert bench.pulse_delays == []
    assert bench.calls.count("light_pulses") == 8


@pytest.mark.parametrize(("delay_us", "believed"), [(1949, True), (1950, False)])
def test_a_bracket_of_two_milliseconds_is_the_limit(delay_us: int, believed: bool) -> None:
    bench = Bench()
    bench.pulse_delays = [(0, delay_us)] * 200
    if believed:
        asyncio.run(prove(bench, "optical"))
    else:
        error = refused(bench, "optical")
        assert error.code == "light_unseen"
        assert error.detail["bracket_us"] > 2000


def test_the_last_look_lies_past_the_end() -> None:
    """A light that goes out right when the frame is complete is seen to be out."""
    bench = Bench()
    clock = BenchClock(bench)
    proof = OpticalProof(bench, clock)

    async def lost_at_the_end() -> None:
        await proof.before()
        bench.light_on(modulated=True)
        await proof.begin()
        bench.cut = True
        await conclude(bench, proof)

    with pytest.raises(Refused) as caught:
        asyncio.run(lost_at_the_end())
    assert caught.value.code == "light_lost"


async def test_the_windows_of_a_session_follow_each_other_without_a_gap() -> None:
    """What happens between the look past one frame and the beginning of the next is measured too."""
    bench = Bench()
    proof = OpticalProof(bench, BenchClock(bench))
    await proof.before()
    bench.light_on(modulated=True)
    await proof.begin()
    for number in range(1, 4):
        bench.advance(50_000)
        evidence = await conclude(bench, proof)
        assert evidence["windows"] == number
        assert evidence["least"] <= evidence["pulses"] <= evidence["most"]
        assert evidence["most"] - evidence["least"] <= 6 * number
        assert abs(evidence["pulses"] - evidence["window_us"] * 4000 // 1_000_000) <= 2 * number
    bench.cut = True
    bench.advance(6000)
    bench.cut = False
    bench.advance(40_000)
    with pytest.raises(Refused) as caught:
        proof.check()
    assert caught.value.code == "light_lost"
    assert proof.evidence() == evidence, "what was concluded stays"


async def test_a_new_session_forgets_the_windows_of_the_last() -> None:
    bench = Bench()
    proof = OpticalProof(bench, BenchClock(bench))
    for _ in range(2):
        await proof.before()
        bench.light_on(modulated=True)
        await proof.begin()
        evidence = await conclude(bench, proof)
        bench.light_off()
        assert evidence["windows"] == 1
        assert evidence["window_us"] < 40_000


async def test_a_window_is_judged_alone_however_long_the_session() -> None:
    """A light and a clock that differ by a thousandth would part in a clip of minutes; in a window they do not."""
    bench = Bench()
    proof = OpticalProof(bench, BenchClock(bench))
    await proof.before()
    bench.light_on(modulated=True)
    await proof.begin()
    bench.light_hz = 4004  # what flashes from here on
    for _ in range(300):
        bench.advance(100_000)
        proof.conclude()
    evidence = proof.evidence()
    assert evidence["windows"] == 300
    assert evidence["pulses"] - evidence["window_us"] * 4000 // 1_000_000 > 20
