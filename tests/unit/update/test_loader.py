"""The loader: counts a boot before it hands over, gives up after three, and runs what was flashed where it must."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import loader
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loader import record

Boot = Callable[[], str]


@pytest.fixture
def boot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Boot:
    """A start of the chip: the slot that got control."""

    def enter() -> str:
        for name, value in (("_entered", False), ("_trial", False), ("slot", ""), ("verdict", "new")):
            monkeypatch.setattr(loader, name, value)
        monkeypatch.setattr(sys, "path", ["outside"])
        return loader.enter(str(tmp_path))

    return enter


def unpack(root: Path, slot: str) -> None:
    (root / "slots" / slot / "plainsight").mkdir(parents=True)


def put(root: Path, **fields: Any) -> None:
    (root / "slots").mkdir(exist_ok=True)
    record.write(str(root), record.empty() | fields)


def test_glasses_that_never_took_a_release_run_what_was_flashed(boot: Boot) -> None:
    assert boot() == ""
    assert (loader.verdict, loader.on_trial(), sys.path) == ("new", False, ["outside"])


@pytest.mark.parametrize("slot", ["a", "b"])
def test_a_confirmed_slot_runs_for_ever(tmp_path: Path, boot: Boot, slot: str) -> None:
    unpack(tmp_path, slot)
    put(tmp_path, slot=slot, attempts=3)
    for _ in range(5):
        assert boot() == slot
        assert not loader.on_trial()
        assert sys.path == [f"{tmp_path}/slots/{slot}", "outside"]


@pytest.mark.parametrize(("slot", "before"), [("a", ""), ("b", "a"), ("a", "b")])
def test_a_trial_has_three_boots_and_then_the_one_before_runs(
    tmp_path: Path, boot: Boot, slot: str, before: str
) -> None:
    for name in record.SLOTS:
        unpack(tmp_path, name)
    put(tmp_path, slot=slot, before=before, trial=True, version="2.0.0", floor="1.0.0", next_floor="2.0.0")
    for attempt in (1, 2, 3):
        assert boot() == slot
        assert loader.on_trial()
        assert record.read(str(tmp_path))[0]["attempts"] == attempt
    for _ in range(3):
        assert boot() == before
        assert not loader.on_trial()
    fields, verdict = record.read(str(tmp_path))
    assert verdict == "ok"
    assert fields == record.empty() | {
        "slot": before,
        "before": before,
        "version": "2.0.0",
        "news": "rolled_back",
        "floor": "1.0.0",
        "next_floor": "2.0.0",
    }


def test_a_boot_counts_before_the_release_gets_control(
    tmp_path: Path, boot: Boot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can't be counted is not tried: a release that always crashes would be tried for ever."""
    unpack(tmp_path, "a")
    put(tmp_path, slot="a", trial=True)

    def full(root: str, fields: dict[str, Any]) -> None:
        raise OSError(28)

    monkeypatch.setattr(record, "write", full)
    assert boot() == ""
    assert not loader.on_trial()


def test_a_slot_whose_files_are_gone_is_not_started(tmp_path: Path, boot: Boot) -> None:
    unpack(tmp_path, "b")
    put(tmp_path, slot="a", before="b", trial=True)
    assert boot() == "b"
    assert record.read(str(tmp_path))[0]["news"] == "rolled_back"
    put(tmp_path, slot="a", before="")
    assert boot() == ""
    put(tmp_path, slot="a", before="a", trial=True, attempts=3)
    assert boot() == ""


def test_it_acts_once_a_boot(tmp_path: Path, boot: Boot) -> None:
    unpack(tmp_path, "a")
    put(tmp_path, slot="a", trial=True)
    assert boot() == loader.enter(str(tmp_path)) == loader.enter("elsewhere") == "a"
    assert record.read(str(tmp_path))[0]["attempts"] == 1
    assert sys.path == [f"{tmp_path}/slots/a", "outside"]


def test_a_damaged_record_runs_what_was_flashed_and_is_named(tmp_path: Path, boot: Boot) -> None:
    unpack(tmp_path, "a")
    put(tmp_path, slot="a")
    path = tmp_path / "slots/record"
    whole = path.read_bytes()
    for spoilt in (b"", b"\n", whole[:-1], whole[:64], whole.replace(b'"a"', b'"b"'), b"\xff" * 300, whole[65:]):
        path.write_bytes(spoilt)
        assert (boot(), loader.verdict) == ("", "damaged")
    path.unlink()
    path.mkdir()
    assert (boot(), loader.verdict) == ("", "damaged")


def test_without_a_record_what_a_cable_brought_runs(tmp_path: Path, boot: Boot) -> None:
    """Nothing was flashed there: main.py lies beside the slots, and plainsight/ in one of them alone."""
    unpack(tmp_path, "b")
    put(tmp_path, slot="b")
    path = tmp_path / "slots/record"
    path.write_bytes(path.read_bytes()[:-1])
    assert boot() == ""
    (tmp_path / "main.py").touch()
    assert (boot(), loader.verdict, sys.path[0]) == ("b", "damaged", f"{tmp_path}/slots/b")
    path.unlink()
    assert (boot(), loader.verdict) == ("b", "new")
    (tmp_path / "plainsight").mkdir()
    assert boot() == ""
    (tmp_path / "plainsight").rmdir()
    put(tmp_path, slot="a")
    assert boot() == "", "a record that is whole is believed"


