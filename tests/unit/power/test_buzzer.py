"""The buzzer: tunes as sequences, silence by default and on boards without one."""

from __future__ import annotations

from typing import Any

import pytest
from plainsight.power.buzzer import TUNES, Buzzer
from plainsight.power.signals import Signals

from tests.unit.power.stage import Stage


def played(buzzer: Any, stage: Stage, duration_ms: int = 2000) -> list[tuple[int, int]]:
    """(moment in ms, Hz) of each change."""
    board = stage.board
    seen = [(0, hz) for hz in board.tones]
    begun = stage.clock.now_ms
    for now_ms in range(begun, begun + duration_ms, 10):
        stage.clock.now_ms = now_ms
        count = len(board.tones)
        buzzer.tick()
        seen += [(now_ms - begun, hz) for hz in board.tones[count:]]
    return seen


@pytest.mark.parametrize("event", list(TUNES))
def test_a_tune_is_played_note_by_note_and_then_there_is_silence(event: str) -> None:
    stage = Stage()
    buzzer: Any = Buzzer(stage.board, stage.clock, stage.settings)  # type: ignore[arg-type]
    buzzer.play(event)
    expected, moment = [], 0
    for hz, duration_ms in TUNES[event]:
        expected.append((moment, hz))
        moment += duration_ms
    assert played(buzzer, stage) == [*expected, (moment, 0)]


def test_tunes_differ_in_number_or_length_and_not_only_in_pitch() -> None:
    shapes = [tuple((hz > 0, duration) for hz, duration in tune) for tune in TUNES.values()]
    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize(("fitted", "wanted"), [(False, True), (True, False)])
def test_without_a_buzzer_or_a_wish_there_is_silence(fitted: bool, wanted: bool) -> None:
    stage = Stage()
    stage.board.has_buzzer = fitted
    stage.settings.values["buzzer"] = wanted
    buzzer: Any = Buzzer(stage.board, stage.clock, stage.settings)  # type: ignore[arg-type]
    buzzer.play("item")
    assert played(buzzer, stage) == []


def test_an_event_without_a_tune_is_silent_and_a_new_one_begins_anew() -> None:
    stage = Stage()
    buzzer: Any = Buzzer(stage.board, stage.clock, stage.settings)  # type: ignore[arg-type]
    buzzer.play("voice")
    assert stage.board.tones == []
    buzzer.play("refusal")
    buzzer.play("item")
    assert played(buzzer, stage)[1:] == [(0, 2700), (60, 0)]


class Window:
    open = False

    def is_open(self) -> bool:
        return self.open


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ("", "ready"),
        ("window", "pairing"),
        ("clip", "recording"),
        ("timelapse", "recording"),
        ("photo", "ready"),
        ("hot", "too_hot"),
        ("low", "low_battery"),
    ],
)
def test_the_light_says_what_is_going_on(change: str, shown: str) -> None:
    stage = Stage(celsius=80 if change == "hot" else 30, cell_mv=3700 if change == "low" else 4000)
    window = Window()
    window.open = change == "window"
    if change in ("clip", "timelapse", "photo"):
        stage.recorder.what = change
    parts: Any = (stage.board, stage.clock, stage.settings, stage.power, stage.recorder, window)
    signals: Any = Signals(*parts)
    signals.status.tick()
    assert signals.status.showing == shown
    signals.heard("refusal")
    signals.status.tick()
    assert signals.status.showing == "refused"
    assert stage.board.tones == [TUNES["refusal"][0][0]]
    signals.heard("item")
    assert stage.board.tones[-1] == TUNES["item"][0][0]
