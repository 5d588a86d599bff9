"""The probe's lines and what the host makes of them, good ones and all others."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.cable.errors import CableLost
from host_tools.exits import Exit
from host_tools.harness.probe.errors import (
    NotAProbe,
    ProbeCrashed,
    ProbeError,
    ProbeGarbled,
    ProbeLapsed,
    ProbeRefused,
    ProbeRestarted,
    ProbeSilent,
    ProbeVersion,
)
from host_tools.harness.probe.messages import MissingField, parse_line
from host_tools.harness.probe.probe import Probe
from host_tools.harness.probe.wire import Wire
from tests.unit.probe.port import Answers, Scripted, good, line_to


def wire_to(answers: Answers) -> Wire:
    return Wire(line_to(answers)[0])


def probe_to(answers: Answers) -> tuple[Probe, Scripted, list[float]]:
    slept: list[float] = []
    line, device = line_to(answers)
    return Probe(line, sleep=slept.append), device, slept


@given(st.binary(max_size=1100))
def test_no_line_is_too_strange_to_be_read(line: bytes) -> None:
    parse_line(line)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["id", "ok", "us", "probe", "error", "edges", "on", "lit", "next"]), _VALUES))
def test_an_answer_has_what_it_must_have_or_is_none(fields: dict[str, object]) -> None:
    answer = parse_line(json.dumps(fields).encode())
    if answer is None:
        return
    assert isinstance(answer.ok, bool)
    assert answer.us >= 0
    for read in (answer.edges, lambda: answer.flags("on"), lambda: answer.flag("lit"), lambda: answer.integer("next")):
        with contextlib.suppress(MissingField):
            read()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"ESP-ROM:esp32s3-20210327",
        b"[" * 1000,
        b'{"id": 1, "ok": true, "us": 5}',
        b'{"id": 1, "ok": 1, "us": 5, "probe": 1}',
        b'{"id": 1, "ok": true, "us": -5, "probe": 1}',
        b'{"id": "1", "ok": true, "us": 5, "probe": 1}',
        b'{"id": true, "ok": true, "us": 5, "probe": 1}',
        b'{"id": 1, "ok": true, "us": 5, "probe": true}',
        b'{"id": 1, "ok": false, "us": 5, "probe": 1, "error": 3}',
        b'{"id": 1, "ok": true, "us": 5, "probe": 1, "x": "' + b"x" * 1024 + b'"}',
    ],
)
def test_what_is_no_answer_is_noise(line: bytes) -> None:
    assert parse_line(line) is None


@pytest.mark.parametrize(
    "edges",
    [[[1, 0, 1]], [[1, 0, 1, 0, 0]], [[1, 2, 0, 0]], [[1, 0, 2, 0]], [[-1, 0, 0, 0]], [[1, 0, 0, -1]], [1], "1", None],
)
def test_edges_are_whole_or_garbled(edges: object) -> None:
    answer = parse_line(good({"id": 1, "do": "edges"}, edges=edges))
    assert answer is not None
    with pytest.raises(MissingField):
        answer.edges()


def test_noise_around_an_answer_is_stepped_over() -> None:
    wire = wire_to(lambda request: b"rst:0x1 (POWERON)\r\n\xff\xfe\r\n" + good(request) + b"half a li")
    assert wire.ask("sense").integer("pulses") == 0
    assert wire.ask("sense").ok


def test_an_answer_to_a_former_request_is_not_taken_for_this_one() -> None:
    def answers(request: dict[str, Any]) -> bytes:
        return good({**request, "id": request["id"] - 1}, pulses=99) + good(request, pulses=1)

    wire = wire_to(answers)
    assert wire.ask("sense").integer("pulses") == 1


def test_answers_to_a_client_that_went_away_are_not_ours() -> None:
    left = b"".join(good({"id": number, "do": "sense"}, pulses=99) for number in range(100))
    assert wire_to(lambda request: left + good(request, pulses=1)).ask("sense").integer("pulses") == 1


def test_a_refusal_carries_its_code() -> None:
    wire = wire_to(lambda request: good(request, ok=False, error="unknown_verb"))
    with pytest.raises(ProbeRefused, match="install it again") as caught:
        wire.ask("fly")
    assert (caught.value.code, caught.value.verb, caught.value.exit_code) == ("unknown_verb", "fly", Exit.BOARD)


def test_another_version_is_named() -> None:
    with pytest.raises(ProbeVersion) as caught:
        wire_to(lambda request: good(request, probe=2)).ask("hello")
    assert (caught.value.found, caught.value.wanted) == (2, 1)


def test_glasses_on_the_port_are_no_probe() -> None:
    with pytest.raises(NotAProbe, match="plainsight: ready"):
        wire_to(lambda _request: b"plainsight: ready\r\n").ask("hello")


def test_a_prompt_is_no_probe() -> None:
    with pytest.raises(NotAProbe):
        wire_to(lambda request: repr(request).encode() + b"\r\n>>> ").ask("hello")


def test_silence_after_an_answer_is_another_thing_than_never_an_answer() -> None:
    wire = wire_to(lambda request: good(request) if request["do"] == "hello" else b"")
    wire.ask("hello")
    with pytest.raises(ProbeSilent) as caught:
        wire.ask("sense")
    assert caught.value.verb == "sense"


def test_a_traceback_is_told() -> None:
    said = b"Traceback (most recent call last):\r\n  File 'main.py', line 13\r\nValueError: invalid pin\r\n>>> "
    with pytest.raises(ProbeCrashed, match=r"ended \(ValueError: invalid pin\)"):
        wire_to(lambda _request: said).ask("hello")


@pytest.mark.parametrize(
    ("verb", "field"), [("hello", "boot"), ("state", "lapses"), ("sense", "gap_us"), ("mend", "settles_ms")]
)
def test_an_answer_without_a_field_is_garbled(verb: str, field: str) -> None:
    def answers(request: dict[str, Any]) -> bytes:
        return good(request, **({field: None} if request["do"] == verb else {}))

    def use() -> None:
        probe, _, _ = probe_to(answers)
        probe.sense()
        probe.close()

    with pytest.raises(ProbeGarbled, match=field):
        use()


def test_every_error_is_one_line_with_a_way_out() -> None:
    shown: list[ProbeError] = [
        NotAProbe("p", "x"), ProbeSilent("p", "v", 3), ProbeCrashed("p", "T\nE"), ProbeGarbled("p", "{}"),
        ProbeRefused("p", "v", "c"), ProbeVersion("p", 2, 1), ProbeRestarted("p"), ProbeLapsed("p"),
    ]  # fmt: skip
    for error in shown:
        assert "\n" not in str(error)
        assert "p" in str(error)
        assert ":" in str(error)


def test_a_switch_waits_as_long_as_the_probe_says_that_it_takes() -> None:
    probe, device, slept = probe_to(lambda request: good(request, settles_ms=400))
    probe.led("cover", True)
    assert slept == [0.4]
    assert {**device.heard[-1], "id": 0} == {"id": 0, "do": "led", "fault": "cover", "on": True}
    probe.close()
    assert device.heard[-1]["do"] == "mend"
    assert device.closed


def test_a_fault_that_the_probe_mended_too_early_proves_nothing() -> None:
    lapses = 0
    probe, device, _ = probe_to(
        lambda request: good(request, **({"lapses": lapses} if request["do"] == "state" else {}))
    )

    def use() -> None:
        nonlocal lapses
        with probe.fault("open"):
            lapses = 1

    with pytest.raises(ProbeLapsed):
        use()
    assert [(said["do"], said.get("on")) for said in device.heard if said["do"] == "led"] == [
        ("led", True),
        ("led", False),
    ]
    probe.close()


def test_a_probe_that_restarted_is_noticed() -> None:
    boots = 5
    probe, _, _ = probe_to(lambda request: good(request, boot=boots))

    def use() -> None:
        nonlocal boots
        with probe.fault("open"):
            boots = 6

    with pytest.raises(ProbeRestarted):
        use()
    probe.close()


def test_edges_are_fetched_in_turns_and_once_each() -> None:
    every = [[us, 0, us % 2, 0] for us in range(1, 20)]

    def answers(request: dict[str, Any]) -> bytes:
        after = request.get("after", 0)
        return good(request, first=after, edges=every[after : after + 8], next=len(every))

    probe, device, _ = probe_to(lambda request: answers(request) if request["do"] == "edges" else good(request))
    log = probe.light_log()
    assert [edge.us for edge in log.edges] == list(range(1, 20))
    assert log.whole
    assert [said["after"] for said in device.heard if said["do"] == "edges"] == [0, 8, 16]
    probe.light_log()
    assert [said["after"] for said in device.heard if said["do"] == "edges"] == [0, 8, 16, 19]
    probe.close()


def test_edges_that_the_probe_forgot_are_not_made_up() -> None:
    def answers(request: dict[str, Any]) -> bytes:
        if request["do"] != "edges":
            return good(request)
        return good(request, first=44, edges=[[1000, 0, 1, 2000]], next=45)

    probe, _, _ = probe_to(answers)
    assert not probe.light_log().whole
    probe.close()


def test_a_port_that_goes_away_is_let_go_of() -> None:
    probe, device, _ = probe_to(good)

    def gone(size: int = 1) -> bytes:
        raise OSError(5, "Input/output error")

    device.read = gone
    with pytest.raises(CableLost):
        probe.sense()
    with pytest.raises(CableLost):
        probe.close()
    assert device.closed
