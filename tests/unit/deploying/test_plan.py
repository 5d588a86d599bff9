"""The plan of a deploy: carried out on what was found, it gives the application, and leaves alone what runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loader import record

from host_tools.deploying.found import Found
from host_tools.deploying.known import Known
from host_tools.deploying.manifest import entries
from host_tools.deploying.plan import Plan, plan

Files = dict[str, bytes]
NAMES = ("board.py", "pins.py", "plainsight/start.py", "plainsight/files.py", "plainsight/files.mpy", "stranger")
ROOT = ("boot.py", "main.py", "loader/__init__.py", "loader/record.py")
CONTENTS = (b"", b"one", b"two", b"three three")

some = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(CONTENTS))
wanted = some.filter(bool)
rooted = st.fixed_dictionaries({name: st.sampled_from(CONTENTS) for name in ROOT})
at_root = st.dictionaries(st.sampled_from((*ROOT, "loader/other.py")), st.sampled_from(CONTENTS))
records = st.fixed_dictionaries(
    {"slot": st.sampled_from(["", "a", "b"]), "before": st.sampled_from(["", "a", "b"]), "trial": st.booleans()}
)
verdicts = st.sampled_from(["ok", "new", "damaged"])


def found(slots: Mapping[str, Files], root: Files, fields: Mapping[str, object], verdict: str) -> Found:
    sizes = {slot: {path: len(content) for path, content in files.items()} for slot, files in slots.items()}
    stored = record.empty() | (fields if verdict == "ok" else {})
    root_sizes = {path: len(content) for path, content in root.items()}
    return Found("ESP32S3", 2822, (), 0, root_sizes, sizes, {}, stored, verdict)


def hashed(files: Files) -> dict[str, str]:
    return {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}


def carried_out(what: Plan, slots: Mapping[str, Files], running: str, slot: Files) -> Files:
    """The slot afterwards."""
    lying = {path: content for path, content in slots[what.slot].items() if path not in what.clear}
    lying |= {path: slots[running][path] for path in what.copy}
    return lying | {path: slot[path] for path in what.upload}


@given(slot=wanted, root=rooted, a=some, b=some, here=at_root, fields=records, verdict=verdicts)
def test_it_leads_to_the_application_and_leaves_what_runs(
    slot: Files, root: Files, a: Files, b: Files, here: Files, fields: dict[str, object], verdict: str
) -> None:
    slots = {"a": a, "b": b}
    seen = found(slots, here, fields, verdict)
    what = plan(
        entries(slot), entries(root), seen, Known({name: hashed(files) for name, files in slots.items()}, hashed(here))
    )
    assert carried_out(what, slots, seen.running, slot) == slot
    if what.copy or what.upload or what.clear:
        assert what.slot != seen.running
    for path in what.upload:  # nothing that lies in a slot already is sent
        assert slots[what.slot].get(path) != slot[path]
        assert not seen.running or slots[seen.running].get(path) != slot[path]
    assert set(what.keep) | set(what.copy) | set(what.upload) == set(slot)
    assert set(what.remove) == set(what.clear) - set(slot)
    after = {path: content for path, content in here.items() if path not in what.unlink}
    after |= {path: root[path] for path in what.stage}
    assert {path: after[path] for path in after if path != "loader/other.py"} == root
    assert "loader/other.py" not in after
    if what.stage or what.unlink:
        assert "main.py" in what.stage, "it goes first and comes last"
    if not what.switch:
        assert verdict == "ok"
        assert (fields["trial"], fields["slot"]) == (False, what.slot)


@given(slot=wanted, root=rooted, other=some)
def test_what_runs_already_is_left_alone(slot: Files, root: Files, other: Files) -> None:
    slots = {"a": other, "b": slot}
    seen = found(slots, root, {"slot": "b", "before": "", "trial": False}, "ok")
    what = plan(entries(slot), entries(root), seen, Known({"a": hashed(other), "b": hashed(slot)}, hashed(root)))
    assert what.is_done
    assert (what.slot, what.needed_bytes) == ("b", 0)


@pytest.mark.parametrize("lost", ROOT)
def test_a_program_that_is_missing_is_work_to_do(lost: str) -> None:
    slot, root = {"board.py": b"1"}, dict.fromkeys(ROOT, b"x")
    here = {path: content for path, content in root.items() if path != lost}
    seen = found({"a": slot, "b": {}}, here, {"slot": "a", "before": "", "trial": False}, "ok")
    what = plan(entries(slot), entries(root), seen, Known({"a": hashed(slot), "b": {}}, hashed(here)))
    assert not what.is_done
    assert set(what.stage) == {lost, "main.py"}
    assert what.switch, "the record says that something was deployed"


def test_room_is_counted_in_blocks_and_what_goes_first_counts() -> None:
    slot = {"one": b"x", "two": b"x" * 4097}
    root = dict.fromkeys(ROOT, b"x")
    known = Known({"a": {}, "b": {}}, hashed(root))
    fields = {"slot": "a", "before": "", "trial": False}
    empty = plan(entries(slot), entries(root), found({"a": {}, "b": {}}, root, fields, "ok"), known)
    assert empty.needed_bytes == 3 * 4096 + 64 * 1024
    old = {"old": b"x" * 9000}
    replaced = plan(entries(slot), entries(root), found({"a": {}, "b": old}, root, fields, "ok"), known)
    assert replaced.needed_bytes == 64 * 1024


@pytest.mark.parametrize(
    ("fields", "verdict", "running", "idle"),
    [
        ({"slot": "a"}, "ok", "a", "b"),
        ({"slot": "b"}, "ok", "b", "a"),
        ({"slot": ""}, "ok", "", "a"),
        ({"slot": "b", "before": "a", "trial": True}, "ok", "a", "b"),
        ({"slot": "a", "before": "", "trial": True}, "ok", "", "a"),
        ({}, "damaged", "b", "a"),
        ({}, "new", "b", "a"),
    ],
)
def test_what_runs_is_what_the_loader_would_run(
    fields: dict[str, object], verdict: str, running: str, idle: str
) -> None:
    seen = found({"a": {}, "b": {"plainsight/start.py": b""}}, {"main.py": b""}, fields, verdict)
    assert (seen.running, seen.idle) == (running, idle)
    assert found({"a": {}, "b": {"x": b""}}, {}, {}, "new").running == ""
