"""What a run on a board says: its label on every row, reasons for what is missing, no serial number."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from host_tools.bench.on_board import references
from host_tools.bench.on_board.benches import ALONE, NAMES, NOT_THERE, WITH_PHONE
from host_tools.bench.on_board.figures import BOARD_TICKS, COUNTED, LeftOut, Reference, as_json, figure
from host_tools.bench.on_board.report import Subject, document, save, short_id, table
from host_tools.bench.power_figures import FIGURES

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = Reference(25.0, "ms", "modelled", "docs/somewhere.md")
SERIAL = "3485186abcde"


def subject(*, simulated: bool) -> Subject:
    machine = "Generic board with ESP32S3"
    return Subject(short_id(SERIAL), simulated, machine, "1.29.0", "0.1.0", "ab" * 32, "cd" * 20, "2026-01-02T03:04:05")


def test_a_figure_is_the_median_of_its_readings_with_their_ends() -> None:
    found = figure("one", [3.0, 1.0, 100.0], "ms", beside=REFERENCE)
    assert (found.value, found.least, found.most, found.samples, found.clock) == (3.0, 1.0, 100.0, 3, BOARD_TICKS)
    assert found.ratio == 0.12


def test_different_units_have_no_ratio() -> None:
    assert figure("one", [3.0], "s", beside=REFERENCE).ratio is None
    assert figure("one", [3.0], "s").ratio is None
    assert figure("one", [3.0], "s", beside=Reference(0.0, "s", "modelled", "x")).ratio is None


@pytest.mark.parametrize(("simulated", "label"), [(True, "simulated"), (False, "measured")])
def test_every_row_carries_the_word_for_what_it_is(simulated: bool, label: str) -> None:
    outcomes = [figure("one", [3.0], "ms", beside=REFERENCE), figure("two", [7.0], "bytes", COUNTED)]
    found = document(subject(simulated=simulated), outcomes, quick=False)
    assert found["label"] == label
    assert [row["label"] for row in found["rows"]] == [label, label]
    other = {"simulated": "measured", "measured": "simulated"}[label]
    text = table(subject(simulated=simulated), outcomes)
    assert text.count(label) == 2
    assert other not in text


def test_the_figure_that_is_replaced_stands_beside_with_its_kind_and_source() -> None:
    row = as_json(figure("one", [50.0], "ms", beside=REFERENCE), "measured")
    assert row["beside"] == {"value": 25.0, "unit": "ms", "kind": "modelled", "source": "docs/somewhere.md"}
    assert row["ratio"] == 2.0
    assert "25 ms, modelled: docs/somewhere.md" in table(
        subject(simulated=False), [figure("one", [50.0], "ms", beside=REFERENCE)]
    )


def test_what_is_missing_has_a_reason_and_no_number() -> None:
    left, failed = LeftOut("one", "no radio"), LeftOut("two", "the board is out of memory", failed=True)
    assert as_json(left, "measured") == {"name": "one", "value": None, "left_out": "no radio", "failed": False}
    lines = table(subject(simulated=False), [left, failed]).splitlines()
    assert lines[1:] == ["left out: one: no radio", "failed: two: the board is out of memory"]


def test_the_file_that_is_sent_holds_no_serial_number(tmp_path: Path) -> None:
    path = save(tmp_path / "new", document(subject(simulated=False), [figure("one", [3.0], "ms")], quick=True))
    assert path.name == f"on-board-{short_id(SERIAL)}.json"
    assert SERIAL not in path.read_text()
    assert json.loads(path.read_text())["quick"] is True
    assert list(path.parent.iterdir()) == [path]


def test_a_simulated_run_never_takes_the_name_of_a_measured_one(tmp_path: Path) -> None:
    measured = save(tmp_path, document(subject(simulated=False), [], quick=False))
    simulated = save(tmp_path, document(subject(simulated=True), [], quick=False))
    assert measured != simulated
    assert simulated.name.startswith("on-board-simulated-")


def test_two_boards_have_two_names() -> None:
    assert short_id(SERIAL) == short_id(SERIAL)
    assert short_id(SERIAL) != short_id("3485186abcdf")


def test_names_are_of_one_kind_each() -> None:
    assert len(NAMES) == len(set(NAMES)) == 1 + len(ALONE) + len(WITH_PHONE) + len(NOT_THERE)


def test_references_repeat_the_model_and_not_a_copy_of_it() -> None:
    of_model = {figure.name: figure.value for figure in FIGURES}
    assert references.BOOT.value == of_model["boot"]
    assert references.STORING.value == of_model["sealing"] * 1000
    assert references.GOODPUT.value == of_model["ble_kB_s"]
    assert references.BOOT.kind == "assumed"
    assert references.GOODPUT.kind == "documented"


@pytest.mark.parametrize(
    ("reference", "document_name"),
    [
        (references.SIGNATURE, "updates.md"),
        (references.STRETCH, "updates.md"),
        (references.RECORD, "hardware-status.md"),
    ],
)
def test_references_to_documents_are_still_there(reference: Reference, document_name: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / document_name).read_text()
    assert f"{reference.value:g} ms" in text
    assert document_name in reference.source


def test_what_is_modelled_stands_with_its_number_in_the_document_that_it_names() -> None:
    for known in vars(references).values():
        if isinstance(known, Reference) and known.kind == "modelled":
            document, _, _ = known.source.partition(":")
            path = ROOT / document.split(",")[0]
            assert re.search(rf"\b{re.escape(f'{known.value:g}')}\b", path.read_text()), known
