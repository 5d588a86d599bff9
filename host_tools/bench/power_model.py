"""What each state and each picture costs, MODELLED from datasheets: nothing here was measured on a board."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from host_tools.bench.power_figures import FIGURES, MAKER_STREAMING_MA, VALUES
from host_tools.bench.rows import Row, against

Values = Mapping[str, float]

_BATTERY_MAH = 500.0
_ADVERTISING_S = 0.1  # gatt_radio.py
_CHANNELS = 3
_ADVERTISEMENT_S = 376e-6  # 47 octets on the air at 1 Mbit/s: preamble, access address, header, address, 31 octets, CRC
_LISTENING_S = 300e-6  # after each, for a request
_LIT_SHARE = 0.5  # the light flashes at 50 %
_S_PER_HOUR = 3600.0
_PICTURE_KB = 150.0
_PERCENT = 100.0
_SHOWN_H = 0.3  # what changes a day's life by less is not worth a row


@dataclass(frozen=True)
class Day:
    """What a wearer does between two charges, for each hour of it."""

    listening: float  # share of the hour
    connectable: float
    shelf: float
    photos: float
    clip_min: float
    stream_min: float


# The last but one: two photographs and 15 s of clip in each hour of the 24, taken while worn.
DAYS = {
    "listening, 4 photos an hour": Day(1, 0, 0, 4, 0, 0),
    "connectable, 4 photos an hour": Day(0, 1, 0, 4, 0, 0),
    "worn 8 h of 24, else shelf": Day(0, 1 / 3, 2 / 3, 2, 0.25, 0),
    "streaming without a pause": Day(0, 0, 0, 0, 0, 60),
}


def _mix(values: Values, idle: str, busy: str, share: float) -> float:
    return values[idle] + (values[busy] - values[idle]) * share


def _advertising(values: Values) -> float:
    """Mean current of the radio while nobody is connected."""
    event = _CHANNELS * (_ADVERTISEMENT_S * values["ble_tx"] + _LISTENING_S * values["ble_rx"])
    return event / _ADVERTISING_S + values["radio_awake"]


def _sending(values: Values, kb_s: float) -> float:
    """Mean current of the radio that moves so much: bytes at 1 Mbit/s, twice for headers, gaps and acknowledgements."""
    share = min(1.0, kb_s * 8 * 2 / 1000)
    return share * (values["ble_tx"] + values["ble_rx"]) / 2 + values["radio_awake"]


def listening(values: Values) -> float:
    """Mean current (mA) while the keyword is listened for."""
    share = (values["keyword_busy"] + values["loop_busy"]) / _PERCENT
    return _mix(values, "cpu_idle_240", "cpu_busy_240", share) + values["psram"] + _advertising(values)


def connectable(values: Values) -> float:
    """Mean current (mA) while a phone may connect and nothing else happens."""
    share = values["loop_busy"] / _PERCENT
    return _mix(values, "cpu_idle_80", "cpu_busy_80", share) + values["psram"] + _advertising(values)


def shelf(values: Values) -> float:
    """Mean current (mA) in deep sleep: the sensor's, since nothing cuts its supply."""
    return values["sense_asleep"]


def _recording(values: Values) -> float:
    """Mean current (mA) while the camera runs, without the radio."""
    return values["cpu_busy_240"] + values["psram"] + values["camera"] + values["light"] * _LIT_SHARE


def photo(values: Values) -> float:
    """mAh for one photograph, over and above the state it is taken in."""
    exposing_s = values["opening"] + (values["settling"] + 1) / values["frame_rate"]
    exposing = (_recording(values) - values["cpu_idle_80"]) * exposing_s
    sealing = (values["cpu_busy_240"] - values["cpu_idle_80"]) * values["sealing"]
    return (exposing + sealing) / _S_PER_HOUR


def clip_minute(values: Values) -> float:
    """mAh for a minute of clip, all in."""
    return (_recording(values) + values["storage"] + _advertising(values)) / 60


