"""Steps are timed whether they end well or not, and the report tells what is known and nothing else."""

from __future__ import annotations

import contextlib
import json

import pytest
from plainsight import wire

from companion_app.link.errors import GlassesNotFound
from companion_app.sharing.errors import ConsentMismatch, Unreachable
from host_tools.exits import Exit
from host_tools.journey.outcome import declined, of_app_error, refused
from host_tools.journey.progress import Progress
from host_tools.journey.report import Reason, Report


def test_each_step_is_timed_and_told_once() -> None:
    told: list[str] = []
    progress = Progress(told.append)
    with progress.step("one", "first step") as step:
        step.note("found a thing")
    with progress.step("two", "second step"):
        pass
    assert list(progress.timings_ms) == ["one", "two"]
    assert all(spent >= 0 for spent in progress.timings_ms.values())
    assert len(told) == 2
    assert "first step" in told[0]
    assert "found a thing" in told[0]
    assert "FAILED" not in told[0]


def test_a_step_that_fails_is_timed_and_says_so() -> None:
    told: list[str] = []
    progress = Progress(told.append)
    with pytest.raises(KeyError), progress.step("one", "first step"):
        raise KeyError
    assert list(progress.timings_ms) == ["one"]
    assert "FAILED" in told[0]


def test_a_step_that_ends_with_an_answer_did_not_fail() -> None:
    told: list[str] = []
    with contextlib.suppress(KeyError), Progress(told.append).step("one", "first step") as step:
        step.answered = True
        step.note("no")
        raise KeyError
    assert told[0].endswith("ms  no")


def test_an_empty_report_claims_nothing() -> None:
    fields = Report("?", "optical").as_json()
    assert fields["captured_sha256"] is None
    assert fields["light"] == {"level": "optical", "verdict": None, "evidence": {}}
    assert fields["simulated"] is True
    assert not Report("?", "optical").hashes_agree
    json.dumps(fields)


def test_hashes_agree_only_when_both_are_there_and_equal() -> None:
    report = Report("?", "optical", captured_sha256="a", received_sha256="b")
    assert not report.hashes_agree
    report.received_sha256 = "a"
    assert report.hashes_agree
    report.captured_sha256 = report.received_sha256 = None
    assert not report.hashes_agree


@pytest.mark.parametrize("code", ["light_open", "camera_failed", "battery_low"])
def test_a_refusal_keeps_the_code_of_the_wire(code: str) -> None:
    stop = refused(code, {"mv": 1})
    assert stop.exit_code is Exit.REFUSED
    assert stop.reason == Reason(code, wire.ERRORS[code], {"mv": 1})


def test_app_errors_become_reasons_with_their_data() -> None:
    mismatch = of_app_error(ConsentMismatch(field="recipient", proposed="a", agreed="b"))
    assert mismatch.exit_code is Exit.NOT_SHARED
    assert mismatch.reason.code == "ConsentMismatch"
    assert mismatch.reason.detail == {"field": "recipient", "proposed": "a", "agreed": "b"}
    assert of_app_error(Unreachable(recipient="x", reason="y")).exit_code is Exit.ENDPOINT
    lost = of_app_error(GlassesNotFound(10.0, pairing=False))
    assert lost.exit_code is Exit.LINK
    assert lost.reason.detail == {"seconds": 10.0, "pairing": False}
    assert declined().exit_code is Exit.NOT_SHARED
