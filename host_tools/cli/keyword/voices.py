"""`plainsight keyword voices`: who can speak on this computer, and how one of them says something."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command, new_file
from host_tools.cli.terminal import say
from host_tools.exits import Exit, UsageError

if TYPE_CHECKING:
    from host_tools.keyword.voices import Utterance, Voice

_EXAMPLES = """\
  plainsight keyword voices                                    # how many of each engine
  plainsight keyword voices --engine kokoro --json             # everybody of one
  plainsight keyword voices --say "hey plainsight" -o hey.wav  # somebody, made up from --seed
  plainsight keyword voices --say stop --voice espeak:en-gb+f3 --rate 1.3 -o stop.wav
  plainsight keyword voices --say stop --voice "kokoro:af_heart*0.7+jm_kumo*0.3/am_adam" -o stop.wav
  plainsight keyword voices --say "hey /N AA1 B UW0/" -o nabu.wav      # how a word sounds, in ARPAbet

A voice of Kokoro is one of its own or a blend: names with weights, and behind a slash whose melody it has.

"""
_ENGINES = ("espeak", "flite", "kokoro")
_LOWEST, _HIGHEST = 0.5, 2.0


def add_parser(commands: Commands) -> None:
    """Add `voices` to `plainsight keyword`."""
    parser = add_command(
        commands,
        "voices",
        summary="list the synthetic voices, or hear one",
        description="The voices that wake words are trained on: espeak-ng and flite as programs, Kokoro from its "
        "packages. With --say one of them says something, into a WAV file of 16 kHz.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.HOST, Exit.KEYWORD),
    )
    parser.add_argument("--engine", choices=_ENGINES, help="only this one")
    parser.add_argument("--say", metavar="PHRASE", help="what to say")
    parser.add_argument("-o", "--out", type=new_file, metavar="FILE", help="where to (a WAV file)")
    parser.add_argument("--voice", metavar="VOICE", help="who says it (default: somebody, by --seed)")
    parser.add_argument("--rate", type=_factor, default=None, metavar="FACTOR", help="how fast (default: natural)")
    parser.add_argument("--pitch", type=_factor, default=None, metavar="FACTOR", help="how high (default: natural)")
    parser.add_argument("--seed", type=int, default=0, help="another way to say it for each number (default: 0)")
    add_json_option(parser)
    parser.set_defaults(run=run)


def _factor(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not _LOWEST <= factor <= _HIGHEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {_LOWEST} to {_HIGHEST}")
    return factor


def run(options: argparse.Namespace) -> int:
    """List or speak. Raises UsageError, PhraseError, VoiceError."""
    if options.say is None:
        if options.out or options.voice or options.rate or options.pitch:
            raise UsageError("-o, --voice, --rate and --pitch are for --say")
        return _list(options)
    if options.out is None:
        raise UsageError("--say needs -o FILE")
    if options.engine and options.voice:
        raise UsageError("--voice names its engine: leave --engine out")
    return _speak(options)


def _list(options: argparse.Namespace) -> int:
    from host_tools.keyword.voices import NoVoices, installed

    chosen: Sequence[str] = [options.engine] if options.engine else _ENGINES
    voices = {name: installed(name) for name in chosen}
    if options.json:
        print(json.dumps({name: [_facts(voice) for voice in held] for name, held in voices.items()}, indent=2))
        return Exit.OK
    for name, held in voices.items():
        print(f"{name:8}{_summary(held)}")
    if not any(voices.values()):
        raise NoVoices(options.engine or "")
    return Exit.OK


def _facts(voice: Voice) -> dict[str, str]:
    return {"voice": str(voice), "accent": voice.accent}


def _summary(voices: Sequence[Voice]) -> str:
    """One engine's voices in words."""
    if not voices:
        return "not installed: `make setup` installs it"
    accents = Counter(voice.accent for voice in voices)
    told = ", ".join(f"{accent} {count}" for accent, count in accents.most_common(12))
    more = f", {len(accents) - 12} more" if len(accents) > 12 else ""
    return f"{len(voices)} voices ({told}{more})"


def _speak(options: argparse.Namespace) -> int:
    from host_tools.keyword.phrases.pronunciations import pronunciations
    from host_tools.keyword.phrases.risk import risk
    from host_tools.keyword.voices import Saying, find_voice, speak
    from host_tools.keyword.voices.cache import packed
    from host_tools.keyword.voices.casting import SHARES, cast

    forms = pronunciations(options.say)
    shares = {options.engine: 1.0} if options.engine else SHARES
    if options.voice:
        saying = Saying(options.say, find_voice(options.voice), forms[0], seed=options.seed)
    else:
        saying = cast(options.say, forms, 1, options.seed, shares=shares)[0]
    saying = saying.at(rate=options.rate, pitch=options.pitch)
    utterance = speak(saying)
    options.out.write_bytes(packed(utterance))
    warned = risk(options.say, forms)
    if warned.high:
        say(f"warning: {warned}")
    _report(options, saying.phonemes, str(saying.voice), utterance)
    return Exit.OK


def _report(options: argparse.Namespace, phonemes: str, voice: str, utterance: Utterance) -> None:
    out: Path = options.out
    if options.json:
        told = {"file": str(out), "voice": voice, "phonemes": phonemes, "seconds": round(utterance.seconds, 3)}
        print(json.dumps(told, indent=2))
    else:
        print(f"{out}  {utterance.seconds:.2f} s by {voice}: {phonemes}")
