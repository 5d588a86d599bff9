"""Deploys to MicroPython on littlefs: only what changed is sent, and only what is whole and can be imported counts."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from loader import record

from host_tools.cable.errors import WrongBoard
from host_tools.deploying import firmware_hash
from host_tools.deploying.errors import (
    ApplicationBroken,
    DidNotStart,
    FlashTooFull,
    ForeignProgram,
    ModulesMissing,
    NotWhole,
    OtherMpyVersion,
)
from host_tools.deploying.found import look
from tests.unit.deploying.bench import MAIN, Board, firmware


def the_record(board: Board) -> dict[str, Any]:
    fields, verdict = record.unpack(board.get("/slots/record"))
    assert verdict == "ok"
    return fields


def put_record(board: Board, **fields: Any) -> None:
    board.put("/slots/record", record.pack(record.empty() | fields))


def contents(board: Board) -> dict[str, str]:
    return board.hashes(board.files("/"))


@pytest.fixture
def changed(old: Path, tmp_path: Path) -> Path:
    """The old application with one file changed, one more and one less."""
    tree = tmp_path / "changed"
    shutil.copytree(old, tree)
    (tree / "plainsight/big.py").write_text("# changed\n" * 900)
    (tree / "plainsight/more").mkdir()
    (tree / "plainsight/more/__init__.py").write_text("")
    (tree / "boards/xiao_esp32s3/gatt_radio.py").write_text("RADIO = 1\n")
    return tree


def test_a_bare_board_gets_everything(bare: Board, old: Path) -> None:
    done = bare.deploy(old)
    assert (done.slot, done.kept, done.copied, done.uploaded, done.removed, done.root) == ("a", 0, 0, 7, 0, 4)
    assert (done.version, done.state, done.switched, done.dry_run) == ("0.1.0", "ready: runs 0.1.0", True, False)
    assert done.uploaded_bytes == done.bytes == sum(bare.files("/").values()) - len(bare.get("/slots/record"))
    assert done.simulated
    written = {"slot": "a", "version": "0.1.0", "news": "deployed", "sha256": done.sha256}
    assert the_record(bare) == record.empty() | written


def test_only_what_changed_is_sent(running: Board, changed: Path) -> None:
    done = running.deploy(changed)
    sent = [changed / path for path in ("plainsight/big.py", "boards/xiao_esp32s3/gatt_radio.py")]
    assert (done.slot, done.kept, done.copied, done.uploaded, done.removed, done.root) == ("b", 0, 5, 3, 0, 0)
    assert done.uploaded_bytes == sum(path.stat().st_size for path in sent)
    assert the_record(running)["slot"] == "b"


@pytest.mark.parametrize("name", ["boot.py", "main.py", "loader/__init__.py", "loader/stranger.py"])
def test_what_was_replaced_beside_the_slots_gets_on_record_as_well(running: Board, old: Path, name: str) -> None:
    """These are what keeps the console of glasses shut."""
    put_record(running, slot="a", version="0.1.0", news="")
    running.put("/" + name, b"# of somebody else\n")
    done = running.deploy(old, replace_program=True)
    assert (done.slot, done.uploaded, done.kept) == ("a", 0, 7)
    assert (the_record(running)["news"], the_record(running)["sha256"]) == ("deployed", done.sha256)
    put_record(running, slot="a", version="0.1.0", news="")
    running.deploy(old)
    assert the_record(running)["news"] == "", "nothing was done"


def test_what_is_there_stays_and_what_is_too_much_goes(running: Board, old: Path, changed: Path) -> None:
    running.deploy(changed)
    running.put("/slots/a/stranger.py", b"x = 1\n")
    running.put("/slots/a/board.py.new", b"x")
    done = running.deploy(old)
    assert (done.slot, done.kept, done.copied, done.uploaded, done.removed) == ("a", 7, 0, 0, 2)
    again = running.deploy(changed)
    assert (again.slot, again.kept, again.uploaded) == ("b", 8, 0)
    third = running.deploy(old)
    assert third.sha256 == done.sha256 != again.sha256
    done_again = running.deploy(old)
    assert (done_again.slot, done_again.switched, done_again.uploaded_bytes) == ("a", False, 0)
    assert running.resets == 5, "it runs again after a deploy that had nothing to do"


def test_a_folder_that_is_empty_now_goes_too(running: Board, old: Path, changed: Path, tmp_path: Path) -> None:
    """MicroPython imports an empty folder rather than the module of that name."""
    running.deploy(changed)
    running.deploy(old)
    as_module = tmp_path / "as_module"
    shutil.copytree(changed, as_module)
    shutil.rmtree(as_module / "plainsight/more")
    (as_module / "plainsight/more.py").write_text("MORE = 2\n")
    (as_module / "plainsight/start.py").write_text(
        "from plainsight.more import MORE\nfrom plainsight.version import FIRMWARE_VERSION as VERSION\n"
    )
    done = running.deploy(as_module)
    assert (done.slot, done.removed) == ("b", 1)
    assert running.boot() == ["runs 0.1.0"]


def test_a_dry_run_says_the_same_and_changes_nothing(running: Board, changed: Path) -> None:
    before = contents(running)
    said = running.deploy(changed, dry_run=True)
    assert (said.copied, said.uploaded, said.dry_run, said.state) == (5, 3, True, "")
    assert contents(running) == before
    assert running.resets == 1
    done = running.deploy(changed)
    assert (done.copied, done.uploaded, done.sha256, done.uploaded_bytes) == (5, 3, said.sha256, said.uploaded_bytes)


def test_the_firmware_hash_names_what_lies_on_the_board(bare: Board, old: Path, changed: Path) -> None:
    assert firmware_hash(bare) is None
    done = bare.deploy(old)
    assert firmware_hash(bare) == done.sha256
    bare.put("/slots/a/plainsight/big.py", b"# manipulated\n")
    assert firmware_hash(bare) not in (None, done.sha256)
    later = bare.deploy(changed)
    assert firmware_hash(bare) == later.sha256
    bare.put("/boot.py", b"import evil\n")
    assert firmware_hash(bare) != later.sha256
    bare.remove("/main.py")
    assert firmware_hash(bare) is None


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("raise ValueError('does not come up')\n", "ValueError: does not come up"),
        ("import no_such_module\n", "no module named 'no_such_module'"),
        ("def f(:\n", "SyntaxError"),
    ],
)
def test_a_broken_application_is_not_switched_to(running: Board, tmp_path: Path, start: str, said: str) -> None:
    before = the_record(running)
    with pytest.raises(ApplicationBroken, match=said) as refused:
        running.deploy(firmware(tmp_path / "broken", "0.3.0", start=start, main=f"# new\n{MAIN}"))
    assert "start.py" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert the_record(running) == before
    assert running.resets == 1, "what ran before runs again"
    assert running.boot() == ["runs 0.1.0"]


def test_one_that_would_be_imported_from_elsewhere_is_not_switched_to(running: Board, changed: Path) -> None:
    """A file that the slot lacks could come from the root of the flash, or be frozen into the image."""
    running.put("/gatt_radio.py", b"")
    (changed / "boards/xiao_esp32s3/gatt_radio.py").unlink()
    with pytest.raises(ApplicationBroken, match="it would run from"):
        running.deploy(changed)
    assert running.boot() == ["runs 0.1.0"]


def test_one_that_ends_at_once_is_named_with_its_error(running: Board, tmp_path: Path) -> None:
    tree = firmware(tmp_path / "ends", "0.3.0", main="raise OSError(5)\n")
    with pytest.raises(DidNotStart, match="EIO"):
        running.deploy(tree)


def test_what_is_read_back_is_what_counts(running: Board, changed: Path) -> None:
    """A flash that does not hold what was written: after each write some bytes of it change."""
    put = running.put

    def wear(path: str, content: bytes, progress: Any = None) -> None:
        put(path, content[:-1] + b"?" if "big.py" in path else content, progress)

    running.put = wear  # type: ignore[method-assign]
    with pytest.raises(NotWhole, match=r"/slots/b/plainsight/big\.py on the board"):
        running.deploy(changed)
    assert the_record(running)["slot"] == "a"
    running.put = put  # type: ignore[method-assign]
    assert running.deploy(changed).uploaded == 1


def test_a_file_that_came_to_the_slot_meanwhile_is_no_part_of_it(running: Board, changed: Path) -> None:
    put = running.put

    def busy(path: str, content: bytes, progress: Any = None) -> None:
        put(path, content, progress)
        if "big.py" in path:
            put("/slots/b/plainsight/log.py", b"")

    running.put = busy  # type: ignore[method-assign]
    with pytest.raises(NotWhole, match=r"/slots/b/plainsight/log\.py"):
        running.deploy(changed)
    assert the_record(running)["slot"] == "a"


def test_a_record_that_is_not_what_was_written_is_named(running: Board, changed: Path) -> None:
    put = running.put

    def wear(path: str, content: bytes, progress: Any = None) -> None:
        put(path, content[:-1] if path == "/slots/record" else content, progress)

    running.put = wear  # type: ignore[method-assign]
    with pytest.raises(NotWhole, match="/slots/record"):
        running.deploy(changed)


def test_what_the_session_had_imported_does_not_count_as_an_import(running: Board, changed: Path) -> None:
    put = running.put

    def curious(path: str, content: bytes, progress: Any = None) -> None:
        running.execute("import sys\nsys.modules['board'] = sys")
        put(path, content, progress)

    running.put = curious  # type: ignore[method-assign]
    assert running.deploy(changed).state == "ready: runs 0.1.0"


def test_wrong_files_make_room_before_anything_is_sent(running: Board, changed: Path, new: Path) -> None:
    running.deploy(changed)  # in b; a holds another big.py
    put, first = running.put, list[set[str]]()

    def look_first(path: str, content: bytes, progress: Any = None) -> None:
        first.append(set(running.files("/slots/a")))
        put(path, content, progress)

    running.put = look_first  # type: ignore[method-assign]
    assert running.deploy(new).slot == "a"
    changes = {f"/slots/a/{path}" for path in ("plainsight/big.py", "plainsight/version.py", "board.py")}
    assert first[0]
    assert not first[0] & changes


def test_what_an_earlier_one_left_beside_the_slots_is_neither_used_nor_kept(
    running: Board, changed: Path, new: Path
) -> None:
    for folder in ("/slots/next", "/slots/next/loader"):
        running.make_folder(folder)
    running.put("/slots/next/loader/__init__.py", b"raise ValueError\n")
    assert running.deploy(changed).root == 0
    assert running.execute("import os\nprint(sorted(os.listdir('/slots')))") == "['a', 'b', 'record']\n"
    running.deploy(new)
    assert running.execute("import os\nprint(sorted(os.listdir('/slots')))") == "['a', 'b', 'record']\n"


@pytest.mark.parametrize("path", ["loader/record.py", "main.py", "boot.py"])
def test_the_root_of_the_flash_is_read_back_before_anything_there_is_replaced(
    running: Board, new: Path, path: str
) -> None:
    put = running.put

    def wear(where: str, content: bytes, progress: Any = None) -> None:
        put(where, content[:-1] + b"?" if where == f"/slots/next/{path}" else content, progress)

    if path == "boot.py":
        running.put("/boot.py", b"# another\n")
    before = {name: sha256 for name, sha256 in contents(running).items() if not name.startswith("/slots/b")}
    running.put = wear  # type: ignore[method-assign]
    with pytest.raises(NotWhole, match=path):
        running.deploy(new)
    after = contents(running)
    assert {name: after.get(name) for name in before} == before


def test_without_room_nothing_is_touched(running: Board, new: Path) -> None:
    running.put("/filler", bytes(200_000))
    filled = look(running).free_bytes
    running.execute(
        f"with open('/more', 'wb') as f:\n for _ in range({(filled - 60_000) // 4096}):\n  f.write(bytes(4096))"
    )
    before = contents(running)
    with pytest.raises(FlashTooFull) as refused:
        running.deploy(new)
    assert refused.value.needed > refused.value.free
    assert contents(running) == before
    running.remove("/filler")
    assert running.deploy(new).state == "ready: runs 0.2.0"


def test_a_program_that_is_not_ours_is_not_replaced_unasked(bare: Board, old: Path) -> None:
    bare.put("/boot.py", b"# This file is executed on every boot (including wake-boot from deepsleep)\n#import esp\n\n")
    bare.put("/main.py", b"import my_life_s_work\n")
    before = contents(bare)
    with pytest.raises(ForeignProgram, match=r"^main\.py on the board") as refused:
        bare.deploy(old)
    assert refused.value.names == ("main.py",)
    assert contents(bare) == before
    bare.put("/boot.py", b"import esp\n")
    with pytest.raises(ForeignProgram, match=r"^boot\.py and main\.py"):
        bare.deploy(old)
    bare.put("/boot.py", b"#" * 5000)
    with pytest.raises(ForeignProgram, match=r"^boot\.py and main\.py"):
        bare.deploy(old)
    assert bare.deploy(old, replace_program=True).state == "ready: runs 0.1.0"
    bare.remove("/loader")
    assert bare.deploy(old).root > 0, "our own program is no stranger without its loader"
    bare.put("/main.py", b"print('changed by hand')\n")
    assert bare.deploy(old).root == 1, "once ours was there, the program is ours"


def test_no_program_lies_beside_a_loader_of_another_version(running: Board, new: Path) -> None:
    """Cut off here the board waits at its REPL; with a main.py it might neither run nor open its console."""
    rename, beside = running.rename, list[tuple[str, bool]]()

    def noted(before: str, after: str) -> None:
        rename(before, after)
        if "slots" not in after:
            beside.append((after, "/main.py" in running.files("/")))

    running.rename = noted  # type: ignore[method-assign]
    running.deploy(new)
    assert beside == [("/boot.py", False), ("/loader/record.py", False), ("/main.py", True)]


def test_another_loader_goes(running: Board, old: Path) -> None:
    """MicroPython imports a package's .py before its .mpy; neither may be somebody else's."""
    running.put("/loader/__init__.mpy", b"M")
    running.put("/loader/record.mpy", b"M")
    assert running.deploy(old).root == 1, "main.py goes first and comes last"
    assert sorted(path for path in running.files("/") if "loader" in path) == [
        "/loader/__init__.py",
        "/loader/record.py",
    ]


@pytest.mark.parametrize("lost", [("camera",), ("camera", "bluetooth")])
def test_a_micropython_without_a_module_is_named(
    running: Board, new: Path, tmp_path: Path, lost: tuple[str, ...]
) -> None:
    running.vendor = tmp_path
    for name in ("camera", "bluetooth"):
        (tmp_path / f"{name}.py").write_text("raise ImportError\n" if name in lost else "")
    with pytest.raises(ModulesMissing, match="plainsight flash --list") as refused:
        running.deploy(new)
    assert refused.value.names == lost
    assert running.boot() == ["runs 0.1.0"]


def answers_instead(board: Board, monkeypatch: pytest.MonkeyPatch, pattern: str, instead: str) -> None:
    """The board says something else of itself."""
    execute = board.execute
    monkeypatch.setattr(board, "execute", lambda *code, **options: re.sub(pattern, instead, execute(*code, **options)))


@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        ("ESP32S3", "ESP32"),  # has the same native code
        (r'"mpy": \d+', f'"mpy": {6 | 3 << 8}'),  # none
        (r'"mpy": \d+', f'"mpy": {6 | 3 << 8 | 4 << 10}'),  # of an RP2040
    ],
)
def test_another_board_is_refused(
    running: Board, new: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, instead: str
) -> None:
    answers_instead(running, monkeypatch, pattern, instead)
    with pytest.raises(WrongBoard, match="not an ESP32S3"):
        running.deploy(new)


def test_compiled_modules_run_and_another_version_of_them_is_refused(
    running: Board, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = running.deploy(new, source=False)
    assert (done.architecture, done.state) == ("x64", "ready: runs 0.2.0")
    assert "/slots/b/plainsight/start.mpy" in running.files("/")
    answers_instead(running, monkeypatch, r'"mpy": \d+', f'"mpy": {5 | 2 << 10}')
    with pytest.raises(OtherMpyVersion, match="--source") as refused:
        running.deploy(new, source=False)
    assert (refused.value.theirs, refused.value.ours[0]) == ((5, 0), 6)
    assert running.deploy(new).state == "ready: runs 0.2.0", "sources need no version"


def test_a_release_on_trial_is_given_up_and_both_are_told(running: Board, old: Path, changed: Path) -> None:
    """Its slot is written over; without a word the way back would lead into half an application."""
    running.deploy(changed)  # in b
    put_record(
        running, slot="a", before="b", trial=True, attempts=1, version="9.9.9", floor="0.0.5", next_floor="9.9.9"
    )
    boots: list[list[str]] = []
    puts: list[str] = []
    put = running.put

    def noted(path: str, content: bytes, progress: Any = None) -> None:
        puts.append(path)
        put(path, content, progress)
        if path == "/slots/record":
            boots.append([str(the_record(running)[name]) for name in ("slot", "trial", "news")])

    running.put = noted  # type: ignore[method-assign]
    done = running.deploy(old)
    assert puts[0] == "/slots/record", "before anything else is touched"
    assert boots == [["b", "False", "rolled_back"], ["a", "False", "rolled_back deployed"]]
    assert (done.slot, the_record(running)["floor"], the_record(running)["next_floor"]) == ("a", "0.0.5", "0.0.5")


def test_news_that_was_not_recorded_yet_stays(running: Board, changed: Path) -> None:
    put_record(running, slot="a", news="rolled_back", version="0.1.0")
    running.deploy(changed)
    assert the_record(running)["news"] == "rolled_back deployed"


def test_a_damaged_record_is_made_whole(running: Board, old: Path, changed: Path) -> None:
    running.put("/slots/record", b"noise")
    done = running.deploy(old)
    assert (done.slot, done.uploaded, done.switched) == ("a", 0, True)
    running.put("/slots/record", b"noise")
    assert running.deploy(changed).slot == "b", "what the loader falls back to is not written over"
