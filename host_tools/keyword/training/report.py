"""What a run did and what came of it: a page to read, the same as JSON, and the ROC as a picture."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from host_tools.keyword.scoring.intervals import poisson, wilson
from host_tools.keyword.training.files import write_whole
from host_tools.keyword.training.roc import picture
from host_tools.keyword.voices import engines

if TYPE_CHECKING:
    from pathlib import Path

    from host_tools.keyword.convert.words import Word
    from host_tools.keyword.training.examination import Corpus, Examination
    from host_tools.keyword.training.plan import Plan

_PACKAGES = ("jax", "optax", "numpy", "scipy", "pymicro-features", "ai-edge-litert")
_HEADER = """\
# Keyword model {name}

Trained on synthetic voices{recorded}; examined on other synthetic voices, which training never heard, through the
int8 model in TFLite's reference kernels (equal to the glasses' engine, value for value). **Nothing here was measured on
real people**: expect less of them, and score recordings of your own with `plainsight keyword score`.
"""


@dataclass(frozen=True)
class Run:
    """A finished run."""

    plan: Plan
    examination: Examination
    words: Sequence[Word]
    files: Mapping[str, bytes]
    refused: int
    seconds: float


def write_report(out: Path, run: Run) -> None:
    """NAME.md, NAME.report.json and NAME.roc.png in `out`."""
    name = run.plan.name
    facts = _facts(run)
    write_whole(out / f"{name}.roc.png", picture(run.examination, [word.name for word in run.words]))
    write_whole(out / f"{name}.report.json", (json.dumps(facts, indent=2) + "\n").encode())
    write_whole(out / f"{name}.md", _page(run, facts).encode())


def _facts(run: Run) -> dict[str, Any]:
    versions = {package: importlib.metadata.version(package) for package in _PACKAGES}
    return {
        "name": run.plan.name,
        "voices": "synthetic",
        "plan": asdict(run.plan),
        "multiplications_a_step": run.plan.shape.multiplications,
        "seconds": round(run.seconds),
        "versions": versions | {engine: engines.version(engine) for engine in run.plan.voices},
        "sha256": {suffix: hashlib.sha256(content).hexdigest() for suffix, content in run.files.items()},
        "bytes": {suffix: len(content) for suffix, content in run.files.items()},
        "sayings_refused": run.refused,
        "words": [
            {
                "word": word.name,
                "act": word.act,
                "cutoff": float(word.cutoff),
                "window": word.window,
                "corpora": [_corpus(one, index, float(word.cutoff)) for one in run.examination.corpora],
            }
            for index, word in enumerate(run.words)
        ],
    }


def _corpus(corpus: Corpus, word: int, cutoff: float) -> dict[str, Any]:
    heard = corpus.heard[word]
    hits, total = int((heard.hits > cutoff).sum()), len(heard.hits)
    false = int((heard.false > cutoff).sum())
    return {
        "voices": corpus.name,
        "conditions": corpus.conditions,
        "recognised": hits,
        "said": total,
        "recall_95": wilson(hits, total),
        "hours": round(heard.hours, 4),
        "false_accepts": false,
        "false_accepts_an_hour_95": poisson(false, heard.hours),
    }


def _page(run: Run, facts: dict[str, Any]) -> str:
    recorded = " and recordings of the user's" if run.plan.negatives or run.plan.noise else " alone"
    lines = [_HEADER.format(name=run.plan.name, recorded=recorded), f"![ROC]({run.plan.name}.roc.png)", ""]
    for word in facts["words"]:
        lines += [
            f"## “{word['word']}” ({word['act']})",
            "",
            f"Recognised when the mean of {word['window']} steps of 30 ms exceeds {word['cutoff']:.3f}.",
            "",
            "| voices | conditions | recognised | recall (95 %) | false accepts | hours | an hour (95 %) |",
            "|---|---|---|---|---|---|---|",
            *(_row(corpus) for corpus in word["corpora"]),
            "",
        ]
    lines += ["## How to make it again", "", f"Seed {run.plan.seed}, {facts['seconds']} s here.", ""]
    lines += [f"- {name} {version}" for name, version in facts["versions"].items()]
    lines += [f"- `{run.plan.name}{suffix}`: sha256 {digest}" for suffix, digest in facts["sha256"].items()]
    return "\n".join(lines) + "\n"


def _row(corpus: dict[str, Any]) -> str:
    low, high = corpus["recall_95"]
    said = f"{corpus['recognised']} of {corpus['said']} | {low:.1%} to {high:.1%}" if corpus["said"] else "– | –"
    least, most = corpus["false_accepts_an_hour_95"]
    return (
        f"| {corpus['voices']} | {corpus['conditions']} | {said} | {corpus['false_accepts']} | {corpus['hours']:.2f} "
        f"| {least:.1f} to {most:.1f} |"
    )
