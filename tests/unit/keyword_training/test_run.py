"""A whole run in miniature: from a phrase to a model that the firmware loads, with everything beside it."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from plainsight.keyword import model

from host_tools.keyword.phrases.near_misses import NearMiss
from host_tools.keyword.training import corpus
from host_tools.keyword.training.learning import Schooling
from host_tools.keyword.training.plan import Amounts, Phrase, Plan
from host_tools.keyword.training.progress import Progress
from host_tools.keyword.training.run import train
from host_tools.keyword.voices import engines

AMOUNTS = Amounts(
    positives=6,
    near_misses=6,
    sentences=6,
    scenes=4,
    test_positives=8,
    test_sentences=4,
    test_scenes=10,
    kokoro_share=0.0,
    kokoro_share_of_near=0.0,
    kokoro_share_of_sentences=0.0,
)
PLAN = Plan((Phrase("computer"),), 3, ("espeak",), AMOUNTS, Schooling(steps=2, crops=4, crop_steps=40))


def few_misses(_forms: list[str]) -> list[NearMiss]:
    """The dictionary has tests of its own."""
    return [NearMiss("commuter", "K AH0 M Y UW1 T ER0", "word", 0.6)]


@pytest.mark.skipif(not engines.installed("espeak"), reason="espeak-ng is not installed")
def test_a_run_leaves_a_model_that_loads_and_a_report_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)  # no further processes: their start is all that they would cost
    monkeypatch.setattr(corpus, "near_misses", few_misses)
    told = io.StringIO()
    trained = train(PLAN, tmp_path / "work", tmp_path / "out", Progress(told))
    loaded = model.read(trained.model.read_bytes())
    assert [(word.name, word.act) for word in loaded.words] == [("computer", "capture")]
    report = json.loads((tmp_path / "out" / "computer.report.json").read_text("utf-8"))
    assert report["plan"]["seed"] == 3
    assert report["words"][0]["cutoff"] == pytest.approx(loaded.words[0].limit / 256 / loaded.words[0].window, abs=0.01)
    assert {corpus["voices"] for corpus in report["words"][0]["corpora"]} == {"espeak", "talk"}
    assert trained.report.read_text("utf-8").count("| espeak |") == 2
    assert (tmp_path / "out" / "computer.roc.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads(trained.manifest.read_text("utf-8"))["micro"]["feature_step_size"] == 10
    assert "learning: 2 of 2" in told.getvalue()
