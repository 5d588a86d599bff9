"""Component values of the probe's circuits, calculated; README.md shows what this prints.

Run: python hardware/probe/calculation.py
"""

from __future__ import annotations

import math
from collections.abc import Iterator

# The glasses (hardware/README.md, firmware/boards/xiao_esp32s3/pins.py): 20 mA through the LED, 10 Ohm sense, 4 kHz.
LED_A = 0.020
LED_HZ = 4000
LED_V = 3.0  # forward voltage of a white LED at 20 mA
SHORT_FACTOR = 2.5  # with the LED's series resistor at 5 V

# Light: a white LED of 1 cd at 25 mm, 300 lm/W; a BPW34 of 7.5 mm2, 0.3 A/W around 550 nm, 72 pF without bias.
LED_CD = 1.0
DISTANCE_M = 0.025
LUMEN_PER_WATT = 300.0
DIODE_M2 = 7.5e-6
DIODE_A_PER_W = 0.3
DIODE_F = 72e-12
AMBIENT_LX = 20.0  # an office's 500 lx through the hood
FEEDBACK_OHM = 100_000
FEEDBACK_F = 15e-12
AMPLIFIER_HZ = 1e6  # MCP6002, gain-bandwidth product
AMPLIFIER_F = 8e-12  # its inputs and the wiring

# Both ADC pins.
FILTER_OHM = 10_000
FILTER_F = 100e-9
LIT_V = 0.2
DARK_V = 0.1

# Comparator (MCP6561 at 3.3 V): reference 100 kOhm over 10 kOhm, hysteresis 10 kOhm against 470 kOhm.
SUPPLY_V = 3.3
REFERENCE_OHM = (100_000, 10_000)
HYSTERESIS_OHM = (10_000, 470_000)

# Current: 1 Ohm and an INA180A2.
SHUNT_OHM = 1.0
GAIN = 50.0

# Gates: BSS138 with 100 kOhm to ground; a floating GPIO leaks at most 50 nA (ESP32-S3 data sheet).
GATE_OHM = 100_000
LEAK_A = 50e-9


def photocurrent_a(lux: float) -> float:
    """Of the photodiode under white light."""
    return lux / LUMEN_PER_WATT * DIODE_M2 * DIODE_A_PER_W


def light_v(lux: float) -> float:
    """Behind the transimpedance amplifier."""
    return photocurrent_a(lux) * FEEDBACK_OHM


def least_feedback_f() -> float:
    """The smallest feedback capacitor with which the amplifier is stable (45 degrees of phase margin)."""
    return math.sqrt((DIODE_F + AMPLIFIER_F) / (2 * math.pi * FEEDBACK_OHM * AMPLIFIER_HZ))


def settle_s(from_v: float, to_v: float, level_v: float) -> float:
    """How long the filter needs from one voltage to `level_v`, on its way to another."""
    return FILTER_OHM * FILTER_F * math.log((to_v - from_v) / (to_v - level_v))


def rows() -> Iterator[tuple[str, str, str]]:
    """(what, how, value)."""
    lit_lx = LED_CD / DISTANCE_M**2
    lit_v, ambient_v = light_v(lit_lx), light_v(AMBIENT_LX)
    tau_s = FILTER_OHM * FILTER_F
    yield "light on the photodiode", "1 cd / (25 mm)²", f"{lit_lx:.0f} lx"
    yield "photocurrent, LED lit", "E / 300 lm/W · 7.5 mm² · 0.3 A/W", f"{photocurrent_a(lit_lx) * 1e6:.1f} µA"
    yield "amplifier, LED lit", "I · 100 kΩ", f"{lit_v:.2f} V"
    yield "amplifier, office light through the hood", "20 lx", f"{ambient_v * 1000:.0f} mV"
    yield "amplifier saturates at", "3.3 V / 100 kΩ", f"{SUPPLY_V / light_v(1.0):.0f} lx"
    yield "smallest stable feedback capacitor", "√(Cin / (2π · Rf · GBW))", f"{least_feedback_f() * 1e12:.1f} pF; 15 pF"
    bandwidth_hz = 1 / (2 * math.pi * FEEDBACK_OHM * FEEDBACK_F)
    yield "bandwidth", "1 / (2π · Rf · Cf)", f"{bandwidth_hz / 1000:.0f} kHz; a flash lasts {5e5 / LED_HZ:.0f} µs"
    yield "comparator's reference", "3.3 V · 10 / 110", f"{SUPPLY_V * REFERENCE_OHM[1] / sum(REFERENCE_OHM):.2f} V"
    hysteresis_v = SUPPLY_V * HYSTERESIS_OHM[0] / sum(HYSTERESIS_OHM)
    yield "comparator's hysteresis", "3.3 V · 10 / 480", f"{hysteresis_v * 1000:.0f} mV"
    yield "ADC filter", "10 kΩ · 100 nF", f"{tau_s * 1000:.1f} ms"
    yield "light level, modulated", "half of 1.20 V", f"{lit_v / 2 * 1000:.0f} mV"
    ripple_v = lit_v / (4 * LED_HZ * tau_s)
    yield "its ripple", "U / (4 · f · τ)", f"{ripple_v * 1000:.0f} mV peak to peak"
    yield "seen lit after", "15 mV → 200 mV of 600 mV", f"{settle_s(ambient_v, lit_v / 2, LIT_V) * 1000:.2f} ms"
    yield "seen dark after, modulated", "600 mV → 100 mV", f"{settle_s(lit_v / 2, ambient_v, DARK_V) * 1000:.2f} ms"
    yield "seen dark after, steady", "1.20 V → 100 mV", f"{settle_s(lit_v, ambient_v, DARK_V) * 1000:.2f} ms"
    yield "current amplifier at 20 mA", "20 mA · 1 Ω · 50", f"{LED_A * SHUNT_OHM * GAIN:.2f} V"
    short_v = LED_A * SHORT_FACTOR * SHUNT_OHM * GAIN
    yield "current amplifier, LED shorted", "50 mA · 1 Ω · 50", f"{short_v:.2f} V"
    yield "what the shunt takes from the LED", "20 mA · 1 Ω", f"{LED_A * SHUNT_OHM * 1000:.0f} mV"
    yield "resistor in the LED's place", "3.0 V / 20 mA", f"{LED_V / LED_A:.0f} Ω, {LED_V * LED_A * 1000:.0f} mW"
    yield "gate of a transistor while the probe resets", "50 nA · 100 kΩ", f"{LEAK_A * GATE_OHM * 1000:.0f} mV"


def table() -> str:
    """As README.md has it."""
    head = ["| what | how | value |", "| --- | --- | --- |"]
    return "\n".join([*head, *(f"| {what} | {how} | {value} |" for what, how, value in rows())])


if __name__ == "__main__":
    print(table())  # noqa: T201 this is what it is for
