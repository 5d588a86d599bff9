"""`plainsight keyword score`: how well a model recognises recordings, heard by the firmware's own engine."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from host_tools.cli.output import Tenths, add_json_option
from host_tools.cli.parsing import Commands, add_command, whole_number
from host_tools.cli.terminal import say
from host_tools.exits import Exit, UsageError

if TYPE_CHECKING:
    from host_tools.keyword.recordings import Recording
    from host_tools.keyword.scoring.models import ScoredModel
    from host_tools.keyword.scoring.noise import Noises
    from host_tools.keyword.scoring.results import Negatives, Positives

_EXAMPLES = """\
  plainsight keyword score --model alexa --positives recordings/alexa
  plainsight keyword score --model alexa --positives recordings/alexa --snr 10 --noise recordings/noise
  plainsight keyword score --model look_stop --word stop --positives recordings/stop --negatives recordings/talk
  plainsight keyword score --model my.tflite --manifest my.json --negatives recordings/talk --json > talk.json

Each recording is heard by itself: a second of silence, the recording, half a second of silence. Recordings are WAV,
FLAC, Ogg or MP3 files, 16 kHz, mono, in the folder or below it. SNR: active speech level (ITU-T P.56) less the level
of the noise; which piece of which noise lies under a recording depends on its name and --seed alone.

"""
_MODEL_HELP = "a stock model (alexa, okay_nabu, …), one that ships (look_stop), a .kwm, or a .tflite with its manifest"


def add_parser(commands: Commands) -> None:
    """Add `score` to `plainsight keyword`."""
    parser = add_command(
        commands,
        "score",
        summary="count what a model recognises in folders of recordings",
        description="Hear recordings through the firmware's own engine under MicroPython (simulated: this computer's "
        "processor) and print how many hold the word, and the false accepts an hour, with 95 % intervals.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.HOST, Exit.KEYWORD, Exit.INTERRUPTED),
    )
    parser.add_argument("--model", required=True, metavar="NAME_OR_FILE", help=_MODEL_HELP)
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="of a .tflite (default: the .json beside it)")
    parser.add_argument("--word", metavar="WORD", help="which one is looked for, of a model that knows several")
    parser.add_argument("--positives", type=Path, metavar="DIR", help="recordings in which the word is said")
    parser.add_argument("--negatives", type=Path, metavar="DIR", help="recordings in which it is not")
    parser.add_argument("--noise", type=Path, metavar="DIR", help="noises to put under every recording, with --snr")
    parser.add_argument("--snr", type=_decibels, metavar="DB", help="how far above the noise the speech is")
    parser.add_argument("--seed", type=int, default=0, help="which noise goes where (default: 0)")
    parser.add_argument("--resample", action="store_true", help="convert files that are not 16 kHz mono, and go on")
    parser.add_argument("--jobs", type=whole_number(1, 64), metavar="N", help="processes (default: one a core)")
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Score and print."""
    if options.positives is None and options.negatives is None:
        raise UsageError("name a folder: --positives DIR, --negatives DIR or both")
    if (options.snr is None) != (options.noise is None):
        raise UsageError("--snr and --noise belong together: how loud, and what")
    from host_tools.keyword.scoring.models import load

    model = load(options.model, options.manifest)
    word = model.word(options.word) if options.positives is not None or options.word is not None else None
    _print_score(options, model, word)
    return Exit.OK


def _print_score(options: argparse.Namespace, model: ScoredModel, word: int | None) -> None:
    """Read, hear, count, and print it all at the end."""
    from host_tools.keyword.scoring.engine import FirmwareEngine
    from host_tools.keyword.scoring.noise import Noises
    from host_tools.keyword.scoring.score import Scorer

    noises = None if options.noise is None else Noises(_recordings(options, options.noise), options.seed)
    positives = _recordings(options, options.positives)
    negatives = _recordings(options, options.negatives)
    warnings = _warnings(options.positives, positives) + _warnings(options.negatives, negatives)
    said: Positives | None = None
    unsaid: Negatives | None = None
    with FirmwareEngine(model.content, len(model.words), options.jobs) as engine:
        scorer = Scorer(model, engine, noises, options.snr or 0.0)
        if positives:
            assert word is not None
            said = scorer.positives(options.positives, positives, word, _progress(options.positives, len(positives)))
        if negatives:
            unsaid = scorer.negatives(options.negatives, negatives, word, _progress(options.negatives, len(negatives)))
    if options.json:
        print(json.dumps(_as_json(options, model, said, unsaid, warnings), indent=2))
    else:
        print("\n".join(_lines(options, model, noises, said, unsaid)))
        for warning in warnings:
            say(f"warning: {warning}")


def _recordings(options: argparse.Namespace, folder: Path | None) -> list[Recording]:
    from host_tools.keyword.recordings import find, read_all

    if folder is None:
        return []
    return read_all(find(folder), resample=options.resample)


def _progress(folder: Path, count: int) -> Callable[[int], None]:
    tenths = Tenths(say)
    return lambda done: tenths.report(f"hearing {folder}", done, count)


def _warnings(folder: Path | None, recordings: list[Recording]) -> list[str]:
    from host_tools.keyword.scoring.levels import oddities

    return [f"{folder}: {oddity.text}" for oddity in oddities(recordings)]


def _lines(
    options: argparse.Namespace, model: ScoredModel, noises: Noises | None, *parts: Positives | Negatives | None
) -> list[str]:
    lines = [f"model      {model.name}, {len(model.content)} bytes, sha256 {model.sha256[:16]}"]
    for word in model.words:
        cutoff = word.limit / 256 / word.window
        lines.append(
            f"  {word.name}: mean of {word.window} steps above {cutoff:.3f}, then {word.refractory_ms} ms rest"
        )
    lines.append("engine     the firmware's front end, network and decision under MicroPython (simulated)")
    if noises is not None:
        lines.append(f"noise      {options.noise}, SNR {options.snr:g} dB, seed {options.seed}")
    for part in parts:
        lines += part.lines() if part is not None else []
    return lines


def _as_json(
    options: argparse.Namespace,
    model: ScoredModel,
    positives: Positives | None,
    negatives: Negatives | None,
    warnings: list[str],
) -> dict[str, Any]:
    noise = None if options.noise is None else {"folder": str(options.noise), "snr_db": options.snr}
    return {
        "model": {
            "name": model.name,
            "bytes": len(model.content),
            "sha256": model.sha256,
            "words": [
                {
                    "word": word.name,
                    "act": word.act,
                    "limit": word.limit,
                    "window": word.window,
                    "refractory_ms": word.refractory_ms,
                }
                for word in model.words
            ],
        },
        "engine": "firmware under MicroPython, simulated",
        "noise": noise,
        "seed": options.seed,
        "positives": None if positives is None else positives.as_json(),
        "negatives": None if negatives is None else negatives.as_json(),
        "warnings": warnings,
    }


def _decibels(text: str) -> float:
    """A ratio that makes sense. Raises argparse's own error."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -40 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of decibels from -40 to 100")
    return value
