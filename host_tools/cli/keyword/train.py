"""`plainsight keyword train`: a model for a phrase of your own, from synthetic voices, on this computer."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from plainsight.keyword.model import ACTS

from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command, folder_to_fill, whole_number
from host_tools.exits import Exit, UsageError

if TYPE_CHECKING:
    from host_tools.keyword.training.plan import Phrase
    from host_tools.keyword.training.run import Trained

_EXAMPLES = """\
  plainsight keyword train --phrase "hey glasses"
  plainsight keyword train --phrase look --act capture --phrase stop --act stop -o models
  plainsight keyword train --phrase "computer" --quick
  plainsight keyword train --phrase "computer" --negatives recordings/talk --noise recordings/noise --json

Needs no network and no recordings. About ten minutes on two idle cores, --quick about two (a weaker model). Stopped, it
goes on where it was with the same command. It writes NAME.kwm for the glasses (plainsight deploy --keyword NAME.kwm),
NAME.tflite with its manifest NAME.json, and the report NAME.md, NAME.report.json and NAME.roc.png.
The report's figures are of held-out synthetic voices: score real recordings with plainsight keyword score.

"""
_ENGINES = ("espeak", "flite", "kokoro")
_WORK = Path("build") / "keyword"


def add_parser(commands: Commands) -> None:
    """Add `train` to `plainsight keyword`."""
    parser = add_command(
        commands,
        "train",
        summary="train a model for a phrase on synthetic voices",
        description="Speak a phrase with every voice at hand, train a small streaming network on it, and write the "
        "model with a report.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.HOST, Exit.KEYWORD, Exit.INTERRUPTED),
    )
    parser.add_argument("--phrase", action="append", required=True, metavar="WORDS", help="what is to be recognised")
    parser.add_argument("--act", action="append", choices=ACTS, help="what each phrase does (default: capture)")
    parser.add_argument("--voices", metavar="ENGINES", help="of espeak,flite,kokoro (default: those that are here)")
    parser.add_argument("--quick", action="store_true", help="about two minutes instead of ten, and a weaker model")
    parser.add_argument("--seed", type=whole_number(0, 1 << 30), default=1, help="another seed, another model")
    parser.add_argument("--negatives", type=Path, metavar="DIR", help="recordings in which the phrase is not said")
    parser.add_argument("--noise", type=Path, metavar="DIR", help="recordings of noise to train under")
    parser.add_argument(
        "-o", "--out", type=folder_to_fill, default=Path(), metavar="DIR", help="where the files go (default: .)"
    )
    parser.add_argument(
        "--work", type=folder_to_fill, default=_WORK, metavar="DIR", help=f"half-done work (default: {_WORK})"
    )
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train and say what came of it."""
    from dataclasses import replace

    from host_tools.keyword.training.plan import drawn_up
    from host_tools.keyword.training.progress import Progress
    from host_tools.keyword.training.run import train

    plan = drawn_up(_phrases(options), options.seed, _voices(options), quick=options.quick)
    plan = replace(plan, negatives=str(options.negatives or ""), noise=str(options.noise or ""))
    for phrase in plan.phrases:
        _warn(phrase.text)
    # Terminated, it ends as if interrupted: the processes that speak for it end with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    trained = train(plan, options.work, options.out, Progress())
    _print(options, trained)
    return Exit.OK


def _warn(phrase: str) -> None:
    """Say how easily ordinary talk sounds like it, where that is often."""
    from host_tools.keyword.phrases.pronunciations import pronunciations
    from host_tools.keyword.phrases.risk import risk

    found = risk(phrase, pronunciations(phrase))
    if found.high:
        print(f"warning: {found}", file=sys.stderr)


def _phrases(options: argparse.Namespace) -> list[Phrase]:
    from host_tools.keyword.training.plan import Phrase

    acts: list[str] = options.act or ["capture"] * len(options.phrase)
    if len(acts) != len(options.phrase):
        raise UsageError("give --act once for each --phrase, in the same order, or not at all")
    if len({" ".join(text.lower().split()) for text in options.phrase}) != len(options.phrase):
        raise UsageError("each --phrase must be another one")
    return [Phrase(text, act) for text, act in zip(options.phrase, acts, strict=True)]


def _voices(options: argparse.Namespace) -> list[str]:
    """The engines asked for, or all that are here."""
    from host_tools.keyword.voices import engines

    if options.voices is None:
        return [name for name in _ENGINES if engines.installed(name)] or list(_ENGINES)
    names = list(dict.fromkeys(name.strip() for name in options.voices.split(",")))
    unknown = [name for name in names if name not in _ENGINES]
    if unknown:
        raise UsageError(f"--voices {','.join(unknown)}: the engines are {', '.join(_ENGINES)}")
    return names


def _print(options: argparse.Namespace, trained: Trained) -> None:
    report = trained.report.with_name(trained.report.stem + ".report.json")
    if options.json:
        print(json.dumps({"model": str(trained.model), **json.loads(report.read_text("utf-8"))}, indent=2))
        return
    print(f"model   {trained.model}")
    print(f"report  {trained.report} (synthetic voices alone: score real ones before you rely on it)")
