"""A board is given back as it was found, and where that fails nothing is lost and somebody is told."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.cable.errors import BoardConfused, CableLost, ReplClosed
from host_tools.harness import backup
from host_tools.harness.errors import NothingKept, NotRestored
from host_tools.harness.giving_back import given_back, restore
from host_tools.harness.rig import RigOptions, open_rig
from tests.unit.cable.peer import Peer, plugged_in
from tests.unit.harness.fake_board import PORT, FakeCable, FakePower

FOUND = {"/main.py": b"run()", "/identity/key.der": b"secret", "/media/1.bin": b"a" * 5000, "/empty": b""}
FOLDERS = {"/identity", "/media"}


@pytest.fixture
def cable() -> FakeCable:
    made = FakeCable()
    made.content, made.folders = dict(FOUND), set(FOLDERS)
    return made


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "boards" / "240ac4515301"


def lend(cable: Any, folder: Path, power: Any = None) -> Any:
    return given_back(cable, folder, power, lambda _text: None)


@pytest.mark.parametrize("unique_id", ["", ".", "..", "../../precious", "/precious", "240ac4515301/..", "24 0ac451\n"])
def test_no_board_names_a_folder_that_is_not_its_own(unique_id: str, tmp_path: Path) -> None:
    """The folder is emptied first: the ids that boards give themselves must not lead out of it, nor to all of them."""
    with pytest.raises(BoardConfused, match="unique id"):
        backup.place(tmp_path, unique_id, PORT)
    assert backup.place(tmp_path, "240ac4515301", PORT) == tmp_path / "240ac4515301"


@pytest.mark.parametrize("unique_id", ["", "../precious"])
def test_a_board_that_names_another_folder_is_not_lent(unique_id: str, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("mine")

    def lying(code: str) -> tuple[str, str]:
        if "unique_id" not in code:
            return "", ""
        mark = code.split("print('")[1].split("'")[0]
        return mark + json.dumps({"machine": "ESP32S3", "release": "1", "mpy": 0, "unique_id": unique_id}) + "\n", ""

    with (
        plugged_in(Peer(run=lying)) as peer,
        pytest.raises(BoardConfused, match="unique id"),
        open_rig(RigOptions(target=peer.port, logs=tmp_path, keep=tmp_path / "boards")),
    ):
        pass
    assert (tmp_path / "precious" / "file").read_text() == "mine"


def test_everything_that_tests_did_is_undone(cable: FakeCable, kept: Path) -> None:
    with lend(cable, kept):
        cable.content["/main.py"] = b"other()"
        cable.content["/slots/a/new.mpy"] = b"new"
        cable.folders |= {"/slots", "/slots/a"}
        del cable.content["/media/1.bin"]
        cable.folders.discard("/media")
    assert cable.content == FOUND
    assert cable.folders == FOLDERS
    assert cable.done[-1] == "hard_reset", "its program runs again"
    assert not kept.exists(), "keys do not lie around"


def test_a_test_that_fails_changes_nothing_about_that(cable: FakeCable, kept: Path) -> None:
    def spoil() -> None:
        cable.content.clear()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), lend(cable, kept):
        spoil()
    assert cable.content == FOUND


def test_what_was_not_touched_is_not_written_again(cable: FakeCable, kept: Path) -> None:
    with lend(cable, kept):
        cable.content["/main.py"] = b"other()"
    assert cable.done.count("put") == 1


def test_a_back_up_is_its_owners_alone(cable: FakeCable, kept: Path) -> None:
    with lend(cable, kept):
        assert stat.S_IMODE(kept.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in kept.iterdir()} == {0o600}


def test_the_card_is_left_alone(cable: FakeCable, kept: Path) -> None:
    cable.content["/sd/plainsight/1.bin"] = b"x"
    with lend(cable, kept):
        cable.content["/sd/plainsight/1.bin"] = b"y"
        assert set(backup.look(cable).files) == set(FOUND)
    assert cable.content["/sd/plainsight/1.bin"] == b"y"


def test_a_file_that_can_not_be_put_back_is_named_and_the_back_up_stays(cable: FakeCable, kept: Path) -> None:
    cable.spoils = {"/main.py"}
    with pytest.raises(NotRestored) as caught, lend(cable, kept):
        cable.content["/main.py"] = b"other()"
    assert str(caught.value) == (
        f"the board is not as it was found (/main.py differ after restoring): its files are kept in {kept}, which "
        f"holds its keys; `plainsight hil --restore --target {PORT}` puts them back"
    )
    assert backup.left_over(kept) is not None
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert "hard_reset" not in cable.done


def test_nobody_is_sent_to_put_back_what_a_virtual_board_held(tmp_path: Path) -> None:
    master, slave = os.openpty()
    try:
        told = str(NotRestored("x", tmp_path, os.ttyname(slave)))
    finally:
        os.close(master)
        os.close(slave)
    assert told.endswith("it was a virtual board, and the next one is new: remove the folder")


@pytest.mark.parametrize("step", ["enter_repl", "execute", "put"])
def test_a_cable_pulled_while_restoring_is_made_good_by_the_next_run(cable: FakeCable, kept: Path, step: str) -> None:
    def pull() -> None:
        cable.content["/main.py"] = b"other()"
        cable.fails[step] = CableLost(PORT)

    with pytest.raises(NotRestored, match="is gone"), lend(cable, kept):
        pull()
    cable.fails.clear()
    told: list[str] = []
    fake: Any = cable
    with given_back(fake, kept, None, told.append):
        assert cable.content == FOUND, "before the first test of the next run"
    assert told[0] == f"an earlier run did not give this board back: what {kept} holds is put back first"
    assert not kept.exists()


def test_a_back_up_that_was_cut_short_does_not_count(cable: FakeCable, kept: Path) -> None:
    cable.fails["get"] = CableLost(PORT)
    with pytest.raises(CableLost), lend(cable, kept):
        raise AssertionError("no test may run without a back-up")
    assert backup.left_over(kept) is None
    assert not kept.exists(), "keys do not lie around"
    cable.fails.clear()
    with lend(cable, kept):
        cable.content.clear()
    assert cable.content == FOUND


def test_a_board_that_hangs_is_switched_off_and_on(cable: FakeCable, kept: Path) -> None:
    power = FakePower(on_cycle=cable.fails.clear)
    with lend(cable, kept, power):
        cable.content.clear()
        cable.fails["enter_repl"] = ReplClosed(PORT)
    assert power.cycles == 1
    assert cable.content == FOUND


def test_a_board_that_hangs_for_good_is_told(cable: FakeCable, kept: Path) -> None:
    with pytest.raises(NotRestored, match="does not answer Ctrl-C"), lend(cable, kept):
        cable.fails["enter_repl"] = ReplClosed(PORT)
    assert backup.left_over(kept) is not None


def test_bytes_that_are_not_what_the_board_hashed_are_no_back_up(cable: FakeCable, kept: Path) -> None:
    real_get = cable.get
    cable.get = lambda path: real_get(path) + b"?"  # type: ignore[method-assign]
    with pytest.raises(BoardConfused, match="other bytes than those it hashed"), lend(cable, kept):
        raise AssertionError("no test may run on it")
    assert backup.left_over(kept) is None


def test_a_back_up_that_somebody_changed_is_not_written_to_the_board(cable: FakeCable, kept: Path) -> None:
    def meddle() -> None:
        cable.content["/main.py"] = b"other()"
        for path in kept.iterdir():
            if path.name != "manifest.json":
                path.write_bytes(b"evil")

    with pytest.raises(NotRestored, match="was changed since it was taken off"), lend(cable, kept):
        meddle()
    assert cable.content["/main.py"] == b"other()"


def test_restore_puts_back_what_a_killed_run_left(cable: FakeCable, kept: Path) -> None:
    fake: Any = cable
    backup.take(fake, kept, lambda _text: None)
    cable.content["/main.py"] = b"other()"
    cable.content["/extra"] = b""
    assert restore(fake, kept) == ["/main.py", "/extra"]
    assert cable.content == FOUND
    with pytest.raises(NothingKept) as caught:
        restore(fake, kept)
    assert str(caught.value) == (
        f"nothing is kept of the board on {PORT} ({kept} holds no back-up): nothing is to be put back"
    )


def test_an_answer_that_is_no_list_of_folders_is_refused(cable: FakeCable) -> None:
    cable.execute = lambda code, timeout_s=10.0: code[code.index("print('") + 7 :][:12] + '{"a": 1}\n'  # type: ignore
    with pytest.raises(BoardConfused, match="listing folders"):
        backup.look(cable)


PATHS = st.sampled_from(["/a", "/b", "/c/d", "/c/e", "/f/g/h"])
HELD = st.dictionaries(PATHS, st.binary(max_size=20))


@given(found=HELD, left=HELD)
def test_whatever_was_found_and_left_the_board_is_as_before(
    found: dict[str, bytes], left: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    cable = FakeCable()
    cable.content = dict(found)
    with lend(cable, tmp_path_factory.mktemp("kept") / "board"):
        cable.content = dict(left)
    assert cable.content == found
