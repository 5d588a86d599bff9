"""`plainsight redact`: never its input, never a file that is there, one bad picture stops no other."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from PIL import Image

import companion_app.redaction
from companion_app.redaction import Kind, Redactor
from companion_app.redaction.errors import RedactionUnavailable
from companion_app.sharing import egress
from host_tools.cli.main import main
from host_tools.exits import Exit
from tests.app.redaction.scripted import Script, decoded, png, seen

PICTURE = png(Image.new("RGB", (96, 64), "white"))
FOUND = (seen(Kind.FACE, 8, 8, 40, 24), seen(Kind.TEXT, 8, 40, 60, 56))


class Missing(Script):
    def first(self, image: Image.Image, *, reading: bool) -> tuple[()]:
        raise RedactionUnavailable("cv2")


@pytest.fixture
def plainsight(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Script:
    """The command with detectors that find FOUND, in a folder of its own and without the guard, which never goes."""
    script = Script(FOUND)
    monkeypatch.setattr(companion_app.redaction, "Redactor", lambda: Redactor(script))
    monkeypatch.setattr(egress, "install", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    Path("a.png").write_bytes(PICTURE)
    return script


def redact(*arguments: str) -> int:
    try:
        return main(["redact", *arguments])
    except SystemExit as ended:
        return int(ended.code or 0)


@pytest.mark.usefixtures("plainsight")
def test_a_picture_becomes_a_jpeg_with_everything_masked(capsys: pytest.CaptureFixture[str]) -> None:
    assert redact("a.png", "out.jpg") == Exit.OK
    shown = decoded(Path("out.jpg").read_bytes())
    assert max(shown.getpixel((20, 16))) < 30  # type: ignore[arg-type, type-var]
    assert max(shown.getpixel((20, 48))) < 30  # type: ignore[arg-type, type-var]
    assert "masked 1 face, 1 text" in capsys.readouterr().out
    assert Path("a.png").read_bytes() == PICTURE
    assert sorted(os.listdir()) == ["a.png", "out.jpg"]


@pytest.mark.usefixtures("plainsight")
def test_json_says_what_was_masked_kept_and_cropped(capsys: pytest.CaptureFixture[str]) -> None:
    done = ["a.png", "out.jpg", "--question", "Read this", "--mask", "70,0,96,20", "--crop", "0,0,90,64", "--json"]
    assert redact(*done) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert told["masked"] == [
        {"id": "face-1", "kind": "face", "area": [8, 8, 40, 24]},
        {"id": "drawn-1", "kind": "drawn", "area": [70, 0, 96, 20]},
    ]
    assert told["kept"] == [
        {"id": "text-1", "kind": "text", "area": [8, 40, 60, 56], "reason": "the question needs it"}
    ]
    assert (told["crop"], told["width"], told["height"]) == ([0, 0, 90, 64], 90, 64)
    assert told["bytes"] == Path("out.jpg").stat().st_size


@pytest.mark.usefixtures("plainsight")
@pytest.mark.parametrize(
    "arguments",
    [
        ("a.png", "a.png"),
        ("a.png", "out.png"),
        ("a.png", "nowhere/out.jpg"),
        ("a.png", "taken.jpg"),
        ("a.png", "link.jpg"),
        ("a.png", "out.jpg", "--keep", "face"),
        ("a.png", "out.jpg", "--keep", "drawn"),
        ("a.png", "out.jpg", "--crop", "9,9,9,9"),
        ("a.png", "out.jpg", "--mask", "one"),
        ("folder", "folder"),
        ("folder", "folder/inside"),
        ("folder", "."),
        ("folder", "a.png"),
        ("folder", "out", "--mask", "0,0,9,9"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_touched(arguments: tuple[str, ...]) -> None:
    Path("taken.jpg").write_bytes(b"mine")
    Path("folder").mkdir()
    for name in ("one.png", "two.png"):
        Path("folder", name).write_bytes(PICTURE)
    Path("link.jpg").symlink_to("a.png")
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert redact(*arguments) == Exit.USAGE
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


@pytest.mark.usefixtures("plainsight")
def test_a_missing_picture_and_one_that_is_none_have_the_photo_code() -> None:
    Path("b.jpg").write_bytes(b"no picture")
    assert redact("gone.jpg", "out.jpg") == redact("b.jpg", "out.jpg") == Exit.PHOTO
    assert not Path("out.jpg").exists()


@pytest.mark.usefixtures("plainsight")
def test_a_folder_goes_on_past_a_bad_picture_and_resumes(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path("in", "deep")
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(PICTURE)
    (folder / "a.png.jpg").write_bytes(PICTURE)
    (folder / "bad.jpg").write_bytes(b"no picture")
    (folder / "notes.txt").write_bytes(b"words")
    assert redact("in", "out") == Exit.PHOTO
    told = capsys.readouterr()
    assert told.out == "2 redacted, 0 there already, 1 failed; 1 other files were left out\n"
    assert len(told.err.splitlines()) == 3
    assert sorted(os.listdir("out/deep")) == ["a.png.jpg", "a.png.jpg.jpg"]
    (folder / "bad.jpg").write_bytes(PICTURE)
    assert redact("in", "out") == Exit.OK
    assert capsys.readouterr().out.startswith("1 redacted, 2 there already")


def test_what_is_still_seen_is_masked_too(plainsight: Script) -> None:
    def white_corner(image: Image.Image) -> tuple[object, ...]:
        level = image.convert("L").getpixel((80, 10))
        return (seen(Kind.CODE, 70, 0, 96, 20),) if level == 255 else ()

    plainsight.again = white_corner  # type: ignore[assignment]
    assert redact("a.png", "out.jpg") == Exit.OK
    assert max(decoded(Path("out.jpg").read_bytes()).getpixel((80, 10))) < 30  # type: ignore[arg-type, type-var]


def test_what_cannot_be_masked_away_writes_nothing(plainsight: Script, capsys: pytest.CaptureFixture[str]) -> None:
    places = iter([*range(0, 90, 8), *range(0, 90, 8)])
    plainsight.again = lambda _image: (seen(Kind.CODE, left := next(places), 56, left + 6, 64),)
    assert redact("a.png", "out.jpg") == Exit.FAILED
    assert not Path("out.jpg").exists()
    assert "still sees" in capsys.readouterr().out


def test_without_detectors_nothing_is_written_and_the_way_out_is_said(
    monkeypatch: pytest.MonkeyPatch, plainsight: Script, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(companion_app.redaction, "Redactor", lambda: Redactor(Missing()))
    assert redact("a.png", "out.jpg") == Exit.HOST
    assert "plainsight[answers]" in capsys.readouterr().err
    assert not Path("out.jpg").exists()


@pytest.mark.usefixtures("plainsight")
def test_a_full_disk_leaves_no_half_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    assert redact("a.png", "out.jpg") == Exit.FAILED
    assert os.listdir() == ["a.png"]


def test_the_words_that_were_read_are_in_no_answer() -> None:
    assert not any(name in {"text", "lines"} for name in companion_app.redaction.Region.__dataclass_fields__)
    assert "image" not in repr(Redactor(Script()).look(io.BytesIO(PICTURE).getvalue()))
