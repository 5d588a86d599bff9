"""Which glasses are around: whose, how near, whether they let a phone pair; and nothing of anybody else's devices."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from plainsight import wire

from companion_app.link.beacon import beacon_id
from companion_app.link.pins import Pin
from companion_app.link.sightings import FORGET_AFTER_S, Around, Nearness, Sighting, nearness

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
OWN = Pin(b"\x0a" * 32, KEY, 1, b"w" * 32)
PAIRING, PAIRED = 2, 4


@dataclass(frozen=True)
class Device:
    address: str


@dataclass(frozen=True)
class Advertisement:
    service_data: dict[str, bytes]
    manufacturer_data: dict[int, bytes] = field(default_factory=dict)
    rssi: int = -50


def beacon(state: int, key: bytes = OTHER_KEY, salt: bytes = b"abc", rssi: int = -50) -> Advertisement:
    return Advertisement({wire.SERVICE_UUID: bytes((state,)) + salt + beacon_id(key, salt)}, rssi=rssi)


class Scene:
    """A scan whose clock and advertisements a test decides."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.told: list[tuple[Sighting, ...]] = []
        self.around = Around((OWN,), lambda: self.now_s, self.told.append)

    def hear(self, address: str, advertisement: Advertisement) -> None:
        self.around.seen(Device(address), advertisement)  # type: ignore[arg-type]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_only_glasses_are_told_and_each_change_once(scene: Scene) -> None:
    scene.hear("headphones", Advertisement({"0000180f-0000-1000-8000-00805f9b34fb": b"d"}))
    assert scene.told == []
    scene.hear("one", beacon(PAIRED))
    scene.hear("one", beacon(PAIRED))
    assert len(scene.told) == 1
    scene.hear("one", beacon(PAIRED | PAIRING))
    assert [one.pairing_open for one in scene.told[-1]] == [True]


def test_what_can_be_paired_comes_first_then_ones_own(scene: Scene) -> None:
    scene.hear("far", beacon(PAIRED, rssi=-90))
    scene.hear("own", beacon(PAIRED, KEY, rssi=-90))
    scene.hear("ready", beacon(PAIRING, rssi=-80))
    assert [(one.address, one.own) for one in scene.told[-1]] == [("ready", None), ("own", OWN.glasses), ("far", None)]


def test_ones_own_glasses_with_a_new_address_are_the_same_pair(scene: Scene) -> None:
    scene.hear("before", beacon(PAIRED, KEY, b"abc"))
    scene.hear("after", beacon(PAIRED, KEY, b"xyz"))
    assert [one.address for one in scene.told[-1]] == ["after"]


def test_what_is_heard_no_more_is_dropped(scene: Scene) -> None:
    scene.hear("one", beacon(PAIRED))
    scene.now_s += FORGET_AFTER_S - 1
    scene.around.forget_gone()
    assert len(scene.told) == 1
    scene.now_s += 1
    scene.around.forget_gone()
    assert scene.told[-1] == ()


@pytest.mark.parametrize(
    ("rssi", "said"),
    [(-30, Nearness.NEAR), (-60, Nearness.NEAR), (-61, Nearness.MIDDLE), (-75, Nearness.MIDDLE), (-76, Nearness.FAR)],
)
def test_nearness(rssi: int, said: Nearness) -> None:
    assert nearness(rssi) is said
