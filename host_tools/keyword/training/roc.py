"""The ROC as a picture: recall against false accepts an hour, for each word; the only file that draws."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from host_tools.keyword.training.examination import Examination

_CUTOFFS = np.linspace(0.05, 0.99, 95)
_LEAST_RATE = 0.05
_DOTS_AN_INCH = 100


def picture(examination: Examination, words: Sequence[str]) -> bytes:
    """A PNG; the dot on each line is the chosen cutoff. The same figures give the same bytes."""
    mpl.rcParams["svg.hashsalt"] = "plainsight"
    figure: Any = Figure(figsize=(6, 4), dpi=_DOTS_AN_INCH)
    axes: Any = figure.add_subplot()
    for word, name in enumerate(words):
        cutoff = examination.choices[word].cutoff
        rates, recalls = zip(*(_point(examination, word, one) for one in (*_CUTOFFS, cutoff)), strict=True)
        (line,) = axes.plot(rates[:-1], recalls[:-1], label=f"{name} (cutoff {cutoff:.2f})")
        axes.plot(rates[-1:], recalls[-1:], "o", color=line.get_color())
    axes.set_xscale("log")
    axes.set_ylim(0, 1.01)
    axes.set_xlabel("false accepts an hour (held-out synthetic voices)")
    axes.set_ylabel("recall (held-out synthetic voices)")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(loc="lower right")
    figure.tight_layout()
    content = io.BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    return content.getvalue()


def _point(examination: Examination, word: int, cutoff: float) -> tuple[float, float]:
    """(false accepts an hour, recall) over all corpora together."""
    heard = [corpus.heard[word] for corpus in examination.corpora]
    hits = np.concatenate([one.hits for one in heard])
    false = sum(int((one.false > cutoff).sum()) for one in heard)
    hours = sum(one.hours for one in heard)
    recall = float(np.mean(hits > cutoff)) if len(hits) else 0.0
    return max(_LEAST_RATE, false / hours if hours else 0.0), recall
