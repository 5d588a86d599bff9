"""How commands show pictures and clips, and where `--out` puts a copy."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from companion_app.gallery import Picture
from companion_app.gallery.exporting.copying import copy_to
from host_tools.cli.parsing import new_file
from host_tools.exits import UsageError


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """`--out` and `--json`."""
    parser.add_argument("--out", type=new_file, metavar="FILE", help="also copy the result here (nothing is replaced)")
    add_json_option(parser)


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of words")


def copy_out(picture: Picture, out: Path | None, number: int = 0) -> Path | None:
    """An opened copy, where the owner asked for one; the gallery's own files are sealed. Raises UsageError."""
    if out is None:
        return None
    path = out if number == 0 else out.with_stem(f"{out.stem}-{number + 1}")
    try:
        return copy_to(path.parent, [path.name], picture.read())
    except OSError as error:
        reason = error.strerror or "it is there already"
        raise UsageError(f"--out {path}: {reason}; the picture is in the gallery: {picture.id}") from error


def described(picture: Picture, copy: Path | None = None) -> dict[str, Any]:
    """A picture as JSON; `file` is the opened copy, null where none was asked for."""
    return {
        "id": picture.id,
        "file": str(copy) if copy is not None else None,
        "item": picture.item,
        "kind": picture.kind,
        "trigger": picture.trigger,
        "time_s": picture.time_s,
        "bytes": picture.bytes,
        "sha256": picture.sha256,
        "light": picture.light,
        "whole": picture.whole,
    }


def picture_line(picture: Picture, copy: Path | None = None) -> str:
    """A picture as one line: the opened copy where there is one, else its id in the gallery."""
    verdict = picture.light.get("verdict", "unproven")
    cut = "" if picture.whole else ", cut off by a power loss"
    return f"{copy or picture.id}  {picture.kind} {picture.item}, {picture.bytes} bytes, light {verdict}{cut}"


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
