"""The figures of a score with their bounds, as words and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from host_tools.keyword.scoring.intervals import poisson, wilson


@dataclass(frozen=True)
class Share:
    """`hits` of `total`."""

    hits: int
    total: int

    def __str__(self) -> str:
        low, high = wilson(self.hits, self.total)
        return (
            f"{self.hits} of {self.total}, {100 * self.hits / self.total:.1f} % ({100 * low:.1f} to {100 * high:.1f} %)"
        )

    def as_json(self) -> dict[str, Any]:
        """With Wilson's interval, 95 %."""
        return {
            "detected": self.hits,
            "total": self.total,
            "share": self.hits / self.total,
            "wilson_95": list(wilson(self.hits, self.total)),
        }


@dataclass(frozen=True)
class Rate:
    """`events` in so many hours of recordings; the silence around them does not count."""

    events: int
    hours: float

    def __str__(self) -> str:
        low, high = poisson(self.events, self.hours)
        span = _span(self.hours)
        return f"{self.events} in {span}, {self.events / self.hours:.2f} an hour ({low:.2f} to {high:.2f})"

    def as_json(self) -> dict[str, Any]:
        """With the exact Poisson interval, 95 %."""
        low, high = poisson(self.events, self.hours)
        return {
            "false_accepts": self.events,
            "hours": self.hours,
            "per_hour": self.events / self.hours,
            "poisson_95": [low, high],
        }


def _span(hours: float) -> str:
    if hours >= 1:
        return f"{hours:.2f} h"
    return f"{60 * hours:.1f} min" if hours >= 1 / 60 else f"{3600 * hours:.1f} s"


@dataclass(frozen=True)
class Positives:
    """Recordings of the word. `patchy`: the same share where refused frames are silence, if any were refused."""

    folder: str
    word: str
    heard: Share
    patchy: Share | None
    refused_files: int
    other_word: int
    repeated: int
    missed: tuple[str, ...]

    def lines(self) -> list[str]:
        """For a person."""
        lines = [f"positives  {self.folder}", f"  {self.word}: detected {self.heard}"]
        if self.patchy is not None:
            lines.append(f"  {self.word}: detected {self.patchy} as libFLAC 1.4 and later reads these files")
            lines.append(f"    It gives silence for frames with samples at -32768, in {self.refused_files} of them;")
            lines.append("    above they are heard whole, as FFmpeg decodes them.")
        if self.other_word:
            lines.append(f"  another word was recognised in {self.other_word}")
        if self.repeated:
            lines.append(f"  recognised more than once in {self.repeated}")
        return lines

    def as_json(self) -> dict[str, Any]:
        """For a script."""
        patchy = None if self.patchy is None else {**self.patchy.as_json(), "refused_files": self.refused_files}
        return {
            "folder": self.folder,
            "word": self.word,
            **self.heard.as_json(),
            "as_libflac_reads": patchy,
            "other_word": self.other_word,
            "more_than_once": self.repeated,
            "missed": list(self.missed),
        }


@dataclass(frozen=True)
class Negatives:
    """Recordings without the word; `accepts`: file, word, second in it."""

    folder: str
    recordings: int
    rate: Rate
    by_word: dict[str, int]
    accepts: tuple[tuple[str, str, float], ...]

    def lines(self) -> list[str]:
        """For a person."""
        lines = [f"negatives  {self.folder}", f"  false accepts: {self.rate}"]
        if len(self.by_word) > 1:
            lines.append("  " + ", ".join(f"{word} {count}" for word, count in self.by_word.items()))
        return [*lines, *(f"  {word} at {second:.1f} s of {name}" for name, word, second in self.accepts[:10])]

    def as_json(self) -> dict[str, Any]:
        """For a script."""
        accepts = [{"file": name, "word": word, "second": second} for name, word, second in self.accepts]
        return {
            "folder": self.folder,
            "recordings": self.recordings,
            **self.rate.as_json(),
            "by_word": self.by_word,
            "accepts": accepts,
        }
