"""Every command line that a document or a help text shows exists: sub-command, options, values."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from host_tools.cli.main import build_parser
from host_tools.cli.parsing import flash_file, folder_to_fill, new_file
from host_tools.worn.air import radio
from tests.contracts.command_lines import Line, documents, of_document, of_help

_LOOK_AT_THE_DISK: tuple[Callable[[str], Any], ...] = (flash_file, folder_to_fill, new_file, radio, Path)


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A parser and those below it."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from parsers(below)


def lenient(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """FILE, PORT and N stand for values; files of an example need not be there."""
    if parse in _LOOK_AT_THE_DISK:
        return str
    return lambda text: text if text.isupper() else parse(text)


@pytest.fixture(scope="module")
def parser() -> argparse.ArgumentParser:
    built = build_parser()
    for one in parsers(built):
        for action in one._actions:
            if action.type is not None and callable(action.type):
                action.type = lenient(action.type)
    return built


def shown() -> list[Line]:
    lines = [line for path in documents() for line in of_document(path)]
    for one in parsers(build_parser()):
        lines += of_help(one.prog.removeprefix("plainsight "), one.epilog or "")
    return lines


LINES = list({(line.words, line.in_prose): line for line in shown()}.values())


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_shown_command_exists(
    line: Line, parser: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.suppress(SystemExit):
        parser.parse_args(line.words)
    refused = capsys.readouterr().err
    cut_short = line.in_prose and ("are required" in refused or "expected one argument" in refused)
    assert cut_short or not refused


def test_lines_are_found_in_blocks_prose_and_help() -> None:
    assert {line.where for line in LINES} > {"README.md", "docs/updates.md", "plainsight flash --help"}
    assert any(line.in_prose for line in LINES)
    assert len(LINES) > 100


@pytest.mark.parametrize(
    "words", [("fly",), ("flash", "--nonsense"), ("provision", "--level", "supply"), ("hil", "--radio", "marine")]
)
def test_what_does_not_exist_is_refused(words: tuple[str, ...], parser: argparse.ArgumentParser) -> None:
    with pytest.raises(SystemExit) as end:
        parser.parse_args(words)
    assert end.value.code == 2