@pytest.mark.parametrize(
    ("fields", "chosen"),
    [
        ({"slot": "a"}, "a"),
        ({"slot": "a", "before": "b", "trial": True, "attempts": 2}, "a"),
        ({"slot": "a", "before": "b", "trial": True, "attempts": 3}, "b"),
        ({}, ""),
    ],
)
def test_a_visitor_sees_what_would_run_and_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], chosen: str
) -> None:
    machine = SimpleNamespace(WDT=lambda **_: pytest.fail("a watchdog would end the visit"))
    monkeypatch.setitem(sys.modules, "machine", machine)  # type: ignore[arg-type]
    for name in record.SLOTS:
        unpack(tmp_path, name)
    put(tmp_path, **fields)
    before = (tmp_path / "slots/record").read_bytes()
    for name, value in (("_entered", False), ("_trial", False), ("slot", ""), ("verdict", "new")):
        monkeypatch.setattr(loader, name, value)
    monkeypatch.setattr(sys, "path", ["outside"])
    for root in (f"{tmp_path}/", str(tmp_path)):
        assert loader.visit(root) == loader.slot == chosen
    assert sys.path == ([f"{tmp_path}/slots/{chosen}"] if chosen else []) + ["outside"]
    assert not loader.on_trial()
    assert (tmp_path / "slots/record").read_bytes() == before


def test_a_visitor_after_the_boot_changes_nothing(tmp_path: Path, boot: Boot) -> None:
    unpack(tmp_path, "a")
    put(tmp_path, slot="a", trial=True)
    assert boot() == loader.visit(str(tmp_path)) == loader.visit("elsewhere") == "a"
    assert loader.on_trial()
    assert sys.path == [f"{tmp_path}/slots/a", "outside"]


@given(at=st.integers(0, 400), bit=st.integers(0, 7))
def test_no_bit_of_the_record_can_change(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    root = tmp_path_factory.mktemp("flip")
    put(root, slot="a", before="b", trial=True, version="1.2.3")
    path = root / "slots/record"
    spoilt = bytearray(path.read_bytes())
    at %= len(spoilt)
    spoilt[at] ^= 1 << bit
    path.write_bytes(spoilt)
    assert record.read(str(root)) == (record.empty(), "damaged")


@pytest.mark.parametrize(
    "changed",
    [
        *({"slot": "c"}, {"slot": None}, {"slot": ["a"]}, {"before": "../x"}, {"trial": 1}, {"trial": None}),
        *({"attempts": "1"}, {"attempts": None}, {"version": 5}, {"floor": None}, {"next_floor": 1}, {"news": None}),
        *({"sha256": None}, {"sha256": 5}),
    ],
)
def test_a_whole_record_that_makes_no_sense_is_damaged(tmp_path: Path, changed: dict[str, Any]) -> None:
    put(tmp_path, **changed)
    assert record.read(str(tmp_path)) == (record.empty(), "damaged")


@given(content=st.binary(max_size=200))
def test_noise_is_damaged(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    root = tmp_path_factory.mktemp("noise")
    (root / "slots").mkdir()
    (root / "slots/record").write_bytes(content)
    assert record.read(str(root))[1] == "damaged"


def test_the_old_record_stands_until_the_new_one_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, slot="a")

    def no_rename(old: str, new: str) -> None:
        raise OSError(5, "torn")

    monkeypatch.setattr(os, "rename", no_rename)
    with pytest.raises(OSError, match="torn"):
        put(tmp_path, slot="b")
    assert record.read(str(tmp_path))[0]["slot"] == "a"


def test_a_trial_is_watched_from_before_its_first_line(
    tmp_path: Path, boot: Boot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release that hangs while it is imported feeds no watchdog of its own: the chip's ends it."""
    started: list[int] = []
    machine = SimpleNamespace(WDT=lambda *, timeout: started.append(timeout))
    monkeypatch.setitem(sys.modules, "machine", machine)  # type: ignore[arg-type]
    unpack(tmp_path, "a")
    put(tmp_path, slot="a", trial=True)
    boot()
    assert started == [60_000]
    put(tmp_path, slot="a")
    boot()
    assert started == [60_000]


def test_a_record_is_on_the_medium_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []

    class Noted(io.FileIO):
        def flush(self) -> None:
            if not self.closed:
                happened.append("flush")

    rename = os.rename
    monkeypatch.setattr(record, "open", Noted, raising=False)
    monkeypatch.setattr(os, "rename", lambda *names: (happened.append("rename"), rename(*names)))
    put(tmp_path, slot="a")
    assert happened[0] == "flush"
    assert happened[-1] == "rename"
    assert happened.count("flush") == 2  # its own, and that of closing


def test_it_knows_nothing_of_what_it_starts() -> None:
    """A module that was imported before the slot is chosen would stay the old one."""
    for path in Path(loader.__file__).parent.glob("*.py"):
        assert "plainsight" not in [
            line.split()[1].split(".")[0]
            for line in path.read_text().splitlines()
            if line.startswith(("import ", "from "))
        ]
