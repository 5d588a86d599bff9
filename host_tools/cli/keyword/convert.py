"""`plainsight keyword convert`: from a streaming .tflite model to the file that the glasses read."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plainsight.keyword.model import ACTS

from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit

if TYPE_CHECKING:
    from plainsight.keyword.model import Model

_EXAMPLES = """\
  plainsight keyword convert alexa
  plainsight keyword convert my_words.tflite -o my_words.kwm
  plainsight keyword convert okay_nabu --act ask --json

A model is a file, or the name of one that comes with the package pymicro-wakeword. The manifest is the .json beside it.
Nothing is replaced: a file of that name which holds something else is left alone.

"""


def add_parser(commands: Commands) -> None:
    """Add `convert` to `plainsight keyword`."""
    parser = add_command(
        commands,
        "convert",
        summary="make a model file for the glasses out of a .tflite",
        description="Read a microWakeWord v2 streaming model (int8) and write the file that the glasses read. They "
        "compute what TensorFlow Lite's reference kernels compute, to the last bit.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.USAGE, Exit.HOST, Exit.KEYWORD),
    )
    parser.add_argument("model", metavar="MODEL", help="a .tflite file, or alexa, hey_jarvis, hey_mycroft, okay_nabu")
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="words and thresholds (default: MODEL's .json)")
    parser.add_argument(
        "-o", "--out", type=Path, metavar="FILE", help="where to (default: MODEL's name and .kwm, here)"
    )
    parser.add_argument("--act", choices=ACTS, help="what every word of it does, whatever the manifest says")
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Convert, check, write, say what it is."""
    from plainsight.keyword import model

    from host_tools.keyword.convert import stock, words
    from host_tools.keyword.convert.converter import convert
    from host_tools.keyword.convert.errors import OutputTaken

    source, manifest = stock.find(options.model, options.manifest)
    spoken = [replace(word, act=options.act or word.act) for word in words.read(manifest)]
    content = convert(stock.content(source), spoken)
    read = model.read(content)
    path: Path = options.out or Path(f"{source.stem}.kwm")
    try:
        _write(path, content)
    except OSError as error:
        raise OutputTaken(path, error.strerror or "can't be written") from error
    _print(_facts(path, content, read), options.json)
    return Exit.OK


def _write(path: Path, content: bytes) -> None:
    """The whole file or none: raises OutputTaken where something else has the name, and OSError."""
    from host_tools.keyword.convert.errors import OutputTaken

    if path.exists():
        if not path.is_file() or path.read_bytes() != content:
            raise OutputTaken(path, "exists already and holds something else")
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _facts(path: Path, content: bytes, read: Model) -> dict[str, Any]:
    named = ("name", "act", "limit", "window", "refractory_ms")
    return {
        "file": str(path),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "layers": len(read.layers),
        "multiplications_a_step": sum(taps * outputs for _, _, _, taps, outputs, *_ in read.layers),
        "working_memory_bytes": read.arena_size,
        "words": [{name: getattr(word, name) for name in named} for word in read.words],
    }


def _print(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(facts, indent=2))
        return
    print(f"{facts['file']}: {facts['bytes']} bytes, sha256 {facts['sha256']}")
    print(
        f"  {facts['layers']} layers, {facts['multiplications_a_step']} multiplications each 30 ms, "
        f"{facts['working_memory_bytes']} bytes of working memory"
    )
    for word in facts["words"]:
        mean = word["limit"] / 256 / word["window"]
        print(f"  {word['name']}: {word['act']}, where the mean of {word['window']} steps is above {mean:.3f}")
