"""What the power model rests on: one row for each figure, with where it is from and how far it may be off."""

from __future__ import annotations

from dataclasses import dataclass

_S3 = "ESP32-S3 series datasheet"
_ASSUMED = "assumption"


@dataclass(frozen=True)
class Figure:
    """`low` and `high` bound what a board may do; a figure of a datasheet without a spread has ±10 %."""

    name: str
    value: float
    unit: str
    low: float
    high: float
    source: str


def _given(name: str, value: float, unit: str, source: str) -> Figure:
    return Figure(name, value, unit, value * 0.9, value * 1.1, source)


def _assumed(name: str, value: float, unit: str, low: float, high: float, why: str) -> Figure:
    return Figure(name, value, unit, low, high, f"{_ASSUMED}: {why}")


FIGURES = (
    _given("cpu_idle_240", 47.6, "mA", f"{_S3}, table 5-9: 240 MHz, WAITI, peripheral clocks on"),
    _given("cpu_busy_240", 65.9, "mA", f"{_S3}, table 5-9: 240 MHz, one core at work, peripheral clocks on"),
    _given("cpu_idle_80", 36.1, "mA", f"{_S3}, table 5-9: 80 MHz, WAITI, peripheral clocks on"),
    _given("cpu_busy_80", 42.6, "mA", f"{_S3}, table 5-9: 80 MHz, one core at work, peripheral clocks on"),
    _given("ble_tx", 193.0, "mA", f"{_S3}, table 5-8: Bluetooth LE at 9 dBm, peak"),
    _given("ble_rx", 93.0, "mA", f"{_S3}, table 5-8: Bluetooth LE, receiving, peak"),
    _given("camera", 42.4, "mA", "OV2640 datasheet 1.6: 140 mW, UXGA, compressed, at 3.3 V"),
    _given("light", 20.0, "mA", "firmware/boards/xiao_esp32s3/pins.py: 200 mV over 10 ohm"),
    Figure("keyword_busy", 25.0, "%", 22.0, 32.0, "modelled, the kernels alone: docs/measuring.md"),
    Figure("ble_kB_s", 20.0, "kB/s", 5.0, 42.0, "published throughput of this chip over Bluetooth"),
    _given("frame_rate", 12.5, "1/s", "camera API's benchmark: XGA, one buffer"),
    _assumed("sense_asleep", 3.0, "mA", 0.6, 5.0, "nothing cuts the sensor's supply; 0.6 mA is the OV2640's standby"),
    _assumed("psram", 5.0, "mA", 0.0, 15.0, "the datasheet says that chips with PSRAM may need more, not how much"),
    _assumed("radio_awake", 10.0, "mA", 0.0, 30.0, "the port does not let the radio sleep between its events"),
    _assumed("loop_busy", 20.0, "%", 5.0, 50.0, "share of an idle loop that polls button and lights"),
    _assumed("storage", 15.0, "mA", 5.0, 60.0, "mean of writing a clip to flash or card"),
    _assumed("opening", 0.5, "s", 0.3, 1.5, "camera driver's start, until its first frame"),
    _assumed("settling", 4.0, "frames", 3.0, 8.0, "bounds of firmware/plainsight/shutter.py"),
    _assumed("sealing", 0.5, "s", 0.2, 3.0, "sealing and writing 150 kB; the ESP32 was not timed"),
    _assumed("boot", 2.0, "s", 1.0, 6.0, "from a press on the shelf until the glasses are ready"),
    _assumed("usable", 85.0, "%", 70.0, 95.0, "of the printed capacity: age, cold, and what the last stages keep back"),
)
# Not part of the model: what it is held against.
MAKER_STREAMING_MA = 154.0  # Seeed's measurement of the Sense at 3.8 V, streaming its camera over Wi-Fi
VALUES = {figure.name: figure.value for figure in FIGURES}
