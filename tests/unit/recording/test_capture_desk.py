"""The app's triggers at their desk: every answer fits the table of the wire, and one frame."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from plainsight import wire
from plainsight.desks.capture_desk import CaptureDesk
from plainsight.errors import Refused

from tests.unit.recording.rig import Rig


def ask(rig: Rig, operation: str, **fields: Any) -> dict[str, Any]:
    """The desk's answer, checked against the table; what runs goes on to its end."""
    desk = CaptureDesk(rig.recorder)

    async def whole() -> dict[str, Any]:
        if operation in desk.slow:
            answer = await desk.slow[operation](fields, None)
        else:
            answer = desk.answers[operation](fields, None)
        await rig.until_idle()
        return answer

    answer = asyncio.run(whole())
    wire.check_fields(answer, wire.OPERATIONS[operation][2])
    return answer


def test_the_desk_answers_what_it_should() -> None:
    desk = CaptureDesk(None)
    assert set(desk.answers) == {"clip", "timelapse", "stop", "mark"}
    assert set(desk.slow) == {"capture", "burst", "live"}
    assert set(desk.sources) == {"live_frame"}


def test_a_photograph(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    answer = ask(rig, "capture")
    assert (answer["item"], answer["item"]["trigger"]) == (rig.store.item(1), "app")
    wire.check_item(answer["item"])
    assert rig.posted == []  # who asked has the answer, and needs no event


def test_the_largest_burst_fits_one_frame(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    answer = ask(rig, "burst", frames=8)
    assert (len(answer["items"]), "reason" in answer) == (8, False)
    assert len(wire.json_frame(wire.RESPONSE, 0xFFFF, answer)) < wire.MAX_FRAME - 300


def test_a_shorter_burst_says_why(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.bench.frame_bytes = [900]
    rig.bench.frame_faults = [None] * 5 + ["none"] * 3
    answer = ask(rig, "burst", frames=4)
    assert (len(answer["items"]), answer["reason"]) == (2, "camera_no_frame")


def test_a_clip_with_wishes_and_without(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    assert ask(rig, "clip", seconds=1, audio=False) == {"item": 1, "seconds": 1, "audio": False}
    rig.settings.change({"clip_seconds": 2, "voice": "stream", "clip_audio": True})
    assert ask(rig, "clip") == {"item": 2, "seconds": 2, "audio": True}


def test_a_time_lapse_a_stop_and_a_mark(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    assert ask(rig, "timelapse", every_s=1, frames=2) == {"every_s": 1, "frames": 2}
    assert ask(rig, "stop") == {"stopped": "nothing"}
    count = rig.journal.count
    assert ask(rig, "mark") == {"record": count}
    assert rig.records()[count] == ("mark", {"trigger": "app", "doing": "nothing"})


@pytest.mark.parametrize(("operation", "fields"), [("capture", {}), ("clip", {}), ("burst", {"frames": 2})])
def test_a_refusal_goes_through(tmp_path: Path, operation: str, fields: dict[str, Any]) -> None:
    rig = Rig(tmp_path, owner=False)
    with pytest.raises(Refused, match="no_owner"):
        ask(rig, operation, **fields)
    assert rig.records()[-1][1]["trigger"] == "app"


def test_every_event_of_the_recorder_fits_the_table(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    ask(rig, "clip", seconds=1)
    ask(rig, "timelapse", every_s=1, frames=2)
    ask(rig, "mark")
    rig.bench.cut = True
    ask(rig, "clip", seconds=1)
    assert {name for name, _ in rig.posted} == {"recording", "item", "mark", "refusal"}
    for name, fields in rig.posted:
        wire.check_fields(fields, wire.EVENTS[name][0])
