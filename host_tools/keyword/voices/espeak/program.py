"""espeak-ng as a program: where it is, what it says of itself, and one run of it. It is never linked."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from host_tools.keyword.voices.errors import EngineFailed, NoVoices
from host_tools.keyword.voices.saying import Wave
from host_tools.keyword.voices.wav import BadWav, read_wav

PROGRAM = "espeak-ng"
RATE_HZ = 22_050
_ABOUT = re.compile(r"text-to-speech: (?P<version>\S+)\s+Data at: (?P<folder>.+)")
_PATIENCE_S = 30


@cache
def _about() -> tuple[str, Path] | None:
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    found = _ABOUT.search(told.stdout)
    return (found["version"], Path(found["folder"].strip())) if found else None


def version() -> str | None:
    """Its version; None where it is not installed."""
    about = _about()
    return about[0] if about else None


def data_folder() -> Path | None:
    """Where its dictionaries and voices are; None where it is not installed."""
    about = _about()
    return about[1] if about else None


@cache
def languages() -> frozenset[str]:
    """The language tags of its own voices (not of those that need another program), "fr-fr" also as "fr"."""
    if _about() is None:
        return frozenset()
    rows = run([], "", "--voices").decode(errors="replace").splitlines()[1:]
    tags = {row.split()[1] for row in rows if len(row.split()) > 4 and not row.split()[4].startswith("mb/")}
    return frozenset(tags | {tag.partition("-")[0] for tag in tags})


def run(arguments: list[str], text: str, *more: str) -> bytes:
    """One run over `text`; what it wrote to stdout. Raises NoVoices, EngineFailed."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise NoVoices(PROGRAM)
    command = [program, *arguments, *more]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=_PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        raise EngineFailed(PROGRAM, f"no end after {_PATIENCE_S} s") from None
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
        raise EngineFailed(PROGRAM, last[0])
    return done.stdout


def wave(arguments: list[str], text: str) -> Wave:
    """What it says, at RATE_HZ, full scale 1. Raises NoVoices, EngineFailed."""
    try:
        return read_wav(run(arguments, text, "--stdin", "--stdout"), RATE_HZ)
    except BadWav as error:
        raise EngineFailed(PROGRAM, str(error)) from None
