"""The model of the words goes with the application: the one that ships, or an own phrase in its place."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from plainsight.keyword import words
from plainsight.update import manifest

from host_tools.deploying.manifest import application
from host_tools.exits import Exit
from host_tools.release.build import build
from host_tools.release.errors import KeywordRefused
from host_tools.release.release import unsigned
from host_tools.release.words import model_files
from tests.speaking import stock_model

FIRMWARE = Path(__file__).resolve().parents[3] / "firmware"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return stock_model(tmp_path, "capture")


def test_an_own_phrase_stands_in_the_place_of_the_words_that_ship(own: Path) -> None:
    made = build(FIRMWARE, "xiao_esp32s3", compiled=False, keyword=own)
    models = {path: content for path, content in made.files if path.startswith("models/")}
    assert models == {words.OWN: own.read_bytes()}
    assert [path for path, _ in made.files] == sorted(path for path, _ in made.files)
    files = {path: digest for path, _, digest in manifest.parse(unsigned(made, None)[0]).files}
    assert files[words.OWN] == hashlib.sha256(own.read_bytes()).hexdigest(), "and the glasses take such a release"


def test_what_is_deployed_is_named_by_its_words_too(own: Path) -> None:
    def sha256(keyword: Path | None) -> str:
        return application(FIRMWARE, "xiao_esp32s3", compiled=False, architecture=None, keyword=keyword).sha256

    assert sha256(own) != sha256(None)


def test_the_words_that_ship_go_with_every_application(tmp_path: Path, own: Path) -> None:
    assert model_files(tmp_path, None) == {}
    (tmp_path / words.SHIPPED).parent.mkdir()
    (tmp_path / words.SHIPPED).write_bytes(own.read_bytes())
    assert model_files(tmp_path, None) == {words.SHIPPED: own.read_bytes()}


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "No such file"), (b"", "too short"), (b"TFL3" * 100, "no keyword model"), (b"cut", "too short")],
)
def test_a_model_that_the_glasses_could_not_use_is_refused_here(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    path = tmp_path / "own.kwm"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(KeywordRefused, match=why) as raised:
        model_files(FIRMWARE, path)
    assert (raised.value.exit_code, raised.value.path) == (Exit.KEYWORD, path)
    assert "\n" not in str(raised.value)


def test_one_flipped_bit_is_refused_here(tmp_path: Path, own: Path) -> None:
    content = bytearray(own.read_bytes())
    content[len(content) // 2] ^= 4
    own.write_bytes(content)
    with pytest.raises(KeywordRefused, match="checksum"):
        model_files(FIRMWARE, own)
