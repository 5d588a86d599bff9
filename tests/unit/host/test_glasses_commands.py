"""Commands that ask glasses for something: what they refuse before anything is woken, and the folder's lock."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from plainsight import wire

from host_tools.cli.main import main
from host_tools.cli.parsing import whole_number
from host_tools.cli.settings import setting
from host_tools.exits import Exit, UsageError
from host_tools.worn.home import Home

BAD_LINES = [
    ["capture", "--burst", "1"],
    ["capture", "--burst", "9"],
    ["capture", "--burst", "two"],
    ["capture", "--out", "/no/such/folder/picture.jpg"],
    ["clip", "--seconds", "0"],
    ["clip", "--seconds", "301"],
    ["timelapse"],
    ["timelapse", "--every", "0", "--frames", "2"],
    ["timelapse", "--every", "3601"],
    ["timelapse", "--every", "5", "--stop"],
    ["timelapse", "--every", "5", "--frames", "0"],
    ["items", "stray"],
    ["journal"],
    ["journal", "forget"],
    ["app", "--screens", __file__],
    ["provision", "--flash", "glasses.img", "--battery-mv", "0"],
    ["journal", "show", "--last", "0"],
    ["settings", "speed=9"],
    ["settings", "clip_seconds=0"],
    ["settings", "clip_seconds=+5"],
    ["settings", "clip_seconds=٣"],
    ["settings", "button=perhaps"],
    ["settings", "button"],
    ["settings", "when_full=burn"],
    ["settings", "voice=stream"],
    ["settings", "button=true", "button=false"],
    ["status", "--sleep", "--crashes"],
    ["phones", "--share", "0"],
    ["phones", "--share", "1", "--revoke", "1"],
]


@pytest.mark.parametrize("argv", BAD_LINES, ids=" ".join)
def test_bad_lines_get_one_line_and_the_usage_code(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main(argv)
    except SystemExit as end:  # argparse ends this way
        code = end.code
    captured = capsys.readouterr()
    assert code == Exit.USAGE
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1


def test_nothing_is_replaced_by_out(tmp_path: Path) -> None:
    (tmp_path / "there.jpg").write_bytes(b"mine")
    with pytest.raises(SystemExit) as end:
        main(["capture", "--out", str(tmp_path / "there.jpg")])
    assert end.value.code == Exit.USAGE
    assert (tmp_path / "there.jpg").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("button=off", ("button", False)),
        ("buzzer=Yes", ("buzzer", True)),
        ("clip_seconds=300", ("clip_seconds", 300)),
        ("when_full=drop_imported", ("when_full", "drop_imported")),
    ],
)
def test_settings_are_typed_as_the_wire_has_them(text: str, parsed: tuple[str, object]) -> None:
    assert setting(text) == parsed


def test_every_setting_takes_its_safe_value() -> None:
    for name, (_, safe) in wire.SETTINGS.items():
        assert setting(f"{name}={str(safe).lower()}") == (name, safe)


@pytest.mark.parametrize("text", ["1", "8", "", "2.5", "x", "-3"])
def test_whole_numbers_keep_their_bounds(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        whole_number(2, 7)(text)


@pytest.mark.parametrize(("text", "number"), [("2", 2), ("7", 7)])
def test_whole_numbers_reach_their_bounds(text: str, number: int) -> None:
    assert whole_number(2, 7)(text) == number


def test_one_process_at_a_time_uses_the_virtual_glasses(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with home.locked(), pytest.raises(UsageError, match="another plainsight command"), home.locked():
        pass
    with home.locked():  # the lock went with its block
        pass


def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file/home"), Home(tmp_path / "file" / "home").locked():
        pass
    with pytest.raises(UsageError, match="name a folder"), Home(tmp_path / "file").locked():
        pass
