"""How commands show pictures and clips, and where `--out` puts a copy."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from companion_app.gallery import Picture
from host_tools.cli.parsing import new_file
from host_tools.exits import UsageError


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """`--out` and `--json`."""
    parser.add_argument("--out", type=new_file, metavar="FILE", help="also copy the result here (nothing is replaced)")
    add_json_option(parser)


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of words")


def copy_out(picture: Picture, out: Path | None, number: int = 0) -> Path:
    """Where the picture can be found: the copy where one was asked for, else the gallery. Raises UsageError."""
    if out is None:
        return picture.path
    path = out if number == 0 else out.with_stem(f"{out.stem}-{number + 1}")
    try:
        shutil.copyfile(picture.path, path)
    except OSError as error:
        raise UsageError(f"--out {path}: {error.strerror}; the picture is in the gallery: {picture.path}") from error
    return path


def described(picture: Picture, path: Path) -> dict[str, Any]:
    """A picture as JSON."""
    return {
        "file": str(path),
        "item": picture.item,
        "kind": picture.kind,
        "trigger": picture.trigger,
        "time_s": picture.time_s,
        "bytes": picture.bytes,
        "sha256": picture.sha256,
        "light": picture.light,
        "whole": picture.whole,
    }


def picture_line(picture: Picture, path: Path) -> str:
    """A picture as one line."""
    verdict = picture.light.get("verdict", "unproven")
    cut = "" if picture.whole else ", cut off by a power loss"
    return f"{path}  {picture.kind} {picture.item}, {picture.bytes} bytes, light {verdict}{cut}"


def drop_stdout() -> None:
    """Nobody reads it any more (`plainsight demo | head`): what is still held must not fail once more at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Tenths:
    """Tells each tenth of what is long enough to wait for."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told = ("", 0)

    def report(self, what: str, have: int, size: int) -> None:
        """`have` of `size` bytes are here."""
        tenth = (what, 10 * have // size)
        if tenth != self._told and tenth[1]:
            self._told = tenth
            self._tell(f"{what}: {10 * tenth[1]} %")
