"""The power model: it says that it is one, follows from its figures, and the document shows those figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from host_tools.bench import power_model
from host_tools.bench.power_figures import FIGURES, VALUES, Figure
from host_tools.cli.main import main

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "power.md"


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_each_figure_has_a_source_and_bounds_around_it(figure: Figure) -> None:
    assert figure.low < figure.value < figure.high
    assert len(figure.source) > 15
    assert figure.low >= 0


def test_the_document_shows_the_figures_and_what_comes_of_them() -> None:
    text = DOCUMENT.read_text()
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    figures = [row for row in rows if row[0] in VALUES]
    assert figures == [(f.name, f"{f.value:g} {f.unit}", f"{f.low:g} to {f.high:g}", f.source) for f in FIGURES]
    for row in power_model.costs():
        assert f"| {row.name.removeprefix('MODELLED ')} | {row.value:.3g} {row.unit} |" in text


async def test_no_row_of_the_model_passes_for_a_measurement() -> None:
    rows = await power_model.power("instant", quick=False)
    assert {row.name.split()[0] for row in rows} == {"MODELLED", "maker's"}
    assert not any(row.simulated for row in rows)
    assert len(await power_model.power("instant", quick=True)) < len(rows)


def test_the_states_cost_what_their_parts_cost() -> None:
    cheaper = {**VALUES, "ble_tx": 0.0, "ble_rx": 0.0, "radio_awake": 0.0, "loop_busy": 0.0, "psram": 0.0}
    assert power_model.connectable(cheaper) == VALUES["cpu_idle_80"]
    assert power_model.shelf(VALUES) < power_model.connectable(VALUES) < power_model.listening(VALUES)
    assert power_model.photo({**VALUES, "opening": VALUES["opening"] + 1}) - power_model.photo(VALUES) == pytest.approx(
        (65.9 + 5 + 42.4 + 10 - 36.1) / 3600
    )
    assert power_model.clip_minute(VALUES) * 60 == pytest.approx(65.9 + 5 + 42.4 + 10 + 15 + 10 + 3.0138, abs=0.001)


def test_a_day_lasts_as_long_as_its_hours_cost() -> None:
    always = power_model.Day(0, 0, 1, 0, 0, 0)
    assert power_model.hours(VALUES, always) == pytest.approx(500 * 0.85 / 3)
    with_photos = power_model.Day(0, 0, 1, 10, 0, 0)
    assert power_model.hours(VALUES, with_photos) == pytest.approx(425 / (3 + 10 * power_model.photo(VALUES)))


def test_the_greatest_uncertainty_is_named_first() -> None:
    rows = power_model.sensitivity()
    effects = [abs(low.value - high.value) for low, high in zip(rows[1::2], rows[2::2], strict=True)]
    assert effects == sorted(effects, reverse=True)
    assert "radio_awake" in rows[1].name


def test_the_command_prints_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "power", "--quick"]) == 0
    assert "MODELLED a photograph" in capsys.readouterr().out