def stream_minute(values: Values) -> float:
    """mAh for a minute of live pictures over Bluetooth, all in."""
    return (_recording(values) + _sending(values, values["ble_kB_s"])) / 60


def import_picture(values: Values) -> float:
    """mAh for bringing one picture of 150 kB to the phone, over and above being connectable."""
    seconds = _PICTURE_KB / values["ble_kB_s"]
    busy = values["cpu_busy_240"] - values["cpu_idle_80"] + _sending(values, values["ble_kB_s"]) - _advertising(values)
    return busy * seconds / _S_PER_HOUR


def wake(values: Values) -> float:
    """mAh for waking from the shelf."""
    return (values["cpu_busy_240"] + values["psram"]) * values["boot"] / _S_PER_HOUR


def hours(values: Values, day: Day) -> float:
    """How long the battery lasts."""
    per_hour = (
        day.listening * listening(values)
        + day.connectable * connectable(values)
        + day.shelf * shelf(values)
        + day.photos * photo(values)
        + day.clip_min * clip_minute(values)
        + day.stream_min * stream_minute(values)
    )
    return _BATTERY_MAH * values["usable"] / _PERCENT / per_hour


_COSTS: tuple[tuple[str, str, Callable[[Values], float]], ...] = (
    ("an hour of listening", "mAh", listening),
    ("an hour of connectable", "mAh", connectable),
    ("an hour of shelf", "mAh", shelf),
    ("a photograph", "mAh", photo),
    ("a minute of clip", "mAh", clip_minute),
    ("a minute of stream over Bluetooth", "mAh", stream_minute),
    ("importing a picture of 150 kB", "mAh", import_picture),
    ("waking from the shelf", "mAh", wake),
)


def modelled(name: str, value: float, unit: str) -> Row:
    """A row that says of itself that it is a model."""
    return Row("MODELLED " + name, round(value, 3), unit, simulated=False)


def held_against() -> list[Row]:
    """The one figure that somebody measured on this board, beside what the model says of nearly the same thing."""
    maker = Row("maker's own: camera streaming over Wi-Fi", MAKER_STREAMING_MA, "mA", simulated=False)
    streaming = against("MODELLED camera streaming over Bluetooth", stream_minute(VALUES) * 60, "mA", maker)
    return [maker, _not_simulated(streaming)]


def costs() -> list[Row]:
    """Each state, picture and minute; how long a stated battery lasts."""
    rows = [modelled(name, cost(VALUES), unit) for name, unit, cost in _COSTS]
    return rows + [modelled(f"{_BATTERY_MAH:.0f} mAh: {name}", hours(VALUES, day), "h") for name, day in DAYS.items()]


def sensitivity() -> list[Row]:
    """The worn day's life with each figure at its low and its high end, the greatest effect first."""
    name, day = list(DAYS.items())[2]
    usual = modelled(f"life, {name}", hours(VALUES, day), "h")
    pairs: list[tuple[float, list[Row]]] = []
    for figure in FIGURES:
        pair = [
            against(
                f"MODELLED life with {figure.name} {end:g} {figure.unit}",
                hours({**VALUES, figure.name: end}, day),
                "h",
                usual,
            )
            for end in (figure.low, figure.high)
        ]
        pairs.append((abs(pair[0].value - pair[1].value), [_not_simulated(row) for row in pair]))
    pairs.sort(key=lambda effect: -effect[0])
    return [usual, *(row for effect, pair in pairs if effect >= _SHOWN_H for row in pair)]


def _not_simulated(row: Row) -> Row:
    return Row(row.name, row.value, row.unit, row.compared_to, row.ratio, simulated=False)


async def power(profile: str, *, quick: bool) -> list[Row]:
    """The model's rows; `quick` leaves the sensitivity out."""
    del profile
    return costs() if quick else costs() + held_against() + sensitivity()
