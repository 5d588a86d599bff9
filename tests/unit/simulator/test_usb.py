"""The parts of the virtual cable: port, what is behind it, and what the loader's frames say."""

from __future__ import annotations

import asyncio
import itertools
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.simulator.usb import pty_port, rom_loader
from host_tools.simulator.usb.device import UsbDevice
from host_tools.simulator.usb.loader_watchdog import (
    SLIP_END,
    WDTCONFIG0,
    WDTWPROTECT,
    WRITE_REG,
    LoaderWatchdog,
)
from host_tools.simulator.usb.pty_port import PtyPort
from tests.simulated.serial_host import SerialHost

OTHER = 0x60008000
ENABLED = (1 << 31) | 0x5C0DB  # with bytes that SLIP has to escape


class Typed:
    """Collects what a port's host sends."""

    def __init__(self) -> None:
        self.data = b""
        self.came = asyncio.Event()

    def __call__(self, data: bytes) -> None:
        self.data += data
        self.came.set()


@pytest.fixture
def typed() -> Typed:
    return Typed()


@pytest.fixture
async def port(tmp_path: Path, typed: Typed) -> AsyncIterator[PtyPort]:
    """A port that is there."""
    made = PtyPort(tmp_path / "port", typed, lambda: None)
    made.appear()
    yield made
    made.vanish()


async def test_bytes_go_both_ways_unchanged(port: PtyPort, typed: Typed) -> None:
    everything = bytes(range(256))
    async with SerialHost(port.path) as host:
        host.send(everything)
        while len(typed.data) < 256:
            typed.came.clear()
            await typed.came.wait()
        assert typed.data == everything
        port.write(everything)
        assert await host.expect(b"\xff") == everything


async def test_what_was_last_said_to_nobody_is_kept_and_no_more(port: PtyPort) -> None:
    port.write(b"old" * 200)
    port.write(b"latest\n")
    async with SerialHost(port.path) as host:
        found = await host.expect(b"latest\n")
        assert len(found) == 256
    while port.opened:  # noqa: ASYNC110 it looks now and then
        await asyncio.sleep(0.01)
    port.write(b"stale\n")
    port.vanish()
    port.appear()
    async with SerialHost(port.path) as host:
        while not port.opened:  # noqa: ASYNC110 it looks now and then
            await asyncio.sleep(0.01)
        port.write(b"new\n")
        assert await host.expect(b"new\n") == b"new\n", "another port knows nothing of before"


async def test_much_is_delivered_whole_to_a_host_that_reads(port: PtyPort) -> None:
    much = b"".join(b"%d\n" % number for number in range(100_000))
    async with SerialHost(port.path) as host:
        while not port.opened:  # noqa: ASYNC110 it looks now and then
            await asyncio.sleep(0.01)
        port.write(much + b"end")
        assert await host.expect(b"end") == much + b"end"


async def test_a_host_that_does_not_read_costs_the_board_a_while_and_no_longer(
    tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pty_port, "_PATIENCE_S", 0.05)
    room = asyncio.Event()
    port = PtyPort(tmp_path / "port", typed, room.set)
    port.appear()
    host = (tmp_path / "port").open("rb", buffering=0)
    while not port.opened:  # noqa: ASYNC110 it looks now and then
        await asyncio.sleep(0.01)
    room.clear()
    port.write(b"x" * 1_000_000)
    assert port.pending
    async with asyncio.timeout(10):
        while port.pending:
            room.clear()
            await room.wait()
    port.vanish()
    host.close()


async def test_a_port_that_vanishes_hangs_up_and_takes_its_name_with_it(port: PtyPort) -> None:
    async with SerialHost(port.path) as host:
        while not port.opened:  # noqa: ASYNC110 it looks now and then
            await asyncio.sleep(0.01)
        port.vanish()
        await host.gone.wait()
    assert not port.path.is_symlink()
    assert not port.there


async def test_the_cable_is_pulled_after_exactly_so_many_bytes(tmp_path: Path) -> None:
    usb = UsbDevice(tmp_path / "port")
    await usb.connect()
    usb.run_program()
    heard: list[bytes] = []
    usb.hears = lambda data: heard.append(data) or b""
    usb.pull_after(5)
    async with SerialHost(usb.port.path) as host:
        host.send(b"123")
        host.send(b"4567")
        await host.gone.wait()
    assert b"".join(heard) == b"12345"
    await usb.connect()
    assert not usb.port.there, "it stays out until somebody plugs it in"
    usb.plug()
    assert usb.port.there
    usb.pull_after(0)
    assert not usb.port.there
    usb.disconnect()
    await usb.settled()


async def test_a_computer_without_the_loader_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rom_loader, "installed", lambda: False)
    usb = UsbDevice(tmp_path / "port")
    await usb.connect()
    usb.run_loader((tmp_path / "program", tmp_path / "files"), lambda: None)
    async with SerialHost(usb.port.path) as host:
        host.send(b"\r\n")
        host.send(SLIP_END)
        assert (await host.expect(b"not installed\r\n")).startswith(b"[simulator]")
    usb.disconnect()
    await usb.settled()


def register_write(address: int, value: int) -> bytes:
    body = struct.pack("<BBHIIIII", 0, WRITE_REG, 16, 0, address, value, 0xFFFFFFFF, 0)
    return SLIP_END + body.replace(b"\xdb", b"\xdb\xdd").replace(SLIP_END, b"\xdb\xdc") + SLIP_END


ARMING = register_write(WDTCONFIG0, ENABLED)
DISARMING = register_write(WDTCONFIG0, ENABLED & ~(1 << 31))
LOCKING = register_write(WDTWPROTECT, 0)
UNLOCKING = register_write(WDTWPROTECT, 0x50D83AA1)
FLASH_DATA = SLIP_END + b"flash data" * 500 + SLIP_END


@pytest.mark.parametrize(
    ("frames", "bites"),
    [
        ([UNLOCKING, ARMING, LOCKING], 1),
        ([UNLOCKING, DISARMING, LOCKING], 0),
        ([UNLOCKING, ARMING, DISARMING, LOCKING], 0),
        ([UNLOCKING, ARMING], 0),
        ([UNLOCKING, ARMING, UNLOCKING], 0),
        ([LOCKING], 0),
        ([UNLOCKING, ARMING, LOCKING, LOCKING], 1),
        ([register_write(OTHER, ENABLED), LOCKING], 0),
        ([FLASH_DATA, UNLOCKING, ARMING, FLASH_DATA, LOCKING], 1),
    ],
)
@given(data=st.data())
def test_the_watchdog_bites_when_it_was_enabled_and_locked_in_whatever_pieces(
    frames: list[bytes], bites: int, data: st.DataObject
) -> None:
    whole = b"".join(frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    watchdog = LoaderWatchdog()
    pieces = [whole[start:end] for start, end in itertools.pairwise([0, *cuts, len(whole)])]
    assert sum(watchdog.feed(piece) for piece in pieces) == bites


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_noise_from_the_host_is_noise_to_the_relay(pieces: list[bytes]) -> None:
    watchdog = LoaderWatchdog()
    for piece in pieces:
        watchdog.feed(piece)
    watchdog.feed(SLIP_END + UNLOCKING)
    assert not watchdog.feed(LOCKING)
    watchdog.feed(ARMING)
    assert watchdog.feed(LOCKING)
