"""The Pico's driver against stand-ins that remember: which pins it takes, how it counts, and what it does at rest."""

from __future__ import annotations

import importlib
import os
import sys
import time
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.unit.probe.firmware import importable

LEVELS: dict[int, int] = {}  # of the outputs, by GPIO
ANALOGUE: dict[int, int] = {26: 0, 27: 0}
SERVO: dict[int, int] = {}  # GPIO to width of the pulses in ns


class Pin:
    IN, OUT, PULL_DOWN, IRQ_RISING, IRQ_FALLING = 0, 1, 2, 8, 4

    def __init__(self, number: int, mode: int = -1, pull: int = -1, *, value: int | None = None) -> None:
        self.number = number
        self.level = 0
        self.handler: Callable[[Pin], None] = lambda _pin: None
        self.init(mode, pull, value=value)

    def init(self, mode: int = -1, pull: int = -1, *, value: int | None = None) -> None:
        if mode == Pin.OUT:
            LEVELS[self.number] = value or 0

    def value(self, level: int | None = None) -> int:
        if level is not None:
            LEVELS[self.number] = level
        return self.level

    def irq(self, handler: Callable[[Pin], None], trigger: int) -> None:
        assert trigger == Pin.IRQ_RISING | Pin.IRQ_FALLING
        self.handler = handler


class ADC:
    def __init__(self, pin: Pin) -> None:
        self._pin = pin

    def read_u16(self) -> int:
        return ANALOGUE[self._pin.number]


class PWM:
    def __init__(self, pin: Pin, *, freq: int, duty_ns: int) -> None:
        assert freq == 50
        self._number = pin.number
        self.duty_ns(duty_ns)

    def duty_ns(self, width: int) -> None:
        SERVO[self._number] = width

    def deinit(self) -> None:
        del SERVO[self._number]


class StateMachine:
    """X of the program, as `exec` moves it about."""

    def __init__(self, number: int, program: Any, *, freq: int, in_base: Pin) -> None:
        self.counts = in_base.number
        self.x = 0xDEADBEEF
        self._isr = 0
        self._fifo: list[int] = []

    def exec(self, instruction: str) -> None:
        if instruction == "set(x, 0)":
            self.x = 0
        elif instruction == "mov(isr, x)":
            self._isr = self.x
        else:
            assert instruction == "push()"
            self._fifo.append(self._isr)

    def active(self, on: int) -> None:
        assert (on, self.x) == (1, 0), "it counts from 0 on"

    def get(self) -> int:
        return self._fifo.pop(0)

    def edges(self, count: int) -> None:
        self.x = (self.x - count) % (1 << 32)


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    machine = types.ModuleType("machine")
    machine.__dict__.update(Pin=Pin, ADC=ADC, PWM=PWM)
    rp2 = types.ModuleType("rp2")
    rp2.__dict__.update(asm_pio=lambda **_options: lambda program: program, StateMachine=StateMachine)
    monkeypatch.setitem(sys.modules, "machine", machine)
    monkeypatch.setitem(sys.modules, "rp2", rp2)
    monkeypatch.setattr(time, "ticks_us", lambda: 7, raising=False)
    monkeypatch.setattr(os, "uname", lambda: types.SimpleNamespace(machine="Raspberry Pi Pico with RP2040"))
    for held in (LEVELS, SERVO):
        held.clear()
    names = ("driver_rp2", "chip", "switches")
    with importable():
        module = importlib.import_module("plainsight_probe.driver_rp2")
        yield module.Driver()
    for name in names:
        del sys.modules["plainsight_probe." + name]


def test_it_begins_at_rest(driver: Any) -> None:
    assert dict.fromkeys((9, 10, 11, 12, 13, 14), 0) == LEVELS
    assert SERVO == {}
    assert driver.machine() == "Raspberry Pi Pico with RP2040"


@pytest.mark.parametrize(
    ("name", "high"), [("open", {10}), ("short", {11}), ("replace", {10, 12}), ("power", {14}), ("button", {9})]
)
def test_each_switch_has_its_pins(driver: Any, name: str, high: set[int]) -> None:
    driver.switch(name, True)
    assert {gpio for gpio, level in LEVELS.items() if level} == high
    driver.switch(name, False)
    assert not any(LEVELS.values())


def test_the_led_s_circuit_stays_broken_while_one_of_two_faults_needs_it(driver: Any) -> None:
    driver.switch("open", True)
    driver.switch("replace", True)
    driver.switch("open", False)
    assert (LEVELS[10], LEVELS[12]) == (1, 1)
    driver.switch("open", True)
    driver.switch("replace", False)
    assert (LEVELS[10], LEVELS[12]) == (1, 0)
    driver.switch("open", False)
    assert LEVELS[10] == 0


def test_the_flap_turns_and_goes_limp_at_rest(driver: Any) -> None:
    driver.switch("cover", True)
    assert SERVO == {13: 2_000_000}
    driver.switch("cover", False)
    assert SERVO == {13: 1_000_000}
    driver.rest()
    assert SERVO == {}


def test_rest_releases_everything(driver: Any) -> None:
    for name in ("open", "short", "replace", "cover", "button", "power"):
        driver.switch(name, True)
    driver.rest()
    assert not any(LEVELS.values())
    assert SERVO == {}
    driver.switch("open", True)
    driver.switch("open", False)
    assert LEVELS[10] == 0, "a replaced LED was forgotten too"


def test_flashes_are_counted_downwards_and_told_upwards(driver: Any) -> None:
    counter = driver._counter
    assert counter.counts == 15
    assert driver.pulses() == 0
    counter.edges(4000)
    assert driver.pulses() == 4000
    counter.edges(1)
    assert driver.pulses() == 4001


def test_millivolts_of_the_pico_s_converter(driver: Any) -> None:
    ANALOGUE[26] = 65535
    ANALOGUE[27] = 9930  # 500 mV: 10 mA
    assert driver.light_uv() == 3_300_000
    assert driver.current_ua() == pytest.approx(10_000, rel=0.001)


def test_a_frame_mark_is_told_with_its_ticks(driver: Any) -> None:
    heard: list[tuple[int, int]] = []
    driver.on_frame_mark(lambda ticks, level: heard.append((ticks, level)))
    assert driver._mark.number == 16
    driver._mark.level = 1
    driver._mark.handler(driver._mark)
    assert heard == [(7, 1)]
