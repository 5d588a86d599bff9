"""`plainsight gallery`: what is listed, what is found, and what a copy leaves behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from companion_app.gallery import Picture
from companion_app.gallery.words import Words
from companion_app.sharing import egress
from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.worn.home import Home
from tests.app.libraries import database_in, gallery_in
from tests.app.opened import GLASSES, clip, seal_hash, unsealed
from tests.app.vaults import ledger_in, room

Run = Callable[..., "Ended"]


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return Home(tmp_path / "home").app


@pytest.fixture
def pictures(app: Path) -> list[Picture]:
    """A photograph with a sign, and a clip, the newer one."""
    database = database_in(app)
    gallery = gallery_in(app, database)
    photo = gallery.add(unsealed(1), glasses=GLASSES, sealed_sha256=seal_hash(1))
    film = gallery.add(clip(2), glasses=GLASSES, sealed_sha256=seal_hash(2))
    Words(database).keep(photo.id, ["PLATFORM 7"])
    database.close()
    return [film, photo]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    monkeypatch.setattr(egress, "install", lambda: None)

    def run(*words: object) -> Ended:
        try:
            code = main(["gallery", "--folder", str(tmp_path / "home"), *map(str, words)])
        except SystemExit as ended:
            code = int(ended.code or 0)
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    return run


def test_everything_is_listed_newest_first(run: Run, pictures: list[Picture]) -> None:
    ended = run()
    assert ended.code == Exit.OK
    assert [line.split()[0] for line in ended.out.splitlines()] == [picture.id for picture in pictures]
    assert "2 listed" in ended.err
    assert [row["id"] for row in run("--json").json] == [picture.id for picture in pictures]


@pytest.mark.parametrize(
    ("words", "which"),
    [
        (("--find", "platform"), [1]),
        (("--find", "nowhere"), []),
        (("--kind", "clip"), [0]),
        (("--unproven",), []),
        (("--shared",), []),
        (("--kind", "photo", "--find", "plat 7"), [1]),
    ],
)
def test_what_is_looked_for_is_found(
    run: Run, pictures: list[Picture], words: tuple[str, ...], which: list[int]
) -> None:
    assert [row["id"] for row in run(*words, "--json").json] == [pictures[at].id for at in which]


def test_opened_copies_are_written_and_on_record(run: Run, pictures: list[Picture], app: Path, tmp_path: Path) -> None:
    out = tmp_path / "copies"
    out.mkdir()
    ended = run("--export", out)
    assert ended.code == Exit.OK
    copies = [Path(line) for line in ended.out.splitlines()]
    assert sorted(path.suffix for path in copies) == [".avi", ".jpg"]
    assert copies[1].read_bytes() == unsealed(1).jpeg
    (record,) = [entry for entry in ledger_in(app).entries() if entry.kind == "export"]
    assert record.data["count"] == 2
    assert run("--export", out, pictures[1].id, "--json").json["failed"] == []
    assert len(list(out.iterdir())) == 3


def test_a_damaged_picture_is_named_in_words(run: Run, pictures: list[Picture], app: Path, tmp_path: Path) -> None:
    room(app / "gallery").path(pictures[1].id).write_bytes(b"not sealed")
    ended = run("--export", tmp_path)
    assert ended.code == Exit.FAILED
    assert f"{pictures[1].id}: The picture's file was changed" in ended.err
    assert len(list(tmp_path.glob("*.avi"))) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--export", "{app}"), "own folder"),
        (("--export", "{app}/typo"), "no folder"),
        (("nosuchid",), "no picture with this id"),
        (("--kind", "film"), "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    run: Run, pictures: list[Picture], app: Path, words: tuple[str, ...], told: str
) -> None:
    ended = run(*(word.format(app=app) for word in words))
    assert ended.code not in (Exit.OK, None)
    assert ended.out == ""
    assert told in ended.err
    assert len(ended.err.splitlines()) == 1
